package awstest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// emulator is a running moto_server.
type emulator struct {
	url   string    // such as http://127.0.0.1:40001
	log   string    // file with its stderr
	leash io.Closer // closing it ends the process, as our own death does
	done  chan struct{}
}

// startLimit bounds the emulator's start: half a second on an idle machine,
// ten when every core compiles.
const startLimit = time.Minute

// supervise runs the emulator ("$@") until standard input closes, which the
// kernel does when this process dies, however it dies. Then it removes the
// emulator's directory, $1, even when a signal has hit the whole process group.
// Nothing here is special to Linux.
const supervise = `
dir=$1; shift
trap : HUP INT TERM
exec 3<&0
"$@" </dev/null 3<&- >"$dir/stdout" 2>"$dir/stderr" &
emulator=$!
( cat <&3 >/dev/null; kill "$emulator" 2>/dev/null ) >/dev/null 2>&1 &
while kill -0 "$emulator" 2>/dev/null; do wait "$emulator"; done
rm -rf "$dir"
`

// siteCustomize is run by Python before the emulator.
//
//go:embed sitecustomize.py
var siteCustomize []byte

// startEmulator starts moto_server on a free port and waits until it listens.
func startEmulator(ctx context.Context) (*emulator, error) {
	server, err := motoServer(ctx)
	if err != nil {
		return nil, err
	}
	dir, images, err := emulatorFiles()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", supervise, "awstest", dir, server, "-H", "127.0.0.1", "-p", "0")
	cmd.Env = append(withoutAWS(os.Environ()),
		"MOTO_AMIS_PATH="+images, "MOTO_IAM_LOAD_MANAGED_POLICIES=true", "PYTHONUNBUFFERED=1",
		"PYTHONPATH="+strings.Join(append([]string{dir}, filepath.SplitList(os.Getenv("PYTHONPATH"))...), string(os.PathListSeparator)),
		"AWS_ACCESS_KEY_ID=testing", "AWS_SECRET_ACCESS_KEY=testing", "AWS_EC2_METADATA_DISABLED=true")
	leash, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("tying the emulator to this process: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", server, err)
	}
	e := &emulator{log: filepath.Join(dir, "stderr"), leash: leash, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(e.done)
	}()
	if err := e.await(ctx); err != nil {
		_ = e.stop()
		return nil, err
	}
	return e, nil
}

// emulatorFiles makes a directory with what the emulator reads: the file with the images,
// and what Python runs before it.
func emulatorFiles() (dir, images string, err error) {
	if dir, err = os.MkdirTemp("", "awstest-moto-"); err != nil {
		return "", "", fmt.Errorf("making the emulator's directory: %w", err)
	}
	amis, err := imagesFile()
	if err != nil {
		return "", "", fmt.Errorf("rendering images: %w", err)
	}
	images = filepath.Join(dir, "images.json")
	if err := os.WriteFile(images, amis, 0o600); err != nil {
		return "", "", fmt.Errorf("writing images: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sitecustomize.py"), siteCustomize, 0o600); err != nil {
		return "", "", fmt.Errorf("writing what makes Python faster: %w", err)
	}
	return dir, images, nil
}

var listening = regexp.MustCompile(`Running on (http://127\.0\.0\.1:\d+)`)

// await reads the port from the emulator's stderr.
func (e *emulator) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for last := ""; ; {
		text, err := os.ReadFile(e.log)
		if err == nil {
			last = string(text)
		}
		if found := listening.FindStringSubmatch(last); found != nil {
			e.url = found[1]
			return nil
		}
		select {
		case <-e.done:
			return fmt.Errorf("starting the AWS emulator: it exited at once:\n%s", last)
		case <-ctx.Done():
			return fmt.Errorf("starting the AWS emulator: no port after %s: %w\n%s", startLimit, ctx.Err(), last)
		case <-tick.C:
		}
	}
}

// stop ends the emulator and waits for its end.
func (e *emulator) stop() error {
	_ = e.leash.Close()
	select {
	case <-e.done:
		return nil
	case <-time.After(10 * time.Second):
		return errors.New("stopping the AWS emulator: still there after 10 s")
	}
}

// accessLine tells of a call, where sitecustomize.py does not fit moto.
var accessLine = regexp.MustCompile(`(?m)^\S+ - - \[.*\n`)

// traceback is the end of what the emulator last wrote about its own failure.
func (e *emulator) traceback() string {
	text, err := os.ReadFile(e.log)
	if err != nil {
		return err.Error()
	}
	all := accessLine.ReplaceAllString(string(text), "")
	if at := strings.LastIndex(all, "Traceback"); at >= 0 {
		all = all[at:]
	}
	return all[max(0, len(all)-1500):]
}

// withoutAWS drops what would let a developer's own settings leak in.
func withoutAWS(environment []string) []string {
	var kept []string
	for _, entry := range environment {
		if !strings.HasPrefix(entry, "AWS_") && !strings.HasPrefix(entry, "MOTO_") {
			kept = append(kept, entry)
		}
	}
	return kept
}
