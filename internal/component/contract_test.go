package component

import (
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// contract is what every component promises, with what its AWS object is.
type contract struct {
	object    string  // as awstest's Objects shows it; "" when it is part of another or the user's
	creates   call    // the call that makes it
	deletes   call    // the call that removes it
	borrowed  bool    // Ensure makes no object of its own: Created is false
	anyones   bool    // an object of somebody else is used, not refused
	listings  int     // calls that read it
	drifts    []drift // each managed setting, changed behind our back
	reborn    bool    // the one that takes it along makes it again as well
	vanishing string  // the component whose deletion takes it along, when it has no deletion of its own
	setup     func(*testing.T, *world)
}

type call struct{ service, action string }

// contracts has one row per component.
var contracts = map[string]contract{
	keyRole: {
		object: "iam:role/" + roleName, creates: call{"iam", "CreateRole"}, deletes: call{"iam", "DeleteRole"}, listings: 2, drifts: roleDrifts,
	},
	keyCustom: {borrowed: true, setup: makeUserRole},
	keyProfile: {
		object: "iam:instance-profile/pool", creates: call{"iam", "CreateInstanceProfile"}, deletes: call{"iam", "DeleteInstanceProfile"},
		listings: 1, drifts: profileDrifts,
	},
	keySecret: {
		object: "secretsmanager:secret/pool-secret", creates: call{"secretsmanager", "CreateSecret"}, deletes: call{"secretsmanager", "DeleteSecret"},
		listings: 1, drifts: secretDrifts,
	},
	keyVersion: {borrowed: true, vanishing: keySecret, drifts: versionDrifts},
	keyLog: {
		object: "logs:log-group/" + logName, creates: call{"logs", "CreateLogGroup"}, deletes: call{"logs", "DeleteLogGroup"},
		anyones: true, listings: 2, drifts: logDrifts,
	},
	keyTemplate: {
		object: "ec2:launch-template/pool", creates: call{"ec2", "CreateLaunchTemplate"}, deletes: call{"ec2", "DeleteLaunchTemplate"},
		listings: 2, drifts: templateDrifts,
	},
	keyGroup: {
		object: "autoscaling:group/pool", creates: call{"autoscaling", "CreateAutoScalingGroup"}, deletes: call{"autoscaling", "DeleteAutoScalingGroup"},
		listings: 1, drifts: groupDrifts,
	},
	keySchedules: {borrowed: true, vanishing: keyGroup, drifts: scheduleDrifts},
	keyParameter: {
		object: "ssm:parameter/" + parameterName, creates: call{"ssm", "PutParameter"}, deletes: call{"ssm", "DeleteParameter"},
		listings: 2, drifts: parameterDrifts,
	},
	keyParamVersion: {borrowed: true, vanishing: keyParameter, reborn: true, drifts: parameterVersionDrifts},
	keyFnRole: {
		object: "iam:role/" + fnRoleName, creates: call{"iam", "CreateRole"}, deletes: call{"iam", "DeleteRole"}, listings: 2, drifts: functionRoleDrifts,
	},
	keyFnLog: {
		object: "logs:log-group/" + fnLogName, creates: call{"logs", "CreateLogGroup"}, deletes: call{"logs", "DeleteLogGroup"},
		listings: 2, drifts: functionLogDrifts,
	},
	keyFunction: {
		object: "lambda:function/" + fnName, creates: call{"lambda", "POST /2015-03-31/functions"}, deletes: call{"lambda", "DELETE /2015-03-31/functions/" + fnName},
		listings: 2, drifts: functionDrifts,
	},
	keyRule: {
		object: "events:rule/" + fnName, creates: call{"events", "PutRule"}, deletes: call{"events", "DeleteRule"}, listings: 3, drifts: ruleDrifts,
	},
	keyPermission: {
		creates: call{"lambda", "POST /2015-03-31/functions/" + fnName + "/policy"}, deletes: call{"lambda", "DELETE /2015-03-31/functions/" + fnName + "/policy/" + sid},
		anyones: true, listings: 1, drifts: permissionDrifts,
	},
	keyQueue: {
		object: "sqs:queue/pool-fn", creates: call{"sqs", "CreateQueue"}, deletes: call{"sqs", "DeleteQueue"}, listings: 2, drifts: queueDrifts,
	},
	keyMapping: {
		creates: call{"lambda", "POST /2015-03-31/event-source-mappings"}, deletes: call{"lambda", "DELETE /2015-03-31/event-source-mappings/{id}"},
		listings: 2, drifts: mappingDrifts,
	},
	keyDashboard: {
		object: "cloudwatch:dashboard/pool", creates: call{"monitoring", "PutDashboard"}, deletes: call{"monitoring", "DeleteDashboards"},
		listings: 2, drifts: dashboardDrifts,
	},
	keyAlarm: {
		object: "cloudwatch:alarm/pool-strays", creates: call{"monitoring", "PutMetricAlarm"}, deletes: call{"monitoring", "DeleteAlarms"},
		listings: 2, drifts: alarmDrifts,
	},
	keyHook: {
		creates: call{"autoscaling", "PutLifecycleHook"}, deletes: call{"autoscaling", "DeleteLifecycleHook"}, anyones: true, listings: 1, drifts: hookDrifts,
	},
}

// each runs a promise for every component that may is true for, in parallel and
// each in an account of its own.
func each(t *testing.T, may func(contract) bool, promise func(t *testing.T, w *world, key string, c contract)) {
	t.Helper()
	t.Parallel()
	for key, c := range contracts {
		if may != nil && !may(c) {
			continue
		}
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.setup != nil {
				c.setup(t, w)
			}
			promise(t, w, key, c)
		})
	}
}

func own(c contract) bool { return !c.borrowed }

func TestEnsureCreates(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world, key string, c contract) {
		made := w.fresh(t, key)
		if !c.borrowed || c.vanishing != "" {
			w.reads(t, made, Absent)
		}
		if made.Created() || made.ID() != "" && !c.borrowed {
			t.Errorf("before Ensure: created %t, id %q", made.Created(), made.ID())
		}
		w.ensure(t, made)
		if made.Name() != key || made.ID() == "" || made.Created() == c.borrowed {
			t.Errorf("after Ensure: name %q, id %q, created %t", made.Name(), made.ID(), made.Created())
		}
		if !c.borrowed && !made.Renewed() {
			t.Error("a new object is not renewed")
		}
		if c.object != "" && !w.holds(t, c.object) {
			t.Errorf("the account has no %s", c.object)
		}
		w.reads(t, made, InSync)
		w.reads(t, w.fresh(t, key), InSync)
	})
}

func TestEnsureTwiceChangesNothing(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world, key string, _ contract) {
		made := w.fresh(t, key)
		w.ensure(t, made)
		w.ResetCalls()
		w.ensure(t, made)
		again := w.fresh(t, key)
		w.ensure(t, again)
		if got := w.mutations(); got != nil {
			t.Errorf("the second and third Ensure called %q", got)
		}
		if again.Created() || again.Renewed() {
			t.Errorf("an object that was there: created %t, renewed %t", again.Created(), again.Renewed())
		}
	})
}

func TestObjectDeletedOutsideIsMadeAgain(t *testing.T) {
	each(t, func(c contract) bool { return !c.reborn && (own(c) || c.vanishing != "") }, func(t *testing.T, w *world, key string, c contract) {
		w.ensure(t, w.behind(t, key))
		gone := key
		if c.vanishing != "" {
			gone = c.vanishing
		}
		w.remove(t, gone)
		again := w.fresh(t, key)
		w.reads(t, again, Absent)
		if again.ID() != "" {
			t.Errorf("an absent object has the id %q", again.ID())
		}
		again = w.fresh(t, key)
		w.ensure(t, again)
		if again.Created() == c.borrowed {
			t.Errorf("created %t", again.Created())
		}
		w.reads(t, w.fresh(t, key), InSync)
	})
}

// remove deletes an object behind our back; the inventory does not learn it.
func (w *world) remove(t *testing.T, key string) {
	t.Helper()
	if err := w.kit("", nil)[key].Delete(w.ctx); err != nil {
		t.Fatalf("deleting %s: %v", key, err)
	}
	delete(w.ready, key)
}

func TestDeleteTwice(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world, key string, c contract) {
		made := w.fresh(t, key)
		w.ensure(t, made)
		late := w.kit(key, w.Clients())[key]
		for range 2 {
			if err := made.Delete(w.ctx); err != nil {
				t.Fatal(err)
			}
			if made.ID() != "" {
				t.Errorf("a deleted object has the id %q", made.ID())
			}
		}
		if c.object != "" && w.holds(t, c.object) {
			t.Errorf("%s is still there", c.object)
		}
		if err := late.Delete(w.ctx); err != nil { // gone outside
			t.Errorf("deleting an absent object: %v", err)
		}
		if late.ID() != "" {
			t.Errorf("an absent object has the id %q", late.ID())
		}
		w.ResetCalls()
		if err := made.Delete(w.ctx); err != nil || len(w.Calls()) != 0 {
			t.Errorf("deleting what is not in the inventory: %v, calls %v", err, w.Calls())
		}
	})
}

func TestRefusedReadIsNoAbsence(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, c contract) {
		made := w.behind(t, key)
		w.ensure(t, made)
		for n := 1; n <= c.listings; n++ {
			for _, id := range []string{made.ID(), ""} { // in the inventory or not
				w.known[key] = id
				reader := w.fresh(t, key)
				// From there on: calls of the reader before, which it gave up, may still come in.
				w.Inject(awstest.FailAction("", "", "AccessDenied", 0).After(n - 1))
				if status, err := reader.Read(w.ctx); err == nil || reader.ID() != id {
					t.Errorf("call %d refused: %v, %v, id %q, want %q", n, status, err, reader.ID(), id)
				}
				w.ClearFaults()
			}
		}
	})
}

// refuses fails the test unless the component will have nothing to do with the
// object of somebody else under its name.
func TestDriftIsSeenAndRepaired(t *testing.T) {
	each(t, func(c contract) bool { return c.drifts != nil }, func(t *testing.T, w *world, key string, c contract) {
		w.ensure(t, w.behind(t, key))
		delete(w.ready, c.vanishing)
		for _, d := range c.drifts {
			if !t.Run(d.name, func(t *testing.T) { w.repairs(t, key, d) }) { //nolint:paralleltest // one object, changed again and again
				t.FailNow()
			}
		}
	})
}
