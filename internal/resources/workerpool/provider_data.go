package workerpool

import (
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

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
	// making are the pools, by region and base name, that this run is making now.
	making sync.Map
}

// claim takes the names of a pool for the one resource that makes it, until it is done.
// Two that make the same pool would each take what the other has just made for the
// leftover of a create that was killed.
func (d *ProviderData) claim(region, baseName string) (done func(), diags diag.Diagnostics) {
	place := place(region, baseName)
	if _, taken := d.making.LoadOrStore(place, true); taken {
		diags.AddAttributeError(path.Root("base_name"), "Two worker pools of one name", fmt.Sprintf("Another resource of this configuration is making the pool %q in %s "+
			"right now. All names come from base_name, so nothing was made for this one. Give each resource a base_name of its own, such as "+
			"\"workers-${each.key}\" with for_each.", baseName, region))
		return func() {}, diags
	}
	return func() { d.making.Delete(place) }, nil
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

func placeOf(m model) string { return place(m.Region.ValueString(), m.BaseName.ValueString()) }

func place(region, baseName string) string { return region + "/" + baseName }

// SpaceliftCredentials are an API key of a Spacelift account.
type SpaceliftCredentials struct {
	Endpoint  string // https URL of the account, without a slash at its end
	KeyID     string
	KeySecret string
}
