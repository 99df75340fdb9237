package lambda

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// unpack puts the code of a function into a new directory.
func unpack(code []byte) (string, error) {
	archive, err := zip.NewReader(bytes.NewReader(code), int64(len(code)))
	if err != nil {
		return "", fmt.Errorf("reading the zip: %w", err)
	}
	dir, err := os.MkdirTemp("", "awstest-lambda-")
	if err != nil {
		return "", fmt.Errorf("making the directory of a function: %w", err)
	}
	// A process that is forked while bootstrap is open for writing keeps it so
	// until its own exec, and bootstrap is "text file busy" meanwhile.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.CopyFS(dir, archive); err != nil {
		_ = os.RemoveAll(dir)
		return "", fmt.Errorf("unpacking the zip: %w", err)
	}
	return dir, nil
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
