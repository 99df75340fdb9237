package lambda

import (
	"context"
	"encoding/json"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// In the bubble it is the midnight of Saturday, 2000-01-01.
func TestScheduleFiresInTime(t *testing.T) {
	t.Parallel()
	const minute, hour, day = time.Minute, time.Hour, 24 * time.Hour
	cases := map[string]struct {
		minute time.Duration
		want   []time.Duration // after the start
	}{
		// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html
		"rate(1 minute)":  {want: []time.Duration{minute, 2 * minute, 3 * minute}},
		"rate(5 minutes)": {want: []time.Duration{5 * minute, 10 * minute}},
		"rate(1 hour)":    {want: []time.Duration{hour, 2 * hour}},
		"rate(7 days)":    {want: []time.Duration{7 * day}},
		"rate(2 minutes)": {minute: 250 * time.Millisecond, want: []time.Duration{500 * time.Millisecond, time.Second}},
		// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
		"cron(0/15 * * * ? *)":     {want: []time.Duration{15 * minute, 30 * minute, 45 * minute, hour}},
		"cron(0 10 * * ? *)":       {want: []time.Duration{10 * hour, day + 10*hour}},
		"cron(15 12 ? * 2 *)":      {want: []time.Duration{2*day + 12*hour + 15*minute}},
		"cron(0 18 ? * MON-FRI *)": {want: []time.Duration{2*day + 18*hour, 3*day + 18*hour}},
		"cron(0 8 1 * ? *)":        {want: []time.Duration{8 * hour, 31*day + 8*hour}},
		"cron(0 1 * * ? *)":        {minute: time.Second, want: []time.Duration{minute}},
	}
	for expression, c := range cases {
		t.Run(expression, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				began := time.Now()
				fired := make(chan time.Duration)
				schedule := Schedule{Expression: expression, Minute: c.minute, Deliver: func([]byte) { fired <- time.Since(began) }}
				go func() {
					if err := schedule.Run(ctx); err != nil {
						t.Error(err)
					}
				}()
				var got []time.Duration
				for range c.want {
					got = append(got, <-fired)
				}
				cancel()
				if !slices.Equal(got, c.want) {
					t.Errorf("fired after %v, want %v", got, c.want)
				}
			})
		})
	}
}

func TestScheduleExpressionsThatAWSRefuses(t *testing.T) {
	t.Parallel()
	for _, expression := range []string{
		"", "rate(0 minutes)", "rate(1 minutes)", "rate(5 minute)", "rate(30 seconds)", "rate(1.5 hours)", "rate(-1 hours)",
		"cron(* * * * *)", "cron(* * * * * *)", "cron(0 8 ? * ? *)", "cron(61 8 * * ? *)", "every minute",
	} {
		if CheckSchedule(expression) == nil {
			t.Errorf("%q was taken", expression)
		}
		if (Schedule{Expression: expression}).Run(t.Context()) == nil {
			t.Errorf("%q ran", expression)
		}
	}
}

// https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-scheduled.html
func TestScheduledEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got []byte
		ctx, cancel := context.WithCancel(t.Context())
		schedule := Schedule{
			RuleARN: "arn:aws:events:eu-west-1:000000000001:rule/every-minute", Account: "000000000001", Region: "eu-west-1",
			Expression: "rate(1 minute)", Deliver: func(event []byte) { got = event; cancel() },
		}
		if err := schedule.Run(ctx); err != nil {
			t.Fatal(err)
		}
		var event map[string]any
		if err := json.Unmarshal(got, &event); err != nil {
			t.Fatal(err)
		}
		if id, _ := event["id"].(string); len(id) != 36 {
			t.Errorf("id %q", id)
		}
		delete(event, "id")
		text, _ := json.Marshal(event)
		const want = `{"account":"000000000001","detail":{},"detail-type":"Scheduled Event","region":"eu-west-1",` +
			`"resources":["arn:aws:events:eu-west-1:000000000001:rule/every-minute"],"source":"aws.events","time":"2000-01-01T00:01:00Z","version":"0"}`
		if string(text) != want {
			t.Errorf("event %s\nwant  %s", text, want)
		}
	})
}

// A rule may deliver an event more than once:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html#eb-rule-triggered-more-than-once
func TestScheduleThatFiresTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var count atomic.Int32
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
		defer cancel()
		if err := (Schedule{Expression: "rate(1 minute)", Twice: true, Deliver: func([]byte) { count.Add(1) }}).Run(ctx); err != nil {
			t.Fatal(err)
		}
		if count.Load() != 4 {
			t.Errorf("%d events in two minutes and a half", count.Load())
		}
	})
}
