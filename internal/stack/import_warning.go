package stack

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// importWarnings say what the first apply after an import does that nobody may
// expect of it. spec is what the import has found.
func importWarnings(g types.AutoScalingGroup, spec Spec) (warnings []Problem) {
	name := aws.ToString(g.AutoScalingGroupName)
	if tagsOfGroup(g)[marks.PoolState] == marks.Deleting {
		warnings = append(warnings, Problem{
			Warning: true, Summary: "Worker pool whose deletion was begun",
			Detail: fmt.Sprintf("A deletion of the pool of the Auto Scaling group %s was begun and has not come to its end. The next apply takes it back: the processes that "+
				"the deletion has suspended go on, and workers that it has drained take runs again. To delete the pool instead, run terraform destroy. "+
				"If another state has the pool, do neither: finish the deletion there.", name),
		})
	}
	for _, bound := range []struct {
		attribute, of string
		is            *int32 // in AWS
		taken         int32
		size          func(Schedule) *int32
	}{
		{"min_size", "minimum", g.MinSize, spec.MinSize, minSize}, {"max_size", "maximum", g.MaxSize, spec.MaxSize, maxSize},
	} {
		_, scheduled := scheduledSizes(spec, Spec{}, bound.size)[aws.ToInt32(bound.is)]
		if !scheduled || aws.ToInt32(bound.is) == bound.taken {
			continue
		}
		warnings = append(warnings, Problem{
			Warning: true, Attribute: bound.attribute, Summary: "Size of a schedule in force",
			Detail: fmt.Sprintf("The Auto Scaling group %s has %d for its %s size, which is what one of its schedules sets. AWS does not tell what it is without the schedules, "+
				"so the import takes %d, the default. If the configuration has another %s, the first apply puts that in force at once, until a schedule sets the size again: "+
				"apply when that does no harm.", name, aws.ToInt32(bound.is), bound.of, bound.taken, bound.attribute),
		})
	}
	return warnings
}
