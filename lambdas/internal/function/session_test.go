package function

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
)

const poolID = "01HZXK3J5T9V2QWERTY0123456"

// world is AWS and Spacelift, as far as sessions need them.
type world struct {
	mu      sync.Mutex
	key     string // in the parameter
	bundle  string // in the secret
	refuse  bool   // logins
	fail    func() *http.Response
	calls   []string // "GetParameter", "login" …
	secrets []string // that logins came with
	headers []http.Header
	bodies  []string // of what went to AWS
}

// RoundTrip implements http.RoundTripper.
func (w *world) RoundTrip(request *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	if request.URL.Host == "acme.app.spacelift.io" {
		return w.spacelift(body)
	}
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	w.calls = append(w.calls, operation)
	w.headers, w.bodies = append(w.headers, request.Header.Clone()), append(w.bodies, string(body))
	if w.fail != nil {
		if response := w.fail(); response != nil {
			return response, nil
		}
	}
	switch operation {
	case "GetParameter":
		return answer(200, map[string]any{"Parameter": map[string]any{"Value": w.key}}), nil
	case "GetSecretValue":
		return answer(200, map[string]any{"SecretString": w.bundle}), nil
	}
	return nil, fmt.Errorf("%s %s: unexpected", request.Method, request.URL)
}

func (w *world) spacelift(body []byte) (*http.Response, error) {
	var in struct{ Variables struct{ Secret string } }
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	if in.Variables.Secret == "" {
		w.calls = append(w.calls, "pool")
		return answer(200, map[string]any{"data": map[string]any{"workerPool": map[string]any{"pendingRuns": 0, "workers": []any{}}}}), nil
	}
	w.calls, w.secrets = append(w.calls, "login"), append(w.secrets, in.Variables.Secret)
	if w.refuse {
		return answer(200, map[string]any{"data": nil, "errors": []any{map[string]any{"message": "unauthorized"}}}), nil
	}
	user := map[string]any{"jwt": "eyJhbGciOiJub25lIn0.e30.c2ln", "validUntil": time.Now().Add(10 * time.Hour).Unix()}
	return answer(200, map[string]any{"data": map[string]any{"apiKeyUser": user}}), nil
}

func answer(status int, document any) *http.Response {
	body, _ := json.Marshal(document)
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(bytes.NewReader(body))}
}

// took are the calls since the last time.
func (w *world) took() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls = nil
	return calls
}

// start is a handler in the world, which reads the pool. Its log goes to out.
func (w *world) start(out io.Writer) *handler {
	f := newFunction(environ(""), out)
	f.access.http = &http.Client{Transport: w}
	return &handler{function: f, handle: func(ctx context.Context, s Session, event json.RawMessage) error {
		s.Log.InfoContext(ctx, "reading the pool", "event", string(event))
		_, err := s.Pool.Pool(ctx, poolID)
		return err
	}}
}

// invocation is a context as the runtime makes it.
func invocation(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd"})
}

func TestSecretIsCachedForMinutesOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{key: "first-secret\n"}
		h := w.start(io.Discard)
		invoke := func() {
			t.Helper()
			if out, err := h.Invoke(invocation(t), []byte(`{}`)); err != nil || string(out) != "null" {
				t.Fatal(string(out), err)
			}
		}
		steps := []struct {
			after time.Duration
			key   string
			want  []string
		}{
			{0, "first-secret\n", []string{"GetParameter", "login", "pool"}},
			{time.Minute, "first-secret\n", []string{"pool"}},
			{3 * time.Minute, "second-secret", []string{"pool"}}, // not seen yet
			{time.Minute, "second-secret", []string{"GetParameter", "login", "pool"}},
			{6 * time.Minute, "second-secret", []string{"GetParameter", "pool"}}, // the same key: the token is still good
		}
		for i, step := range steps {
			<-time.After(step.after)
			w.key = step.key
			invoke()
			if diff := cmp.Diff(step.want, w.took()); diff != "" {
				t.Errorf("step %d, wanted (-) and called (+):\n%s", i, diff)
			}
		}
		if diff := cmp.Diff([]string{"first-secret", "second-secret"}, w.secrets); diff != "" {
			t.Error(diff)
		}
		if !strings.Contains(w.bodies[0], `"WithDecryption":true`) || !strings.Contains(w.bodies[0], `"/sp5ft/api-secret"`) {
			t.Error(w.bodies[0])
		}
	})
}

// A key that is refused is read again by the next invocation, which need not wait
// for the end of the cache.
func TestRefusedKeyIsReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{key: "old-secret", refuse: true}
		var out bytes.Buffer
		h := w.start(&out)
		_, err := h.Invoke(invocation(t), nil)
		if err == nil || !strings.Contains(err.Error(), "does not accept API key key-id") || strings.Contains(err.Error(), "old-secret") {
			t.Error(err)
		}
		w.key, w.refuse = "new-secret", false
		w.took()
		if _, err := h.Invoke(invocation(t), nil); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"GetParameter", "login", "pool"}, w.took()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEveryLineHasTheInvocation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		h := (&world{key: "some-secret", refuse: true}).start(&out)
		_, _ = h.Invoke(invocation(t), []byte(`{"key":"some-secret"}`))
		var messages []string
		for _, line := range lines(t, &out) {
			if line["requestId"] != "8476a536-e9f4-11e8-9739-2dfe598c3fcd" {
				t.Error(line)
			}
			messages = append(messages, line["level"].(string)+" "+line["message"].(string))
		}
		if diff := cmp.Diff([]string{"INFO reading the pool", "ERROR invocation failed"}, messages); diff != "" {
			t.Error(diff)
		}
		if strings.Contains(out.String(), "some-secret") {
			t.Error(out.String())
		}
	})
}

// A wrong environment fails each invocation, where people look for failures, and
// nothing is called.
func TestBrokenEnvironment(t *testing.T) {
	t.Parallel()
	w := &world{}
	h := w.start(io.Discard)
	h.broken = errors.New("AUTOSCALING_REGION: it is not set")
	if _, err := h.Invoke(invocation(t), nil); err == nil || err.Error() != h.broken.Error() || len(w.calls) != 0 {
		t.Error(err, w.calls)
	}
}

// An event that is to be acknowledged does not come again, whatever goes wrong.
func TestAcknowledgedEventNeverFails(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := (&world{}).start(&log)
	h.broken = errors.New("AUTOSCALING_REGION: it is not set")
	h.acknowledge = func(event json.RawMessage) bool { return string(event) == `"message"` }
	if _, err := h.Invoke(invocation(t), []byte(`"message"`)); err != nil || !strings.Contains(log.String(), h.broken.Error()) {
		t.Errorf("%v, with the log %s", err, log.String())
	}
	if _, err := h.Invoke(invocation(t), []byte(`"schedule"`)); err == nil {
		t.Error("another event does not fail")
	}
}

// The error goes to the runtime, which prints it and sends it on.
func TestErrorHoldsNoSecret(t *testing.T) {
	t.Parallel()
	h := (&world{key: "some-secret"}).start(io.Discard)
	h.handle = func(context.Context, Session, json.RawMessage) error { return errors.New("it was some-secret") }
	if _, err := h.Invoke(invocation(t), nil); err == nil || err.Error() != "it was (secret)" {
		t.Error(err)
	}
}

// With three in ten calls throttled, and some answers lost, sessions still come about.
func TestThrottling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test that fails shall fail again
		w := &world{key: "some-secret", fail: func() *http.Response {
			switch n := dice.IntN(100); {
			case n < 30:
				return answer(400, map[string]any{"__type": "ThrottlingException", "message": "Rate exceeded"})
			case n < 35:
				return answer(503, map[string]any{})
			}
			return nil
		}}
		for range 500 {
			begin := time.Now()
			if _, err := w.start(io.Discard).Invoke(invocation(t), nil); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("it took %s of an invocation", took)
			}
		}
		if calls := len(w.bodies); calls < 600 {
			t.Errorf("%d calls: nothing was throttled", calls)
		}
	})
}

func TestUnreadableParameter(t *testing.T) {
	t.Parallel()
	w := &world{fail: func() *http.Response {
		return answer(400, map[string]any{"__type": "ParameterNotFound"})
	}}
	_, err := w.start(io.Discard).Invoke(invocation(t), nil)
	if err == nil || !strings.Contains(err.Error(), "SSM parameter /sp5ft/api-secret") || !strings.Contains(err.Error(), "ParameterNotFound") {
		t.Error(err)
	}
	if len(w.bodies) != 1 {
		t.Errorf("asked %d times", len(w.bodies))
	}
}

// The SDK hands the trace of the invocation on to AWS by itself, so that X-Ray sees
// the calls as part of it.
func TestTraceIsPassedOn(t *testing.T) {
	t.Parallel()
	w := &world{key: "some-secret"}
	if _, err := w.start(io.Discard).Invoke(invocation(t), nil); err != nil {
		t.Fatal(err)
	}
	if got := w.headers[0].Get("X-Amzn-Trace-Id"); got != traceID {
		t.Errorf("trace %q", got)
	}
	if got := w.headers[0].Get("X-Amz-Security-Token"); got != "session-token" {
		t.Errorf("token %q", got)
	}
}
