package component

import (
	"errors"
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
	each(t, func(c contract) bool { return own(c) || c.vanishing != "" }, func(t *testing.T, w *world, key string, c contract) {
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

func TestDeleteWhoseAnswerIsLost(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, c contract) {
		made := w.fresh(t, key)
		w.ensure(t, made)
		w.Inject(awstest.DropAnswer(c.deletes.service, c.deletes.action))
		if err := made.Delete(w.ctx); err != nil {
			t.Fatal(err)
		}
		if w.exists(t, key) {
			t.Error("it is still there")
		}
	})
}

func TestRefusedReadIsNoAbsence(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, c contract) {
		made := w.behind(t, key)
		w.ensure(t, made)
		for n := 1; n <= c.listings; n++ {
			known := w.fresh(t, key)
			w.Inject(awstest.FailCall(n, "AccessDenied"))
			if status, err := known.Read(w.ctx); err == nil || known.ID() != made.ID() {
				t.Errorf("call %d refused: %v, %v, id %q", n, status, err, known.ID())
			}
			w.ClearFaults()
		}
	})
}

func TestAdoption(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, c contract) {
		w.ensure(t, w.behind(t, key))
		c.drifts[0].change(t, w)
		delete(w.known, key)
		again := w.fresh(t, key)
		w.ensure(t, again)
		if again.Created() || !again.Renewed() {
			t.Errorf("adopted: created %t, renewed %t", again.Created(), again.Renewed())
		}
		w.reads(t, w.fresh(t, key), InSync)
	})
}

func TestForeignObjectIsLeftAlone(t *testing.T) {
	others := map[string]map[string]string{
		"without our tags":  {"Name": "pool"},
		"of somebody else":  {TagWorkerPoolID: poolID, "ManagedBy": "hand"},
		"of another pool":   {TagWorkerPoolID: "01OTHER", TagManagedBy: ManagedBy},
		"of no pool at all": {TagManagedBy: ManagedBy},
	}
	each(t, func(c contract) bool { return own(c) && !c.anyones }, func(t *testing.T, w *world, key string, c contract) {
		w.behind(t, key)
		for name, tags := range others {
			ours := w.tags
			w.tags = tags
			w.ensure(t, w.kit("", nil)[key])
			w.tags = ours
			before := w.known[key]
			delete(w.known, key)
			w.refuses(t, key, c, name)
			w.known[key] = before
			w.remove(t, key)
			delete(w.known, key)
		}
	})
}

// refuses fails the test unless the component will have nothing to do with the
// object of somebody else under its name.
func (w *world) refuses(t *testing.T, key string, c contract, owner string) {
	t.Helper()
	reader := w.fresh(t, key)
	d := w.reads(t, reader, Drifted)
	if reader.ID() != "" || len(d) != 1 || d[0].Field != FieldOwner {
		t.Errorf("%s: Read took it for ours: id %q, %v", owner, reader.ID(), d)
	}
	faults := map[string]awstest.Fault{
		"": {}, " and a server error": awstest.FailAction(c.creates.service, c.creates.action, "InternalFailure", 1),
		" and reading refused": awstest.FailCall(2, "AccessDenied"),
	}
	for name, fault := range faults {
		made := w.fresh(t, key)
		w.ResetCalls()
		if name != "" {
			w.Inject(fault)
		}
		err := made.Ensure(w.ctx)
		w.ClearFaults()
		var foreign *ForeignError
		if errors.As(err, &foreign) == (name == " and reading refused") || err == nil {
			t.Errorf("%s%s: got %v", owner, name, err)
		}
		if made.Created() || made.ID() != "" {
			t.Errorf("%s%s: created %t, id %q", owner, name, made.Created(), made.ID())
		}
		for _, mutation := range w.mutations() {
			if mutation != c.creates.service+"/"+c.creates.action {
				t.Errorf("%s%s: called %s", owner, name, mutation)
			}
		}
	}
}

func TestCreateWhoseAnswerIsLost(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, c contract) {
		drop := awstest.DropAnswer(c.creates.service, c.creates.action)
		cases := map[string]struct {
			faults []awstest.Fault
			fails  bool
		}{
			"once":                       {faults: []awstest.Fault{drop}},
			"server error instead":       {faults: []awstest.Fault{drop.Answering("InternalFailure", 500)}},
			"every time":                 {faults: []awstest.Fault{drop.Times(0)}, fails: true},
			"server error every time":    {faults: []awstest.Fault{drop.Times(0).Answering("InternalFailure", 500)}, fails: true},
			"once, and unknown at first": {faults: []awstest.Fault{drop, awstest.EventuallyConsistent(1)}},
		}
		for name, test := range cases {
			if key == keyGroup && len(test.faults) > 1 {
				continue // a group is never answered for with an error while it is new
			}
			made := w.fresh(t, key)
			for _, fault := range test.faults {
				w.Inject(fault)
			}
			err := made.Ensure(w.ctx)
			w.ClearFaults()
			if (err != nil) != test.fails {
				t.Fatalf("%s: got %v", name, err)
			}
			if !made.Created() || made.ID() == "" || !w.exists(t, key) {
				t.Fatalf("%s: created %t, id %q: a rollback would leave it behind", name, made.Created(), made.ID())
			}
			if !test.fails {
				w.reads(t, made, InSync)
			}
			if err := made.Delete(w.ctx); err != nil || w.exists(t, key) {
				t.Fatalf("%s: rolling back: %v", name, err)
			}
		}
	})
}

func TestCreateThatFailsMakesNothing(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, c contract) {
		made := w.fresh(t, key)
		w.Inject(awstest.FailAction(c.creates.service, c.creates.action, "AccessDenied", 0))
		if err := made.Ensure(w.ctx); err == nil {
			t.Error("no error")
		}
		if made.Created() || made.ID() != "" {
			t.Errorf("created %t, id %q", made.Created(), made.ID())
		}
	})
}

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
