// Package spacelift plays a Spacelift account: API keys, worker pools, runs that
// queue for workers, and workers that live and die with their EC2 instances. It
// is a state machine with a clock handed in, behind a GraphQL API with a real
// schema and executor, so that a wrong query fails here as it would there.
//
// Spacelift's schema is not published. The one in here has what the provider
// and its functions use and nothing else, as far as public examples show it:
// https://docs.spacelift.io/integrations/api and spacelift-io/spacectl.
//
// The figure that everything else is judged by are the runs cut short: those
// whose instance ended before they did.
package spacelift

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Service is a Spacelift account. Safe for concurrent use.
//
// The machine never sleeps: what takes time is an event with a moment at which
// it is due. Every operation first does what is due by the clock, and Run does
// it as time passes.
type Service struct {
	now     func() time.Time
	key     Key
	apis    apis
	changed chan struct{} // tells Run to look again
	notices notices

	mu       sync.Mutex
	moment   time.Time // of the operation or event at work
	behavior Behavior
	failures []*Failure
	requests []Request
	rights   map[string]Rights // by id of the API key
	sessions map[string]session
	pools    map[string]*pool
	machines map[string]*machine // by instance
	serial   int                 // numbers ids and tokens
}

// Behavior is what a test decides about Spacelift. With the zero value workers
// register and go at once, and tokens are good for an hour.
type Behavior struct {
	RegisterTime time.Duration                 // from an instance's boot until its worker registers
	MissTime     time.Duration                 // from an instance's end until Spacelift misses its worker
	CycleTime    time.Duration                 // from a cycle until the launchers end; up to 20 s: https://docs.spacelift.io/concepts/worker-pools#cycle
	TokenTime    time.Duration                 // how long a token is good; an hour unless set
	Latency      time.Duration                 // of each request
	Older        bool                          // the schema of an older installation, without availableAt
	Status401    bool                          // refuse tokens with HTTP status 401, not with an error in the answer
	SneakRuns    int                           // so many of the next drains come too late: the idle worker just got a run
	SneakTime    time.Duration                 // how long those runs take
	NoRegister   int                           // so many of the next instances boot, but their worker never registers
	Metadata     func(m Machine) (json string) // what a worker sends of itself; nil means what it ought to
	Before       func(operation string)        // called before an operation, such as "workerDrainSet", is done; may call the Service
}

// defaultTokenTime is ours: Spacelift does not document it, clients shall go by
// what comes with the token.
const defaultTokenTime = time.Hour

// New makes an account without pools and with one API key. now is its clock.
func New(now func() time.Time) *Service {
	s := &Service{
		now: now, moment: now(), changed: make(chan struct{}, 1),
		rights: map[string]Rights{}, sessions: map[string]session{}, pools: map[string]*pool{}, machines: map[string]*machine{},
	}
	s.apis = newAPIs(s)
	s.key = s.NewKey(Rights{Read: true, Drain: true})
	return s
}

// Behave lets change alter the behavior, from the next operation on. Numbers
// count down as they are met.
func (s *Service) Behave(change func(*Behavior)) {
	defer s.enter()()
	change(&s.behavior)
}

// id makes an id in the form of Spacelift's, a ULID. letter tells kinds apart.
func (s *Service) id(letter string) string {
	s.serial++
	return fmt.Sprintf("01K0%s%021d", letter, s.serial)
}

// event is something that happens by itself.
type event struct {
	at time.Time
	do func() // with the lock held; must make progress, for it is asked for again while it is due
}

// enter begins an operation: it locks, and does what is due. What it returns ends
// the operation. Called as defer s.enter()().
func (s *Service) enter() (leave func()) {
	s.mu.Lock()
	s.settle()
	return func() {
		s.settle() // what the operation made due at once
		s.mu.Unlock()
		select {
		case s.changed <- struct{}{}:
		default: // Run has not heard the last one yet
		}
		s.notices.deliver()
	}
}

// settle does all events that are due in order of time, each at its own moment,
// and hands runs to workers in between.
func (s *Service) settle() {
	now := s.now()
	for {
		s.assign()
		next, ok := s.first()
		if !ok || next.at.After(now) {
			break
		}
		if next.at.After(s.moment) {
			s.moment = next.at
		}
		next.do()
	}
	s.moment = now
}

// first is the event that is due first.
func (s *Service) first() (event, bool) {
	var first event
	consider := func(at time.Time, do func()) {
		if !at.IsZero() && (first.do == nil || at.Before(first.at)) {
			first = event{at, do}
		}
	}
	for _, one := range s.sortedMachines() {
		consider(one.registers, func() { s.register(one) })
	}
	for _, found := range s.sortedPools() {
		for _, one := range found.workers {
			if one.run != nil && !one.lost {
				consider(one.run.StartedAt.Add(one.run.Duration), func() { s.finish(one) })
			}
			consider(one.leaves, func() { s.leave(one) })
		}
	}
	return first, first.do != nil
}

// Next is the moment at which something is due next, if anything is.
func (s *Service) Next() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next, ok := s.first()
	return next.at, ok
}

// Run does what is due as time passes, until ctx ends. The clock given to New
// must be time.Now; in a bubble of testing/synctest that is a fake one.
func (s *Service) Run(ctx context.Context) {
	for ctx.Err() == nil {
		s.mu.Lock()
		s.settle()
		next, ok := s.first()
		s.mu.Unlock()
		s.notices.deliver()
		s.await(ctx, next.at, ok)
	}
}

// await waits for a moment (if there is one), a change or the end.
func (s *Service) await(ctx context.Context, moment time.Time, ok bool) {
	var due <-chan time.Time
	if ok {
		timer := time.NewTimer(moment.Sub(s.now()))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
	case <-s.changed:
	case <-due:
	}
}
