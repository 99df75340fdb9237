package component

import (
	"errors"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

func TestAdoption(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, c contract) {
		w.ensure(t, w.behind(t, key))
		c.drifts[0].change(t, w)
		delete(w.known, key)
		clear(w.ready) // another run
		again := w.fresh(t, key)
		if group, ok := again.(*AutoScalingGroup); ok {
			_, err := group.Claim(w.ctx)
			if err != nil {
				t.Fatal(err)
			}
		}
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

func (w *world) refuses(t *testing.T, key string, c contract, owner string) {
	t.Helper()
	reader := w.fresh(t, key)
	d := w.reads(t, reader, Drifted)
	if reader.ID() != "" || len(d) != 1 || d[0].Field != FieldOwner {
		t.Errorf("%s: Read took it for ours: id %q, %v", owner, reader.ID(), d)
	}
	faults := map[string]awstest.Fault{
		"": {}, " and a server error": awstest.FailAction(c.creates.service, c.creates.action, "InternalFailure", 1),
		" and reading refused": awstest.FailAction("", "", "AccessDenied", 0).After(c.listings),
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
