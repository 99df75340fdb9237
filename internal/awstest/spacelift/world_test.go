package spacelift

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	client "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// world is an account with one pool, on the clock of a synctest bubble.
type world struct {
	*Service

	t    *testing.T
	pool string
}

// play runs rules of the account in a bubble.
func play(t *testing.T, rules func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := New(time.Now)
		go s.Run(ctx)
		rules(t, &world{Service: s, t: t, pool: s.AddPool("")})
	})
}

// client is the provider's own client, without a network.
func (w *world) client() *client.Client { return w.clientOf(w.Key()) }

func (w *world) clientOf(key Key) *client.Client {
	return client.New(client.Options{
		Endpoint: "https://acme.app.spacelift.io", KeyID: key.ID, KeySecret: key.Secret, HTTP: &http.Client{Transport: w.Transport()},
	})
}

// snapshot is the pool as the client sees it.
func (w *world) snapshot() client.Pool {
	w.t.Helper()
	pool, err := w.client().Pool(w.t.Context(), w.pool)
	if err != nil {
		w.t.Fatal(err)
	}
	return pool
}

// boot boots instances of the group "group".
func (w *world) boot(ids ...string) {
	for _, id := range ids {
		w.Boot(w.pool, Machine{InstanceID: id, GroupName: "group", ImageID: "ami-1"})
	}
	synctest.Wait()
}

// run is the run with this id.
func (w *world) run(id string) Run {
	for _, run := range w.Runs() {
		if run.ID == id {
			return run
		}
	}
	w.t.Fatalf("no run %s", id)
	return Run{}
}

// workerOn is the worker of an instance; the zero Worker if there is none.
func (w *world) workerOn(instance string) Worker {
	for _, one := range w.Workers() {
		if one.InstanceID == instance {
			return one
		}
	}
	return Worker{}
}

// pass lets time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
