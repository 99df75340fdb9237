package modeltest

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
)

// Settled is how long it takes at most until nothing is left to do after the last
// run has ended: instances that never boot are found and replaced, cooldowns and
// what people did are over.
const Settled = time.Hour

// Unless fails with the plan, which can be kept as a case, and with what came of it.
func Unless(t rapid.TB, ok bool, w *model.World, p *model.Plan, format string, values ...any) {
	t.Helper()
	if ok {
		return
	}
	var acts strings.Builder
	for _, act := range w.Acts {
		acts.WriteString("\n" + act.String())
	}
	t.Logf("plan: %#v\nacts:%s", *p, acts.String())
	t.Fatalf(format, values...)
}

// ToEnd lets time pass until all runs are done, and then until all is settled.
func ToEnd(t rapid.TB, w *model.World, p *model.Plan) {
	t.Helper()
	const longest = 12 * time.Hour
	w.Pass(Eventful)
	Unless(t, w.PassUntil(w.Quiet, longest), w, p, "runs are not done: %+v", w.Figures)
	w.Pass(Settled)
}
