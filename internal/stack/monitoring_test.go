package stack

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

func TestDashboardBody(t *testing.T) {
	t.Parallel()
	group := pictured{
		pool: "01HZXK3J5T9V2QWERTY0123456", region: "eu-west-1", group: "pool",
		groupMetrics: []string{"GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize"},
	}
	drained := group
	drained.lifecycle = loggedFunction{"pool-lifecycle-manager", "/aws/lambda/pool-lifecycle-manager"}
	full := drained
	full.autoscaler = loggedFunction{"pool-ec2-autoscaler", "/aws/lambda/pool-ec2-autoscaler"}
	for name, shown := range map[string]pictured{"full": full, "no_autoscaler": drained, "no_functions": group} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := dashboardBody(shown)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("dashboard", name), text)
		})
	}
}

func TestDashboardURL(t *testing.T) {
	t.Parallel()
	for partition, want := range map[string]string{
		"aws":        "https://r.console.aws.amazon.com/cloudwatch/home?region=r#dashboards/dashboard/pool",
		"aws-cn":     "https://r.console.amazonaws.cn/cloudwatch/home?region=r#dashboards/dashboard/pool",
		"aws-us-gov": "https://r.console.amazonaws-us-gov.com/cloudwatch/home?region=r#dashboards/dashboard/pool",
	} {
		if got := dashboardURL(place{partition, "r", ""}, "pool"); got != want {
			t.Errorf("in %s: %s", partition, got)
		}
	}
}

// The guide has a row for each alarm, with what it really goes off by.
func TestGuideTellsOfAlarms(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "monitoring.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	autoscaling := DefaultAutoscaling()
	spec := Spec{
		BaseName: "<base_name>", APICredentials: &APICredentials{}, Autoscaling: &autoscaling, Lifecycle: DefaultLifecycle(),
		Monitoring: Monitoring{AlarmActions: []string{"arn"}},
	}
	told := 0
	for _, m := range build(&awsapi.Clients{Partition: "aws", Region: "eu-west-1"}, spec, Observed{}).members {
		alarm, ok := m.Component.(*component.Alarm)
		if !ok {
			continue
		}
		told++
		s := alarm.Settings
		row := fmt.Sprintf("\n| `%s` | `%s` | `%s` | above 0 in %d of %d periods of %d minutes |", alarm.AlarmName, s.Metric, s.Statistic, s.Datapoints, s.Periods, s.Period/60)
		if !m.wanted || !strings.Contains(string(guide), row) {
			t.Errorf("the guide has no row (wanted: %t):%s", m.wanted, row)
		}
	}
	if told != 5 {
		t.Errorf("there are %d alarms", told)
	}
}

// However long instances may take to boot, three that do not are seen within the
// alarm's time, which AWS limits to a day.
func TestStraysAlarmWaitsForBoots(t *testing.T) {
	t.Parallel()
	for boot, want := range map[int32]int32{1: 6, 600: 12, 3600: 42, 604_800: 288} {
		b := builder{spec: Spec{Autoscaling: &Autoscaling{BootTimeout: boot}}}
		if got := b.straysAlarm(); got.Periods != want || got.Datapoints != 3 {
			t.Errorf("with a boot timeout of %d s: %d of %d periods, want 3 of %d", boot, got.Datapoints, got.Periods, want)
		}
	}
}

// An autoscaler that is invoked rarely publishes rarely: each period of its alarms has
// to have a datapoint, and all of them together last a day at most.
func TestAlarmsFollowTheSchedule(t *testing.T) {
	t.Parallel()
	type counts struct{ period, waiting, strays, seen, errors int32 }
	for expression, want := range map[string]counts{
		"rate(1 minute)":       {300, 6, 12, 3, 3},
		"rate(4 minutes)":      {300, 6, 12, 3, 3},
		"rate(5 minutes)":      {600, 3, 7, 3, 2},
		"rate(10 minutes)":     {1200, 2, 5, 3, 1},
		"rate(1 hour)":         {7200, 1, 3, 3, 1},
		"rate(11 hours)":       {79_200, 1, 1, 1, 1},
		"rate(1 day)":          {86_400, 1, 1, 1, 1},
		"rate(999999999 days)": {86_400, 1, 1, 1, 1},
		"cron(0/5 * * * ? *)":  {300, 6, 12, 3, 3},
		"":                     {300, 6, 12, 3, 3},
	} {
		b := builder{spec: Spec{Autoscaling: &Autoscaling{BootTimeout: 600, ScheduleExpression: expression}}}
		waiting, strays, errors := b.waitingAlarm(), b.straysAlarm(), b.errorsOf("autoscaler", "f", b.scalingPeriod())
		got := counts{waiting.Period, waiting.Periods, strays.Periods, strays.Datapoints, errors.Periods}
		if got != want || waiting.Datapoints != waiting.Periods || errors.Datapoints != errors.Periods || strays.Period != errors.Period {
			t.Errorf("%s: %+v, want %+v", expression, got, want)
		}
	}
}
