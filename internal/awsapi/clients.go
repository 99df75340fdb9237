package awsapi

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// Clients are the service clients of one region, and where they point.
type Clients struct {
	Partition string // such as "aws", "aws-us-gov"
	Region    string // such as "eu-west-1"
	AccountID string // twelve digits; empty with skip_requesting_account_id

	AutoScaling    AutoScaling
	EC2            EC2
	IAM            IAM
	KMS            KMS
	Logs           Logs
	SecretsManager SecretsManager
}

// Factory makes Clients for any region from one set of credentials. It is safe
// for concurrent use.
type Factory struct {
	Config    aws.Config                 // credentials, retries, HTTP client and the default region
	AccountID string                     // twelve digits; empty when it is not known
	Partition func(region string) string // partition id of a region
	Endpoints map[string]string          // service ("autoscaling", "ec2", "iam", "kms", "logs", "secretsmanager") → URL; others from the SDK

	mu      sync.Mutex
	regions map[string]*Clients
}

// In returns the clients of region; "" means the default region.
func (f *Factory) In(region string) *Clients {
	if region == "" {
		region = f.Config.Region
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if clients, ok := f.regions[region]; ok {
		return clients
	}
	cfg := f.Config.Copy()
	cfg.Region = region
	clients := &Clients{
		Partition:      f.Partition(region),
		Region:         region,
		AccountID:      f.AccountID,
		AutoScaling:    autoscaling.NewFromConfig(cfg, func(o *autoscaling.Options) { f.endpoint("autoscaling", &o.BaseEndpoint) }),
		EC2:            newEC2(ec2.NewFromConfig(cfg, func(o *ec2.Options) { f.endpoint("ec2", &o.BaseEndpoint) })),
		IAM:            iam.NewFromConfig(cfg, func(o *iam.Options) { f.endpoint("iam", &o.BaseEndpoint) }),
		KMS:            kms.NewFromConfig(cfg, func(o *kms.Options) { f.endpoint("kms", &o.BaseEndpoint) }),
		Logs:           cloudwatchlogs.NewFromConfig(cfg, func(o *cloudwatchlogs.Options) { f.endpoint("logs", &o.BaseEndpoint) }),
		SecretsManager: secretsmanager.NewFromConfig(cfg, func(o *secretsmanager.Options) { f.endpoint("secretsmanager", &o.BaseEndpoint) }),
	}
	if f.regions == nil {
		f.regions = map[string]*Clients{}
	}
	f.regions[region] = clients
	return clients
}

func (f *Factory) endpoint(service string, base **string) {
	if url := f.Endpoints[service]; url != "" {
		*base = aws.String(url)
	}
}
