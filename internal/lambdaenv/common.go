package lambdaenv

import (
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// GroupARNVariable is the variable that names the Auto Scaling group which a function
// works on. Spacelift's own functions have it as well.
const GroupARNVariable = "AUTOSCALING_GROUP_ARN"

// Common is what both functions are told. The table beside it says what each
// variable allows.
type Common struct {
	GroupARN          string        // AUTOSCALING_GROUP_ARN
	Region            string        // AUTOSCALING_REGION
	APIKeyID          string        // SPACELIFT_API_KEY_ID
	APIKeySecretName  string        // SPACELIFT_API_KEY_SECRET_NAME, of an SSM parameter
	APIKeyEndpoint    string        // SPACELIFT_API_KEY_ENDPOINT, without /graphql
	WorkerPoolID      string        // SPACELIFT_WORKER_POOL_ID
	BootTimeout       time.Duration // AUTOSCALING_BOOT_TIMEOUT
	LogLevel          slog.Level    // LOG_LEVEL
	CABundle          string        // CA_BUNDLE, certificates; empty for none
	CABundleSecretARN string        // CA_BUNDLE_SECRET_ARN; empty for none
}

func (c *Common) table() []variable {
	return []variable{
		{name: GroupARNVariable, required: true, allowed: "the ARN of the pool's Auto Scaling group", value: text(&c.GroupARN, isGroupARN)},
		{name: "AUTOSCALING_REGION", required: true, allowed: "the AWS region of the group, such as eu-west-1", value: text(&c.Region, isRegion)},
		{name: "SPACELIFT_API_KEY_ID", required: true, allowed: "the id of a Spacelift API key", value: text(&c.APIKeyID, isWord)},
		{name: "SPACELIFT_API_KEY_SECRET_NAME", required: true, allowed: "the name (not the value) of the SSM parameter that holds the API key's secret", value: text(&c.APIKeySecretName, isParameter)},
		{name: "SPACELIFT_API_KEY_ENDPOINT", required: true, allowed: "the https URL of the Spacelift account, such as https://acme.app.spacelift.io", value: text(&c.APIKeyEndpoint, isEndpoint)},
		{name: "SPACELIFT_WORKER_POOL_ID", required: true, allowed: "the ULID of the worker pool, 26 digits and capital letters", value: text(&c.WorkerPoolID, isULID)},
		{name: "AUTOSCALING_BOOT_TIMEOUT", fallback: "10m", allowed: "how long an instance may take to become a worker, " + span(shortest, longest), value: duration(&c.BootTimeout, shortest, longest)},
		{name: "LOG_LEVEL", fallback: "info", allowed: "debug, info, warn or error", value: level(&c.LogLevel)},
		{name: "CA_BUNDLE", allowed: "certificates in PEM that are trusted besides the system's, or nothing", value: text(&c.CABundle, isBundle)},
		{name: "CA_BUNDLE_SECRET_ARN", allowed: "the ARN of a Secrets Manager secret with such certificates, for more than fit into the 4 KB of environment that Lambda allows, or nothing", value: text(&c.CABundleSecretARN, isSecretARN)},
	}
}

// check looks at what single variables cannot tell.
func (c *Common) check() error {
	var problems []error
	if group, err := arn.Parse(c.GroupARN); err == nil && c.Region != "" && group.Region != c.Region {
		problems = append(problems, errors.New("AUTOSCALING_REGION: it and AUTOSCALING_GROUP_ARN name different regions. Set AUTOSCALING_REGION to the region in the ARN"))
	}
	if c.CABundle != "" && c.CABundleSecretARN != "" {
		problems = append(problems, errors.New("CA_BUNDLE: it and CA_BUNDLE_SECRET_ARN are both set. Keep one of them, with all certificates in it"))
	}
	return errors.Join(problems...)
}

// GroupName is the name of the Auto Scaling group, from its ARN; empty if GroupARN
// is not such an ARN, which parsing rules out.
func (c Common) GroupName() string { return groupName(c.GroupARN) }
