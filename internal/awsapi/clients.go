package awsapi

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// Clients are the service clients of one region, and where they point.
type Clients struct {
	Partition string // such as "aws", "aws-us-gov"
	Region    string // such as "eu-west-1"
	AccountID string // twelve digits; empty with skip_requesting_account_id

	AutoScaling    AutoScaling
	CloudWatch     CloudWatch
	EC2            EC2
	Events         Events
	IAM            IAM
	KMS            KMS
	Lambda         Lambda
	Logs           Logs
	SecretsManager SecretsManager
	SQS            SQS
	SSM            SSM
	Tagging        Tagging
}

// Factory makes Clients for any region from one set of credentials. It is safe
// for concurrent use.
type Factory struct {
	Config    aws.Config                 // credentials, retries, HTTP client and the default region
	AccountID string                     // twelve digits; empty when it is not known
	Partition func(region string) string // partition id of a region
	Endpoints map[string]string          // service ("autoscaling", "cloudwatch", "ec2", "events", "iam", "kms", "lambda", "logs", "secretsmanager", "sqs", "ssm", "tagging") → URL; others from the SDK

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
		AutoScaling:    newAutoScaling(autoscaling.NewFromConfig(cfg, func(o *autoscaling.Options) { f.endpoint("autoscaling", &o.BaseEndpoint) })),
		CloudWatch:     newCloudWatch(cloudwatch.NewFromConfig(cfg, func(o *cloudwatch.Options) { f.endpoint("cloudwatch", &o.BaseEndpoint) })),
		EC2:            newEC2(ec2.NewFromConfig(cfg, func(o *ec2.Options) { f.endpoint("ec2", &o.BaseEndpoint) })),
		Events:         newEvents(eventbridge.NewFromConfig(cfg, func(o *eventbridge.Options) { f.endpoint("events", &o.BaseEndpoint) })),
		IAM:            newIAM(iam.NewFromConfig(cfg, func(o *iam.Options) { f.endpoint("iam", &o.BaseEndpoint) })),
		KMS:            newKMS(kms.NewFromConfig(cfg, func(o *kms.Options) { f.endpoint("kms", &o.BaseEndpoint) })),
		Lambda:         newLambda(lambda.NewFromConfig(cfg, func(o *lambda.Options) { f.endpoint("lambda", &o.BaseEndpoint) })),
		Logs:           newLogs(cloudwatchlogs.NewFromConfig(cfg, func(o *cloudwatchlogs.Options) { f.endpoint("logs", &o.BaseEndpoint) })),
		SecretsManager: newSecretsManager(secretsmanager.NewFromConfig(cfg, func(o *secretsmanager.Options) { f.endpoint("secretsmanager", &o.BaseEndpoint) })),
		SQS:            newSQS(sqs.NewFromConfig(cfg, func(o *sqs.Options) { f.endpoint("sqs", &o.BaseEndpoint) })),
		SSM:            newSSM(ssm.NewFromConfig(cfg, func(o *ssm.Options) { f.endpoint("ssm", &o.BaseEndpoint) })),
		Tagging:        newTagging(resourcegroupstaggingapi.NewFromConfig(cfg, func(o *resourcegroupstaggingapi.Options) { f.endpoint("tagging", &o.BaseEndpoint) })),
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
