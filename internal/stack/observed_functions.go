package stack

import "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"

// functionLogs are the log groups of the functions.
func (p *pool) functionLogs() []*component.FunctionLogGroup {
	return []*component.FunctionLogGroup{p.lifecycle.log, p.autoscaler.log}
}

// observeFunctions fills in what the functions tell about themselves.
func (p *pool) observeFunctions(o *Observed) {
	for _, log := range p.functionLogs() {
		if log.ID() != "" {
			o.LogGroupARNs[log.ID()] = log.ARN()
		}
	}
	o.AutoscalerFunctionARN = firstOf(p.autoscaler.function.ID(), p.autoscaler.function.ARN())
	o.AutoscalerLogGroupName = p.autoscaler.log.ID()
	o.LifecycleFunctionARN = firstOf(p.lifecycle.function.ID(), p.lifecycle.function.ARN())
	o.LifecycleQueueURL = p.queue.ID()
	if name := p.dashboard.ID(); name != "" {
		o.DashboardURL = dashboardURL(p.at, name)
	}
	o.APIKeyParameterName = p.parameter.ID()
	if name := existingParameter(o.Spec); name != "" {
		o.APIKeyParameterName = name
	}
}

// absorbFunctions replaces what is an argument of the functions by what AWS has.
// What the two have in common is none: one argument cannot show two values.
func (p *pool) absorbFunctions(spec *Spec) {
	if p.hook.ID() != "" && p.hook.SeenHeartbeat() != 0 {
		spec.Lifecycle.HookTimeout = p.hook.SeenHeartbeat()
	}
	if spec.Autoscaling == nil {
		return
	}
	autoscaling := *spec.Autoscaling
	if got, ok := p.autoscaler.function.Seen(); ok && p.autoscaler.function.ID() != "" {
		autoscaling.MemorySize, autoscaling.Timeout = got.MemorySize, got.Timeout
	}
	if expression := p.autoscaler.rule.SeenExpression(); expression != "" && p.autoscaler.rule.ID() != "" {
		autoscaling.ScheduleExpression = expression
	}
	spec.Autoscaling = &autoscaling
}
