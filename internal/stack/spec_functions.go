package stack

// APICredentials are those of the Spacelift API key with which the functions look
// at the pool and drain its workers. Its secret is a value that we store, or an
// existing parameter.
type APICredentials struct {
	KeyID    string // ULID
	Endpoint string // https URL of the account, without /graphql
	Secret   string // a write-only one is known while it is stored, and never read back
	Version  *int64 // the user's number for a write-only Secret; nil when the state holds Secret
	Unread   bool   // a secret is stored that nobody knows: that of an imported pool
	Existing *ExistingParameter
}

// ExistingParameter is an SSM parameter that the user made, with the secret of the
// API key in it.
type ExistingParameter struct {
	Name string // as ssm:GetParameter takes it
	ARN  string
}

// content tells secrets from others: write-only ones by their number.
func (c *APICredentials) content() any {
	switch {
	case c == nil || c.Existing != nil:
		return nil
	case c.Version != nil:
		return *c.Version
	case c.Unread:
		return c.Unread
	}
	return c.Secret
}

// Autoscaling is how the autoscaler works. What its settings do is told in
// lambdaenv.Autoscaler, which all but the first six become.
type Autoscaling struct {
	Architecture       string            // of both functions: "amd64" or "arm64"
	ScheduleExpression string            // of EventBridge, such as "rate(1 minute)"
	Timeout            int32             // of the function, seconds; 1 to 900
	MemorySize         int32             // of the function, MiB; 128 to 10240
	Package            *FunctionPackage  // nil: the function that the provider carries
	ExtraEnv           map[string]string // environment of the function that wins over ours

	MaxCreate         int32
	MaxTerminate      int32
	ScaleDownDelay    int32 // minutes
	PollingInterval   int32 // seconds
	MinIdleWorkers    int32
	TargetUtilization int32  // percent
	ScaleOutCooldown  int32  // seconds
	ScaleInCooldown   int32  // seconds
	BootTimeout       int32  // seconds, also of the lifecycle manager
	LogLevel          string // "debug", "info", "warn" or "error", also of the lifecycle manager
	DryRun            bool
}

// FunctionPackage is an autoscaler of the user's own in S3. It may be Spacelift's
// earlier one, which ends instances without the termination hook.
type FunctionPackage struct {
	Bucket        string
	Key           string
	ObjectVersion string // empty: the newest one at the time of an apply that changes the function
}

// Lifecycle is how workers are drained before their instances end.
type Lifecycle struct {
	HookTimeout    int32  // heartbeat of the termination hook, seconds; 30 to 7200
	DrainTimeout   int32  // seconds a busy worker is protected, at most min(48 h, 100 × HookTimeout)
	OnDrainTimeout string // "terminate" or "retain": what becomes of a worker that is busy after that
}

// Functions are what the autoscaler and the lifecycle manager have in common.
type Functions struct {
	VPC         *FunctionVPC // nil: they run in no VPC of the user's
	TracingMode string       // of X-Ray: "Active" or "PassThrough"
	CABundle    string       // PEM, trusted besides the system's certificates; empty for none
}

// FunctionVPC is where the functions run.
type FunctionVPC struct {
	Subnets        []string // ids; a set
	SecurityGroups []string // ids; a set
}

// Monitoring is what shows and reports how the pool does.
type Monitoring struct {
	Dashboard    bool     // a CloudWatch dashboard
	AlarmActions []string // ARNs, such as of SNS topics, that the alarms call; a set; empty: no alarms
}
