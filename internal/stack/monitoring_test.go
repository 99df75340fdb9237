package stack

import (
	"testing"
)

func TestDashboardBody(t *testing.T) {
	t.Parallel()
	for name, shown := range map[string]pictured{
		"dashboard":               {"01HZXK3J5T9V2QWERTY0123456", "eu-west-1", "pool", "pool-ec2-autoscaler", "pool-lifecycle-manager"},
		"dashboard_no_autoscaler": {"01HZXK3J5T9V2QWERTY0123456", "eu-west-1", "pool", "", "pool-lifecycle-manager"},
		"dashboard_no_functions":  {"01HZXK3J5T9V2QWERTY0123456", "eu-west-1", "pool", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := dashboardBody(shown)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, text)
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
