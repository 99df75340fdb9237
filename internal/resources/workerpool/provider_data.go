package workerpool

import (
	"sync"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// ProviderData is what the configured provider gives to its resources.
type ProviderData struct {
	// Factory makes the AWS clients. It is nil while what it needs is Unknown.
	Factory *awsapi.Factory
	// DefaultTags are the provider's default_tags, nil while they are Unknown.
	DefaultTags map[string]string
	// Spacelift is the API key for what the provider itself asks of Spacelift,
	// nil when there is none.
	Spacelift *SpaceliftCredentials
	// CheckRegion refuses what is not the name of a region. It is nil while the
	// provider is to take any, or not known.
	CheckRegion func(region string) error
	// Unknown tells that a part of the provider's configuration depends on values
	// that only the apply will know.
	Unknown bool

	connect sync.Once
	client  *spacelift.Client // made by connect

	// states are the pools, by region and base name, that this run has met in
	// states: a plan that replaces such a pool finds it in the way of itself.
	states sync.Map
	// outlooks are what this run's refreshes have seen of the pools' instances, by
	// region and base name: a plan tells of them without asking AWS again.
	outlooks sync.Map
}

func (d *ProviderData) met(m model)        { d.states.Store(placeOf(m), true) }
func (d *ProviderData) knows(m model) bool { _, ok := d.states.Load(placeOf(m)); return ok }

func (d *ProviderData) saw(m model, outlook *stack.RefreshOutlook) {
	d.outlooks.Store(placeOf(m), outlook)
}

// outlook is nil for a pool that this run has not refreshed.
func (d *ProviderData) outlook(m model) *stack.RefreshOutlook {
	found, _ := d.outlooks.Load(placeOf(m))
	outlook, _ := found.(*stack.RefreshOutlook)
	return outlook
}

func placeOf(m model) string { return m.Region.ValueString() + "/" + m.BaseName.ValueString() }

// SpaceliftCredentials are an API key of a Spacelift account.
type SpaceliftCredentials struct {
	Endpoint  string // https URL of the account, without a slash at its end
	KeyID     string
	KeySecret string
}
