package bench

import (
	"context"
	"log/slog"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
)

// Course is what a pool went through while a subject scaled it.
type Course struct {
	Trace   Trace
	Samples []Sample // one each Step, from the start on
	Lines   []Line   // that our functions logged
}

// Step is the time from one sample of a Course to the next.
const Step = 10 * time.Second

// Sample is a pool at one moment.
type Sample struct {
	model.States

	Waiting int // runs
	Woken   int // invocations of the lifecycle manager by messages, until now
}

// Line is what a function logged.
type Line struct {
	At      time.Duration // from the start
	Level   string
	Message string
	Numbers map[string]float64 // metrics among them
	Texts   map[string]string
}

// Follow lets a subject scale for a trace, and looks on.
func Follow(s Subject, t Trace) Course {
	c := &Course{Trace: t}
	var w *model.World
	log := &listener{heard: func(one Line) {
		one.At = w.Now().Sub(model.Start)
		c.Lines = append(c.Lines, one)
	}}
	w = begin(s, t, slog.New(log))
	for range int(t.Length / Step) {
		c.Samples = append(c.Samples, Sample{w.States(), w.Pending(), w.Figures.Woken})
		w.Pass(Step)
	}
	return *c
}

// listener is a slog.Handler.
type listener struct{ heard func(Line) }

// Enabled implements slog.Handler.
func (*listener) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs implements slog.Handler. The functions' lines are as good without.
func (l *listener) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler, likewise.
func (l *listener) WithGroup(string) slog.Handler { return l }

// Handle implements slog.Handler.
func (l *listener) Handle(_ context.Context, record slog.Record) error {
	one := Line{Level: record.Level.String(), Message: record.Message, Numbers: map[string]float64{}, Texts: map[string]string{}}
	record.Attrs(func(attr slog.Attr) bool {
		switch attr.Value.Kind() {
		case slog.KindFloat64:
			one.Numbers[attr.Key] = attr.Value.Float64()
		case slog.KindInt64:
			one.Numbers[attr.Key] = float64(attr.Value.Int64())
		case slog.KindString:
			one.Texts[attr.Key] = attr.Value.String()
		default: // actions, and what CloudWatch is told
		}
		return true
	})
	l.heard(one)
	return nil
}
