package autoscaling

import (
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// Where the rules of this file come from.
const (
	_ = "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html"
	_ = "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html"
)

// groupName: ASCII 33 to 126 without a colon, at most 255 characters.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html#API_CreateAutoScalingGroup_RequestParameters
var groupName = regexp.MustCompile(`^[!-9;-~]{1,255}$`)

func checkName(name *string) error {
	if !groupName.MatchString(value(name)) {
		return invalid("1 validation error detected: Value '%s' at 'autoScalingGroupName' failed to satisfy constraint: "+
			"ASCII characters 33 to 126 without a colon, at most 255", value(name))
	}
	return nil
}

// check holds a whole group, as it would be after the request, against AWS's rules.
func check(r *types.AutoScalingGroup) error {
	for _, rule := range []func(*types.AutoScalingGroup) error{
		checkSize, checkHealth, checkLifetime, checkPolicies, checkMaintenance, checkMixed,
	} {
		if err := rule(r); err != nil {
			return err
		}
	}
	return nil
}

// checkSize: MinSize ≤ DesiredCapacity ≤ MaxSize, none negative.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html
func checkSize(r *types.AutoScalingGroup) error {
	low, high, desired := value(r.MinSize), value(r.MaxSize), value(r.DesiredCapacity)
	switch {
	case low < 0 || high < 0 || desired < 0:
		return invalid("Group sizes must be 0 or greater")
	case low > high:
		return invalid("Max bound, %d, must be greater than or equal to min bound, %d", high, low)
	case desired < low || desired > high:
		return invalid("Desired capacity:%d must be between the specified min size:%d and max size:%d", desired, low, high)
	}
	return nil
}

// checkHealth: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
func checkHealth(r *types.AutoScalingGroup) error {
	for kind := range strings.SplitSeq(value(r.HealthCheckType), ",") {
		switch kind {
		case "EC2", "ELB", "EBS", "VPC_LATTICE":
		default:
			return invalid("Invalid value '%s' for HealthCheckType. Valid values are EC2, ELB, EBS, and VPC_LATTICE.", kind)
		}
	}
	if value(r.HealthCheckGracePeriod) < 0 {
		return invalid("HealthCheckGracePeriod must be 0 or greater")
	}
	if value(r.DefaultCooldown) < 0 {
		return invalid("DefaultCooldown must be 0 or greater")
	}
	return nil
}

// checkLifetime: 0 or one day to one year.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
func checkLifetime(r *types.AutoScalingGroup) error {
	const day, year = 86400, 31536000
	if seconds := value(r.MaxInstanceLifetime); seconds != 0 && (seconds < day || seconds > year) {
		return invalid("The value for MaxInstanceLifetime must be 0 or between %d and %d", day, year)
	}
	if value(r.DefaultInstanceWarmup) < 0 {
		return invalid("DefaultInstanceWarmup must be 0 or greater; -1 removes it")
	}
	return nil
}

// terminationPolicy: the predefined ones, or a Lambda function's ARN.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
var terminationPolicy = regexp.MustCompile(`^(Default|AllocationStrategy|ClosestToNextInstanceHour|NewestInstance|OldestInstance|OldestLaunchConfiguration|OldestLaunchTemplate|arn:[^:]+:lambda:.+)$`)

func checkPolicies(r *types.AutoScalingGroup) error {
	for _, policy := range r.TerminationPolicies {
		if !terminationPolicy.MatchString(policy) {
			return invalid("Invalid termination policy '%s'", policy)
		}
	}
	return nil
}

// checkMaintenance: both bounds or neither, at most 100 points apart.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceMaintenancePolicy.html
func checkMaintenance(r *types.AutoScalingGroup) error {
	policy := r.InstanceMaintenancePolicy
	if policy == nil {
		return nil
	}
	if policy.MinHealthyPercentage == nil || policy.MaxHealthyPercentage == nil {
		return invalid("MinHealthyPercentage and MaxHealthyPercentage must be given together")
	}
	low, high := *policy.MinHealthyPercentage, *policy.MaxHealthyPercentage
	switch {
	case low == -1 && high == -1: // removes the policy
	case low < 0 || low > 100:
		return invalid("MinHealthyPercentage must be between 0 and 100")
	case high < 100 || high > 200:
		return invalid("MaxHealthyPercentage must be between 100 and 200")
	case high-low > 100:
		return invalid("The difference between MinHealthyPercentage and MaxHealthyPercentage cannot be greater than 100")
	}
	return nil
}

func oneOf(text string, allowed ...string) bool {
	for _, one := range allowed {
		if text == one {
			return true
		}
	}
	return false
}
