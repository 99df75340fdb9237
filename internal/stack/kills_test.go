package stack_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// kills are the calls of an operation at which its client is yet to be killed. The
// emulator serves about a hundred calls a second, so no call gets a pool of its own:
// what one kill leaves is where the next attempt begins, which is killed at the first
// call that has not been its turn yet, until an attempt comes to its end.
type kills struct {
	mu   sync.Mutex
	left map[string]bool
	at   string // the call of the last kill, "" for none
}

var (
	ownName  = regexp.MustCompile(poolID + `(-[0-9a-z]+)*|spacelift-[a-z]+\.log`)
	someName = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9]{12}\b`) // of a mapping, an account
	suffix   = regexp.MustCompile(`(-bundle|-secret)-\w{6}`)                                 // of the ARN of a secret
	reading  = regexp.MustCompile(`/(Describe|Get|List)|/GET `)
)

// keyOf tells the calls of an operation apart: those that change something by that,
// those that only read by what they do. Alarms are all alike.
func keyOf(c awstest.Call) string {
	key := someName.ReplaceAllString(c.String(), "*")
	switch {
	case reading.MatchString(key):
		return ownName.ReplaceAllString(key, "*")
	case c.Service == "monitoring":
		return key
	}
	names := ownName.FindAllString(suffix.ReplaceAllString(c.Request, "$1"), -1)
	slices.Sort(names)
	return strings.Join(append([]string{key}, slices.Compact(names)...), " ")
}

// keys are the calls, each once, in the order of their first time.
func keys(calls []awstest.Call) (all []string) {
	for _, c := range calls {
		if key := keyOf(c); !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	return all
}

// deal deals calls out to so many hands in turn, so that what comes after a kill goes
// on for a while before the next one.
func deal(t *testing.T, calls []string, hands int) []*kills {
	t.Helper()
	if len(calls) < 5 {
		t.Fatalf("only %q: the operation did nothing", calls)
	}
	dealt := make([]*kills, hands)
	for i := range dealt {
		dealt[i] = &kills{left: map[string]bool{}}
	}
	for i, call := range calls {
		dealt[i%hands].left[call] = true
	}
	return dealt
}

// take takes the turn of a call.
func (k *kills) take(c awstest.Call) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := keyOf(c)
	if !k.left[key] {
		return false
	}
	delete(k.left, key)
	k.at = key
	return true
}

// last is the call of the last kill since it was asked for, "" for none.
func (k *kills) last() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := k.at
	k.at = ""
	return at
}

// missed are the calls whose turn never came. A call that only reads what one before it
// has changed is not repeated when that was killed.
func (k *kills) missed() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(k.left)), reading.MatchString)
}

// strike attempts an operation until it comes to its end, killed at each call of k.
// after follows each kill, nil for nothing.
func (k *kills) strike(t *testing.T, a *awstest.Account, attempt func() error, after func()) {
	t.Helper()
	for {
		a.Inject(awstest.KillWhere(k.take))
		err := attempt()
		a.ClearFaults()
		at := k.last()
		switch {
		case at == "" && err != nil:
			t.Fatalf("the attempt after the last kill: %s", err)
		case at == "" && len(k.missed()) > 0:
			t.Errorf("it ended without ever calling %q", k.missed())
			return
		case at == "":
			return
		case err == nil:
			t.Fatalf("no error although the client was killed at %s", at)
		}
		t.Logf("killed at %s", at)
		if after != nil {
			after()
		}
	}
}

// changes are the keys of calls, of those that are not among others, which change
// something: a call that only reads leaves what the one before it has left.
func changes(calls, others []awstest.Call) []string {
	known := keys(others)
	return slices.DeleteFunc(keys(calls), func(key string) bool { return reading.MatchString(key) || slices.Contains(known, key) })
}
