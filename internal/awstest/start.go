package awstest

import (
	"context"
	"sync"
	"testing"
	"time"
)

// shared is the one cloud of this process. Nobody closes it: the emulator ends
// with the process.
var shared = sync.OnceValues(func() (*Cloud, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	return StartCloud(ctx)
})

// Start gives the test an AWS account of its own in the local cloud of this
// process, which the first call starts. Whatever the emulator lacks fails the
// test at its end. Safe for parallel tests.
func Start(t testing.TB) *Account {
	t.Helper()
	cloud, err := shared()
	if err != nil {
		t.Fatalf("starting the local cloud: %v", err)
	}
	a := cloud.NewAccount()
	a.test = t
	t.Cleanup(func() {
		a.end()
		for _, lack := range a.lacking() {
			t.Errorf("%s", lack)
		}
		for _, refused := range a.privileges.unexpected() {
			t.Errorf("refused for want of a permission: %s", refused)
		}
	})
	return a
}
