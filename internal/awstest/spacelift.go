package awstest

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// Spacelift is the account's Spacelift, with all its knobs and figures. Add a
// pool (AddPool) before a group of it is made: the instances of every group, in
// all regions, are then its workers, from their boot to their end.
func (a *Account) Spacelift() *spacelift.Service { return a.workers }

// SpaceliftURL is the URL of the account's Spacelift, which the first call
// starts to serve. It ends with the cloud.
func (a *Account) SpaceliftURL() string {
	a.serving.Lock()
	defer a.serving.Unlock()
	if a.workersURL != "" {
		return a.workersURL
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("awstest: listening for Spacelift calls: %v", err))
	}
	server := &http.Server{Handler: a.workers, ReadHeaderTimeout: 30 * time.Second}
	go func() { _ = server.Serve(listener) }()
	go func() {
		<-a.life.Done()
		_ = server.Close()
	}()
	a.workersURL = "http://" + listener.Addr().String()
	return a.workersURL
}

// SpaceliftEnv is the environment that points the provider's own calls at the
// account's Spacelift.
func (a *Account) SpaceliftEnv() []string {
	key := a.workers.Key()
	return []string{
		"SPACELIFT_API_KEY_ENDPOINT=" + a.SpaceliftURL(),
		"SPACELIFT_API_KEY_ID=" + key.ID,
		"SPACELIFT_API_KEY_SECRET=" + key.Secret,
	}
}

// newWorkers makes the account's Spacelift and sets it going.
func (t *tenant) newWorkers() *spacelift.Service {
	service := spacelift.New(time.Now)
	go service.Run(t.life)
	return service
}

// follow lets the account's Spacelift and consoles know what becomes of the
// instances of groups.
func (t *tenant) follow(groups *autoscaling.Groups) {
	t.workers.Follow(groups)
	groups.Subscribe(t.consoles.follow)
}
