package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/robfig/cron/v3"
)

// Schedule is a rule of EventBridge that fires by the clock.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
type Schedule struct {
	RuleARN    string
	Account    string
	Region     string
	Expression string // rate(…) or cron(…); in UTC
	// Deliver takes the events. They are delivered at least once: what it does must
	// not depend on their number.
	Deliver func(event []byte)
	// Twice delivers each event twice, as may happen on AWS.
	Twice bool
	// Minute is how long a minute takes; 0: time.Minute.
	Minute time.Duration
}

// Run delivers events until ctx ends. It fails at once if the expression is none
// that AWS would take.
func (s Schedule) Run(ctx context.Context) error {
	fill(&s.Minute, time.Minute)
	next, err := parseSchedule(s.Expression)
	if err != nil {
		return err
	}
	// Two clocks: on the one of the schedule, a minute is a minute.
	began := time.Now().UTC()
	for at := began; ; {
		at = next.Next(at)
		due := began.Add(time.Duration(float64(at.Sub(began)) * float64(s.Minute) / float64(time.Minute)))
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			return nil
		}
		event, err := s.event()
		if err != nil {
			return err
		}
		s.Deliver(event)
		if s.Twice {
			s.Deliver(event)
		}
	}
}

// event is what a rule sends whose target has no input of its own:
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-scheduled.html
func (s *Schedule) event() ([]byte, error) {
	event, err := json.Marshal(events.EventBridgeEvent{
		Version: "0", ID: NewID(), DetailType: "Scheduled Event", Source: "aws.events", AccountID: s.Account,
		Time: time.Now().UTC().Truncate(time.Second), Region: s.Region, Resources: []string{s.RuleARN}, Detail: json.RawMessage(`{}`),
	})
	if err != nil {
		return nil, fmt.Errorf("writing an event of %s: %w", s.RuleARN, err)
	}
	return event, nil
}

// CheckSchedule says why a rule cannot have this expression; nil if it can. It
// fails with ErrNotPlayed where only this package cannot.
func CheckSchedule(expression string) error {
	_, err := parseSchedule(expression)
	return err
}

var (
	rateExpression = regexp.MustCompile(`^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$`)
	cronExpression = regexp.MustCompile(`^cron\((\S+ \S+ \S+ \S+ \S+) (\S+)\)$`)
	weekday        = regexp.MustCompile(`[1-7]`)
	notPlayedDays  = regexp.MustCompile(`[/#L]`)
)

var errSchedule = errors.New("the schedule expression is not valid")

// ErrNotPlayed is the error of a schedule that AWS takes and this package does not:
// one with L, W, #, years, or steps of weekdays.
var ErrNotPlayed = errors.New("such a schedule is not played")

// parseSchedule reads an expression. A rate counts from now on; its unit is
// singular for one and plural for more.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html
func parseSchedule(expression string) (cron.Schedule, error) {
	if rate := rateExpression.FindStringSubmatch(expression); rate != nil {
		count, err := strconv.Atoi(rate[1])
		if err != nil || (count == 1) == (rate[3] == "s") {
			return nil, fmt.Errorf("reading %s: %w", expression, errSchedule)
		}
		unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[rate[2]]
		return cron.ConstantDelaySchedule{Delay: time.Duration(count) * unit}, nil
	}
	return parseCron(expression)
}

// parseCron reads a cron expression: minutes, hours, day of the month, month, day
// of the week (one of the two days is "?", Sunday is 1), year.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
func parseCron(expression string) (cron.Schedule, error) {
	parts := cronExpression.FindStringSubmatch(expression)
	if parts == nil {
		return nil, fmt.Errorf("reading %s: %w", expression, errSchedule)
	}
	fields := strings.Fields(parts[1])
	if (fields[2] == "?") == (fields[4] == "?") {
		return nil, fmt.Errorf("reading %s: %w", expression, errSchedule)
	}
	if parts[2] != "*" || strings.ContainsAny(fields[2], "LW") || notPlayedDays.MatchString(fields[4]) {
		return nil, fmt.Errorf("reading %s: %w", expression, ErrNotPlayed)
	}
	fields[4] = weekday.ReplaceAllStringFunc(fields[4], func(day string) string { return string(day[0] - 1) })
	schedule, err := cron.ParseStandard(strings.Join(fields, " "))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", expression, err)
	}
	return schedule, nil
}
