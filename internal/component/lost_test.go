package component

import (
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

func TestDeleteWhoseAnswerIsLost(t *testing.T) {
	each(t, own, func(t *testing.T, w *world, key string, c contract) {
		made := w.fresh(t, key)
		w.ensure(t, made)
		w.Inject(awstest.DropAnswer(c.deletes.service, strings.Replace(c.deletes.action, "{id}", made.ID(), 1)))
		if err := made.Delete(w.ctx); err != nil {
			t.Fatal(err)
		}
		if w.exists(t, key) {
			t.Error("it is still there")
		}
	})
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
