package awstest

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// codeKilled is the error that a killed client gets for whatever it tries.
const codeKilled = "ClientKilled"

// faults are the faults armed in one account, and what they have seen.
type faults struct {
	mu     sync.Mutex
	armed  []*armed
	killed bool
	young  []*newborn
	queues map[string]time.Time // deleted queue's name → blocked until
}

type armed struct {
	Fault
	seen int // matching calls so far
}

func (f *faults) inject(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = append(f.armed, &armed{Fault: fault})
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.killed, f.young, f.queues = nil, false, nil, nil
}

// strike is the fault that hits a call, nil if none does. Every armed fault
// counts every matching call; the first that strikes wins.
func (f *faults) strike(q request) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.killed {
		return killed()
	}
	var hit *Fault
	for _, a := range f.armed {
		if a.effect == effectYoung || a.effect == effectQueueName || !a.matches(q) {
			continue
		}
		a.seen++
		if hit == nil && a.seen > a.skip && (a.times == 0 || a.seen <= a.skip+a.times) {
			fault := a.Fault
			hit = &fault
		}
	}
	switch {
	case hit != nil:
		f.killed = hit.effect == effectKill
		return hit
	case q.service == "sqs" && q.action == "CreateQueue" && time.Now().Before(f.queues[q.value("QueueName")]):
		fault := FailAction("", "", "AWS.SimpleQueueService.QueueDeletedRecently", 0).
			WithMessage("You must wait 60 seconds after deleting a queue before you can create another with the same name.")
		return &fault
	default:
		return f.immature(q)
	}
}

func killed() *Fault {
	fault := FailAction("", "", codeKilled, 0).WithMessage("this client was killed by the test harness")
	return &fault
}

// dead says whether the client has been killed, perhaps while its call was
// under way.
func (f *faults) dead() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.killed
}

// learn lets the faults with a memory see what the emulator did.
func (f *faults) learn(q request, a *answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, armed := range f.armed {
		switch {
		case a.status >= http.StatusMultipleChoices:
		case armed.effect == effectYoung:
			f.birth(q, a, armed.uses)
		case armed.effect == effectQueueName && q.service == "sqs" && q.action == "DeleteQueue":
			if f.queues == nil {
				f.queues = map[string]time.Time{}
			}
			name := q.value("QueueUrl")
			f.queues[name[strings.LastIndex(name, "/")+1:]] = time.Now().Add(armed.span)
		}
	}
}
