package stack

import (
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// What a group wants is said only where the group could be asked.
func TestSizeInWords(t *testing.T) {
	t.Parallel()
	one := staff{instances: []component.Instance{{ID: "i-1", State: "InService", Health: "Healthy"}}}
	for name, test := range map[string]struct {
		findings findings
		want     string
	}{
		"enough":   {findings{group: "g", staff: one, awaited: 1, desired: 1, read: true}, "Group g wants 1 instance and has 1 (1 InService, healthy)."},
		"not seen": {findings{group: "g", staff: one, awaited: 2}, "Group g had 1 (1 InService, healthy) when it was last seen."},
		"too few": {
			findings{group: "g", staff: one, awaited: 2, desired: 1, read: true},
			"Group g wants 1 instance and has 1 (1 InService, healthy). That is the reason: 2 workers cannot come from fewer instances. " +
				"Raise min_size, let something scale the group, or lower wait_for_workers.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.findings.size(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
