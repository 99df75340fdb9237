package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// documentedName is what base names begin with for which the documented policies are written.
const documentedName = "sp5ft-"

// hold holds the provider to the documented policies, with what an operator would write
// into them: their text, the operator's, and so on.
func (w *workspace) hold(tb testing.TB, adapted ...string) {
	tb.Helper()
	if err := w.account.Hold(awstest.OperatorPolicies(tb, adapted...)...); err != nil {
		tb.Fatal(err)
	}
}

// policy is a document as the provider would deploy it for this pool. What the golden
// file says is held to the code by package stack.
func (w *poolWorld) policy(golden string) string {
	w.Helper()
	text, err := os.ReadFile(filepath.Join("..", "stack", "testdata", "policy", golden+".json"))
	if err != nil {
		w.Fatal(err)
	}
	here := func(service, resource string) string {
		return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, w.account.Region(), w.account.ID(), resource)
	}
	there := func(service, resource string) string {
		return "arn:aws:" + service + ":eu-west-1:123456789012:" + resource
	}
	return strings.NewReplacer(
		there("logs", "log-group:/aws/lambda/pool:*"), here("logs", "log-group:/aws/lambda/"+golden+":*"),
		there("ssm", "parameter/pool/api-secret"), here("ssm", "parameter"+secretParameter),
		there("sqs", "pool-lifecycle-manager"), here("sqs", queueName),
		there("autoscaling", "autoScalingGroup:*:autoScalingGroupName/pool"), here("autoscaling", "autoScalingGroup:*:autoScalingGroupName/"+groupName),
		`"aws:ResourceTag/aws:autoscaling:groupName": "pool"`, fmt.Sprintf(`"aws:ResourceTag/aws:autoscaling:groupName": %q`, groupName),
		"eu-west-1", w.account.Region(), "123456789012", w.account.ID(),
	).Replace(string(text))
}
