package lambda

import (
	"encoding/json"
	"sync"
	"testing"
	"time"
)

var testZip = sync.OnceValues(func() ([]byte, error) { return Build("./testdata/function") })

// deploy starts a runner with the function "f", as change leaves it. Its timeout
// is long, since the machine may be busy.
func deploy(t *testing.T, change func(*Function)) *Runner {
	t.Helper()
	code, err := testZip()
	if err != nil {
		t.Fatal(err)
	}
	r := Start(t, Options{Minute: 60 * time.Millisecond, InitLimit: time.Minute})
	f := &Function{Name: "f", Zip: code, Timeout: time.Minute}
	if change != nil {
		change(f)
	}
	if err := r.Put(f); err != nil {
		t.Fatal(err)
	}
	return r
}

// answer is what the function says of itself.
type answer struct {
	Text       string   `json:"text"`
	Pid        int      `json:"pid"`
	Env        []string `json:"env"`
	RequestID  string   `json:"request_id"`
	ARN        string   `json:"arn"`
	LeftMillis int64    `json:"left_millis"`
	Trace      string   `json:"trace"`
}

// invoke has an event handled, and fails the test if that is not possible.
func invoke(t *testing.T, r *Runner, event string) Result {
	t.Helper()
	result, err := r.Invoke(t.Context(), "f", []byte(event))
	if err != nil {
		t.Fatalf("invoking with %s: %v", event, err)
	}
	return result
}

// ask has an event handled without an error.
func ask(t *testing.T, r *Runner, event string) answer {
	t.Helper()
	result := invoke(t, r, event)
	if result.FunctionError != "" {
		t.Fatalf("invoking with %s: %s\n%q", event, result.Payload, result.Logs)
	}
	var a answer
	if err := json.Unmarshal(result.Payload, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// eventually polls until ok, which has to be within half a minute.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(30 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("not within half a minute: %s", what)
		}
	}
}
