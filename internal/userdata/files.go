package userdata

import (
	"fmt"
	"strings"
)

// Files the script writes. Those below /run are in memory only and gone when the instance is.
const (
	preHookFile       = "/run/spacelift/pre-hook.sh"
	configurationFile = "/run/spacelift/configuration.sh"
	postHookFile      = "/run/spacelift/post-hook.sh"
	unitFile          = "/etc/systemd/system/spacelift-launcher.service"
	dockerProxyFile   = "/etc/systemd/system/docker.service.d/spacelift-proxy.conf"
	anchorFile        = "/etc/pki/ca-trust/source/anchors/spacelift-%d.pem"
)

// stopTimeout is what systemd gives a service to stop unless told otherwise, in seconds.
// https://www.freedesktop.org/software/systemd/man/latest/systemd-system.conf.html#DefaultTimeoutStartSec=
const stopTimeout = 90

// files writes a function for every file the boot writes. Only root may read what may hold a secret: the user's text, and
// proxies with a password.
func (s *script) files(c Config) {
	if c.PreHook != "" {
		s.file("boot_write_pre_hook", "600", preHookFile, "END_OF_PRE_HOOK", c.PreHook)
	}
	if c.SelfHosted != nil {
		s.caCertificates(c.SelfHosted.CACertificates)
		if proxies := c.SelfHosted.proxies(); len(proxies) > 0 {
			s.file("boot_write_docker_proxy", "600", dockerProxyFile, "END_OF_DROP_IN", dockerProxy(proxies))
		}
	}
	if c.Configuration != "" {
		s.file("boot_write_configuration", "600", configurationFile, "END_OF_CONFIGURATION", c.Configuration)
	}
	if c.PostHook != "" {
		s.file("boot_write_post_hook", "600", postHookFile, "END_OF_POST_HOOK", c.PostHook)
	}
	s.file("boot_write_unit", "644", unitFile, "END_OF_UNIT", launcherUnit(c))
}

// caCertificates writes the function for the certificates, each in a file of its own, readable by every program.
func (s *script) caCertificates(certificates []string) {
	if len(certificates) == 0 {
		return
	}
	s.line("boot_write_ca_certificates() {")
	for i, certificate := range certificates {
		path := fmt.Sprintf(anchorFile, i+1)
		s.WriteString(heredoc("boot_write 644 "+path, "END_OF_CERTIFICATE", certificate))
	}
	s.line("}\n")
}

// launcherUnit is the service that runs the launcher and, when it has ended, powers the instance off. The plus sign makes
// systemd run that as root, whoever runs the launcher. Stopping may take as long as the delay on top of systemd's own
// limit, which otherwise would kill the command before it comes to the power-off. $$ is systemd's way to write $.
// https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#ExecStopPost=
func launcherUnit(c Config) string {
	user, failed := "root", ""
	if c.runsAsUser() {
		user = "spacelift"
	}
	if !c.powersOffOnError() {
		failed = "[[ $$SERVICE_RESULT == success ]] || exit 0; "
	}
	lines := []string{
		"[Unit]",
		"Description=Spacelift launcher",
		"Wants=docker.service",
		"After=docker.service network-online.target",
		"",
		"[Service]",
		"Type=exec",
		"User=" + user,
		"ExecStart=/bin/bash /run/spacelift/launch",
		fmt.Sprintf(`ExecStopPost=+/bin/bash -c 'echo "the launcher ended: $$SERVICE_RESULT $$EXIT_STATUS"; %ssleep %d; poweroff'`,
			failed, c.PoweroffDelay),
		"StandardOutput=append:/var/log/spacelift/info.log",
		"StandardError=append:/var/log/spacelift/error.log",
		fmt.Sprintf("TimeoutStopSec=%d", c.PoweroffDelay+stopTimeout),
		"TasksMax=infinity",
	}
	return strings.Join(lines, "\n") + "\n"
}
