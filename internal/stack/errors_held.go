package stack

import (
	"fmt"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// HeldError is an update that was to remove the functions and gave up before that: the
// lifecycle manager is still needed when its time was over.
type HeldError struct {
	Instances []component.Instance // on which runs may go on
	Refresh   string               // id of the instance refresh that is under way, "" for none
	Function  string               // name of the lifecycle manager
	Waited    time.Duration
}

func (e *HeldError) Error() string {
	text := counted(len(e.Instances), "instance") + " still being terminated"
	if e.Refresh != "" {
		text += ", instance refresh " + e.Refresh + " still under way"
	}
	return text
}

func explainHeld(e *HeldError) Problem {
	var b strings.Builder
	fmt.Fprintf(&b, "The configuration has no spacelift_api_credentials any more, so this apply is to remove the lifecycle manager, which lets runs on instances "+
		"that are being terminated end. Without it they would be cut off. The apply waited %s for them. These are not done:\n", e.Waited.Round(time.Second))
	var ids []string
	for _, instance := range e.Instances {
		ids = append(ids, instance.ID)
		what := "waits for the end of its worker's run"
		if instance.State == "Terminating:Retained" {
			what = "retained, until its worker is idle, and paid for until then"
		}
		fmt.Fprintf(&b, "\n  - instance %s (%s): %s", instance.ID, instance.State, what)
	}
	if e.Refresh != "" {
		fmt.Fprintf(&b, "\n  - instance refresh %s: it terminates further instances. Cancel it, or let it end", e.Refresh)
	}
	b.WriteString("\n\nOnly the autoscaler's schedule has been removed and an instance refresh of the pool canceled; nothing else has been changed, and no run was cut off. Apply again later, which goes on; or raise " +
		"timeouts.update, to wait for longer; or put spacelift_api_credentials back.")
	if len(ids) > 0 {
		fmt.Fprintf(&b, " If workers are idle and their instances stay all the same, the log group %s%s says why. To give the runs up: aws ec2 terminate-instances --instance-ids %s",
			functionLogs, e.Function, strings.Join(ids, " "))
	}
	return Problem{Attribute: "timeouts.update", Summary: "Instances are still being terminated", Detail: b.String()}
}
