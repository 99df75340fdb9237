package workerpool_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// A pool whose workers do not come is in the state, tainted, and the error tells
// why they do not.
func TestWaitForWorkersInVain(t *testing.T) {
	t.Parallel()
	c := newCloud(t).withSpacelift()
	c.SetConsole(func(string) string {
		return "cloud-init[2101]: token of the pool: sesame-open-up\ncloud-init[2101]: boot failed: downloading the launcher: Connection timed out\n"
	})
	config := c.config(c.minimal().with(arguments{
		"min_size": "1", "wait_for_workers": "1", "force_destroy": "true", "timeouts": `{ create = "12s" }`,
		"secure_env_vars": `{ SPACELIFT_TOKEN = "sesame-open-up", SPACELIFT_POOL_PRIVATE_KEY = "key" }`,
	}))
	c.run(t,
		before(failing(config, "Too few workers", "only 0 workers", "nothing has been removed", "untaint", "1 InService", "token of the pool: (secret)", "boot failed", "timeouts.create"),
			func() { c.Scaling().Behave(func(b *autoscaling.Behavior) { b.NeverBoot = 1 }) }),
		apply(config, action(plancheck.ResourceActionReplace), has("wait_for_workers", knownvalue.Int64Exact(1))),
	)
}

func TestWaitForWorkersNeedsAKey(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.run(t, resource.TestStep{
		Config: c.config(c.minimal().with(arguments{"wait_for_workers": "1", "min_size": "1"})), PlanOnly: true,
		ExpectError: words("wait_for_workers is set, but the provider has no Spacelift API key", "SPACELIFT_API_KEY_"),
	})
}
