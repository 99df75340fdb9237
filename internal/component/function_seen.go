package component

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// TagRole is the key of the tag by which a function tells for which role it was
// made. Lambda encrypts its environment with a grant for that role, and a role that
// was made again under the same name cannot use it:
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
const TagRole = "SpaceliftFunctionRole"

// functionSeen is a function as AWS has it, and what only that tells to want.
type functionSeen struct {
	loaded   bool
	arn      string
	settings FunctionSettings
	hash     string // of its code, in base64
	role     string // ARN
	runtime  types.Runtime
	handler  string
	logGroup string // "": the default one
	format   types.LogFormat
	state    types.State
	reason   string // of the state
	env      map[string]string
	retries  *int32 // of asynchronous invocations; nil: AWS's default
	maxAge   *int32 // of their events, in seconds; likewise
	tags     map[string]string

	wanted     map[string]string // the environment as it should be
	wantedHash string            // "": not known
	roleID     string            // of the role that it should have, "": not known
}

func seenFunction(got *types.FunctionConfiguration, tags map[string]string) functionSeen {
	seen := functionSeen{
		loaded: true, arn: deref(got.FunctionArn), hash: deref(got.CodeSha256), role: deref(got.Role), runtime: got.Runtime, handler: deref(got.Handler),
		state: got.State, reason: deref(got.StateReason), tags: tags,
		settings: FunctionSettings{Description: deref(got.Description), MemorySize: deref(got.MemorySize), Timeout: deref(got.Timeout)},
	}
	if len(got.Architectures) > 0 {
		seen.settings.Architecture = string(got.Architectures[0])
	}
	if got.TracingConfig != nil {
		seen.settings.Tracing = string(got.TracingConfig.Mode)
	}
	if got.VpcConfig != nil {
		seen.settings.Subnets, seen.settings.SecurityGroups = got.VpcConfig.SubnetIds, got.VpcConfig.SecurityGroupIds
	}
	if got.Environment != nil {
		seen.env = got.Environment.Variables
	}
	if got.LoggingConfig != nil {
		seen.logGroup, seen.format = deref(got.LoggingConfig.LogGroup), got.LoggingConfig.LogFormat
	}
	return seen
}

func (f *Function) differences() []Difference {
	var d differences
	want, got := f.Settings, f.seen.settings
	d.add(f.seen.state == types.StateFailed, "State", "its state is %s: %s", f.seen.state, f.seen.reason)
	made := f.seen.tags[TagRole]
	d.add(f.seen.roleID != "" && made != "" && made != f.seen.roleID, "RoleMadeAgain", "its role was made again since, and it cannot read its environment any more")
	// By name: nothing tells the path of a role that was not read, and there is but one of a name.
	d.add(f.Role.ARN() != "" && lastPart(f.seen.role) != lastPart(f.Role.ARN()), "Role", "its role is %s, not %s", f.seen.role, f.Role.ARN())
	f.Code.compare(f.seen, &d)
	d.add(got.Architecture != want.Architecture, "Architecture", "its architecture is %s, not %s", got.Architecture, want.Architecture)
	d.add(f.seen.runtime != functionRuntime, "Runtime", "its runtime is %s, not %s", f.seen.runtime, functionRuntime)
	d.add(f.seen.handler != functionHandler, "Handler", "its handler is %s, not %s", f.seen.handler, functionHandler)
	d.add(got.Description != want.Description, "Description", "its description was changed")
	d.add(got.MemorySize != want.MemorySize, "MemorySize", "its memory is %d MiB, not %d MiB", got.MemorySize, want.MemorySize)
	d.add(got.Timeout != want.Timeout, "Timeout", "its timeout is %d s, not %d s", got.Timeout, want.Timeout)
	d.add(got.Tracing != want.Tracing, "Tracing", "its tracing mode is %s, not %s", got.Tracing, want.Tracing)
	d.add(!sameSet(got.Subnets, want.Subnets), "VPC", "its subnets are %v, not %v", got.Subnets, want.Subnets)
	d.add(!sameSet(got.SecurityGroups, want.SecurityGroups), "VPC", "its security groups are %v, not %v", got.SecurityGroups, want.SecurityGroups)
	group := orElse(f.seen.logGroup, "/aws/lambda/"+*f.name())
	d.add(group != f.LogGroup.name(), "LogGroup", "its log group is %s, not %s", group, f.LogGroup.name())
	d.add(f.seen.format != "" && f.seen.format != types.LogFormatText, "LogFormat", "its log format is %s, not %s", f.seen.format, types.LogFormatText)
	f.compareEnvironment(&d)
	f.compareAsync(&d)
	tags := f.Tags
	tags.Want = f.wantedTags()
	tags.compare(f.seen.tags, &d)
	return d
}

// compareEnvironment tells no values: the user's own may be secret.
func (f *Function) compareEnvironment(d *differences) {
	for _, name := range slices.Sorted(maps.Keys(f.seen.wanted)) {
		value, has := f.seen.env[name]
		d.add(!has, "Environment", "environment variable %s is missing", name)
		d.add(has && value != f.seen.wanted[name], "Environment", "environment variable %s was changed", name)
	}
	for _, name := range slices.Sorted(maps.Keys(f.seen.env)) {
		_, has := f.seen.wanted[name]
		d.add(!has, "Environment", "environment variable %s is left over", name)
	}
}

func (f *Function) compareAsync(d *differences) {
	d.add(f.seen.retries == nil || *f.seen.retries != asyncRetries, "Async", "its failed asynchronous invocations are repeated")
	d.add(f.seen.maxAge == nil || *f.seen.maxAge != asyncMaxAge, "Async", "events that cannot be delivered to it are kept for longer than %d s", asyncMaxAge)
}

// wantedTags are those of the pool, and for which role the function was made.
func (f *Function) wantedTags() map[string]string {
	if f.seen.roleID == "" {
		return f.Tags.Want
	}
	tags := maps.Clone(f.Tags.Want)
	tags[TagRole] = f.seen.roleID
	return tags
}
