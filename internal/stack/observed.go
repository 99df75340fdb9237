package stack

// Inventory says which components exist and under which physical name or id.
// It is authoritative: an object in it keeps its name.
type Inventory map[string]string

// Outputs are what the pool tells about itself. Empty means absent.
type Outputs struct {
	LatestAMIID                 string // newest worker image of the pool's architecture
	AutoScalingGroupARN         string
	AutoScalingGroupName        string
	LaunchTemplateID            string
	LaunchTemplateLatestVersion int64
	InstancesRoleARN            string
	InstancesRoleName           string
	InstanceProfileARN          string
	SecretARN                   string            // of the secret we made
	LogGroupARNs                map[string]string // log group name → ARN, those of the functions included
	APIKeyParameterName         string            // of the SSM parameter that the functions read, ours or the user's
	AutoscalerFunctionARN       string
	AutoscalerLogGroupName      string
	LifecycleFunctionARN        string
	LifecycleQueueURL           string
	DashboardURL                string // of the console
}

// Observed is the pool as AWS has it.
type Observed struct {
	// Spec is the wanted Spec with every setting that AWS tells and that is an
	// argument replaced by what AWS has.
	Spec Spec
	Outputs
	Components Inventory
	Drift      map[string]string // component → sentence, for all that is not an argument
	Outlook    *RefreshOutlook   // of Read; nil for no group
}
