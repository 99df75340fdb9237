package stack

import (
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// addDashboard adds the dashboard, which a pool without functions may have as well.
func (b *builder) addDashboard() {
	shown := pictured{pool: b.spec.WorkerPoolID, region: b.clients.Region, group: b.groupName(), groupMetrics: sorted(b.spec.EnabledMetrics)}
	if b.wantsFunctions() {
		shown.lifecycle = b.logged(ComponentLifecycle, b.names.Lifecycle, ComponentLifecycleLog)
	}
	if b.wantsAutoscaler() {
		shown.autoscaler = b.logged(ComponentAutoscaler, b.names.Autoscaler, ComponentAutoscalerLog)
	}
	b.dashboard = &component.Dashboard{
		Object: b.object(ComponentDashboard), API: b.clients.CloudWatch, DashboardName: b.names.Dashboard, Tags: b.tags,
		Body: func() (string, error) { return dashboardBody(shown) },
	}
	b.add(b.dashboard, b.spec.Monitoring.Dashboard, []any{shown, b.tags.Want})
}

// functionName is the physical name of a function.
func (b *builder) functionName(key, name string) string {
	if known := b.prior.Components[key]; known != "" {
		return known
	}
	return name
}

// logged are the physical names of a function and of its log group.
func (b *builder) logged(key, name, log string) loggedFunction {
	f := loggedFunction{name: b.functionName(key, name), log: b.prior.Components[log]}
	if f.log == "" {
		f.log = functionLogs + f.name
	}
	return f
}
