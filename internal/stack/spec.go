// Package stack turns what a user wants of a worker pool into a graph of AWS
// objects, and creates, reads, changes and removes them as one.
package stack

import "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"

// Spec is what the user wants, in plain Go. Every default is already applied;
// a pointer or an empty string is "not set, AWS's default" only where a comment
// says so.
type Spec struct {
	WorkerPoolID string            // ULID of the pool at Spacelift
	BaseName     string            // from which every object's name is made
	Tags         map[string]string // the provider's default_tags and additional_tags, merged; without ours

	SecurityGroups []string // ids; a set
	Subnets        []string // ids; a set
	MinSize        int32    // instances
	MaxSize        int32    // instances
	EnabledMetrics []string // of the group; a set, empty turns collection off

	Mixed               *MixedInstances // nil: all instances are of Instance.Type, and bought as Instance.Market says
	CapacityRebalance   bool            // replaces spot instances that AWS is likely to take back
	MaxInstanceLifetime int32           // seconds, after which an instance is replaced; 0: no limit
	Schedules           []Schedule      // names are unique; their order means nothing

	Instance       Instance
	LaunchTemplate LaunchTemplate
	Secret         Secret
	Role           Role
	LogGroups      LogGroups
	Boot           Boot

	WaitForWorkers int32 // registered workers that create and update wait for
	ForceDestroy   bool  // a destroy does not wait for busy workers

	InstanceRefresh *InstanceRefresh // nil: instances stay until somebody else replaces them

	APICredentials *APICredentials // nil: no access to Spacelift, and so no functions, whatever the fields below say
	Autoscaling    *Autoscaling    // nil: no autoscaler
	Lifecycle      Lifecycle       // of the lifecycle manager, which every pool with APICredentials has
	Functions      Functions       // what both functions have in common
	Monitoring     Monitoring
}

// Instance is what a worker runs on.
type Instance struct {
	AMIID        string // empty: the newest worker image of Architecture
	Architecture string // "x86_64" or "arm64"
	Type         string // such as "t3.micro"
	Monitoring   bool   // detailed (one-minute) monitoring
	HopLimit     int32  // of IMDSv2 responses: 1 keeps containers away from the role's credentials
	Volume       Volume
	Market       *Market // nil: on-demand
}

// MixedInstances are the types and purchase options of a pool with several.
type MixedInstances struct {
	InstanceTypes      []string // the first is preferred
	OnDemandBase       int32    // on-demand instances that come before any spot instance
	OnDemandPercentage int32    // 0 to 100, of the instances above OnDemandBase
	SpotStrategy       string   // such as "price-capacity-optimized"
}

// Volume is the root volume.
type Volume struct {
	Type       string // "gp3"
	Size       int32  // GiB
	IOPS       *int32 // nil: the volume type's default
	Throughput *int32 // MiB/s; nil: the volume type's default
	Encrypted  bool
	KMSKeyID   string // empty: the account's default key, when encrypted
}

// Market are the instance market options of the launch template.
type Market struct {
	Type                 string // "spot"
	MaxPrice             string // USD an hour; empty: up to the on-demand price
	SpotInstanceType     string // "one-time", or empty
	InterruptionBehavior string // "terminate", or empty
	BlockDurationMinutes *int32
}

// LaunchTemplate is how versions of the template are used.
type LaunchTemplate struct {
	Version              string // which the group uses: a number, "$Latest", "$Default"; empty: the newest we made
	DefaultVersion       *int64 // number to mark as default; nil: left alone
	UpdateDefaultVersion bool   // every new version becomes the default
	TagSpecifications    []TagSpecification
}

// TagSpecification are tags for one kind of object that a launch makes.
type TagSpecification struct {
	ResourceType string // such as "instance", "volume", "network-interface"
	Tags         map[string]string
}

// Secret is where workers get their secret environment variables from: values
// that we store, or an existing secret; neither when there are none.
type Secret struct {
	Values   map[string]string // keys are shell names; write-only ones are known while they are stored, and never read back
	Version  *int64            // the user's number for write-only Values; nil when the state holds Values
	Unread   bool              // values are stored that nobody knows: those of an imported pool
	KMSKeyID string            // id, ARN or alias; empty: the account's aws/secretsmanager key
	Existing *ExistingSecret
}

// Stored tells whether the pool has a secret of its own.
func (s Secret) Stored() bool { return s.Version != nil || len(s.Values) > 0 || s.Unread }

// content tells values from others: write-only ones by their number.
func (s Secret) content() any {
	switch {
	case s.Version != nil:
		return *s.Version
	case s.Unread:
		return s.Unread
	}
	return s.Values
}

// ExistingSecret is a secret that the user made.
type ExistingSecret struct {
	Name string
	ARN  string
	Keys []string // of its JSON object, exported on the worker
}

// Role is the instances' IAM role.
type Role struct {
	CustomName          string   // of an existing role; empty: we make one
	PermissionsBoundary string   // policy ARN; empty: none
	ExtraStatements     []string // JSON: policy documents, or single statements
}

// LogGroups are the settings of the worker image's CloudWatch log groups.
type LogGroups struct {
	Managed     bool
	Retention   int32  // days; 0: never expire
	KMSKeyID    string // ARN; empty: not encrypted by a customer key
	Class       string // "STANDARD", "INFREQUENT_ACCESS"; empty: AWS's default
	SkipDestroy bool
}

// Boot is what goes into the boot script, besides the secret and the group.
type Boot struct {
	Configuration          string
	DomainName             string
	PoweroffDelay          int64 // seconds
	DisableCloudWatchAgent bool
	PreHook                string
	PostHook               string
	SelfHosted             *userdata.SelfHosted // nil: SaaS
}
