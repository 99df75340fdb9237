package stack

import (
	"context"
	"slices"
	"sync"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// Read asks AWS what there is. Nothing in Observed.Components means that no
// object of the pool exists any more.
func (s *Stack) Read(ctx context.Context) (Observed, error) {
	p := build(s.clients, s.spec, s.prior)
	var mu sync.Mutex
	statuses := map[string]component.Status{}
	defer p.readTogether(ctx, s.clients)()
	newest := make(chan string, 1)
	go func() { newest <- s.latestImage(ctx, p) }()
	err := p.graph().Forward(ctx, func(ctx context.Context, m *member) error {
		if !m.wanted && m.ID() == "" {
			return nil
		}
		status, err := m.Read(ctx)
		mu.Lock()
		defer mu.Unlock()
		statuses[m.Name()] = status
		return err
	})
	latest := <-newest
	if err != nil {
		return Observed{}, err
	}
	o := p.observed(p.absorb(s.spec), s.prior)
	o.LatestAMIID = latest
	if outlook, ok := p.group.RefreshOutlook(); ok {
		o.Outlook = &outlook
	}
	for _, m := range p.members {
		status, looked := statuses[m.Name()]
		if !looked {
			continue
		}
		if sentence := p.refreshDrift(status); m.Name() == ComponentGroup && sentence != "" {
			o.Drift[DriftRefresh] = sentence
		}
		if sentence := p.drift(m, status, s.prior.Components[m.Name()] != ""); sentence != "" {
			o.Drift[m.Name()] = sentence
		}
	}
	return o, nil
}

// latestImage is the newest worker image, or the one known so far when AWS does
// not tell: an image that cannot be looked up must not fail a refresh.
func (s *Stack) latestImage(ctx context.Context, p *pool) string {
	image, err := p.images.newest(ctx, s.spec.Instance.Architecture)
	if err != nil {
		return s.prior.LatestAMIID
	}
	return image.ID
}

// drift says in words what is not as wanted and is not an argument.
func (p *pool) drift(m *member, status component.Status, existed bool) string {
	switch {
	case status.State == component.Absent && m.wanted && existed:
		return "deleted outside Terraform"
	case status.State == component.Absent && m.wanted && !m.lookup():
		return "missing"
	case status.State == component.Absent:
		return ""
	case !m.wanted:
		return "not wanted any more, still there"
	}
	var rest []component.Difference
	for _, d := range status.Differences {
		// A mark without an instance_refresh is no drift: an import cannot know of the
		// argument, and a pool that has none is no worse for it. Ensure removes it.
		if !p.isArgument(m.Name(), d.Field) && d.Field != component.FieldRefresh && d.Field != component.FieldRefreshMark {
			rest = append(rest, d)
		}
	}
	return component.Sentence(rest)
}

// arguments are the settings, by component, that absorb writes into the Spec.
var arguments = map[string][]string{
	ComponentRole:   {"PermissionsBoundary"},
	ComponentSecret: {"KMSKeyID"},
	ComponentLaunchTemplate: {
		"ImageID", "InstanceType", "SecurityGroups", "Monitoring", "VolumeType", "VolumeSize", "VolumeIOPS",
		"VolumeThroughput", "VolumeEncrypted", "VolumeKMSKeyID", "Market",
	},
	ComponentGroup:     {"MinSize", "MaxSize", "Subnets", "EnabledMetrics", "Mixed", "CapacityRebalance", "MaxInstanceLifetime"},
	ComponentSchedules: {"Schedules"},

	ComponentAutoscaler:     {"MemorySize", "Timeout"},
	ComponentAutoscalerRule: {"Expression"},
	ComponentHook:           {"Heartbeat"},
}

// isArgument tells whether a difference shows as the diff of an argument.
func (p *pool) isArgument(name, field string) bool {
	switch {
	case name == ComponentLaunchTemplate && field == "HopLimit":
		got, _, _ := p.template.Seen()
		return got.HopLimit == 1 || got.HopLimit == 2 // what disable_container_credentials can say
	case name == ComponentLaunchTemplate && field == "DefaultVersion":
		return p.template.Default.Number != nil
	case name == ComponentGroup && field == "TemplateVersion":
		return p.group.Settings.TemplateVersion != ""
	case (name == ComponentInfoLog || name == ComponentErrorLog) && (field == "Retention" || field == "KMSKeyID"):
		_, _, agreed := p.logSettings()
		return agreed
	}
	return slices.Contains(arguments[name], field)
}

// absorb replaces the arguments in spec by what AWS has.
func (p *pool) absorb(spec Spec) Spec {
	p.absorbTemplate(&spec)
	p.absorbGroup(&spec)
	if p.schedules.ID() != "" {
		spec.Schedules = p.seenSchedules(spec)
	}
	if p.role.ID() != "" && spec.Role.CustomName == "" {
		spec.Role.PermissionsBoundary = p.role.PermissionsBoundary()
	}
	if p.secret.ID() != "" && !component.SameKey(spec.Secret.KMSKeyID, p.secret.SeenKMSKeyID()) {
		spec.Secret.KMSKeyID = p.secret.SeenKMSKeyID()
	}
	p.absorbFunctions(&spec)
	if retention, key, ok := p.logSettings(); ok {
		spec.LogGroups.Retention = retention
		if !component.SameKey(spec.LogGroups.KMSKeyID, key) {
			spec.LogGroups.KMSKeyID = key
		}
	}
	return spec
}

func (p *pool) absorbGroup(spec *Spec) {
	got, ok := p.group.Seen()
	if !ok || p.group.ID() == "" || p.group.Going() {
		return
	}
	low, high := p.group.Sizes()
	if got.MinSize != low { // else it is as it should be, perhaps by a schedule
		spec.MinSize = got.MinSize
	}
	if got.MaxSize != high {
		spec.MaxSize = got.MaxSize
	}
	spec.Subnets, spec.EnabledMetrics = got.Subnets, got.EnabledMetrics
	if spec.LaunchTemplate.Version != "" {
		spec.LaunchTemplate.Version = got.TemplateVersion
	}
	spec.CapacityRebalance, spec.MaxInstanceLifetime, spec.Mixed = got.CapacityRebalance, got.MaxInstanceLifetime, nil
	if got.Mixed != nil {
		mixed := MixedInstances(*got.Mixed)
		spec.Mixed = &mixed
	}
}

// seenSchedules are the schedules as AWS has them, in the order of spec. What
// means the same stays as it is written there.
func (p *pool) seenSchedules(spec Spec) (schedules []Schedule) {
	seen := p.schedules.Seen()
	for _, want := range spec.Schedules {
		at := slices.IndexFunc(seen, func(got component.Schedule) bool { return got.Name == want.Name })
		if at < 0 {
			continue
		}
		got := Schedule(seen[at])
		if component.Schedule(want).Equals(seen[at]) {
			got = want
		}
		schedules, seen = append(schedules, got), slices.Delete(seen, at, at+1)
	}
	for _, got := range seen {
		schedules = append(schedules, Schedule(got))
	}
	return schedules
}

// logSettings are the settings of the log groups that this pool rules, and ok
// when they agree: one argument cannot show two values, that is drift.
func (p *pool) logSettings() (retention int32, kmsKeyID string, ok bool) {
	for _, g := range p.logs() {
		r, key := g.Retention()
		switch {
		case g.ID() == "" || !g.Rules():
			continue
		case ok && (r != retention || key != kmsKeyID):
			return 0, "", false
		}
		retention, kmsKeyID, ok = r, key, true
	}
	return retention, kmsKeyID, ok
}

func (p *pool) absorbTemplate(spec *Spec) {
	got, defaultVersion, ok := p.template.Seen()
	if !ok || p.template.ID() == "" {
		return
	}
	i := &spec.Instance
	i.AMIID, i.Type, i.Monitoring = got.ImageID, got.InstanceType, got.Monitoring
	spec.SecurityGroups = got.SecurityGroups
	if p.isArgument(ComponentLaunchTemplate, "HopLimit") {
		i.HopLimit = got.HopLimit
	}
	if spec.LaunchTemplate.DefaultVersion != nil {
		spec.LaunchTemplate.DefaultVersion = &defaultVersion
	}
	if !component.SameMarket(got.Market, p.template.Settings.Market) {
		i.Market = nil
		if got.Market != nil {
			market := Market(*got.Market)
			i.Market = &market
		}
	}
	if got.Volume.Type == "" {
		return // no single root volume: drift says so
	}
	key := i.Volume.KMSKeyID
	if !component.SameKey(key, got.Volume.KMSKeyID) {
		key = got.Volume.KMSKeyID
	}
	v := got.Volume
	i.Volume = Volume{Type: v.Type, Size: v.Size, IOPS: v.IOPS, Throughput: v.Throughput, Encrypted: v.Encrypted, KMSKeyID: key}
}
