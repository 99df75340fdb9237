package lambda

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
func TestAsyncRetries(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		retries *int
		want    int // attempts
	}{
		"default": {nil, 3},
		"one":     {aws.Int(1), 2},
		"none":    {aws.Int(0), 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := deploy(t, func(f *Function) { f.Retries = c.retries })
			id, err := r.InvokeAsync("f", []byte(`{"do":"fail"}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Settle()
			all := r.Results("f")
			if len(all) != c.want {
				t.Fatalf("%d attempts, want %d", len(all), c.want)
			}
			for i, result := range all {
				if result.RequestID != id || result.FunctionError == "" {
					t.Errorf("result %+v", result)
				}
				// A minute after the first, two after the second.
				if i > 0 && result.Start.Sub(all[i-1].Start) < time.Duration(i)*r.options.Minute {
					t.Errorf("attempt %d came after %s", i+1, result.Start.Sub(all[i-1].Start))
				}
			}
		})
	}
}

func TestAsyncSucceedsInTheEnd(t *testing.T) {
	t.Parallel()
	r := deploy(t, nil)
	gate := filepath.Join(t.TempDir(), "gate")
	if _, err := r.InvokeAsync("f", []byte(`{"do":"fail-unless","text":"`+gate+`"}`)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a first attempt", func() bool { return len(r.Results("f")) > 0 })
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.Settle()
	all := r.Results("f")
	if last := all[len(all)-1]; last.FunctionError != "" {
		t.Errorf("result %+v", last)
	}
}

// What is throttled waits, whatever the number of retries.
func TestAsyncWaitsWhileThrottled(t *testing.T) {
	t.Parallel()
	r := deploy(t, func(f *Function) { f.Retries = aws.Int(0) })
	r.Break("f", true)
	if _, err := r.InvokeAsync("f", []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	r.Break("f", false)
	eventually(t, "the event is handled", func() bool { all := r.Results("f"); return len(all) == 1 && all[0].FunctionError == "" })
}

// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
func TestAsyncEventGrowsTooOld(t *testing.T) {
	t.Parallel()
	r := deploy(t, func(f *Function) { f.MaxAge = time.Minute })
	r.Break("f", true)
	if _, err := r.InvokeAsync("f", []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	r.Settle() // which it would not for six hours
	if all := r.Results("f"); len(all) != 0 {
		t.Errorf("results %+v", all)
	}
	if _, err := r.InvokeAsync("other", nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("a function that is not there: %v", err)
	}
}
