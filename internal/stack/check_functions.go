package stack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
)

// MaxSecretSize is Secrets Manager's limit for a secret's value, in bytes:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
const MaxSecretSize = 65536

// CheckFunctions refuses a spec whose functions would not run with the environment
// that they are to get. It asks nothing of AWS. What a plan does not know yet, and so
// is empty, passes; region is one with a short name then.
func CheckFunctions(spec Spec, region string) []Problem {
	if spec.APICredentials == nil {
		return nil
	}
	at := example(spec, region)
	problems := append(checkExtraEnv(spec, at), checkParameterName(spec)...)
	if size := len(spec.Functions.CABundle); size > MaxSecretSize {
		problems = append(problems, Problem{
			Attribute: "ca_bundle", Summary: "CA bundle too large",
			Detail: fmt.Sprintf("ca_bundle has %d bytes, but the secret that holds it takes %d. Leave only the certificates in it that the functions need.", size, MaxSecretSize),
		})
	}
	environments := []map[string]string{lifecycleEnv(spec, at)}
	if spec.Autoscaling != nil {
		environments = append(environments, autoscalerEnv(spec, at))
	}
	for _, environment := range environments {
		if size := sizeOf(environment); size > maxEnvironment {
			return append(problems, tooLarge(size))
		}
	}
	return problems
}

// example is what the functions' environment names, as long as it is going to be.
func example(spec Spec, region string) surroundings {
	if region == "" {
		region = "us-east-1"
	}
	parameter := parameterName(spec)
	if name := existingParameter(spec); name != "" {
		parameter = name
	}
	at := surroundings{
		groupARN: "arn:aws:autoscaling:" + region + ":000000000000:autoScalingGroup:00000000-0000-0000-0000-000000000000:autoScalingGroupName/" + spec.BaseName,
		region:   region, parameter: parameter, hook: hookName(),
	}
	if bundleIsLong(spec) {
		at.bundleSecret = exampleSecret(region, NamesOf(spec.BaseName, region).Bundle)
	}
	return at
}

// checkExtraEnv refuses variables that the autoscaler would refuse. One of the
// user's own may take others.
func checkExtraEnv(spec Spec, at surroundings) (problems []Problem) {
	if spec.Autoscaling == nil || spec.Autoscaling.Package != nil {
		return nil
	}
	_, err := lambdaenv.ParseAutoscaler(autoscalerEnv(spec, at))
	own, without := *spec.Autoscaling, spec
	own.ExtraEnv, without.Autoscaling = nil, &own
	_, otherwise := lambdaenv.ParseAutoscaler(autoscalerEnv(without, at))
	unknown := lines(otherwise) // what is not known yet
	for _, line := range lines(err) {
		name, problem, _ := strings.Cut(line, ": ")
		_, extra := spec.Autoscaling.ExtraEnv[name]
		detail := fmt.Sprintf("autoscaler_extra_env sets %s, which the autoscaler would not take: %s. Or remove it.", name, problem)
		switch {
		case !extra && slices.Contains(unknown, line):
			continue
		case !extra:
			detail = fmt.Sprintf("With what autoscaler_extra_env sets, the autoscaler would not take the %s that other arguments give it: %s. "+
				"Change that argument, or remove the variable that contradicts it.", name, problem)
		}
		problems = append(problems, Problem{Attribute: "autoscaler_extra_env", Summary: "Invalid value of autoscaler_extra_env", Detail: detail})
	}
	return problems
}

func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func tooLarge(size int) Problem {
	return Problem{
		Attribute: "autoscaler_extra_env",
		Summary:   "Environment too large",
		Detail: fmt.Sprintf("autoscaler_extra_env makes an environment of %d bytes, but Lambda takes %d. Remove variables, or shorten them.",
			size, maxEnvironment),
	}
}

// checkParameterName refuses a base name that the parameter of the API key's secret
// cannot begin with.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
func checkParameterName(spec Spec) []Problem {
	name := strings.ToLower(spec.BaseName)
	if spec.APICredentials.Existing != nil || !strings.HasPrefix(name, "aws") && !strings.HasPrefix(name, "ssm") {
		return nil
	}
	return []Problem{{
		Attribute: "base_name", Summary: "Invalid value of base_name",
		Detail: fmt.Sprintf("base_name is %q, and the SSM parameter of the API key's secret is named after it, but AWS takes no parameter whose name begins with aws or ssm. "+
			"Choose another name, or store the secret in a parameter of your own and name that in byo_ssm.", spec.BaseName),
	}}
}

// existingParameter is the name of the user's SSM parameter, "" for none.
func existingParameter(spec Spec) string {
	if spec.APICredentials == nil || spec.APICredentials.Existing == nil {
		return ""
	}
	return spec.APICredentials.Existing.Name
}

// checkParameter refuses a parameter that does not exist, or is none that holds a
// secret.
func checkParameter(ctx context.Context, clients *awsapi.Clients, spec Spec) ([]Problem, error) {
	name := existingParameter(spec)
	out, err := clients.SSM.DescribeParameters(ctx, &ssm.DescribeParametersInput{
		ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("Name"), Option: aws.String("Equals"), Values: []string{name}}},
	})
	if err != nil {
		return nil, fmt.Errorf("reading SSM parameter %s: %w", name, err)
	}
	if len(out.Parameters) == 0 && out.NextToken == nil {
		return []Problem{missing("byo_ssm.name", "SSM parameter", name, clients.Region, "Correct the name, or create the parameter first.")}, nil
	}
	for _, found := range out.Parameters {
		if found.Type != types.ParameterTypeSecureString {
			return []Problem{{
				Attribute: "byo_ssm.name", Summary: "Secret in plain text", Warning: true,
				Detail: fmt.Sprintf("byo_ssm.name names the SSM parameter %s, whose type is %s: everybody who may read parameters sees the secret. Make it a SecureString.", name, found.Type),
			}}, nil
		}
	}
	return nil, nil
}
