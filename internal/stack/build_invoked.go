package stack

import (
	"io"
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// Settings of the lifecycle manager, which does little: it looks every ten seconds
// at what waits, and what it needs is that of the autoscaler's default.
const (
	lifecycleMemory  = 128 // MiB
	lifecycleTimeout = 60  // seconds: until the schedule invokes it again
)

// tracingActive is the mode in which a function sends traces itself:
// https://docs.aws.amazon.com/lambda/latest/api/API_TracingConfig.html
const tracingActive = "Active"

// invocation is a function that a schedule invokes: the keys and settings of what it
// consists of.
type invocation struct {
	want                            bool
	log, function, rule, permission string // components
	name                            string // of the function, and of what is named after it
	settings                        component.FunctionSettings
	code                            component.FunctionCode
	environment                     func(surroundings) map[string]string
	expression                      string
	needs                           []component.Component // of the schedule
}

// addInvoked adds what a function consists of besides its role, which is there.
func (b *builder) addInvoked(to *invoked, i invocation) {
	i.settings.Tracing = b.spec.Functions.TracingMode
	if vpc := b.spec.Functions.VPC; vpc != nil {
		i.settings.Subnets, i.settings.SecurityGroups = sorted(vpc.Subnets), sorted(vpc.SecurityGroups)
	}
	b.addFunctionLog(to, i)
	b.addFunction(to, i)
	to.rule = &component.InvocationRule{
		Object: b.object(i.rule), API: b.clients.Events, RuleName: i.name, Expression: i.expression, Function: to.function, Tags: b.tags, Needs: i.needs,
		Description: "Invokes " + i.name,
	}
	to.rule.Restore(b.known(i.rule, "events", "rule/"))
	b.add(to.rule, i.want, []any{i.expression, b.tags.Want})
	to.permission = &component.InvocationPermission{Object: b.object(i.permission), API: b.clients.Lambda, Rule: to.rule}
	b.add(to.permission, i.want, nil)
}

func (b *builder) addFunctionLog(to *invoked, i invocation) {
	s := b.spec.LogGroups
	name := i.name
	if known := b.prior.Components[i.function]; known != "" {
		name = known
	}
	to.log = &component.FunctionLogGroup{
		Object: b.object(i.log), API: b.clients.Logs, GroupName: functionLogs + name, Tags: b.tags, Needs: []component.Component{to.role},
		Settings: component.LogGroupSettings{Retention: s.Retention, KMSKeyID: s.KMSKeyID, Class: s.Class, SkipDestroy: s.SkipDestroy},
	}
	if b.home.account != "" {
		to.log.Restore(b.home.arn("logs", "log-group:"+to.log.GroupName))
	}
	b.add(to.log, i.want, []any{s.Retention, s.KMSKeyID, b.tags.Want})
}

func (b *builder) addFunction(to *invoked, i invocation) {
	to.function = &component.Function{
		Object: b.object(i.function), API: b.clients.Lambda, FunctionName: i.name, Settings: i.settings, Code: i.code,
		Role: to.role, LogGroup: to.log, Tags: b.tags, Needs: []component.Component{b.group, b.parameterVersion, b.bundle, b.bundleVersion, b.network},
		Environment: func() (map[string]string, error) {
			if !i.want {
				return nil, nil
			}
			return i.environment(b.surroundings()), nil
		},
	}
	to.function.Restore(b.known(i.function, "lambda", "function:"))
	var environment map[string]string
	if i.want {
		environment = i.environment(example(b.spec, b.clients.Region))
	}
	b.add(to.function, i.want, []any{i.settings, environment, hashOf(i.code), i.code.Bucket, i.code.Key, i.code.Version, b.tags.Want})
}

// hashOf is the hash of an archive of the provider's own, "" for none.
func hashOf(code component.FunctionCode) string {
	if code.Archive == nil {
		return ""
	}
	hash, err := code.SHA256()
	if err != nil {
		return "" // Ensure tells
	}
	return hash
}

// surroundings are what the environment of the functions names, once it is known.
func (b *builder) surroundings() surroundings {
	at := surroundings{
		groupARN: firstOf(b.groupName(), b.group.ARN(), b.prior.AutoScalingGroupARN), region: b.clients.Region, parameter: b.parameterName(), hook: hookName(),
	}
	if bundleIsLong(b.spec) {
		at.bundleSecret = firstOf(ComponentBundle, b.bundle.ARN(), b.prior.Components[ComponentBundle])
	}
	return at
}

// openArchive and archiveHash give the functions that the provider carries. Tests carry
// smaller ones.
var openArchive, archiveHash = lambdas.Open, lambdas.SHA256

// carried is a function that the provider carries.
func (b *builder) carried(function string) component.FunctionCode {
	arch := b.architecture()
	return component.FunctionCode{
		Archive: func() (*io.SectionReader, error) { return openArchive(function, arch) },
		SHA256:  func() (string, error) { return archiveHash(function, arch) },
	}
}

// architecture is that of both functions, as Go calls it.
func (b *builder) architecture() string {
	if b.spec.Autoscaling != nil {
		return b.spec.Autoscaling.Architecture
	}
	return DefaultAutoscaling().Architecture
}

// lambdaArchitecture is how Lambda calls an architecture:
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
func lambdaArchitecture(arch string) string {
	if arch == lambdas.AMD64 {
		return "x86_64"
	}
	return arch
}

// slashed is a name of a parameter as its ARN has it:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
func slashed(name string) string { return "/" + strings.TrimPrefix(name, "/") }

// accountIn is the account in an ARN, "" for none:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func accountIn(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}
