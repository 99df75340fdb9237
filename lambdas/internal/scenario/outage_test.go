package scenario

import (
	"net/http"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// outage is something wrong with Spacelift for ten minutes.
type outage struct {
	begin, end func(*spacelift.Service)

	faulty bool // invocations fail
	works  bool // they come to something all the same
}

func nothing(*spacelift.Service) {}

var outages = map[string]outage{
	"down":          {begin: failing(spacelift.Failure{Status: http.StatusServiceUnavailable}), end: (*spacelift.Service).Heal, faulty: true},
	"unreachable":   {begin: failing(spacelift.Failure{Cut: true}), end: (*spacelift.Service).Heal, faulty: true},
	"answers 429":   {begin: failing(spacelift.Failure{Status: http.StatusTooManyRequests, RetryAfter: 5 * time.Second}), end: (*spacelift.Service).Heal, faulty: true},
	"slow":          {begin: latency(3 * time.Second), end: latency(0), works: true},
	"very slow":     {begin: latency(25 * time.Second), end: latency(0), faulty: true, works: true},
	"hangs":         {begin: latency(5 * time.Minute), end: latency(0), faulty: true},
	"expired token": {begin: (*spacelift.Service).ExpireTokens, end: nothing, works: true},
	"expired token, status 401": {begin: func(s *spacelift.Service) {
		s.Behave(func(b *spacelift.Behavior) { b.Status401 = true })
		s.ExpireTokens()
	}, end: nothing, works: true},
	"key may not drain": {begin: rights(spacelift.Rights{Read: true}), end: rights(spacelift.Rights{Read: true, Drain: true}), faulty: true},
	"key may not read":  {begin: rights(spacelift.Rights{}), end: rights(spacelift.Rights{Read: true, Drain: true}), faulty: true},
	"older schema":      {begin: older(true), end: older(false), works: true},
}

func failing(f spacelift.Failure) func(*spacelift.Service) {
	f.Times = -1
	return func(s *spacelift.Service) { s.Fail(f) }
}

func latency(d time.Duration) func(*spacelift.Service) {
	return func(s *spacelift.Service) { s.Behave(func(b *spacelift.Behavior) { b.Latency = d }) }
}

func rights(r spacelift.Rights) func(*spacelift.Service) {
	return func(s *spacelift.Service) { s.SetRights(s.Key().ID, r) }
}

func older(is bool) func(*spacelift.Service) {
	return func(s *spacelift.Service) { s.Behave(func(b *spacelift.Behavior) { b.Older = is }) }
}

// Runs go on, nobody is ended, an instance that waits goes on waiting; afterwards
// all goes on as if nothing had been.
func TestSpaceliftFails(t *testing.T) {
	t.Parallel()
	for name, o := range outages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, func(s *settings) { s.desired, s.scaling.MinIdle, s.scaling.MaxCreate, s.faulty = 5, 1, 5, o.faulty }, func(w *world) {
				w.warmUp(func() { w.queue(3, 25*time.Minute) })
				o.begin(w.account)
				leaving := w.busyInstance()
				w.end(leaving)
				w.pass(10 * time.Minute)
				if ended := len(w.eventsOf(autoscaling.Terminated)); !o.works && ended > 0 {
					w.Errorf("%d instances have ended in the meantime: %s", ended, w)
				}
				if w.stateOf(leaving) != "Terminating:Wait" {
					w.Errorf("the instance with a run is %s", w.stateOf(leaving))
				}
				o.end(w.account)
				w.queue(4, 5*time.Minute)
				w.until(5*time.Minute, "no run waits", func() bool { return w.account.Figures().Queued == 0 })
				w.served(30 * time.Minute)
				w.until(2*time.Minute, "the instance has ended", func() bool { return w.stateOf(leaving) == "gone" })
				w.calm(1, 10*time.Minute)
			})
		})
	}
}
