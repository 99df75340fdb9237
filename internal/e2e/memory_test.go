package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"
	"testing"
)

// maxMemory is the most resident memory that the provider may take. Three
// quarters of what it does take are pages of its binary, of which the kernel maps
// more or fewer around those in use as its cache happens to be laid out: 48 to
// 61 MiB were measured, hence the slack above the aim of 60.
const maxMemory = 64 << 20 // bytes

// reattach finds what -debug prints for Terraform.
var reattach = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.*)'`)

// TestMemory takes a pool through its life and asks the operating system for the
// peak of the provider's process, a new one for each command as with Terraform.
func TestMemory(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	for _, arguments := range [][]string{{"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}, {"destroy", "-auto-approve"}} {
		process := w.serve(t)
		w.run(t, arguments...)
		peak := peakMemory(t, process)
		t.Logf("%s: %d MiB", arguments[0], peak>>20)
		if peak > maxMemory {
			t.Errorf("terraform %s: the provider took %d MiB, at most %d MiB", arguments[0], peak>>20, maxMemory>>20)
		}
	}
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

// peakMemory ends a process and returns the most memory it had, in bytes.
func peakMemory(t *testing.T, process *exec.Cmd) int64 {
	t.Helper()
	_ = process.Process.Kill()
	_ = process.Wait() // it was killed
	usage, ok := process.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal("the system does not tell the memory of a process")
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss // in bytes there, in KiB elsewhere
	}
	return usage.Maxrss << 10
}

// run runs Terraform by itself: terraform-exec refuses to pass on the variable
// that attaches it to a provider.
func (w *workspace) run(t *testing.T, arguments ...string) {
	t.Helper()
	command := exec.Command(terraform(t), append(arguments, "-no-color", "-input=false")...)
	command.Dir, command.Env = w.dir, w.environment()
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("terraform %v: %s\n%s", arguments, err, out)
	}
}

func (w *workspace) environment() []string {
	list := make([]string, 0, len(w.env))
	for key, value := range w.env {
		list = append(list, fmt.Sprintf("%s=%s", key, value))
	}
	return list
}
