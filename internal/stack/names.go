package stack

// Names of the components, as they appear in the inventory and in errors.
const (
	ComponentRole           = "instances_role"
	ComponentProfile        = "instance_profile"
	ComponentSecret         = "secret"
	ComponentSecretVersion  = "secret_version"
	ComponentInfoLog        = "log_group_info"
	ComponentErrorLog       = "log_group_errors"
	ComponentLaunchTemplate = "launch_template"
	ComponentGroup          = "autoscaling_group"
	ComponentSchedules      = "schedules"
)

// Names of the log groups that the agent on the worker image writes to:
// https://github.com/spacelift-io/spacelift-worker-image
const (
	infoLogGroup  = "spacelift-info.log"
	errorLogGroup = "spacelift-errors.log"
)

// inlinePolicyName is the name of the role's one inline policy.
const inlinePolicyName = "spacelift-worker"

// The longest names AWS takes, in characters:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
const (
	maxRoleName           = 64
	maxLaunchTemplateName = 128
)

// Names are the physical names of the objects that a pool would make.
type Names struct {
	Group          string // also the launch template's
	LaunchTemplate string
	Role           string // IAM is global, so its names carry the region
	Profile        string
	Secret         string
}

// NamesOf makes the names of a pool.
func NamesOf(baseName, region string) Names {
	return Names{
		Group:          baseName,
		LaunchTemplate: baseName,
		Role:           baseName + "-" + region,
		Profile:        baseName + "-" + region,
		Secret:         baseName + "-secret",
	}
}

// MaxBaseName is the length of the longest base name whose names AWS takes in region.
func MaxBaseName(region string) int {
	return min(maxRoleName-len("-"+region), maxLaunchTemplateName)
}
