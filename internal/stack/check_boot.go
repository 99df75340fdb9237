package stack

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// CheckBootScript refuses a spec whose boot script AWS or a shell would not take.
// It asks nothing of AWS. What a plan does not know yet counts as empty, and
// region as one with a short name.
func CheckBootScript(spec Spec, region string) []Problem {
	_, err := planned(spec, region).template.UserData()
	problems := Explain(err, Planning)
	var large *userdata.TooLargeError
	if errors.As(err, &large) {
		problems[0].Attribute = largestText(spec.Boot)
		problems[0].Detail = "The largest part of it is " + problems[0].Attribute + ": " + problems[0].Detail +
			". Fetch the long texts at boot instead, from S3 for example, or build them into the AMI."
	}
	return problems
}

// planned is the pool of a spec before there is anything of it. The ARN of its secret is
// known once that is made; only its length matters here.
func planned(spec Spec, region string) *pool {
	if region == "" {
		region = "us-east-1"
	}
	arn := exampleSecret(region, NamesOf(spec.BaseName, region).Secret)
	return build(&awsapi.Clients{Partition: "aws", Region: region, AccountID: "000000000000"}, spec, Observed{Outputs: Outputs{SecretARN: arn}})
}

// exampleSecret is as long as the ARN that a secret is going to have.
func exampleSecret(region, name string) string {
	return "arn:aws:secretsmanager:" + region + ":000000000000:secret:" + name + "-000000"
}

// MaxInlinePolicies is IAM's limit for all inline policies of a role together, in
// characters other than white space:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MaxInlinePolicies = 10240

// VisibleLength is the number of bytes of a text that are no white space.
func VisibleLength(text string) int { return len(strings.Join(strings.Fields(text), "")) }

// CheckRolePolicy refuses statements that the workers' role cannot hold besides the
// provider's own. It asks nothing of AWS, as CheckBootScript.
func CheckRolePolicy(spec Spec, region string) []Problem {
	if len(spec.Role.ExtraStatements) == 0 || spec.Role.CustomName != "" {
		return nil
	}
	policy, err := planned(spec, region).role.Policy()
	if err != nil {
		return Explain(err, Planning)
	}
	size := VisibleLength(policy)
	if size <= MaxInlinePolicies {
		return nil
	}
	return []Problem{{
		Attribute: "extra_iam_statements",
		Summary:   "Policy too large",
		Detail: fmt.Sprintf("With extra_iam_statements the inline policy of the workers' role has %d characters besides white space, of which the provider's own "+
			"statements are a part. IAM takes %d. Shorten the statements, or bring a role of your own with custom_iam_role_name.", size, MaxInlinePolicies),
	}}
}

// largestText names the argument that adds most to the boot script.
func largestText(boot Boot) string {
	certificates := ""
	if boot.SelfHosted != nil {
		certificates = strings.Join(boot.SelfHosted.CACertificates, "\n")
	}
	largest, size := "configuration", len(boot.Configuration)
	for _, text := range []struct{ attribute, text string }{
		{"boot_hooks.pre", boot.PreHook}, {"boot_hooks.post", boot.PostHook}, {"selfhosted_configuration.ca_certificates", certificates},
	} {
		if len(text.text) > size {
			largest, size = text.attribute, len(text.text)
		}
	}
	return largest
}
