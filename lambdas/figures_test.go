package lambdas_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
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
	fewStarts, mostStarts = 15, 200
)

// deploy gives a runner the autoscaler and the world that it works in.
func deploy(t *testing.T, w *world) *lambda.Runner {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the built functions run on Linux; this machine's architecture is not tested")
	}
	runner := lambda.Start(t, lambda.Options{})
	if err := runner.Put(&lambda.Function{
		Name: "autoscaler", Zip: archive(t, lambdas.Autoscaler, lambdas.AMD64), Region: "eu-west-1", Env: w.environ(),
		Extra: []string{"AWS_ENDPOINT_URL=" + w.server.URL}, Keys: aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "not-a-secret-key"},
		Timeout: time.Minute,
	}); err != nil {
		t.Fatal(err)
	}
	return runner
}

func invoke(t *testing.T, runner *lambda.Runner) lambda.Result {
	t.Helper()
	result, err := runner.Invoke(t.Context(), "autoscaler", []byte(`{}`))
	if err != nil || result.FunctionError != "" {
		t.Fatalf("%v\n%s\n%s", err, result.Payload, strings.Join(result.Logs, "\n"))
	}
	return result
}

// Not parallel: it would time the other tests as well.
func TestStart(t *testing.T) {
	runner := deploy(t, newWorld(t, 1))
	var all []time.Duration
	for len(all) < fewStarts || slices.Min(all) > maxStart && len(all) < mostStarts {
		all = append(all, invoke(t, runner).InitDuration)
		runner.Kill("autoscaler") // the next starts cold
	}
	slices.Sort(all)
	t.Logf("from the start to the first poll of the runtime: at best %s, median %s, of %d", all[0], all[len(all)/2], len(all))
	if all[0] > maxStart {
		t.Errorf("the start takes %s, at most %s", all[0], maxStart)
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ workers, limit int }{ // in MB
		{100, 20},
		{10_000, 40},
	} {
		t.Run(fmt.Sprint(test.workers), func(t *testing.T) {
			t.Parallel()
			runner := deploy(t, newWorld(t, test.workers))
			var used []int
			for len(used) == 0 || slices.Min(used) > test.limit && len(used) < 3 {
				invoke(t, runner)
				// The second finds all connections, caches and pools at their size.
				used = append(used, invoke(t, runner).MaxMemory<<20/1_000_000)
				runner.Kill("autoscaler")
			}
			t.Logf("%d workers: %d MB, at most %d", test.workers, used, test.limit)
			if slices.Min(used) > test.limit {
				t.Errorf("%d workers take %d MB, at most %d", test.workers, used, test.limit)
			}
		})
	}
}

// An idle poll is one call to Spacelift and two to AWS, and its one line is the
// document of its metrics as well.
func TestIdlePoll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	runner := deploy(t, w)
	first := invoke(t, runner)
	want := map[string]int{"GetParameter": 1, "login": 1, "pool": 1, "DescribeAutoScalingGroups": 1, "DescribeInstances": 1}
	if diff := cmp.Diff(want, w.calls); diff != "" {
		t.Errorf("calls of the first poll, wanted (-) and made (+):\n%s", diff)
	}
	clear(w.calls)
	second := invoke(t, runner)
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
