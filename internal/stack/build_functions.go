package stack

import (
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// balancing is what an autoscaler's group does not do by itself: move instances from
// one zone to another, which would end workers that nobody has chosen.
var balancing = []string{"AZRebalance"}

// functions are the members that let the pool scale and drain by itself.
type functions struct {
	parameter        *component.Parameter
	parameterVersion *component.ParameterVersion
	bundle           *component.Secret
	bundleVersion    *component.SecretVersion
	network          *component.FunctionNetwork
	hookRole         *component.Role
	queue            *component.Queue
	mapping          *component.EventSource
	hook             *component.LifecycleHook
	autoscaler       invoked
	lifecycle        invoked
}

// invoked is a function that a schedule invokes, with what is its alone.
type invoked struct {
	role       *component.Role
	log        *component.FunctionLogGroup
	function   *component.Function
	rule       *component.InvocationRule
	permission *component.InvocationPermission
}

func (spec Spec) wantsFunctions() bool { return spec.APICredentials != nil }

func (spec Spec) wantsAutoscaler() bool { return spec.wantsFunctions() && spec.Autoscaling != nil }

func (b *builder) wantsFunctions() bool { return b.spec.wantsFunctions() }

func (b *builder) wantsAutoscaler() bool { return b.spec.wantsAutoscaler() }

// addFunctions adds the lifecycle manager, whose role comes before all else of them
// and goes after it, so that without it there is nothing to be found; then what tells
// it of terminations; then the autoscaler, which must not end an instance before.
func (b *builder) addFunctions() {
	b.lifecycle.role = b.addFunctionRole(ComponentLifecycleRole, b.names.LifecycleRole, "lifecycle manager", b.wantsFunctions(), b.lifecyclePolicy, nil)
	b.autoscaler.role = b.addFunctionRole(ComponentAutoscalerRole, b.names.AutoscalerRole, "autoscaler", b.wantsAutoscaler(), b.autoscalerPolicy, b.firstOfFunctions())
	b.addNetwork()
	b.addParameter()
	b.addBundle()
	b.addLifecycleManager()
	b.addHookRole()
	b.addQueue()
	b.addMapping()
	b.addHook()
	b.addAutoscaler()
}

// firstOfFunctions is what everything of the functions needs.
func (b *builder) firstOfFunctions() []component.Component {
	return []component.Component{b.lifecycle.role}
}

// addNetwork adds what keeps the roles until Lambda has left the user's network.
func (b *builder) addNetwork() {
	b.network = &component.FunctionNetwork{
		Object: b.object(ComponentNetwork), API: b.clients.EC2, Roles: []*component.Role{b.lifecycle.role, b.autoscaler.role},
		Functions: []string{b.functionName(ComponentLifecycle, b.names.Lifecycle), b.functionName(ComponentAutoscaler, b.names.Autoscaler)},
	}
	if vpc := b.spec.Functions.VPC; vpc != nil {
		b.network.SecurityGroups = vpc.SecurityGroups
	}
	b.add(b.network, b.wantsFunctions() && b.spec.Functions.VPC != nil, b.network.SecurityGroups)
}

func (b *builder) addParameter() {
	credentials, before := b.spec.APICredentials, b.prior.Spec.APICredentials
	want := credentials != nil && credentials.Existing == nil
	b.parameter = &component.Parameter{
		Object: b.object(ComponentParameter), API: b.clients.SSM, ParameterName: parameterName(b.spec), Tags: b.tags,
		Description: "Secret of the Spacelift API key of worker pool " + b.spec.WorkerPoolID, Needs: b.firstOfFunctions(),
	}
	if name := b.prior.Components[ComponentParameter]; name != "" && b.home.account != "" {
		b.parameter.Restore(b.home.arn("ssm", "parameter"+slashed(name)))
	}
	if want {
		b.parameter.Value = credentials.Secret
	}
	b.add(b.parameter, want, b.tags.Want)
	b.parameterVersion = &component.ParameterVersion{
		Object: b.object(ComponentParameterVersion), Parameter: b.parameter, Stale: credentials.content() != before.content(),
	}
	b.add(b.parameterVersion, want, credentials.content())
}

// addBundle stores the CA bundle where it is too long for an environment.
func (b *builder) addBundle() {
	text, before := b.spec.Functions.CABundle, b.prior.Spec.Functions.CABundle
	want := b.wantsFunctions() && bundleIsLong(b.spec)
	b.bundle = &component.Secret{
		Object: b.object(ComponentBundle), API: b.clients.SecretsManager, SecretName: b.names.Bundle, Tags: b.tags,
		Description: "Certificates that the functions of a Spacelift worker pool trust", Needs: b.firstOfFunctions(),
	}
	b.add(b.bundle, want, b.tags.Want)
	b.bundleVersion = &component.SecretVersion{
		Object: b.object(ComponentBundleVersion), API: b.clients.SecretsManager, Secret: b.bundle, Text: text, Stale: text != before,
	}
	b.bundle.Value = b.bundleVersion.Value
	b.add(b.bundleVersion, want, text)
}

func (b *builder) addFunctionRole(key, name, of string, want bool, policy func() (string, error), needs []component.Component) *component.Role {
	role := &component.Role{
		Object: b.object(key), API: b.clients.IAM, RoleName: name, Tags: b.tags, Needs: needs, OwnOnly: true,
		Settings: component.RoleSettings{
			Description: "Spacelift " + of + " of pool " + b.spec.WorkerPoolID, TrustPolicy: serviceTrust("lambda.amazonaws.com"),
			InlinePolicyName: functionPolicyName, PermissionsBoundary: b.spec.Role.PermissionsBoundary,
		},
		Policy: policy,
	}
	role.Restore(b.roleARN(role))
	b.add(role, want, []any{b.spec.Role.PermissionsBoundary, b.spec.Functions, existingParameter(b.spec), b.ownPackage(), b.tags.Want})
	return role
}

// roleARN is that of a role that is known to exist, "" where it cannot be told.
func (b *builder) roleARN(role *component.Role) string {
	if role.Known == "" || b.home.account == "" {
		return ""
	}
	return b.home.global("iam", "role/"+role.Known)
}

func (b *builder) ownPackage() bool { return b.wantsAutoscaler() && b.spec.Autoscaling.Package != nil }

func (b *builder) autoscalerPolicy() (string, error) {
	return autoscalerPolicy(b.reach(ComponentAutoscalerLog, b.names.Autoscaler), b.ownPackage()), nil
}

func (b *builder) lifecyclePolicy() (string, error) {
	r := b.reach(ComponentLifecycleLog, b.names.Lifecycle)
	r.queue = b.at.arn("sqs", b.queueName())
	return lifecyclePolicy(r), nil
}

// reach is what the policy of a function names, whose log group is of that component
// or name.
func (b *builder) reach(log, functionName string) reach {
	group := b.prior.Components[log]
	if group == "" {
		group = functionLogs + functionName
	}
	r := reach{
		place: b.at, group: b.groupName(), pool: b.spec.WorkerPoolID, parameter: b.at.arn("ssm", "parameter"+slashed(b.parameterName())),
		logGroup: b.at.arn("logs", "log-group:"+group), tracing: b.spec.Functions.TracingMode == tracingActive,
		vpc: b.spec.Functions.VPC != nil || b.network.ID() != "", // as long as there are interfaces to be removed
	}
	if bundleIsLong(b.spec) {
		r.bundle = b.at.arn("secretsmanager", "secret:"+b.names.Bundle+"-??????")
	}
	if credentials := b.spec.APICredentials; credentials != nil && credentials.Existing != nil && credentials.Existing.ARN != "" {
		r.parameter = credentials.Existing.ARN
	}
	return r
}

// parameterName is the name of the parameter that the functions read.
func (b *builder) parameterName() string {
	switch {
	case existingParameter(b.spec) != "":
		return existingParameter(b.spec)
	case b.prior.Components[ComponentParameter] != "":
		return b.prior.Components[ComponentParameter]
	}
	return parameterName(b.spec)
}

func (b *builder) addLifecycleManager() {
	settings := component.FunctionSettings{
		Description:  "Drains Spacelift workers of pool " + b.spec.WorkerPoolID + " before their instances end",
		Architecture: lambdaArchitecture(b.architecture()), MemorySize: lifecycleMemory, Timeout: lifecycleTimeout,
	}
	b.addInvoked(&b.lifecycle, invocation{
		want: b.wantsFunctions(), log: ComponentLifecycleLog, function: ComponentLifecycle, rule: ComponentLifecycleRule, permission: ComponentLifecyclePermission,
		name: b.names.Lifecycle, settings: settings, code: b.carried(lambdas.Lifecycle), expression: "rate(1 minute)",
		environment: func(at surroundings) map[string]string { return lifecycleEnv(b.spec, at) },
	})
}

func (b *builder) addAutoscaler() {
	want := b.wantsAutoscaler()
	a := DefaultAutoscaling()
	if want {
		a = *b.spec.Autoscaling
	}
	code := b.carried(lambdas.Autoscaler)
	if a.Package != nil {
		code = component.FunctionCode{Bucket: a.Package.Bucket, Key: a.Package.Key, Version: a.Package.ObjectVersion}
	}
	b.addInvoked(&b.autoscaler, invocation{
		want: want, log: ComponentAutoscalerLog, function: ComponentAutoscaler, rule: ComponentAutoscalerRule, permission: ComponentAutoscalerPermission,
		name: b.names.Autoscaler, code: code, expression: a.ScheduleExpression,
		settings: component.FunctionSettings{
			Description:  "Gives Spacelift worker pool " + b.spec.WorkerPoolID + " as many instances as its runs need",
			Architecture: lambdaArchitecture(a.Architecture), MemorySize: a.MemorySize, Timeout: a.Timeout,
		},
		environment: func(at surroundings) map[string]string { return autoscalerEnv(b.spec, at) },
		needs:       []component.Component{b.hook, b.mapping},
	})
}

// accountOf is the account of the pool: that of the clients, else that of what is
// known to exist.
func accountOf(clients *awsapi.Clients, prior Observed) string {
	for _, arn := range []string{prior.AutoScalingGroupARN, prior.InstancesRoleARN, prior.InstanceProfileARN} {
		if clients.AccountID == "" && accountIn(arn) != "" {
			return accountIn(arn)
		}
	}
	return clients.AccountID
}

// hookName is the name of the termination hook, the same in each pool.
func hookName() string { return lambdaenv.LifecycleDefaults().HookName }
