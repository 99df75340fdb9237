package scaling_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/scaling"
)

// exampleRow is a row of the worked examples: nine numbers, and what one look does.
var exampleRow = regexp.MustCompile(`(?m)^((?:\| \d+ ){9})\| (adds \d+|ends \d+|nothing)[^|]*\|$`)

// What the guide on autoscaling works out is what the autoscaler decides.
func TestGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "..", "templates", "guides", "autoscaling.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	rows := exampleRow.FindAllStringSubmatch(string(guide), -1)
	if len(rows) != 12 {
		t.Errorf("the guide has %d examples", len(rows))
	}
	env := lambdaenv.AutoscalerDefaults()
	for _, row := range rows {
		t.Run(strings.TrimSpace(row[0]), func(t *testing.T) {
			t.Parallel()
			var n []int
			for _, text := range strings.Fields(strings.ReplaceAll(row[1], "|", " ")) {
				number, err := strconv.Atoi(text)
				if err != nil {
					t.Fatal(err)
				}
				n = append(n, number)
			}
			waiting, busyOnes, idleOnes, booting := n[0], n[1], n[2], n[3]
			members := append(append(many(busyOnes, busy), many(idleOnes, idle)...), many(booting, age(0))...)
			for i := range members {
				members[i].ID = fmt.Sprintf("i-%d", i)
			}
			decision := scaling.Decide(view(waiting, members, bounds(n[6], len(members), n[7])), limits(func(l *scaling.Limits) {
				l.MaxCreate, l.MaxTerminate, l.TargetUtilization, l.MinIdle = env.MaxCreate, env.MaxKill, n[4], n[5]
			}), now)
			did := "nothing"
			switch added := decision.Desired - len(members); {
			case added > 0:
				did = fmt.Sprintf("adds %d", added)
			case len(decision.Actions) > 0:
				did = fmt.Sprintf("ends %d", len(decision.Actions))
			}
			if did != row[2] || decision.Wanted != n[8] {
				t.Errorf("the autoscaler wants %d and %s", decision.Wanted, did)
			}
		})
	}
}
