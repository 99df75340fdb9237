package userdata

// step is one thing the boot does; its name is what the logs call it.
type step struct {
	doing    string
	commands []string
}

// steps is the boot, in order.
func steps(c Config) []step {
	var all []step
	add := func(wanted bool, doing string, commands ...string) {
		if wanted {
			all = append(all, step{doing: doing, commands: commands})
		}
	}
	add(c.PreHook != "", "running the pre hook", userText("boot_write_pre_hook", preHookFile)...)
	add(c.DisableCloudWatchAgent, "stopping the CloudWatch agent",
		"systemctl disable --now amazon-cloudwatch-agent || boot_log 'there is no CloudWatch agent to stop'")
	all = append(all, selfHostedSteps(c)...)
	add(c.Secret.wanted(), "exporting the secret", "boot_export_secret")
	add(c.Configuration != "", "running the configuration", userText("boot_write_configuration", configurationFile)...)
	add(true, "checking the architecture", "boot_check_architecture")
	if c.SelfHosted == nil {
		add(true, "downloading the launcher", "boot_launcher_name", "boot_download_launcher")
		add(true, "verifying the launcher", "boot_verify_signature", "boot_verify_checksum")
	} else {
		add(true, "downloading the launcher", "boot_download_launcher")
	}
	add(true, "installing the launcher", "boot_install_launcher")
	add(true, "reading the instance metadata",
		"boot_export_metadata SPACELIFT_METADATA_instance_id instance-id",
		"boot_export_metadata SPACELIFT_METADATA_ami_id ami-id",
		`export SPACELIFT_METADATA_asg_id="$boot_group"`)
	add(c.PostHook != "", "running the post hook", userText("boot_write_post_hook", postHookFile)...)
	add(true, "starting the launcher", startCommands(c)...)
	return all
}

// selfHostedSteps prepares the instance for a self-hosted installation, before anything is asked of AWS, since that may
// take the proxies.
func selfHostedSteps(c Config) []step {
	if c.SelfHosted == nil {
		return nil
	}
	var all []step
	if c.SelfHosted.RunAsSpaceliftUser {
		all = append(all, step{"creating the user spacelift", []string{"boot_create_user"}})
	}
	proxies := c.SelfHosted.proxies()
	if len(c.SelfHosted.CACertificates) > 0 {
		all = append(all, step{"trusting the CA certificates", []string{"boot_write_ca_certificates", "update-ca-trust"}})
	}
	if len(proxies) > 0 {
		all = append(all, step{"setting up the proxies", proxyCommands(proxies)})
	}
	if len(c.SelfHosted.CACertificates) > 0 || len(proxies) > 0 {
		// docker reads both only when it starts.
		all = append(all, step{"restarting docker", []string{"systemctl daemon-reload", "systemctl restart docker"}})
	}
	return all
}

// userText runs a text of the user's in the shell of the boot itself, so that its exports reach the launcher: under set -e
// but without our stricter options, as shell text is usually written, and from a file, so that a mistake in its syntax
// fails this step only and the messages name the line.
func userText(write, path string) []string {
	return []string{write, "set +u +o pipefail", "source " + path, "boot_strict"}
}

// startCommands hands over to systemd.
func startCommands(c Config) []string {
	commands := []string{"boot_write_launch_file", "boot_write_unit", "boot_start_launcher"}
	if c.runsAsUser() {
		return append([]string{commands[0], "chown spacelift /run/spacelift/launch"}, commands[1:]...)
	}
	return commands
}

// wanted tells whether the secret is to be read at all.
func (s *Secret) wanted() bool { return s != nil && (s.Keys == nil || len(s.Keys) > 0) }

func (c Config) runsAsUser() bool { return c.SelfHosted != nil && c.SelfHosted.RunAsSpaceliftUser }

func (c Config) powersOffOnError() bool { return c.SelfHosted == nil || c.SelfHosted.PowerOffOnError }
