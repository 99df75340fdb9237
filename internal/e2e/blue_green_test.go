package e2e

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-exec/tfexec"
)

// The example of blue and green moves its load as its comment says: in place, whichever
// way, with the other color left as it is.
func TestBlueGreenMoves(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../examples/blue-green/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorkspaceOf(t, string(text))
	w.fill(t)
	sizes := func() map[string]int32 {
		out, err := w.account.Direct().AutoScaling.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{})
		if err != nil {
			t.Fatal(err)
		}
		largest := map[string]int32{}
		for _, group := range out.AutoScalingGroups {
			largest[*group.AutoScalingGroupName] = *group.MaxSize
		}
		return largest
	}
	for _, step := range []struct {
		sizes string
		want  map[string]int32
	}{
		{"{ blue = 10, green = 0 }", map[string]int32{"workers-blue": 10, "workers-green": 0}},
		{"{ blue = 10, green = 2 }", map[string]int32{"workers-blue": 10, "workers-green": 2}},
		{"{ blue = 0, green = 10 }", map[string]int32{"workers-blue": 0, "workers-green": 10}},
	} {
		if err := w.Apply(t.Context(), tfexec.Var("max_sizes="+step.sizes)); err != nil {
			t.Fatalf("%s: %s", step.sizes, err)
		}
		if diff := cmp.Diff(step.want, sizes()); diff != "" {
			t.Errorf("%s: largest sizes (-want +got):\n%s", step.sizes, diff)
		}
	}
	if err := w.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
}
