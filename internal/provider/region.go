package provider

import (
	"context"
	"fmt"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/endpoints"
	"github.com/hashicorp/aws-sdk-go-base/v2/validation"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// ambient are the settings of the environment and the profile that have to be
// known before the SDK loads its configuration.
type ambient struct {
	region   string
	attempts int // AWS_MAX_ATTEMPTS or max_attempts; 0 when neither is set
}

// readAmbient ignores errors: loading the configuration reports them again, and
// better.
func readAmbient(ctx context.Context, c *awsbase.Config) ambient {
	env, err := awsconfig.NewEnvConfig()
	if err != nil {
		return ambient{}
	}
	found := ambient{region: env.Region, attempts: env.RetryMaxAttempts}
	shared, err := sharedConfig(ctx, c, env)
	if err != nil {
		return found
	}
	if found.region == "" {
		found.region = shared.Region
	}
	if found.attempts == 0 {
		found.attempts = shared.RetryMaxAttempts
	}
	return found
}

func sharedConfig(ctx context.Context, c *awsbase.Config, env awsconfig.EnvConfig) (awsconfig.SharedConfig, error) {
	profile := firstOf(c.Profile, env.SharedConfigProfile, awsconfig.DefaultSharedConfigProfile)
	configFiles, err := c.ResolveSharedConfigFiles()
	if err != nil {
		return awsconfig.SharedConfig{}, err
	}
	credentialsFiles, err := c.ResolveSharedCredentialsFiles()
	if err != nil {
		return awsconfig.SharedConfig{}, err
	}
	return awsconfig.LoadSharedConfigProfile(ctx, profile, func(o *awsconfig.LoadSharedConfigOptions) {
		o.ConfigFiles = filesOr(configFiles, env.SharedConfigFile)
		o.CredentialsFiles = filesOr(credentialsFiles, env.SharedCredentialsFile)
	})
}

// filesOr returns nil, which means the SDK's default, if neither is set.
func filesOr(files []string, variable string) []string {
	if len(files) == 0 && variable != "" {
		return []string{variable}
	}
	if len(files) == 0 {
		return nil
	}
	return files
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

func checkRegion(argument, region string) (diags diag.Diagnostics) {
	if err := validation.SupportedRegion(region); err != nil {
		diags.AddAttributeError(path.Root(argument), "Invalid AWS region",
			fmt.Sprintf("%s is %q, which is not the name of an AWS region such as \"eu-west-1\". Correct it where it is set: the argument, AWS_REGION, AWS_DEFAULT_REGION or the profile. "+
				"If the region is newer than this provider, set skip_region_validation = true.\n\nError: %s", argument, region, err))
	}
	return diags
}

func missingRegion() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("region"), "Missing AWS region",
		"No region is set for calls to AWS. Set the provider's argument region, the environment variable AWS_REGION, or the region of the profile in use.")
}

// partitions returns a function from a region's name to the partition it is in.
// home, the partition of the credentials, is assumed for regions that are newer
// than this provider; "" stands for "aws".
func partitions(home string) func(region string) string {
	all := endpoints.DefaultPartitions()
	if home == "" {
		home = endpoints.AwsPartitionID
	}
	return func(region string) string {
		if partition, ok := endpoints.PartitionForRegion(all, region); ok {
			return partition.ID()
		}
		return home
	}
}
