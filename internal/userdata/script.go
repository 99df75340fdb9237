package userdata

import (
	"embed"
	"fmt"
	"strings"
)

// signingKey is the fingerprint of the key that signs the checksums of Spacelift's launchers.
// https://docs.spacelift.io/concepts/worker-pools
const signingKey = "175FD97AD2358EFE02832978E302FB5AA29D88F7"

// sources holds the script's functions. Their names begin with boot_, so that the user's text does not redefine them.
//
//go:embed scripts/*.sh
var sources embed.FS

// script is a boot script being written, from its first line to its last.
type script struct{ strings.Builder }

func (s *script) line(text string) { s.WriteString(text + "\n") }

func (s *script) header() {
	s.line("#!/bin/bash")
	s.line("# Starts a Spacelift worker: cloud-init runs this once, as root. Written by the Terraform provider spacelift-ec2.")
	s.line("# To debug an instance: /var/log/spacelift/{info,error}.log tell the steps, /var/log/cloud-init-output.log has the")
	s.line("# output of their commands, /run/spacelift the files they use, and systemctl status spacelift-launcher the rest.")
	s.line("")
}

// settings writes every value the functions use, in one place, so that the functions are the same text for every pool.
func (s *script) settings(c Config) {
	s.line("boot_group=" + shellQuote(c.GroupName))
	if c.SelfHosted == nil {
		s.line("boot_domain=" + shellQuote(c.DomainName))
		s.line("boot_signing_key=" + signingKey)
	} else {
		s.line("boot_s3_uri=" + shellQuote(c.SelfHosted.S3URI))
	}
	if c.Secret.wanted() {
		s.line("boot_secret_arn=" + shellQuote(c.Secret.ARN))
		s.line("boot_secret_region=" + shellQuote(c.Secret.region()))
		s.line("boot_secret_keys=" + shellArray(c.Secret.Keys))
	}
	s.line("")
}

// functions writes the functions that this Config needs.
func (s *script) functions(c Config) {
	s.source("base")
	if c.Secret.wanted() {
		s.source("secret")
	}
	if c.SelfHosted == nil {
		s.source("saas")
	} else {
		s.source("selfhosted")
	}
	if c.runsAsUser() {
		s.source("spacelift_user")
	} else {
		s.source("root_user")
	}
	s.source("launch")
	s.function("boot_after_failure", afterFailure(c)...)
}

// source writes one of the embedded files.
func (s *script) source(name string) {
	text, err := sources.ReadFile("scripts/" + name + ".sh")
	if err != nil {
		panic(err) // the name is one of ours and the file is part of the binary
	}
	s.Write(text)
	s.line("")
}

// function writes a function of plain commands.
func (s *script) function(name string, commands ...string) {
	s.line(name + "() {")
	for _, command := range commands {
		s.line("  " + command)
	}
	s.line("}\n")
}

// file writes a function that writes a file, when the boot gets there.
func (s *script) file(function, mode, path, delimiter, text string) {
	s.WriteString(function + "() {\n" + heredoc("boot_write "+mode+" "+path, delimiter, text) + "}\n\n")
}

// boot writes the steps and what starts them. They run in a subshell, so that nothing in the user's text (exit, exec, a
// trap) can keep boot_end from seeing how they ended.
func (s *script) boot(steps []step) {
	s.line("boot() (")
	s.line("  boot_strict")
	s.line(`  export HOME="${HOME:-/root}"`)
	for _, step := range steps {
		s.line("\n  boot_step " + shellQuote(step.doing))
		for _, command := range step.commands {
			s.line("  " + command)
		}
	}
	s.line(")\n")
	s.line("rm -rf /run/spacelift")
	s.line("mkdir -p /var/log/spacelift")
	s.line("install -d -m 711 /run/spacelift")
	s.line("trap boot_end EXIT")
	s.line("trap 'exit 1' HUP INT TERM")
	s.line("boot")
}

// afterFailure is what becomes of an instance whose boot failed.
func afterFailure(c Config) []string {
	if !c.powersOffOnError() {
		return []string{"boot_log 'left running, as the pool is set to not power off on errors'"}
	}
	return []string{
		fmt.Sprintf("boot_log 'powering off in %d seconds'", c.PoweroffDelay),
		fmt.Sprintf("sleep %d", c.PoweroffDelay),
		"poweroff",
	}
}
