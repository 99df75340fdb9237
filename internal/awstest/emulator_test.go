package awstest

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// childVariable makes the test binary play a process that starts a cloud and is
// then killed.
const childVariable = "AWSTEST_TO_BE_KILLED"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		toBeKilled()
	}
	os.Exit(m.Run())
}

func toBeKilled() {
	cloud, err := StartCloud(context.Background())
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString(cloud.emulator.url + " " + cloud.emulator.log + "\n")
	select {}
}

func TestEmulatorDiesWithItsProcess(t *testing.T) {
	t.Parallel()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childVariable+"=1")
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	url, log, _ := strings.Cut(strings.TrimSpace(line), " ")
	if err != nil || url == "" {
		_ = child.Process.Kill()
		t.Fatalf("the child said %q, %v", line, err)
	}
	if !listens(url) {
		t.Errorf("nothing listens on %s", url)
	}
	if err := child.Process.Kill(); err != nil { // SIGKILL: it cannot clean up
		t.Fatal(err)
	}
	_ = child.Wait()
	eventually(t, func() bool { return !listens(url) })
	eventually(t, func() bool {
		_, err := os.Stat(filepath.Dir(log))
		return os.IsNotExist(err)
	})
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	cloud, err := StartCloud(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := cloud.Close(); err != nil {
		t.Fatal(err)
	}
	if listens(cloud.Endpoint()) || listens(cloud.emulator.url) {
		t.Error("something still listens")
	}
}

func listens(url string) bool {
	connection, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), time.Second)
	if err != nil {
		return false
	}
	_ = connection.Close()
	return true
}
