package stack

import (
	"fmt"
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// addAlarms adds the alarms on what the functions publish, and on the functions.
func (b *builder) addAlarms() {
	scales, drains := b.wantsAutoscaler(), b.wantsFunctions()
	b.addAlarm(ComponentAlarmQueue, "runs-waiting", scales, b.waitingAlarm())
	b.addAlarm(ComponentAlarmStrays, "stray-instances", scales, b.straysAlarm())
	b.addAlarm(ComponentAlarmRetained, "retained-instances", drains, b.retainedAlarm())
	b.addAlarm(ComponentAlarmAutoscaler, "autoscaler-errors", scales, b.errorsOf("autoscaler", b.functionName(ComponentAutoscaler, b.names.Autoscaler), b.scalingPeriod()))
	b.addAlarm(ComponentAlarmLifecycle, "lifecycle-errors", drains, b.errorsOf("lifecycle manager", b.functionName(ComponentLifecycle, b.names.Lifecycle), alarmPeriod))
}

// How long what an alarm is about lasts, in seconds.
const (
	waits = 1800
	fails = 900
)

// scalingPeriod is how much time a datapoint of the alarms on the autoscaler stands for,
// in seconds. One that is invoked less often than alarmPeriod leaves periods without any,
// which is no reason for an alarm.
func (b *builder) scalingPeriod() int32 {
	var count, unit int32
	var name string
	if b.spec.Autoscaling != nil {
		if n, _ := fmt.Sscanf(b.spec.Autoscaling.ScheduleExpression, "rate(%d %s", &count, &name); n == 2 { // not a cron expression
			unit = map[string]int32{"minute": 60, "hour": 3600, "day": longestAlarm}[strings.TrimRight(name, "s)")]
		}
	}
	if count > longestAlarm/60 || count*unit >= longestAlarm/2 {
		return longestAlarm
	}
	if count*unit < alarmPeriod {
		return alarmPeriod
	}
	return 2 * count * unit
}

// within is in how many periods something shows that lasts for a time.
func within(time, period int32) int32 { return max(1, (time+period-1)/period) }

func (b *builder) waitingAlarm() component.AlarmSettings {
	period := b.scalingPeriod()
	n := within(waits, period)
	return b.ofPool("PendingRuns", "Minimum", period, n, n, fmt.Sprintf(
		"Runs have been waiting for %d minutes for Spacelift workers of pool %%s. Is its max_size reached, or do its workers not start?", n*period/60))
}

// straysAlarm cannot wait for an instance to be a stray all the time: the autoscaler
// replaces it after two minutes, and the next one is a stray only after another boot
// timeout. One that is replaced by a worker is seen in two periods at most.
func (b *builder) straysAlarm() component.AlarmSettings {
	const (
		seen     = 3
		replaced = 300 // seconds from the boot timeout until another instance boots, and some
	)
	period := b.scalingPeriod()
	boot := DefaultAutoscaling().BootTimeout
	if b.spec.Autoscaling != nil {
		boot = b.spec.Autoscaling.BootTimeout
	}
	periods := min(max(seen, seen*(boot+replaced)/period+seen), longestAlarm/period)
	return b.ofPool("StrayInstances", "Maximum", period, periods, min(seen, periods),
		"Instances of Spacelift worker pool %s do not become workers, again and again. Their console output says why.")
}

// retainedAlarm takes the most that anybody has seen: two groups of one worker pool publish
// under the same name, and the one without retained instances must not hide those of the other.
func (b *builder) retainedAlarm() component.AlarmSettings {
	return b.ofPool("RetainedInstances", "Maximum", alarmPeriod, 12, 12,
		"Instances of Spacelift worker pool %s have been retained for an hour, with runs that do not end. They cost money until they go.")
}

// ofPool are the settings of an alarm on a metric that a function publishes.
func (b *builder) ofPool(metric, statistic string, period, periods, datapoints int32, text string) component.AlarmSettings {
	return component.AlarmSettings{
		Description: fmt.Sprintf(text, b.spec.WorkerPoolID), Namespace: poolNamespace, Metric: metric,
		Dimension: [2]string{poolDimension, b.spec.WorkerPoolID}, Statistic: statistic, Period: period, Periods: periods, Datapoints: datapoints,
	}
}

// errorsOf are the settings of the alarm of a function.
func (b *builder) errorsOf(what, function string, period int32) component.AlarmSettings {
	n := within(fails, period)
	return component.AlarmSettings{
		Description: fmt.Sprintf("The %s of Spacelift worker pool %s has been failing for %d minutes. Its log group %s says why.", what, b.spec.WorkerPoolID, n*period/60, functionLogs+function),
		Namespace:   lambdaNamespace, Metric: "Errors", Dimension: [2]string{lambdaDimension, function}, Statistic: "Sum", Period: period, Periods: n, Datapoints: n,
	}
}

func (b *builder) addAlarm(key, suffix string, possible bool, settings component.AlarmSettings) {
	settings.Actions = sorted(b.spec.Monitoring.AlarmActions)
	alarm := &component.Alarm{
		Object: b.object(key), API: b.clients.CloudWatch, AlarmName: b.spec.BaseName + "-" + suffix, Settings: settings, Tags: b.tags, Needs: b.firstOfFunctions(),
	}
	alarm.Restore(b.known(key, "cloudwatch", "alarm:"))
	b.alarms = append(b.alarms, alarm)
	b.add(alarm, possible && len(settings.Actions) > 0, []any{settings, b.tags.Want})
}
