package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// commandVariable makes the test binary be the command itself.
const commandVariable = "LOCALCLOUD_TEST_ARGUMENTS"

func TestMain(m *testing.M) {
	if arguments := os.Getenv(commandVariable); arguments != "" {
		os.Args = append(os.Args[:1], strings.Fields(arguments)...)
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func command(t *testing.T, arguments string, environment ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), environment...), commandVariable+"="+arguments)
	return cmd
}

func TestEnvironmentAndSweep(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "aws.env")
	cloud := command(t, "-region eu-west-1 -withhold -env-file "+file)
	leash, err := cloud.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cloud.Start(); err != nil {
		t.Fatal(err)
	}
	environment := source(t, file)
	for _, want := range []string{
		"AWS_ENDPOINT_URL=http://127.0.0.1:", "AWS_ACCESS_KEY_ID=TEST", "AWS_REGION=eu-west-1",
		`TF_VAR_vpc_subnets=["subnet-`, `TF_VAR_security_groups=["sg-`, "TF_VAR_worker_pool_id=01K0",
		"SPACELIFT_API_KEY_ENDPOINT=http://127.0.0.1:", "SPACELIFT_API_KEY_ID=01K0", "SPACELIFT_API_KEY_SECRET=",
	} {
		if !strings.Contains(strings.Join(environment, "\n"), want) {
			t.Errorf("the environment lacks %s: %q", want, environment)
		}
	}
	if out, err := command(t, "-sweep", environment...).CombinedOutput(); err != nil || len(out) != 0 {
		t.Errorf("sweep of an empty account: %v\n%s", err, out)
	}
	if out, err := command(t, "-queue 2 -run-time 1h", environment...).CombinedOutput(); err != nil || strings.Count(string(out), "01K0R") != 2 {
		t.Errorf("queueing runs: %v\n%s", err, out)
	}
	if out, err := command(t, "-pool", environment...).CombinedOutput(); err != nil || strings.Count(string(out), " queued\n") != 2 ||
		!strings.Contains(string(out), "Workers: 0. Runs: 2 queued, 0 running, 0 finished, 0 cut short.") {
		t.Errorf("workers and runs: %v\n%s", err, out)
	}
	if out, err := command(t, "-watch -until waiting=2,instances=0", environment...).CombinedOutput(); err != nil ||
		string(out) != "  0 s  runs: 2 waiting; workers: none; instances: none\n" {
		t.Errorf("a watch whose goal is met: %v\n%s", err, out)
	}
	if out, err := command(t, "-watch -clock 70s -for 300ms -until busy=1", environment...).CombinedOutput(); err == nil ||
		!strings.Contains(string(out), " 70 s  runs: 2 waiting") || !strings.Contains(string(out), "it took longer than 300ms") {
		t.Errorf("a watch whose goal is not met: %v\n%s", err, out)
	}
	if out, err := command(t, "-publish", environment...).CombinedOutput(); err != nil || string(out) != "spacelift-1800000000-x86_64\nspacelift-1800000000-arm64\n" {
		t.Errorf("publishing images: %v\n%s", err, out)
	}
	if err := leash.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cloud.Wait(); err != nil {
		t.Errorf("the command ended with %v", err)
	}
	if out, err := command(t, "-sweep", environment...).CombinedOutput(); err == nil {
		t.Errorf("the cloud outlived its pipe: %s", out)
	}
}

// source waits for the file and lets a shell read it.
func source(t *testing.T, file string) []string {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(time.Minute); ; {
		if _, err := os.Stat(file); err == nil {
			out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", `. "$1"; env`, "sh", file).Output()
			if err != nil {
				t.Fatal(err)
			}
			return strings.Split(strings.TrimSpace(string(out)), "\n")
		}
		select {
		case <-deadline:
			t.Fatal("no environment after a minute")
		case <-tick.C:
		}
	}
}

func TestStopsByItself(t *testing.T) {
	t.Parallel()
	if out, err := command(t, "-for 10ms").CombinedOutput(); err != nil || !strings.Contains(string(out), "export AWS_ACCESS_KEY_ID='TEST") {
		t.Errorf("%v\n%s", err, out)
	}
}
