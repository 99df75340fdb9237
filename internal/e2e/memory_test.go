package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

type megabytes float64

// Limits of the provider.
const (
	maxBinary   = 49 << 20 // in bytes, with the archives of the functions, which are 15 MiB of it
	maxResident = megabytes(60)
)

// TestBinarySize fails when a whole SDK client gets into an interface again: see
// newEC2 in package awsapi.
func TestBinarySize(t *testing.T) {
	t.Parallel()
	dir, err := provider()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "terraform-provider-spacelift-ec2"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the binary has %d MiB", info.Size()>>20)
	if info.Size() > maxBinary {
		t.Errorf("the binary has %d MiB, at most %d MiB", info.Size()>>20, maxBinary>>20)
	}
}

// The built provider carries the functions for both architectures.
func TestProviderCarriesTheFunctions(t *testing.T) {
	t.Parallel()
	dir, err := provider()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(filepath.Join(dir, "terraform-provider-spacelift-ec2"))
	if err != nil {
		t.Fatal(err)
	}
	for _, function := range []string{lambdas.Autoscaler, lambdas.Lifecycle} {
		for _, arch := range []string{lambdas.ARM64, lambdas.AMD64} {
			archive, err := lambdas.Zip(function, arch)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(binary, archive) {
				t.Errorf("%s for %s is not in the provider", function, arch)
			}
		}
	}
}

// reattach finds what -debug prints for Terraform.
var reattach = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.*)'`)

// TestMemory takes a pool through its life and asks the operating system for the
// peak of the provider's process, a new one for each command as with Terraform. It runs
// by itself, as TestTimePerOperation does.
func TestMemory(t *testing.T) { //nolint:paralleltest // garbage stays for longer on a busy machine
	limits := map[string]megabytes{"apply": maxResident, "plan": maxResident, "destroy": maxResident}
	withinLimits(t, limits, func() map[string]megabytes {
		w, peaks := newScalingWorkspace(t), map[string]megabytes{}
		w.account.SetLatency(addedLatency)
		for _, arguments := range [][]string{{"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}, {"destroy", "-auto-approve"}} {
			process := w.serve(t)
			w.run(t, arguments...)
			peaks[arguments[0]] = peakMemory(t, process.Process.Pid)
			_ = process.Process.Kill()
			_ = process.Wait() // it was killed
		}
		return peaks
	})
}

// serve starts a provider to which Terraform attaches itself.
func (w *workspace) serve(t *testing.T) *exec.Cmd {
	t.Helper()
	dir, err := provider()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(filepath.Join(dir, "terraform-provider-spacelift-ec2"), "-debug")
	process.Env = append(os.Environ(), w.account.Env()...)
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Process.Kill() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := reattach.FindStringSubmatch(lines.Text()); found != nil {
			w.env["TF_REATTACH_PROVIDERS"] = found[1]
			return process
		}
	}
	t.Fatal("the provider did not say how to attach to it")
	return nil
}

// highWater finds the peak of a process's resident memory, in KiB.
var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakMemory is the most resident memory that a process had; 0 where
// there is no /proc to tell. (What wait tells includes the test's own memory, of
// which a child has a copy until it becomes another program.)
func peakMemory(t *testing.T, pid int) megabytes {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	found := highWater.FindSubmatch(status)
	if found == nil {
		t.Fatalf("no memory in the status of the process:\n%s", status)
	}
	kib, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return megabytes(kib) * 1024 / 1e6
}

// run runs Terraform by itself: terraform-exec refuses to pass on the variable
// that attaches it to a provider.
func (w *workspace) run(t *testing.T, arguments ...string) {
	t.Helper()
	_ = w.output(t, arguments...)
}

// output is run that returns what Terraform prints.
func (w *workspace) output(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.Command(terraform(t), append(arguments, "-no-color", "-input=false")...)
	command.Dir, command.Env = w.dir, w.environment()
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("terraform %v: %s\n%s", arguments, err, out)
	}
	return string(out)
}

func (w *workspace) environment() []string {
	list := make([]string, 0, len(w.env))
	for key, value := range w.env {
		list = append(list, fmt.Sprintf("%s=%s", key, value))
	}
	return list
}
