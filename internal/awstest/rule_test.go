package awstest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
)

// putRule makes a rule with the function "f" as its target.
func putRule(t *testing.T, a *Account, name string, state types.RuleState, input *string) {
	t.Helper()
	client := eventbridge.NewFromConfig(a.Config())
	if _, err := client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &name, ScheduleExpression: aws.String("rate(1 minute)"), State: state}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: &name, Targets: []types.Target{
		{Id: aws.String("f"), Arn: aws.String("arn:aws:lambda:us-east-1:" + a.ID() + ":function:f"), Input: input},
	}}); err != nil {
		t.Fatal(err)
	}
}

func permit(t *testing.T, a *Account, client *awslambda.Client, rule string) {
	t.Helper()
	if _, err := client.AddPermission(t.Context(), &awslambda.AddPermissionInput{
		FunctionName: aws.String("f"), StatementId: &rule, Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("events.amazonaws.com"),
		SourceArn: aws.String("arn:aws:events:us-east-1:" + a.ID() + ":rule/" + rule),
	}); err != nil {
		t.Fatal(err)
	}
}

const fast = 100 * time.Millisecond // instead of a minute

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
func TestRuleWakesTheFunction(t *testing.T) {
	t.Parallel()
	a := Start(t)
	client := deployFunction(t, a, nil)
	putRule(t, a, "plain", types.RuleStateEnabled, nil)
	putRule(t, a, "constant", types.RuleStateEnabled, aws.String(`{"text":"constant"}`))
	permit(t, a, client, "plain")
	permit(t, a, client, "constant")
	runner := a.Lambda().Runner()
	if n := len(runner.Results("f")); n != 0 {
		t.Errorf("%d events before the start", n)
	}
	a.Lambda().Start(fast)
	came := func(parts ...string) func() bool {
		return func() bool {
			for _, result := range runner.Results("f") {
				if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(string(result.Event), part) }) {
					return true
				}
			}
			return false
		}
	}
	eventually(t, came(`"detail-type":"Scheduled Event"`, `"source":"aws.events"`, `:rule/plain"`, `"account":"`+a.ID()+`"`))
	eventually(t, came(`{"text":"constant"}`))
}

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
func TestRulesAreSilenced(t *testing.T) {
	t.Parallel()
	a, ctx := Start(t), t.Context()
	function := deployFunction(t, a, nil)
	rules := eventbridge.NewFromConfig(a.Config())
	untarget := func(name *string) error {
		_, err := rules.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: name, Ids: []string{"f"}})
		return err
	}
	silence := map[string]func(*string) error{
		"disabled": func(name *string) error {
			_, err := rules.DisableRule(ctx, &eventbridge.DisableRuleInput{Name: name})
			return err
		},
		"put-anew": func(name *string) error {
			_, err := rules.PutRule(ctx, &eventbridge.PutRuleInput{Name: name, ScheduleExpression: aws.String("rate(1 minute)"), State: types.RuleStateDisabled})
			return err
		},
		"without-target": untarget,
		"deleted": func(name *string) error {
			if err := untarget(name); err != nil {
				return err
			}
			_, err := rules.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: name})
			return err
		},
	}
	for name := range silence {
		putRule(t, a, name, types.RuleStateDisabled, nil)
		permit(t, a, function, name)
	}
	putRule(t, a, "clock", types.RuleStateDisabled, nil)
	permit(t, a, function, "clock")
	a.Lambda().Start(fast)
	events := func(rule string) (n int) {
		for _, result := range a.Lambda().Runner().Results("f") {
			if strings.Contains(string(result.Event), ":rule/"+rule+`"`) {
				n++
			}
		}
		return n
	}
	enable := func(name string) {
		if _, err := rules.EnableRule(ctx, &eventbridge.EnableRuleInput{Name: &name}); err != nil {
			t.Fatal(err)
		}
	}
	// pass lets some minutes pass, as another rule tells, and all events be handled.
	pass := func() {
		from := events("clock")
		enable("clock")
		eventually(t, func() bool { return events("clock") >= from+4 })
		if err := silence["disabled"](aws.String("clock")); err != nil {
			t.Fatal(err)
		}
		a.Lambda().Runner().Settle()
	}
	pass()
	for name := range silence {
		if n := events(name); n != 0 {
			t.Errorf("%s: %d events of a rule that was never enabled", name, n)
		}
		enable(name)
		eventually(t, func() bool { return events(name) > 0 })
	}
	before := map[string]int{}
	for name, act := range silence {
		if err := act(&name); err != nil {
			t.Fatal(err)
		}
	}
	a.Lambda().Runner().Settle()
	for name := range silence {
		before[name] = events(name)
	}
	pass()
	for name := range silence {
		if n := events(name); n != before[name] {
			t.Errorf("%s: %d events, then %d", name, before[name], n)
		}
	}
}

// A function takes events from whom its policy names:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-lambda-permissions
func TestRuleNeedsPermission(t *testing.T) {
	t.Parallel()
	a := Start(t)
	client := deployFunction(t, a, nil)
	putRule(t, a, "r", types.RuleStateEnabled, nil)
	permit(t, a, client, "another")
	a.Lambda().Start(fast)
	eventually(t, func() bool { return len(a.Lambda().Denied()) > 1 })
	if n := len(a.Lambda().Runner().Results("f")); n != 0 || a.Lambda().Denied()[0] != "r → f" {
		t.Errorf("%d events; denied %q", n, a.Lambda().Denied())
	}
	permit(t, a, client, "r")
	eventually(t, func() bool { return len(a.Lambda().Runner().Results("f")) > 0 })
	if _, err := client.RemovePermission(t.Context(), &awslambda.RemovePermissionInput{FunctionName: aws.String("f"), StatementId: aws.String("r")}); err != nil {
		t.Fatal(err)
	}
	denied := len(a.Lambda().Denied())
	eventually(t, func() bool { return len(a.Lambda().Denied()) > denied })
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html
func TestScheduleExpressionIsChecked(t *testing.T) {
	t.Parallel()
	client := eventbridge.NewFromConfig(Start(t).Config())
	put := func(expression string) error {
		_, err := client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), ScheduleExpression: &expression})
		return err
	}
	if err := put("rate(1 minutes)"); codeOf(err) != "ValidationException" {
		t.Errorf("one minute in the plural: %v", err)
	}
	if err := put("cron(0 8 ? * MON-FRI *)"); err != nil {
		t.Error(err)
	}
}

// A schedule whose minute is short does not outrun a function that takes its time.
func TestHurriedScheduleWaitsForTheFunction(t *testing.T) {
	t.Parallel()
	a := Start(t)
	client := deployFunction(t, a, nil)
	file := filepath.Join(t.TempDir(), "go-on")
	putRule(t, a, "hurried", types.RuleStateEnabled, aws.String(`{"do":"wait","text":"`+file+`"}`))
	permit(t, a, client, "hurried")
	runner := a.Lambda().Runner()
	const tick = 20 * time.Millisecond
	a.Lambda().Start(tick)
	eventually(t, func() bool { return runner.Pending("f") == mostHurried })
	<-time.After(10 * tick)
	if n := runner.Pending("f"); n != mostHurried {
		t.Errorf("%d events are in hand", n)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return len(runner.Results("f")) > mostHurried })
}
