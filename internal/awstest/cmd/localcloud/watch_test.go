package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// stage is a cloud that shows one situation after the other, the last for ever.
func stage(t *testing.T, scenes ...awstest.Situation) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(scenes[0])
		scenes = scenes[min(1, len(scenes)-1):]
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "TEST000000000001")
}

// seen is what a watch writes, and how it ends.
func seen(ctx context.Context, t *testing.T, width int, what watching) (string, error) {
	t.Helper()
	var out strings.Builder
	if what.show == nil {
		what.show = regexp.MustCompile("")
	}
	what.begun = time.Now()
	w := &watch{
		watching: what, seen: map[string]bool{}, words: map[string]saying{}, output: excerpt{show: what.show},
		screen: &screen{out: &out, size: func() (int, int) { return width, 24 }},
	}
	err := w.follow(ctx)
	w.clear()
	return out.String(), err
}

func TestWatchSaysWhatChanges(t *testing.T) {
	now := time.Now()
	waits, runs := awstest.Situation{}, awstest.Situation{}
	waits.Queued, runs.Running = 1, 1
	poll := func(id, text string, ended time.Time) awstest.Invocation {
		return awstest.Invocation{ID: id, Function: "pool-ec2-autoscaler", EndedAt: ended, Logs: []string{`{"message":"` + text + `","wanted":1,"ScaledOut":1}`}}
	}
	waits.Invocations = []awstest.Invocation{poll("1", "long ago", now.Add(-time.Hour)), poll("2", "one is added", now.Add(time.Hour))}
	runs.Invocations = append(slices.Clone(waits.Invocations), poll("3", "one is added", now.Add(2*time.Hour)), poll("4", "another is added", now.Add(3*time.Hour)))
	stage(t, waits, waits, runs)
	got, err := seen(t.Context(), t, 0, watching{goal: goal{{"busy", "=", 1}}, clock: 40 * time.Second})
	want := ` 40 s  autoscaler: one is added
 40 s  runs: 1 waiting; workers: none; instances: none
 40 s  autoscaler: another is added
 40 s  runs: 1 busy; workers: none; instances: none
`
	if diff := cmp.Diff(want, regexp.MustCompile(`(?m)^ 4\d s`).ReplaceAllString(got, " 40 s")); err != nil || diff != "" {
		t.Errorf("%v, %s", err, diff)
	}
}

func TestWatchShowsACommand(t *testing.T) {
	stage(t, awstest.Situation{})
	for name, width := range map[string]int{"lines": 0, "a terminal": 80} {
		got, err := seen(t.Context(), t, width, watching{show: regexp.MustCompile("^ok"), command: []string{"sh", "-c", "echo ok 1; echo no 2; echo ok 3"}})
		if width > 0 {
			got = strings.Join(show(t, got), "\n") + "\n"
		}
		if diff := cmp.Diff("       ok 1\n       ok 3\n", got); err != nil || diff != "" {
			t.Errorf("%s: %v, %s", name, err, diff)
		}
	}
}

// A command that fails says all.
func TestWatchFailsWithItsCommand(t *testing.T) {
	stage(t, awstest.Situation{})
	_, err := seen(t.Context(), t, 0, watching{show: regexp.MustCompile("^ok"), command: []string{"sh", "-c", "echo broken >&2; exit 3"}})
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "broken") {
		t.Errorf("%v", err)
	}
}

func TestWatchFailsOverARunThatIsCutShort(t *testing.T) {
	now := awstest.Situation{}
	now.Runs = []spacelift.Run{{ID: "r1", State: spacelift.Finished}, {ID: "r2", InstanceID: "i-2", State: spacelift.CutShort}}
	stage(t, now)
	_, err := seen(t.Context(), t, 0, watching{command: []string{"sleep", "60"}})
	if err == nil || !strings.Contains(err.Error(), "run r2 was cut short: its instance i-2 has ended") {
		t.Errorf("%v", err)
	}
}

// Whatever a command has started ends with the watch.
func TestWatchEndsItsCommand(t *testing.T) {
	stage(t, awstest.Situation{})
	file := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const pause = 10 * time.Millisecond
	show := regexp.MustCompile("ready")
	done := make(chan error, 1)
	go func() {
		_, err := seen(ctx, t, 0, watching{show: show, command: []string{"sh", "-c", "sleep 600 & echo $! > " + file + ".new; mv " + file + ".new " + file + "; wait"}})
		done <- err
	}()
	text := ""
	for deadline := time.Now().Add(time.Minute); text == ""; <-time.After(pause) {
		if content, err := os.ReadFile(file); err == nil {
			text = strings.TrimSpace(string(content))
		} else if time.Now().After(deadline) {
			t.Fatal("the command has not begun")
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the watch ended with %v", err)
	}
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); syscall.Kill(pid, 0) == nil && !zombie(pid); <-time.After(pause) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d lives on", pid)
		}
	}
}

// zombie says whether a process has ended and nobody has asked how.
func zombie(pid int) bool {
	content, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && strings.Contains(string(content), ") Z ")
}
