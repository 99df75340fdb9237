package awstest

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	groups "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// SetConsole decides what the instances of the account's groups write to their
// consoles, which GetConsoleOutput shows. "" leaves an instance as it is without
// this: one that boots tells the steps of that, one whose software never comes
// up (Behavior.NeverBoot) the step that failed, one that is Pending only its
// kernel.
func (a *Account) SetConsole(text func(instanceID string) string) {
	a.consoles.mu.Lock()
	defer a.consoles.mu.Unlock()
	a.consoles.text = text
}

// consoles are those of the instances of an account's groups.
type consoles struct {
	mu     sync.Mutex
	text   func(string) string
	booted map[string]bool // by instance
}

func (c *consoles) follow(e groups.Event) {
	if e.Kind != groups.Booted {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.booted == nil {
		c.booted = map[string]bool{}
	}
	c.booted[e.InstanceID] = true
}

// What consoles say, as an Amazon Linux instance does. The image's cloud-init
// copies the output of user data there.
const (
	consoleKernel = `[    0.000000] Linux version 6.1.0-amazon (builder@localhost)
[    0.000000] Command line: root=/dev/nvme0n1p1 console=tty0 console=ttyS0,115200n8
[    1.271828] systemd[1]: Detected virtualization amazon.
[    3.141592] cloud-init[1203]: Cloud-init v. 22.2.2 running 'init' of instance %[1]s
`
	consoleBooted = `[    7.389056] cloud-init[2101]: Cloud-init v. 22.2.2 running 'modules:final'
[   11.235813] systemd[1]: Started spacelift-launcher.service - Spacelift launcher.
[   11.718281] cloud-init[2101]: Cloud-init v. 22.2.2 finished. Up 11.72 seconds

Amazon Linux 2023
worker login: 
`
	consoleFailed = `[    7.389056] cloud-init[2101]: Cloud-init v. 22.2.2 running 'modules:final'
[  307.577215] cloud-init[2101]: 2026-01-02T03:04:05Z boot failed: downloading the launcher: downloading https://downloads.spacelift.io/spacelift-launcher-x86_64: gave up after five minutes: curl: (28) Failed to connect to downloads.spacelift.io port 443: Connection timed out
[  307.662607] cloud-init[2101]: Failed to run module scripts-user (scripts in /var/lib/cloud/instance/scripts)
[  307.693147] cloud-init[2101]: Cloud-init v. 22.2.2 finished. Up 307.69 seconds
`
)

// console is what an instance has written so far; "" if it is in no group.
func (t *tenant) console(region, instance string) string {
	t.consoles.mu.Lock()
	text, booted := t.consoles.text, t.consoles.booted[instance]
	t.consoles.mu.Unlock()
	if text != nil {
		if own := text(instance); own != "" {
			return own
		}
	}
	found, err := t.scaling(region).DescribeAutoScalingInstances(&autoscaling.DescribeAutoScalingInstancesInput{InstanceIds: []string{instance}})
	if err != nil || len(found.AutoScalingInstances) == 0 {
		return ""
	}
	written := fmt.Sprintf(consoleKernel, instance)
	switch {
	case booted:
		written += consoleBooted
	case *found.AutoScalingInstances[0].LifecycleState != "Pending":
		written += consoleFailed
	}
	return written
}

var consoleOutput = regexp.MustCompile(`(?s)<output>.*?</output>`)

// show puts the console's text into an answer to GetConsoleOutput.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
func (t *tenant) show(q request, a *answer) {
	if text := t.console(q.region, q.value("InstanceId")); text != "" && a.code == "" {
		a.body = consoleOutput.ReplaceAllLiteral(a.body, []byte("<output>"+base64.StdEncoding.EncodeToString([]byte(text))+"</output>"))
	}
}
