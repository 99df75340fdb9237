package stack

import (
	"fmt"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// addAlarms adds the alarms on what the functions publish, and on the functions.
func (b *builder) addAlarms() {
	scales, drains := b.wantsAutoscaler(), b.wantsFunctions()
	b.addAlarm(ComponentAlarmQueue, "runs-waiting", scales, b.waitingAlarm())
	b.addAlarm(ComponentAlarmStrays, "stray-instances", scales, b.straysAlarm())
	b.addAlarm(ComponentAlarmRetained, "retained-instances", drains, b.retainedAlarm())
	b.addAlarm(ComponentAlarmAutoscaler, "autoscaler-errors", scales, b.errorsOf("autoscaler", b.functionName(ComponentAutoscaler, b.names.Autoscaler)))
	b.addAlarm(ComponentAlarmLifecycle, "lifecycle-errors", drains, b.errorsOf("lifecycle manager", b.functionName(ComponentLifecycle, b.names.Lifecycle)))
}

func (b *builder) waitingAlarm() component.AlarmSettings {
	return b.ofPool("PendingRuns", "Minimum", 6, 6,
		"Runs have been waiting for half an hour for Spacelift workers of pool %s. Is its max_size reached, or do its workers not start?")
}

// straysAlarm cannot wait for an instance to be a stray all the time: the autoscaler
// replaces it after two minutes, and the next one is a stray only after another boot
// timeout. One that is replaced by a worker is seen in two periods at most.
func (b *builder) straysAlarm() component.AlarmSettings {
	const (
		seen     = 3
		replaced = 300    // seconds from the boot timeout until another instance boots, and some
		longest  = 86_400 // seconds: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
	)
	boot := DefaultAutoscaling().BootTimeout
	if b.spec.Autoscaling != nil {
		boot = b.spec.Autoscaling.BootTimeout
	}
	periods := min(seen*(boot+replaced)/alarmPeriod+seen, longest/alarmPeriod)
	return b.ofPool("StrayInstances", "Maximum", max(seen, periods), seen,
		"Instances of Spacelift worker pool %s do not become workers, again and again. Their console output says why.")
}

func (b *builder) retainedAlarm() component.AlarmSettings {
	return b.ofPool("RetainedInstances", "Minimum", 12, 12,
		"Instances of Spacelift worker pool %s have been retained for an hour, with runs that do not end. They cost money until they go.")
}

// ofPool are the settings of an alarm on a metric that a function publishes.
func (b *builder) ofPool(metric, statistic string, periods, datapoints int32, text string) component.AlarmSettings {
	return component.AlarmSettings{
		Description: fmt.Sprintf(text, b.spec.WorkerPoolID), Namespace: poolNamespace, Metric: metric,
		Dimension: [2]string{poolDimension, b.spec.WorkerPoolID}, Statistic: statistic, Periods: periods, Datapoints: datapoints,
	}
}

// errorsOf are the settings of the alarm of a function.
func (b *builder) errorsOf(what, function string) component.AlarmSettings {
	return component.AlarmSettings{
		Description: "The " + what + " of Spacelift worker pool " + b.spec.WorkerPoolID + " has been failing for a quarter of an hour. Its log group " + functionLogs + function + " says why.",
		Namespace:   lambdaNamespace, Metric: "Errors", Dimension: [2]string{lambdaDimension, function}, Statistic: "Sum", Periods: 3, Datapoints: 3,
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
