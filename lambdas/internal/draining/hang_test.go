package draining_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// hanging is a Spacelift that lets one wait.
type hanging struct{ *exit }

func (h hanging) Pool(ctx context.Context, _ string) (spacelift.Pool, error) {
	<-ctx.Done()
	return spacelift.Pool{}, context.Cause(ctx)
}

// Who waits for the hook gets a heartbeat, though Spacelift takes all the time.
func TestHeartbeatWhileSpaceliftHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, m := leave(t, spacelift.Worker{Busy: true})
		m.Pool = hanging{e}
		if err := invoke(t, m, schedule); err == nil {
			t.Error("the invocation did not fail")
		}
		if steps := e.take(); !strings.HasSuffix(steps, "heartbeat") {
			t.Errorf("steps: %q, without a heartbeat", steps)
		}
	})
}
