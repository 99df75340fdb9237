package lambda

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// testZip is the zip of testdata/function, built once.
var testZip = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "awstest-lambda-build-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", program, "./testdata/function")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the function: %w\n%s", err, out)
	}
	code, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	return zipOf("bootstrap", code, 0o755)
})

// zipOf is a zip with one file.
func zipOf(name string, content []byte, mode os.FileMode) ([]byte, error) {
	var buffer bytes.Buffer
	archive := zip.NewWriter(&buffer)
	header := &zip.FileHeader{Name: name, Method: zip.Store}
	header.SetMode(mode)
	file, err := archive.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(content); err != nil {
		return nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

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
