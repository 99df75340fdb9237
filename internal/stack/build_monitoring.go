package stack

import (
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// addDashboard adds the dashboard, which a pool without functions may have as well.
func (b *builder) addDashboard() {
	shown := pictured{pool: b.spec.WorkerPoolID, region: b.clients.Region, group: b.groupName()}
	if b.wantsFunctions() {
		shown.lifecycle = b.functionName(ComponentLifecycle, b.names.Lifecycle)
	}
	if b.wantsAutoscaler() {
		shown.autoscaler = b.functionName(ComponentAutoscaler, b.names.Autoscaler)
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

// addAlarms adds the alarms on what the functions publish, and on the functions.
func (b *builder) addAlarms() {
	pool := [2]string{poolDimension, b.spec.WorkerPoolID}
	scales, drains := b.wantsAutoscaler(), b.wantsFunctions()
	b.addAlarm(ComponentAlarmQueue, "runs-waiting", scales, component.AlarmSettings{
		Description: "Runs have been waiting for half an hour for Spacelift workers of pool " + b.spec.WorkerPoolID + ". Is its max_size reached, or do its workers not start?",
		Namespace:   poolNamespace, Metric: "PendingRuns", Dimension: pool, Statistic: "Minimum", Periods: 6,
	})
	b.addAlarm(ComponentAlarmStrays, "stray-instances", scales, component.AlarmSettings{
		Description: "Instances of Spacelift worker pool " + b.spec.WorkerPoolID + " have had no worker for half an hour beyond the boot timeout. Their console output says why.",
		Namespace:   poolNamespace, Metric: "StrayInstances", Dimension: pool, Statistic: "Minimum", Periods: 6,
	})
	b.addAlarm(ComponentAlarmRetained, "retained-instances", drains, component.AlarmSettings{
		Description: "Instances of Spacelift worker pool " + b.spec.WorkerPoolID + " have been retained for an hour, with runs that do not end. They cost money until they go.",
		Namespace:   poolNamespace, Metric: "RetainedInstances", Dimension: pool, Statistic: "Minimum", Periods: 12,
	})
	b.addAlarm(ComponentAlarmAutoscaler, "autoscaler-errors", scales, b.errorsOf("autoscaler", b.functionName(ComponentAutoscaler, b.names.Autoscaler)))
	b.addAlarm(ComponentAlarmLifecycle, "lifecycle-errors", drains, b.errorsOf("lifecycle manager", b.functionName(ComponentLifecycle, b.names.Lifecycle)))
}

// errorsOf are the settings of the alarm of a function.
func (b *builder) errorsOf(what, function string) component.AlarmSettings {
	return component.AlarmSettings{
		Description: "The " + what + " of Spacelift worker pool " + b.spec.WorkerPoolID + " has been failing for a quarter of an hour. Its log group " + functionLogs + function + " says why.",
		Namespace:   lambdaNamespace, Metric: "Errors", Dimension: [2]string{lambdaDimension, function}, Statistic: "Sum", Periods: 3,
	}
}

func (b *builder) addAlarm(key, suffix string, possible bool, settings component.AlarmSettings) {
	settings.Period, settings.Actions = alarmPeriod, sorted(b.spec.Monitoring.AlarmActions)
	alarm := &component.Alarm{
		Object: b.object(key), API: b.clients.CloudWatch, AlarmName: b.spec.BaseName + "-" + suffix, Settings: settings, Tags: b.tags, Needs: b.firstOfFunctions(),
	}
	alarm.Restore(b.known(key, "cloudwatch", "alarm:"))
	b.alarms = append(b.alarms, alarm)
	b.add(alarm, possible && len(settings.Actions) > 0, []any{settings, b.tags.Want})
}
