package stack

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// finder takes in a pool, object by object. Names are read and never derived:
// what another tool made has names of its own.
type finder struct {
	clients *awsapi.Clients
	group   types.AutoScalingGroup
	own     bool // this provider made the pool, or has changed it since
	spec    Spec
	have    Inventory
	tags    []map[string]string // of each object that carries the user's tags
	launch  map[string]map[string]string
	script  bool // the boot script is one of ours

	parameter string // name of the one that the functions read, "" for none
}

// Find reads the pool that key means: its id, its base name, or the name of its
// group. What AWS does not tell is as in defaults. Nothing is changed. The error
// is a *FindError when there is no such pool, or no one.
func Find(ctx context.Context, clients *awsapi.Clients, key string, defaults Spec) (Observed, error) {
	group, err := locate(ctx, clients, key)
	if err != nil {
		return Observed{}, err
	}
	return find(ctx, clients, group, defaults)
}

// Import is Find for a pool that is to be taken over; one that cannot be is a
// *FindError as well. The problems are warnings.
func Import(ctx context.Context, clients *awsapi.Clients, key string, defaults Spec) (Observed, []Problem, error) {
	group, err := locate(ctx, clients, key)
	if err == nil {
		err = refusal(group, clients.Region)
	}
	if err != nil {
		return Observed{}, nil, err
	}
	o, err := find(ctx, clients, group, defaults)
	if err != nil {
		return Observed{}, nil, err
	}
	return o, importWarnings(group, o.Spec), nil
}

func find(ctx context.Context, clients *awsapi.Clients, group types.AutoScalingGroup, defaults Spec) (Observed, error) {
	f := &finder{clients: clients, group: group, spec: defaults, have: Inventory{}}
	for _, step := range []func(context.Context) error{f.readGroup, f.readTemplate, f.readProfile, f.readRole, f.readSecret, f.readSchedules, f.readLogs, f.readImage, f.readFunctions} {
		if err := step(ctx); err != nil {
			return Observed{}, err
		}
	}
	prior := Observed{Spec: f.spec, Components: f.have, Drift: map[string]string{}}
	o, err := New(clients, f.spec, prior).Read(ctx)
	o.Spec.InstanceRefresh = defaults.InstanceRefresh
	return o, err
}

// pool is the graph of what is known so far.
func (f *finder) pool() *pool {
	known := Outputs{AutoScalingGroupARN: aws.ToString(f.group.AutoScalingGroupARN)}
	return build(f.clients, f.spec, Observed{Spec: f.spec, Components: f.have, Outputs: known})
}

func (f *finder) readGroup(context.Context) error {
	name, tags := aws.ToString(f.group.AutoScalingGroupName), tagsOfGroup(f.group)
	f.have[ComponentGroup] = name
	f.own = tags[component.TagManagedBy] == component.ManagedBy
	if tags[component.TagPoolRefresh] != "" {
		f.spec.InstanceRefresh = &InstanceRefresh{} // has one: what it is at is looked at
	}
	for _, tag := range f.group.Tags {
		if !aws.ToBool(tag.PropagateAtLaunch) {
			delete(tags, aws.ToString(tag.Key)) // a note of ours or of another tool
		}
	}
	f.tags = append(f.tags, tags)
	f.spec.WorkerPoolID, f.spec.BaseName = poolOf(f.group), withoutSuffix(name)
	f.spec.EnabledMetrics = nil // by these the dashboard shows what there is
	for _, metric := range f.group.EnabledMetrics {
		f.spec.EnabledMetrics = append(f.spec.EnabledMetrics, aws.ToString(metric.Metric))
	}
	return nil
}

func (f *finder) readProfile(ctx context.Context) error {
	if f.have[ComponentProfile] == "" {
		return nil
	}
	p := f.pool().profile
	if _, err := p.Read(ctx); err != nil || p.ID() == "" {
		delete(f.have, ComponentProfile)
		return err
	}
	f.tags = append(f.tags, p.SeenTags())
	if role := p.SeenRole(); role != "" {
		f.have[ComponentRole] = role
	}
	return nil
}

// readSecret finds the pool's own secret. Its value is never read.
func (f *finder) readSecret(ctx context.Context) error {
	if f.have[ComponentSecret] == "" {
		return nil
	}
	s := f.pool().secret
	_, err := s.Read(ctx)
	delete(f.have, ComponentSecret)
	if err != nil || s.ID() == "" {
		return err
	}
	f.have[ComponentSecret], f.spec.Secret.Unread = s.ARN(), true
	if version := s.SeenVersion(); version != "" {
		f.have[ComponentSecretVersion] = version
	}
	if f.spec.Secret.KMSKeyID == "" {
		f.spec.Secret.KMSKeyID = s.SeenKMSKeyID()
	}
	return nil
}

// readSchedules takes the recurring schedules of a pool of ours for the pool's own:
// they carry no tag that would tell. Those of another tool stay that tool's.
func (f *finder) readSchedules(ctx context.Context) error {
	if !f.own {
		return nil
	}
	s := f.pool().schedules
	if _, err := s.Read(ctx); err != nil {
		return err
	}
	var names []string
	for _, schedule := range s.SeenRecurring() {
		f.spec.Schedules, names = append(f.spec.Schedules, Schedule(schedule)), append(names, schedule.Name)
	}
	if len(names) > 0 {
		f.have[ComponentSchedules] = strings.Join(names, ",")
	}
	return nil
}

// readLogs looks which log groups the pool uses: a pool of ours has marked them.
func (f *finder) readLogs(ctx context.Context) error {
	marked := false
	for _, g := range f.pool().logs() {
		if _, err := g.Read(ctx); err != nil {
			return err
		}
		if g.ID() == "" {
			continue
		}
		f.spec.LogGroups.Retention, f.spec.LogGroups.KMSKeyID = g.Retention()
		f.spec.LogGroups.Class = g.SeenClass()
		if g.Marked() {
			f.have[g.Name()], marked = g.GroupName, true
		}
	}
	f.spec.LogGroups.Managed = marked || !f.own
	return nil
}

// readImage asks for the architecture of the image, and for that of the instance
// type where the image does not exist any more.
func (f *finder) readImage(ctx context.Context) error {
	t := f.pool().template
	if t.ID() == "" {
		return nil
	}
	if _, err := t.Read(ctx); err != nil {
		return err
	}
	settings, _, _ := t.Seen()
	architecture, err := architectureOf(ctx, f.clients.EC2, settings.ImageID, settings.InstanceType)
	if err != nil {
		return err
	}
	if architecture != "" {
		f.spec.Instance.Architecture = architecture
	}
	return nil
}

// settleTags takes for the user's tags those that every object has, and for more
// tags of what is launched those that are not the pool's.
func (f *finder) settleTags() {
	own := tagsOf(Spec{WorkerPoolID: f.spec.WorkerPoolID})
	f.spec.Tags = nil
	for key, value := range f.tags[0] {
		everywhere := !slices.ContainsFunc(f.tags, func(tags map[string]string) bool { got, ok := tags[key]; return !ok || got != value })
		if _, ours := own[key]; ours || !everywhere || strings.HasPrefix(key, "aws:") {
			continue
		}
		if f.spec.Tags == nil {
			f.spec.Tags = map[string]string{}
		}
		f.spec.Tags[key] = value
	}
	f.spec.LaunchTemplate.TagSpecifications = nil
	pool := tagsOf(f.spec)
	for _, kind := range slices.Sorted(maps.Keys(f.launch)) {
		more := maps.Clone(f.launch[kind])
		if kind == "volume" {
			maps.DeleteFunc(more, func(key, value string) bool { return pool[key] == value })
		}
		if len(more) > 0 {
			f.spec.LaunchTemplate.TagSpecifications = append(f.spec.LaunchTemplate.TagSpecifications, TagSpecification{ResourceType: kind, Tags: more})
		}
	}
}
