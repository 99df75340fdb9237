package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// documented are the policies that the documentation gives an operator: of a pool,
// and of its functions.
var documented = []string{"permissions", "permissions_functions"}

// documentedName is what base names begin with for which they are written.
const documentedName = "sp5ft-"

// hold holds the provider to documented policies, with what an operator would write
// into them: their text, the operator's, and so on.
func (w *workspace) hold(tb testing.TB, policies []string, adapted ...string) {
	tb.Helper()
	var texts []string
	for _, name := range policies {
		text, err := os.ReadFile(filepath.Join("..", "..", "examples", "provider", name+".json"))
		if err != nil {
			tb.Fatal(err)
		}
		texts = append(texts, strings.NewReplacer(adapted...).Replace(string(text)))
	}
	if err := w.account.Hold(texts...); err != nil {
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
