package lambda

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// endWithUs makes the kernel end a process when this one has ended, however.
func endWithUs() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// peakMemory is the most memory that a process has had resident so far, in
// bytes; 0 if it is gone.
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
func peakMemory(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	_, _ = fmt.Sscan(peak, &kilobytes) // absent in a zombie
	return kilobytes << 10
}
