package lambdas_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// Limits of a function, held by the best of several, since other processes want the
// machine as well.
const (
	maxStart              = 15 * time.Millisecond // until it asks for its first event
	maxStartByBare        = 4                     // the same on a slow machine: times what a function that does nothing takes
	fewStarts, mostStarts = 15, 200
)

// bare is a function that does nothing before its first event.
var bare = sync.OnceValues(func() ([]byte, error) { return lambda.Build("../internal/awstest/lambda/testdata/function") })

// functions are those that the provider carries.
var functions = []string{lambdas.Autoscaler, lambdas.Lifecycle}

// deploy gives a runner a function and the world that it works in.
func deploy(t testing.TB, w *world, function string) *lambda.Runner {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the built functions run on Linux; this machine's architecture is not tested")
	}
	runner := lambda.Start(t, lambda.Options{})
	if err := runner.Put(&lambda.Function{
		Name: function, Zip: archive(t, function, lambdas.AMD64), Region: "eu-west-1", Env: w.environ(),
		Extra: []string{"AWS_ENDPOINT_URL=" + w.server.URL}, Keys: aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "not-a-secret-key"},
		Timeout: time.Minute,
	}); err != nil {
		t.Fatal(err)
	}
	return runner
}

func invoke(t testing.TB, runner *lambda.Runner, function string) lambda.Result {
	t.Helper()
	result, err := runner.Invoke(t.Context(), function, []byte(`{}`))
	if err != nil || result.FunctionError != "" {
		t.Fatalf("%v\n%s\n%s", err, result.Payload, strings.Join(result.Logs, "\n"))
	}
	return result
}

// startLimit is how long a start may take where the bare function takes that long.
func startLimit(bare time.Duration) time.Duration { return max(maxStart, maxStartByBare*bare) }

// starts are how long a function takes from its start to its first poll of the
// runtime, the shortest first, and how long the bare one takes at best, measured by
// turns.
func starts(t testing.TB, function string) (all []time.Duration, least time.Duration) {
	t.Helper()
	runner := deploy(t, newWorld(t, 1), function)
	code, err := bare()
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Put(&lambda.Function{Name: "bare", Zip: code, Timeout: time.Minute}); err != nil {
		t.Fatal(err)
	}
	cold := func(function string) time.Duration {
		defer runner.Kill(function)
		return invoke(t, runner, function).InitDuration
	}
	for len(all) < fewStarts || slices.Min(all) > startLimit(least) && len(all) < mostStarts {
		all = append(all, cold(function))
		if took := cold("bare"); least == 0 || took < least {
			least = took
		}
	}
	slices.Sort(all)
	return all, least
}

// memory is what a function takes at its peak, in MB, for a pool of so many workers.
// It is measured again if it is more than limit.
func memory(t testing.TB, function string, workers, limit int) int {
	t.Helper()
	runner := deploy(t, newWorld(t, workers), function)
	var used []int
	for len(used) == 0 || slices.Min(used) > limit && len(used) < 3 {
		invoke(t, runner, function)
		// The second finds all connections, caches and pools at their size.
		used = append(used, invoke(t, runner, function).MaxMemory<<20/1_000_000)
		runner.Kill(function)
	}
	return slices.Min(used)
}

// maxMemory is in MB, by the workers of the pool.
var maxMemory = map[int]int{100: 20, 10_000: 40}

// Not parallel: it would time the other tests as well.
func TestStart(t *testing.T) {
	for _, function := range functions {
		t.Run(function, func(t *testing.T) {
			all, least := starts(t, function)
			t.Logf("from the start to the first poll of the runtime: at best %s, median %s, of %d; a bare function %s", all[0], all[len(all)/2], len(all), least)
			if limit := startLimit(least); all[0] > limit {
				t.Errorf("the start takes %s, at most %s", all[0], limit)
			}
		})
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	for _, function := range functions {
		for workers, limit := range maxMemory {
			t.Run(fmt.Sprintf("%s for %d workers", function, workers), func(t *testing.T) {
				t.Parallel()
				used := memory(t, function, workers, limit)
				t.Logf("%d MB, at most %d", used, limit)
				if used > limit {
					t.Errorf("%d workers take %d MB, at most %d", workers, used, limit)
				}
			})
		}
	}
}

// BenchmarkFunctions prints what the built functions take: time to start, memory, and
// room in the provider.
func BenchmarkFunctions(b *testing.B) {
	for _, function := range functions {
		b.Run(function, func(b *testing.B) {
			for b.Loop() {
				all, least := starts(b, function)
				b.ReportMetric(all[0].Seconds()*1000, "ms/best-start")
				b.ReportMetric(all[len(all)/2].Seconds()*1000, "ms/median-start")
				b.ReportMetric(least.Seconds()*1000, "ms/best-bare-start")
				for workers, limit := range maxMemory {
					b.ReportMetric(float64(memory(b, function, workers, limit)), fmt.Sprintf("MB-memory/%d-workers", workers))
				}
				for _, arch := range []string{lambdas.AMD64, lambdas.ARM64} {
					b.ReportMetric(float64(len(archive(b, function, arch)))/1e6, "MB-zip/"+arch)
				}
			}
		})
	}
}

// An idle sweep is one call to AWS.
func TestIdleSweep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	runner := deploy(t, w, lambdas.Lifecycle)
	invoke(t, runner, lambdas.Lifecycle) // reads the key
	clear(w.calls)
	invoke(t, runner, lambdas.Lifecycle)
	if diff := cmp.Diff(map[string]int{"DescribeAutoScalingGroups": 1}, w.calls); diff != "" {
		t.Errorf("calls of a sweep, wanted (-) and made (+):\n%s", diff)
	}
}

// An idle poll is one call to Spacelift and two to AWS, and its one line is the
// document of its metrics as well.
func TestIdlePoll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	runner := deploy(t, w, lambdas.Autoscaler)
	first := invoke(t, runner, lambdas.Autoscaler)
	want := map[string]int{"GetParameter": 1, "login": 1, "pool": 1, "DescribeAutoScalingGroups": 1, "DescribeInstances": 1}
	if diff := cmp.Diff(want, w.calls); diff != "" {
		t.Errorf("calls of the first poll, wanted (-) and made (+):\n%s", diff)
	}
	clear(w.calls)
	second := invoke(t, runner, lambdas.Autoscaler)
	if diff := cmp.Diff(map[string]int{"pool": 1, "DescribeAutoScalingGroups": 1, "DescribeInstances": 1}, w.calls); diff != "" {
		t.Errorf("calls of a later poll, wanted (-) and made (+):\n%s", diff)
	}
	for _, result := range []lambda.Result{first, second} {
		var metrics int
		for _, line := range result.Logs {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil || fields["requestId"] != result.RequestID {
				t.Errorf("%s: %v", line, err)
			}
			if fields["_aws"] != nil {
				metrics++
			}
			if strings.Contains(line, secret) {
				t.Errorf("%s holds the key", line)
			}
		}
		if metrics != 1 {
			t.Errorf("%d lines with metrics:\n%s", metrics, strings.Join(result.Logs, "\n"))
		}
	}
	// Each invocation's trace is in its calls to AWS.
	traces := slices.Compact(slices.Sorted(slices.Values(w.traces)))
	if len(traces) != 2 || !strings.HasPrefix(traces[0], "Root=1-") {
		t.Errorf("traces of two invocations: %q", traces)
	}
}
