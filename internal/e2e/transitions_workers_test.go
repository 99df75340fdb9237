package e2e

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// TestTransitionsOfTheWorkers changes what workers are made of, with and without an
// instance refresh.
func TestTransitionsOfTheWorkers(t *testing.T) {
	t.Parallel()
	c := newChangling(t, newWorkspace(t), arguments{"additional_tags": `{ Team = "a", Old = "x" }`})
	own := []string{"secret", "secret_version"}
	secret := c.arguments["secure_env_vars"]
	c.through(
		transition{name: "instance refresh on", then: replaced(0), change: arguments{
			"instance_refresh": "{ preferences = { instance_warmup = 0, min_healthy_percentage = 50 } }",
		}},
		transition{name: "own secret to theirs", leaves: own, then: replaced(1), change: arguments{"secure_env_vars": "", "byo_secretsmanager": c.secret()}},
		transition{name: "their secret to own", adds: own, then: replaced(2), change: arguments{"secure_env_vars": secret, "byo_secretsmanager": ""}},
		transition{name: "every tag changed", change: arguments{"additional_tags": `{ Team = "b", New = "y" }`}, then: func(c *changling) {
			replaced(3)(c)
			c.tagged("Team", "b")
			c.tagged("New", "y")
			c.tagged("Old", "")
		}},
		transition{name: "instance refresh off", then: replaced(3), change: arguments{"instance_refresh": ""}},
		transition{name: "credentials removed", leaves: lifecycleParts, change: arguments{"spacelift_api_credentials": ""}},
		transition{name: "credentials added", adds: lifecycleParts, change: arguments{"spacelift_api_credentials": c.arguments["spacelift_api_credentials"]}},
	)
	c.finish()
}

// lifecycleParts are the components that come with the credentials.
var lifecycleParts = []string{
	"api_key_parameter", "api_key_parameter_version", "lifecycle_function", hookPart, "lifecycle_hook_role", "lifecycle_log_group", "lifecycle_permission",
	"lifecycle_queue", "lifecycle_queue_mapping", "lifecycle_role", "lifecycle_rule",
}

// replaced checks how many refreshes there have been. All instances are of the newest
// launch template once the last is through.
func replaced(refreshes int) func(*changling) {
	return func(c *changling) {
		c.Helper()
		if refreshes > 0 {
			c.refreshed(refreshes - 1)
		}
		if n := len(c.refreshes()); n != refreshes {
			c.Errorf("there have been %d refreshes, want %d", n, refreshes)
		}
		group := c.group()
		versions := map[string]int{}
		for _, one := range group.Instances {
			if one.LifecycleState == types.LifecycleStateInService {
				versions[aws.ToString(one.LaunchTemplate.Version)]++
			}
		}
		if want := fmt.Sprint(refreshes + 1); len(versions) > 1 || versions[want] == 0 {
			c.Errorf("instances of versions %v of the launch template, want %s only", versions, want)
		}
	}
}

// secret makes a secret of the user's and returns the argument that names it.
func (c *changling) secret() string {
	c.Helper()
	out, err := secretsmanager.NewFromConfig(c.account.DirectConfig()).CreateSecret(c.Context(), &secretsmanager.CreateSecretInput{
		Name: aws.String("theirs"), SecretString: aws.String(`{"SPACELIFT_TOKEN":"token"}`),
	})
	if err != nil {
		c.Fatal(err)
	}
	return fmt.Sprintf(`{ name = "theirs", arn = %q, keys = ["SPACELIFT_TOKEN"] }`, *out.ARN)
}

// tagged checks a tag of the group, of its instances in service, of a function and
// of the queue; "" is none.
func (c *changling) tagged(key, value string) {
	c.Helper()
	found := map[string]string{"group": "", "function": "", "queue": ""}
	for _, tag := range c.group().Tags {
		if *tag.Key == key {
			found["group"] = *tag.Value
		}
	}
	function, err := awslambda.NewFromConfig(c.account.DirectConfig()).GetFunction(c.Context(), &awslambda.GetFunctionInput{FunctionName: aws.String(liveLifecycle)})
	if err != nil {
		c.Fatal(err)
	}
	found["function"] = function.Tags[key]
	queue, err := sqs.NewFromConfig(c.account.DirectConfig()).ListQueueTags(c.Context(), &sqs.ListQueueTagsInput{QueueUrl: aws.String(c.components()["lifecycle_queue"])})
	if err != nil {
		c.Fatal(err)
	}
	found["queue"] = queue.Tags[key]
	for _, instance := range c.serving() {
		found[*instance.InstanceId] = ""
		for _, tag := range instance.Tags {
			if *tag.Key == key {
				found[*instance.InstanceId] = *tag.Value
			}
		}
	}
	for what, got := range found {
		if got != value {
			c.Errorf("tag %s of the %s is %q, want %q", key, what, got, value)
		}
	}
}
