package lambda

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing/fstest"
)

// folder is a directory with code, for all versions in this process that consist of it.
type folder struct {
	unpacking sync.Once
	dir       string
	err       error
	users     int
}

// folders are those in use, by the hash of their zip.
var folders = struct {
	sync.Mutex
	of map[[sha256.Size]byte]*folder
}{of: map[[sha256.Size]byte]*folder{}}

// unpacked is the folder of a zip, until leave.
func unpacked(code []byte) (f *folder, leave func()) {
	hash := sha256.Sum256(code)
	folders.Lock()
	f = folders.of[hash]
	if f == nil {
		f = &folder{}
		folders.of[hash] = f
	}
	f.users++
	folders.Unlock()
	f.unpacking.Do(func() { f.dir, f.err = unpack(code) })
	return f, sync.OnceFunc(func() {
		folders.Lock()
		defer folders.Unlock()
		if f.users--; f.users == 0 {
			delete(folders.of, hash)
			_ = os.RemoveAll(f.dir)
		}
	})
}

// unpack puts the code of a function into a new directory.
func unpack(code []byte) (string, error) {
	archive, err := zip.NewReader(bytes.NewReader(code), int64(len(code)))
	if err != nil {
		return "", fmt.Errorf("reading the zip: %w", err)
	}
	files, err := inflate(archive)
	if err != nil {
		return "", fmt.Errorf("unpacking the zip: %w", err)
	}
	dir, err := os.MkdirTemp("", "awstest-lambda-")
	if err != nil {
		return "", fmt.Errorf("making the directory of a function: %w", err)
	}
	// A process that is forked while bootstrap is open for writing keeps it so
	// until its own exec, and bootstrap is "text file busy" meanwhile.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.CopyFS(dir, files); err != nil {
		_ = os.RemoveAll(dir)
		return "", fmt.Errorf("unpacking the zip: %w", err)
	}
	return dir, nil
}

// inflate takes the files out of a zip, which takes a while.
func inflate(archive *zip.Reader) (fstest.MapFS, error) {
	files := fstest.MapFS{}
	for _, file := range archive.File {
		if file.Mode().IsDir() {
			continue
		}
		content, err := fs.ReadFile(archive, file.Name)
		if err != nil {
			return nil, err
		}
		files[file.Name] = &fstest.MapFile{Data: content, Mode: file.Mode()}
	}
	return files, nil
}

// machines are the processors of the architectures that Lambda has.
var machines = map[string]elf.Machine{"x86_64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// checkArch fails like exec if a program is for another processor than the one
// that its function says.
func checkArch(program, arch string) error {
	binary, err := elf.Open(program)
	if err != nil {
		return nil // a script, or not there: exec tells
	}
	defer func() { _ = binary.Close() }()
	if machine, ok := machines[arch]; ok && machine != binary.Machine {
		return &os.PathError{Op: "fork/exec", Path: program, Err: syscall.ENOEXEC}
	}
	return nil
}

// bootstrapOf is the program in a function's directory, if it can be run.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-build
func bootstrapOf(dir, arch string) (string, error) {
	program := filepath.Join(dir, "bootstrap")
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("Couldn't find valid bootstrap(s): [%s]", program) //nolint:staticcheck // Lambda's own words
	}
	return program, checkArch(program, arch)
}
