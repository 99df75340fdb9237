package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// glance is the time from one look of a watch to the next.
const glance = 250 * time.Millisecond

// watching is what a watch is to show, and when it is over.
type watching struct {
	goal    goal           // ends the watch when it is met; nil: the end of the command does
	limit   time.Duration  // after which it has failed; 0 for none
	command []string       // runs meanwhile; may be empty
	show    *regexp.Regexp // the lines of its output to show
	begun   time.Time      // what happened before is not told
	clock   time.Duration  // at that time
}

// watch is a watch under way.
type watch struct {
	watching
	*screen

	seen   map[string]bool   // invocations by id and end
	words  map[string]saying // the last of each function
	status string            // the last line about runs and instances
	now    awstest.Situation
	output excerpt
}

// watchPool shows what goes on in the worker pool of this environment, as a table
// that is redrawn or, where there is no terminal, a line for each change. It fails as
// soon as a run is cut short.
func watchPool(ctx context.Context, what watching) error {
	if what.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, what.limit, fmt.Errorf("it took longer than %s", what.limit))
		defer cancel()
	}
	w := &watch{
		watching: what, screen: newScreen(os.Stdout), seen: map[string]bool{}, words: map[string]saying{}, output: excerpt{show: what.show},
	}
	err := w.follow(ctx)
	w.clear()
	if w.live() && w.status != "" {
		w.say(w.stamp(w.status))
	}
	return err
}

// follow looks until the watch is over.
func (w *watch) follow(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines, running := (<-chan string)(nil), &child{}
	if len(w.command) > 0 {
		var err error
		if running, err = start(ctx, w.command); err != nil {
			return err
		}
		lines = running.lines
		defer func() {
			cancel()
			for range running.lines { // until it has ended
			}
		}()
	}
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for first := true; ; first = false {
		if !first {
			select {
			case text, more := <-lines:
				if more {
					w.say(w.output.take(text)...)
					continue
				}
				lines = nil // of two channels, this one is never ready again
			case <-tick.C:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		if err := w.look(ctx); err != nil {
			return err
		}
		if lines == nil && (running.err != nil || w.goal.met(figuresOf(w.now))) {
			return w.failure(running.err)
		}
	}
}

// failure is that of the command, with all that it has said.
func (w *watch) failure(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w\n%s", err, strings.Join(w.output.all, "\n"))
}

// look looks once, and shows what it sees.
func (w *watch) look(ctx context.Context) error {
	var now awstest.Situation
	if err := ask(ctx, http.MethodGet, "situation", url.Values{}, &now); err != nil {
		return err
	}
	w.now = now
	for _, one := range now.Invocations {
		w.hear(one)
	}
	status := statusOf(now)
	// Without a terminal each change is a line. What a command finds is none.
	if found := w.status == "" && len(w.command) > 0; status != w.status && !found && !w.live() {
		w.say(w.stamp(status))
	}
	w.status = status
	if width, height := w.size(); width > 0 {
		w.draw(picture(now, w.words, width-1, height-1))
	}
	for _, run := range now.Runs {
		if run.State == spacelift.CutShort {
			return fmt.Errorf("run %s was cut short: its instance %s has ended", run.ID, run.InstanceID)
		}
	}
	return nil
}

// hear takes note of what an invocation has said, and says it if it has led to
// something.
func (w *watch) hear(one awstest.Invocation) {
	key := one.ID + one.EndedAt.String()
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	for _, said := range sayingsOf(one) {
		// Two at once may do the same.
		if again := said == w.words[said.who]; (said.acted || said.failed) && !again && one.EndedAt.After(w.begun) {
			w.say(w.stamp(said.who + ": " + said.text))
		}
		w.words[said.who] = said
	}
}

// stamp puts the time before a text, and breaks it where the terminal ends.
func (w *watch) stamp(text string) string {
	stamped := fmt.Sprintf("%3d s  ", (w.clock+time.Since(w.begun))/time.Second)
	width, _ := w.size()
	if width == 0 {
		return stamped + text
	}
	return stamped + strings.Join(wrap(text, width-1-len(indent), len(text)), "\n"+indent)
}
