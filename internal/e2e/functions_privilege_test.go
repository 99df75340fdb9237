package e2e

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// unseen are the actions of the functions' policies, by golden file, that no call of
// TestFunctionsNeedEachPermission takes, and what takes them.
var unseen = map[string]map[string]string{
	lambdas.Lifecycle: {
		"autoscaling:TerminateInstanceInAutoScalingGroup": "the end of an instance that was retained: lambdas/internal/scenario",
	},
}

// TestFunctionsNeedEachPermission lets the functions do all that they do in a group, and
// tells which actions of their policies nothing has needed.
func TestFunctionsNeedEachPermission(t *testing.T) {
	t.Parallel()
	w := newPoolWorld(t, poolSize{desired: 2, max: 4, step: 1, cooldown: time.Second})
	w.eventually(patience, "the workers have registered", func() bool { return len(w.idle()) == 2 })
	w.queue(1, 15*time.Second)
	leaving := w.busy()[0]
	// Both functions find workers that were missed.
	mark := marks.Mark{At: time.Now(), Reason: marks.NoWorker}
	if _, err := w.ec2.CreateTags(t.Context(), &ec2.CreateTagsInput{
		Resources: []string{leaving, w.idle()[0]}, Tags: []ec2types.Tag{{Key: aws.String(marks.Missing), Value: aws.String(mark.String())}},
	}); err != nil {
		t.Fatal(err)
	}
	w.queue(6, 8*time.Second)
	w.begin()
	w.end(leaving)
	w.served(2*patience, 0)
	w.judge()
	for role, golden := range map[string]string{lambdas.Autoscaler: lambdas.Autoscaler, lambdas.Lifecycle: lambdas.Lifecycle, hookRole: hookRole} {
		needed := w.account.Needed("arn:aws:iam::" + w.account.ID() + ":role/" + role)
		for _, action := range actionsOf(t, w.policy(golden)) {
			switch reason := unseen[golden][action]; {
			case reason == "" && needed[action] == nil:
				t.Errorf("nothing has needed %s of %s: take it out of the policy, or tell in this test what does", action, golden)
			case reason != "" && needed[action] != nil:
				t.Errorf("%s of %s is needed here, and listed as unseen", action, golden)
			}
		}
	}
}

// actionsOf are those of a policy's statements.
func actionsOf(t *testing.T, policy string) (actions []string) {
	t.Helper()
	var document struct{ Statement []struct{ Action []string } }
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		t.Fatal(err)
	}
	for _, statement := range document.Statement {
		actions = append(actions, statement.Action...)
	}
	return actions
}
