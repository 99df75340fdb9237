//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// endAll lets the end of a command's context end whatever the command has started,
// such as the providers of Terraform. An interrupt from the keyboard reaches
// none of them before.
func endAll(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
