package stack

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// readFunctions finds the functions and what they work with. What has the pool's tags
// comes back by its name; of a pool of another tool, what a function of it refers to.
func (f *finder) readFunctions(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		f.readLifecycleManager, f.readAutoscaler, f.readParameter, f.readInvocations, f.readQueue, f.readMonitoring, f.readRest,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (f *finder) readLifecycleManager(ctx context.Context) error {
	f.have[ComponentLifecycle] = NamesOf(f.spec.BaseName, f.clients.Region).Lifecycle
	function := f.pool().lifecycle.function
	if ok, err := f.readFunction(ctx, function, ComponentLifecycleRole); !ok {
		return err
	}
	told, ok := tolerant(lambdaenv.ParseLifecycle, function.SeenEnvironment())
	if !ok {
		return nil
	}
	f.readCommon(told.Common, function)
	f.spec.Lifecycle.DrainTimeout, f.spec.Lifecycle.OnDrainTimeout = seconds(told.DrainTimeout), string(told.OnDrainTimeout)
	return nil
}

func (f *finder) readAutoscaler(ctx context.Context) error {
	f.have[ComponentAutoscaler] = NamesOf(f.spec.BaseName, f.clients.Region).Autoscaler
	function := f.pool().autoscaler.function
	if ok, err := f.readFunction(ctx, function, ComponentAutoscalerRole); !ok {
		return err
	}
	env := function.SeenEnvironment()
	told, ok := tolerant(lambdaenv.ParseAutoscaler, env)
	if !ok {
		return nil
	}
	f.readCommon(told.Common, function)
	a := DefaultAutoscaling()
	got, _ := function.Seen()
	a.Architecture, a.Timeout, a.MemorySize = lambdas.ARM64, got.Timeout, got.MemorySize
	if got.Architecture != lambdaArchitecture(lambdas.ARM64) {
		a.Architecture = lambdas.AMD64
	}
	a.MaxCreate, a.MaxTerminate, a.ScaleDownDelay = int32(told.MaxCreate), int32(told.MaxKill), int32(told.ScaleDownDelay/time.Minute)
	a.PollingInterval, a.MinIdleWorkers, a.TargetUtilization = seconds(told.PollingInterval), int32(told.MinIdleWorkers), int32(told.TargetUtilization)
	a.ScaleOutCooldown, a.ScaleInCooldown, a.BootTimeout = seconds(told.ScaleOutCooldown), seconds(told.ScaleInCooldown), seconds(told.BootTimeout)
	a.LogLevel, a.DryRun = strings.ToLower(told.LogLevel.String()), told.DryRun
	f.spec.Autoscaling = &a
	a.ExtraEnv = besides(env, autoscalerEnv(f.spec, surroundings{groupARN: told.GroupARN, region: told.Region, parameter: told.APIKeySecretName, bundleSecret: told.CABundleSecretARN}))
	return nil
}

// readFunction reads a function, and tells whether it is the pool's: one with the
// pool's tags, or one that works on the pool's group.
func (f *finder) readFunction(ctx context.Context, function *component.Function, role string) (ok bool, err error) {
	if _, err := function.Read(ctx); err != nil && !awserr.AccessDenied(err) { // who may not look at functions has none
		return false, err
	}
	at := function.SeenEnvironment()[lambdaenv.GroupARNVariable]
	if function.ID() == "" || !function.Ours() && (at == "" || at != aws.ToString(f.group.AutoScalingGroupARN)) {
		delete(f.have, function.Name())
		return false, nil
	}
	if function.SeenRole() == function.ID() { // as the Terraform module names it; ours have the region in their names
		f.have[role] = function.SeenRole()
	}
	return true, nil
}

// readCommon takes what both functions have. The autoscaler, which comes later, wins.
func (f *finder) readCommon(told lambdaenv.Common, function *component.Function) {
	f.spec.APICredentials = &APICredentials{KeyID: told.APIKeyID, Endpoint: told.APIKeyEndpoint}
	f.parameter = told.APIKeySecretName
	settings, _ := function.Seen()
	f.spec.Functions = Functions{TracingMode: settings.Tracing, CABundle: told.CABundle}
	if len(settings.Subnets) > 0 {
		f.spec.Functions.VPC = &FunctionVPC{Subnets: settings.Subnets, SecurityGroups: settings.SecurityGroups}
		f.have[ComponentNetwork] = strings.Join(sorted(settings.SecurityGroups), ",")
	}
}

// readParameter tells the pool's own parameter from one that the user brought. That of
// the Terraform module bears the name of the pool; its value is never read.
func (f *finder) readParameter(ctx context.Context) error {
	credentials := f.spec.APICredentials
	if credentials == nil {
		return nil
	}
	f.have[ComponentParameter] = f.parameter
	p := f.pool().parameter
	if _, err := p.Read(ctx); err != nil {
		return err
	}
	modules := !f.own && strings.HasSuffix(f.parameter, "api-secret-"+f.spec.WorkerPoolID)
	switch {
	case p.ID() != "" && (p.Ours() || modules):
		credentials.Unread = true
		f.have[ComponentParameterVersion] = p.SeenVersion()
		return nil
	case p.ID() == "" && f.parameter == parameterName(f.spec): // it was deleted: the first apply makes it
	default:
		credentials.Existing = &ExistingParameter{Name: f.parameter, ARN: f.place().arn("ssm", "parameter"+slashed(f.parameter))}
	}
	delete(f.have, ComponentParameter)
	return nil
}

// place is where the pool is, with the account of its group.
func (f *finder) place() place {
	return place{f.clients.Partition, f.clients.Region, accountIn(aws.ToString(f.group.AutoScalingGroupARN))}
}

// tolerant reads an environment without the variables that are wrong in it: the user's
// own may be for another function than ours. ok is false for one that lacks what every
// function takes.
func tolerant[E any](parse func(map[string]string) (E, error), environment map[string]string) (e E, ok bool) {
	e, err := parse(environment)
	if err == nil {
		return e, true
	}
	right := maps.Clone(environment)
	for _, line := range lines(err) {
		name, _, _ := strings.Cut(line, ": ")
		delete(right, name)
	}
	e, err = parse(right)
	return e, err == nil
}

// besides is what an environment has that is not as in written, nil for nothing.
func besides(environment, written map[string]string) (rest map[string]string) {
	for name, value := range environment {
		if written[name] == value {
			continue
		}
		if rest == nil {
			rest = map[string]string{}
		}
		rest[name] = value
	}
	return rest
}
