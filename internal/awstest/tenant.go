package awstest

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// tenant is what the faces (regions) of one account share.
type tenant struct {
	id         string
	cloud      *Cloud
	recorder   recorder
	faults     faults
	logs       logGroupTraits
	watch      cloudWatch
	privileges privileges
	life       context.Context // of what goes on by itself
	end        func()          // ends it, and the processes of functions

	mu       sync.Mutex
	latency  time.Duration
	regions  map[string]bool                // those in use
	groups   map[string]*autoscaling.Groups // by region
	lambdas  map[string]*Lambda             // by region
	policies queuePolicies
	lacks    []string        // calls the emulator could not do
	excused  map[string]bool // "service/action" that may be lacking

	unpublished []string // images, see HideImages

	workers    *spacelift.Service
	consoles   consoles
	serving    sync.Mutex
	workersURL string // "" until somebody asks for it

	queueing sync.Mutex        // held by each call of SQS, see act
	changing sync.RWMutex      // held by each call of EC2, see inTurn
	answered map[string]answer // by client token, see once

	networking sync.Mutex
	networks   map[string]*Network // by region
}

func newTenant(c *Cloud, id string) *tenant {
	life, end := context.WithCancel(context.Background())
	t := &tenant{
		id: id, cloud: c, life: life,
		regions:  map[string]bool{},
		networks: map[string]*Network{},
		groups:   map[string]*autoscaling.Groups{},
		lambdas:  map[string]*Lambda{},
		excused:  map[string]bool{},
		answered: map[string]answer{},
	}
	t.end = func() {
		end()
		t.endFunctions()
	}
	t.workers = t.newWorkers()
	return t
}

// visit notes that a region is in use, so that the sweep looks there.
func (t *tenant) visit(region string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.regions[region] = true
}

func (t *tenant) visited() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var regions []string
	for region := range t.regions {
		regions = append(regions, region)
	}
	sort.Strings(regions)
	return regions
}

func (t *tenant) pause() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.latency
}

// lack notes a call that the emulator could not do: the owning test must fail.
func (t *tenant) lack(q request, detail string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.excused[q.service+"/"+q.action] {
		t.lacks = append(t.lacks, fmt.Sprintf("the AWS emulator could not do %s %s in %s: %s\nrequest: %.2000s",
			q.service, q.action, q.region, detail, q.body))
	}
}

func (t *tenant) lacking() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.lacks...)
}

func (t *tenant) excuse(service, action string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.excused[service+"/"+action] = true
}
