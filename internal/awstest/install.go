package awstest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// The emulator, pinned: the harness works around this version's traps.
const (
	motoVersion = "5.2.1"
	motoPackage = "moto[server]==" + motoVersion
)

// motoServer is the path of the emulator: from PATH, or from a virtual
// environment in the user's cache directory, which it makes when missing.
func motoServer(ctx context.Context) (string, error) {
	if path, err := exec.LookPath("moto_server"); err == nil {
		return path, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a place to install the AWS emulator (or run `pip install '%s'` yourself): %w", motoPackage, err)
	}
	parent := filepath.Join(cache, "terraform-provider-spacelift-ec2")
	venv := filepath.Join(parent, "moto-"+motoVersion)
	server := filepath.Join(venv, "bin", "moto_server")
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("making the emulator's directory: %w", err)
	}
	unlock, err := lockFile(venv + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	done := filepath.Join(venv, "installed")
	if _, err := os.Stat(done); err == nil {
		return server, nil
	}
	if err := installMoto(ctx, venv); err != nil {
		return "", err
	}
	return server, os.WriteFile(done, []byte(motoPackage+"\n"), 0o644)
}

// installMoto makes the virtual environment and installs the emulator in it.
func installMoto(ctx context.Context, venv string) error {
	python, err := exec.LookPath("python3")
	if err != nil {
		return fmt.Errorf("installing the AWS emulator: python3 is missing; install Python 3.9 or newer, or put moto_server (pip install '%s') on PATH: %w", motoPackage, err)
	}
	steps := [][]string{
		{python, "-m", "venv", "--clear", venv},
		{filepath.Join(venv, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", motoPackage},
	}
	for _, step := range steps {
		out, err := exec.CommandContext(ctx, step[0], step[1:]...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("installing the AWS emulator with %q (it needs python3 with venv, and a way to PyPI; or put moto_server on PATH with `pip install '%s'`): %w\n%s",
				step, motoPackage, err, out)
		}
	}
	return nil
}

// lockFile keeps two test binaries from installing at once.
func lockFile(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the installation lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return func() { _ = file.Close() }, nil
}
