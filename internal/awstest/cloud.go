package awstest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Cloud is a running emulator and the proxy in front of it.
type Cloud struct {
	emulator *emulator
	server   *http.Server
	url      string
	slots    chan struct{} // calls under way at the emulator
	backend  http.RoundTripper

	mu       sync.Mutex
	accounts map[string]*tenant // by account id
	keys     map[string]caller  // by access key of a session
	nextID   int
}

// emulatorCalls bounds the calls under way at the emulator, which was measured
// to be safe and at its fastest with eight.
const emulatorCalls = 8

// StartCloud starts an emulator and a proxy on free ports of 127.0.0.1. They end
// with Close, or with the process. ctx bounds the start (and, the first time on a
// machine without moto_server, its installation).
func StartCloud(ctx context.Context) (*Cloud, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for AWS calls: %w", err)
	}
	moto, err := startEmulator(ctx)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	c := &Cloud{
		emulator: moto,
		url:      "http://" + listener.Addr().String(),
		slots:    make(chan struct{}, emulatorCalls),
		backend:  &http.Transport{MaxIdleConnsPerHost: emulatorCalls, DisableCompression: true},
		accounts: map[string]*tenant{},
		keys:     map[string]caller{},
	}
	c.server = &http.Server{Handler: http.HandlerFunc(c.serve), ReadHeaderTimeout: 30 * time.Second}
	go func() { _ = c.server.Serve(listener) }()
	return c, nil
}

// Endpoint is the URL of the proxy, such as http://127.0.0.1:40001.
func (c *Cloud) Endpoint() string { return c.url }

// NewAccount makes an AWS account that nobody has used yet, in us-east-1.
func (c *Cloud) NewAccount() *Account {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nextID++
	t := newTenant(c, fmt.Sprintf("%012d", c.nextID))
	c.accounts[t.id] = t
	return &Account{tenant: t, region: defaultRegion}
}

// Account is the account with this id, in us-east-1; nil if NewAccount has not
// made it.
func (c *Cloud) Account(id string) *Account {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t, ok := c.accounts[id]; ok {
		return &Account{tenant: t, region: defaultRegion}
	}
	return nil
}

// Close ends the proxy and the emulator.
func (c *Cloud) Close() error {
	c.mu.Lock()
	for _, t := range c.accounts {
		t.end()
	}
	c.mu.Unlock()
	return errors.Join(c.server.Close(), c.emulator.stop())
}

// owner is who an access key belongs to, and whether its calls bypass recording
// and faults.
func (c *Cloud) owner(key string) (who caller, direct bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if who, ok := c.keys[key]; ok {
		return who, false
	}
	for prefix, bypass := range map[string]bool{keyPrefix: false, directKeyPrefix: true, groupKeyPrefix: true} {
		if len(key) == len(prefix)+12 && key[:len(prefix)] == prefix {
			return caller{tenant: c.accounts[key[len(prefix):]]}, bypass
		}
	}
	return caller{}, false
}
