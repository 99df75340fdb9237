package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// endpointServices has the arguments of endpoints, and the service of
// awsapi.Factory that each one moves ("" for those only used to log in).
var endpointServices = map[string]struct{ service, title, variable string }{
	"autoscaling":    {"autoscaling", "Auto Scaling", "AWS_ENDPOINT_URL_AUTO_SCALING"},
	"cloudwatch":     {"cloudwatch", "CloudWatch", "AWS_ENDPOINT_URL_CLOUDWATCH"},
	"cloudwatchlogs": {"logs", "CloudWatch Logs", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"},
	"ec2":            {"ec2", "EC2", "AWS_ENDPOINT_URL_EC2"},
	"events":         {"events", "EventBridge", "AWS_ENDPOINT_URL_EVENTBRIDGE"},
	"iam":            {"iam", "IAM", "AWS_ENDPOINT_URL_IAM"},
	"kms":            {"kms", "the Key Management Service", "AWS_ENDPOINT_URL_KMS"},
	"lambda":         {"lambda", "Lambda", "AWS_ENDPOINT_URL_LAMBDA"},
	"logs":           {"logs", "CloudWatch Logs, as `cloudwatchlogs`", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"},
	"secretsmanager": {"secretsmanager", "Secrets Manager", "AWS_ENDPOINT_URL_SECRETS_MANAGER"},
	"sqs":            {"sqs", "SQS", "AWS_ENDPOINT_URL_SQS"},
	"ssm":            {"ssm", "Systems Manager", "AWS_ENDPOINT_URL_SSM"},
	"sso":            {"", "IAM Identity Center", "AWS_ENDPOINT_URL_SSO"},
	"sts":            {"", "the Security Token Service", "AWS_ENDPOINT_URL_STS"},
	"tagging":        {"tagging", "the Resource Groups Tagging API", "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API"},
}

func endpointsSchema() schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(endpointServices))
	for name, endpoint := range endpointServices {
		attributes[name] = schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "URL of " + endpoint.title + ". Default: environment variable `" + endpoint.variable + "`.",
			Validators:          []validator.String{httpURL},
		}
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "URLs of AWS services, for VPC endpoints and AWS look-alikes. " +
			"Default: the services' environment variables, then `AWS_ENDPOINT_URL`, then the profile's, then AWS's own.",
		Attributes: attributes,
	}
}

// endpointURLs returns the URLs that are set, by the name of the argument.
func endpointURLs(endpoints types.Object) map[string]string {
	urls := map[string]string{}
	for name, value := range endpoints.Attributes() {
		if url, ok := value.(types.String); ok && url.ValueString() != "" {
			urls[name] = url.ValueString()
		}
	}
	return urls
}

// serviceEndpoints returns urls by the name of the service in awsapi.Factory.
func serviceEndpoints(urls map[string]string) map[string]string {
	services := map[string]string{}
	for name, url := range urls {
		if service := endpointServices[name].service; service != "" {
			services[service] = url
		}
	}
	return services
}
