package fleet

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A machine that is powered off stops, and runs nothing either.
func TestMachineHasEnded(t *testing.T) {
	t.Parallel()
	for state, ended := range map[types.InstanceStateName]bool{
		types.InstanceStateNamePending: false, types.InstanceStateNameRunning: false,
		types.InstanceStateNameShuttingDown: true, types.InstanceStateNameTerminated: true,
		types.InstanceStateNameStopping: true, types.InstanceStateNameStopped: true,
	} {
		if got := machineOf(&types.Instance{State: &types.InstanceState{Name: state}}).ended; got != ended {
			t.Errorf("%s: ended is %t", state, got)
		}
	}
}
