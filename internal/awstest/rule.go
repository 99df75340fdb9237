package awstest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
)

// rule is a rule of EventBridge with a schedule.
type rule struct {
	name       string
	expression string
	disabled   bool
	targets    []target
	stop       func() // ends the firing; nil while there is none
}

// target is what a rule sends its events to.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
type target struct {
	ID    string `json:"Id"`
	ARN   string `json:"Arn"`
	Input string // in place of the event, unless it is ""

	InputPath        string // not played, like the next
	InputTransformer json.RawMessage
}

// ruleCall holds the parameters of all calls about rules.
type ruleCall struct {
	Name, Rule                string
	ScheduleExpression, State string
	Targets                   []target
	IDs                       []string `json:"Ids"`
}

// checkSchedule refuses an expression that is none:
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
func (t *tenant) checkSchedule(q request) *answer {
	var in ruleCall
	if q.action != "PutRule" || json.Unmarshal(q.body, &in) != nil || in.ScheduleExpression == "" {
		return nil
	}
	switch err := lambda.CheckSchedule(in.ScheduleExpression); {
	case errors.Is(err, lambda.ErrNotPlayed):
		t.lack(q, err.Error())
		return nil
	case err != nil:
		return refusal(q, http.StatusBadRequest, "ValidationException", "Parameter ScheduleExpression is not valid.")
	default:
		return nil
	}
}

// learnRule takes note of a call about rules.
func (l *Lambda) learnRule(q request) {
	var in ruleCall
	if json.Unmarshal(q.body, &in) != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.rules[in.Name+in.Rule]
	if r == nil {
		if q.action != "PutRule" {
			return
		}
		r = &rule{name: in.Name}
		l.rules[in.Name] = r
	}
	switch q.action {
	case "PutRule":
		if r.expression != in.ScheduleExpression {
			r.halt()
			r.expression = in.ScheduleExpression
		}
		r.disabled = in.State == "DISABLED"
	case "EnableRule":
		r.disabled = false
	case "DisableRule":
		r.disabled = true
	case "DeleteRule":
		r.disabled = true
		delete(l.rules, r.name)
	case "PutTargets":
		for _, one := range in.Targets {
			if one.InputPath != "" || one.InputTransformer != nil {
				l.account.lack(q, "only a constant Input is played")
			}
			r.targets = append(slices.DeleteFunc(r.targets, func(t target) bool { return t.ID == one.ID }), one)
		}
	case "RemoveTargets":
		r.targets = slices.DeleteFunc(r.targets, func(t target) bool { return slices.Contains(in.IDs, t.ID) })
	}
	l.runRule(r)
}

// runRule fires a rule as it says, or no longer. The caller holds mu.
func (l *Lambda) runRule(r *rule) {
	switch {
	case r.disabled:
		r.halt()
	case l.started && r.stop == nil && r.expression != "":
		ctx, stop := context.WithCancel(l.account.life)
		r.stop = stop
		schedule := lambda.Schedule{
			RuleARN: l.arn("events", "rule/"+r.name), Account: l.account.id, Region: l.account.region,
			Expression: r.expression, Minute: l.minute, Deliver: func(event []byte) { l.deliver(r, event) },
		}
		go func() { _ = schedule.Run(ctx) }() // what it cannot play has failed the test
	}
}

func (r *rule) halt() {
	if r.stop != nil {
		r.stop()
		r.stop = nil
	}
}

// mostHurried is how many events of a function a schedule adds to where a minute is
// short. Others would pile up: a function takes as long as ever, and on a busy
// machine longer for each that it does at the same time.
const mostHurried = 3

// deliver invokes the functions that a rule names, if they let it.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-lambda-permissions
func (l *Lambda) deliver(r *rule, event []byte) {
	for _, name := range l.invokeTargets(r, event) {
		l.mayLog(l.account.life, name)
	}
}

// invokeTargets tells which functions it has invoked.
func (l *Lambda) invokeTargets(r *rule, event []byte) (invoked []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range r.targets {
		if !strings.Contains(one.ARN, ":lambda:") {
			continue
		}
		name := nameOf(one.ARN)
		if known := l.functions[name]; known == nil || !known.lets(l.arn("events", "rule/"+r.name)) {
			l.denied = append(l.denied, r.name+" → "+name)
			continue
		}
		if l.minute < time.Minute && l.runner.Pending(name) >= mostHurried {
			continue
		}
		input := event
		if one.Input != "" {
			input = []byte(one.Input)
		}
		_, _ = l.runner.InvokeAsync(name, input) // it is there
		invoked = append(invoked, name)
	}
	return invoked
}

// lets says whether the function's policy lets a rule invoke it.
func (d *deployment) lets(rule string) bool {
	for _, statement := range d.policy {
		action, source := aws.ToString(statement.Action), aws.ToString(statement.SourceArn)
		if aws.ToString(statement.Principal) == "events.amazonaws.com" && (action == "lambda:InvokeFunction" || action == "lambda:*") && (source == "" || source == rule) {
			return true
		}
	}
	return false
}
