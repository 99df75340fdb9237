package awstest

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

const (
	defaultRegion   = "us-east-1"
	keyPrefix       = "TEST"   // followed by the account id
	directKeyPrefix = "DIRECT" // the same, unseen by recorder and faults
	groupKeyPrefix  = "GROUPS" // the same, for what Auto Scaling itself does with machines
	secretKey       = "awstest-secret-access-key"
)

// Services are those that a provider calls, as its argument endpoints names them.
var Services = []string{"autoscaling", "cloudwatch", "ec2", "events", "iam", "kms", "lambda", "logs", "secretsmanager", "sqs", "ssm", "sts", "tagging"}

// Account is an AWS account of the local cloud, looked at from one region. It is
// safe for concurrent use.
type Account struct {
	*tenant
	region string
	test   failer
}

// failer is the part of testing.TB in use; nil outside tests.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// ID is the account's id: twelve digits, unique in this process.
func (a *Account) ID() string { return a.id }

// Region is the region that the account is looked at from.
func (a *Account) Region() string { return a.region }

// Partition is the id of the region's partition, such as "aws" or "aws-us-gov".
func (a *Account) Partition() string { return partitionOf(a.region) }

// In is the same account (calls, faults, latency included) from another region.
func (a *Account) In(region string) *Account {
	return &Account{tenant: a.tenant, region: region, test: a.test}
}

// Endpoint is the URL that serves every AWS service.
func (a *Account) Endpoint() string { return a.cloud.url }

// AccessKey is the access key id that selects the account.
func (a *Account) AccessKey() string { return keyPrefix + a.id }

// SecretKey is the secret access key; the local cloud does not check it.
func (a *Account) SecretKey() string { return secretKey }

// Config is the SDK configuration of a client of this account. It retries as the
// SDK's default does, but waits at most 20 ms between attempts.
func (a *Account) Config() aws.Config { return a.config(keyPrefix) }

// DirectConfig is Config for calls behind the back of whatever is tested: they
// are not recorded, not delayed and never go wrong on purpose.
func (a *Account) DirectConfig() aws.Config { return a.config(directKeyPrefix) }

// RoleConfig is Config for whoever acts in a role, named by its ARN: calls are held to
// the role's policies.
func (a *Account) RoleConfig(role string) aws.Config {
	cfg := a.Config()
	cfg.Credentials = credentials.StaticCredentialsProvider{Value: a.assume(role)}
	return cfg
}

// Clients are the provider's clients for this account and region.
func (a *Account) Clients() *awsapi.Clients { return a.clients(a.Config()) }

// Direct are Clients on DirectConfig, for arranging and asserting.
func (a *Account) Direct() *awsapi.Clients { return a.clients(a.DirectConfig()) }

// Env is the environment that points a child process (terraform, a provider, a
// function) at this account. It leaves nothing to the developer's own settings.
func (a *Account) Env() []string {
	return []string{
		"AWS_ACCESS_KEY_ID=" + a.AccessKey(),
		"AWS_SECRET_ACCESS_KEY=" + secretKey,
		"AWS_REGION=" + a.region,
		"AWS_DEFAULT_REGION=" + a.region,
		"AWS_ENDPOINT_URL=" + a.cloud.url,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=/dev/null",
		"AWS_SHARED_CREDENTIALS_FILE=/dev/null",
	}
}

// Calls are the calls recorded since the start or ResetCalls, in the order in
// which they arrived, from every region.
func (a *Account) Calls() []Call { return a.recorder.all() }

// ResetCalls forgets the recorded calls.
func (a *Account) ResetCalls() { a.recorder.reset() }

// SetLatency adds d to each of the account's calls.
func (a *Account) SetLatency(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.latency = d
}

// Inject arms a fault in this account. Several may be armed; the first that
// matches a call strikes.
func (a *Account) Inject(f Fault) { a.faults.inject(f) }

// ClearFaults disarms all faults, revives a killed client and forgets which
// objects are new.
func (a *Account) ClearFaults() { a.faults.clear() }

// ExpectLacking says that the test means to call something that the emulator
// cannot do. Any other such call fails the test at its end.
func (a *Account) ExpectLacking(service, action string) { a.excuse(service, action) }

// httpClient is that of all clients of the process: with one for each of them, thousands
// of connections would lie idle until their time is over.
var httpClient = awshttp.NewBuildableClient()

func (a *Account) config(prefix string) aws.Config {
	a.visit(a.region)
	return aws.Config{
		HTTPClient:   httpClient,
		Region:       a.region,
		BaseEndpoint: aws.String(a.cloud.url),
		Credentials:  credentials.NewStaticCredentialsProvider(prefix+a.id, secretKey, ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = 20 * time.Millisecond })
		},
	}
}

func (a *Account) clients(cfg aws.Config) *awsapi.Clients {
	endpoints := map[string]string{}
	for _, service := range []string{"autoscaling", "cloudwatch", "ec2", "events", "iam", "kms", "lambda", "logs", "s3", "secretsmanager", "sqs", "ssm", "tagging"} {
		endpoints[service] = a.cloud.url
	}
	factory := &awsapi.Factory{Config: cfg, AccountID: a.id, Partition: partitionOf, Endpoints: endpoints}
	return factory.In(a.region)
}

// partitionOf is the id of a region's partition:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	default:
		return "aws"
	}
}
