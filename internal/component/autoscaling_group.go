package component

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// AutoScalingGroup is the group of the pool's instances. Its desired capacity
// is set by min size at creation and never managed afterwards.
type AutoScalingGroup struct {
	Object
	API       awsapi.AutoScaling
	EC2       awsapi.EC2
	GroupName string
	Settings  GroupSettings
	Template  *LaunchTemplate
	Logs      []*SharedLogGroup // which instances write to: they go after the group
	Tags      Tags
	Complete  bool // the pool has been created: the group is to say so
	// Release undoes whatever else than Halt a delete did that was begun and is
	// now taken back; nil for nothing.
	Release  func(context.Context) error
	Leftover bool // what Claim found: an unfinished group was there before this create began

	Refresh *InstanceRefresh // how its instances are replaced; nil: not by us

	seen       *types.AutoScalingGroup
	newest     *types.InstanceRefresh // whoever started it, nil for none
	refresh    *types.InstanceRefresh // which the group's tag tells of, nil for none
	refreshDue bool                   // the tag says so, and none was started
	relaunches bool                   // what its instances are made of has changed
	asked      asked[*autoscaling.DescribeAutoScalingGroupsOutput]
}

// GroupSettings are what a group should be.
type GroupSettings struct {
	MinSize             int32
	MaxSize             int32
	Subnets             []string
	TemplateVersion     string // number, "$Latest" or "$Default"; "" for the newest version of Template
	TerminationPolicies []string
	HealthCheckType     string
	HealthCheckGrace    int32 // seconds
	DefaultCooldown     int32 // seconds
	EnabledMetrics      []string
	Mixed               *MixedSettings // nil: instances are what Template says
	CapacityRebalance   bool           // replaces spot instances that AWS is likely to take back
	MaxInstanceLifetime int32          // seconds; 0: no limit
	Retain              bool           // keeps an instance whose termination hook was abandoned, in place of terminating it
	Suspend             []string       // processes that are not to run
	Resume              []string       // processes that an earlier configuration suspended

	// Sizes that a schedule may have put in force in place of MinSize and MaxSize,
	// each with the one that is right then.
	MinScheduled, MaxScheduled map[int32]int32
}

// Deps implements Component.
func (g *AutoScalingGroup) Deps() []Component {
	deps := []Component{g.Template}
	for _, l := range g.Logs {
		deps = append(deps, l)
	}
	return deps
}

// Ensure implements Component.
func (g *AutoScalingGroup) Ensure(ctx context.Context) error { return ensure(ctx, g) }

// Read implements Component.
func (g *AutoScalingGroup) Read(ctx context.Context) (Status, error) { return read(ctx, g) }

// ARN of the group; "" before Read.
func (g *AutoScalingGroup) ARN() string {
	if g.seen == nil {
		return ""
	}
	return deref(g.seen.AutoScalingGroupARN)
}

// PoolState is the value of the tag marks.PoolState, "" for none; ours tells whether
// the group was made for this pool. Both as of the last Read.
func (g *AutoScalingGroup) PoolState() (state string, ours bool) {
	if g.seen == nil {
		return "", false
	}
	tags := tagMap(g.seen.Tags, groupPair)
	return tags[marks.PoolState], g.Tags.ours(tags)
}

// Seen returns the settings that AWS has, and ok when there is a group.
func (g *AutoScalingGroup) Seen() (settings GroupSettings, ok bool) {
	if g.seen == nil {
		return settings, false
	}
	s := g.seen
	settings = GroupSettings{
		MinSize:             deref(s.MinSize),
		MaxSize:             deref(s.MaxSize),
		Subnets:             strings.Split(deref(s.VPCZoneIdentifier), ","),
		TerminationPolicies: s.TerminationPolicies,
		HealthCheckType:     deref(s.HealthCheckType),
		HealthCheckGrace:    deref(s.HealthCheckGracePeriod),
		DefaultCooldown:     deref(s.DefaultCooldown),
		Mixed:               mixedOf(s.MixedInstancesPolicy),
		CapacityRebalance:   deref(s.CapacityRebalance),
		MaxInstanceLifetime: deref(s.MaxInstanceLifetime),
		Retain:              retains(s.InstanceLifecyclePolicy),
	}
	if template := g.seenTemplate(); template != nil {
		settings.TemplateVersion = deref(template.Version)
	}
	for _, m := range s.EnabledMetrics {
		settings.EnabledMetrics = append(settings.EnabledMetrics, deref(m.Metric))
	}
	return settings, true
}

func (g *AutoScalingGroup) name() *string { return aws.String(orElse(g.Known, g.GroupName)) }

func (g *AutoScalingGroup) version() string {
	return orElse(g.Settings.TemplateVersion, g.Template.LatestVersion())
}

func (g *AutoScalingGroup) specification() *types.LaunchTemplateSpecification {
	return &types.LaunchTemplateSpecification{LaunchTemplateId: aws.String(g.Template.ID()), Version: aws.String(g.version())}
}

// Sizes are the bounds that the group should have now: a size that a schedule has
// put in force is right until the next one.
func (g *AutoScalingGroup) Sizes() (low, high int32) {
	got, _ := g.Seen()
	s := g.Settings
	low, high = s.MinSize, s.MaxSize
	if scheduled, ok := s.MinScheduled[got.MinSize]; ok {
		low = scheduled
	}
	if scheduled, ok := s.MaxScheduled[got.MaxSize]; ok {
		high = scheduled
	}
	if low > high { // one of the two has changed, and AWS takes them in order only
		return s.MinSize, s.MaxSize
	}
	return low, high
}

// seenTemplate is the launch template that the group uses, nil for none.
func (g *AutoScalingGroup) seenTemplate() *types.LaunchTemplateSpecification {
	return templateIn(g.seen.LaunchTemplate, g.seen.MixedInstancesPolicy)
}

// templateIn is the launch template by itself or in a mixed instances policy.
func templateIn(alone *types.LaunchTemplateSpecification, policy *types.MixedInstancesPolicy) *types.LaunchTemplateSpecification {
	if policy != nil && policy.LaunchTemplate != nil {
		return policy.LaunchTemplate.LaunchTemplateSpecification
	}
	return alone
}

// launches says what instances are made of: a launch template, or a mixed
// instances policy with it. Each takes the place of the other.
func (g *AutoScalingGroup) launches() (*types.LaunchTemplateSpecification, *types.MixedInstancesPolicy) {
	if g.Settings.Mixed == nil {
		return g.specification(), nil
	}
	return nil, g.Settings.Mixed.request(g.specification())
}

func (g *AutoScalingGroup) create(ctx context.Context) error {
	s := g.Settings
	in := &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName:   aws.String(g.GroupName),
		MinSize:                aws.Int32(s.MinSize),
		MaxSize:                aws.Int32(s.MaxSize),
		VPCZoneIdentifier:      aws.String(g.subnets()),
		TerminationPolicies:    s.TerminationPolicies,
		HealthCheckType:        aws.String(s.HealthCheckType),
		HealthCheckGracePeriod: aws.Int32(s.HealthCheckGrace),
		DefaultCooldown:        aws.Int32(s.DefaultCooldown),
		CapacityRebalance:      aws.Bool(s.CapacityRebalance),
		Tags:                   g.firstTags(),
	}
	in.LaunchTemplate, in.MixedInstancesPolicy = g.launches()
	if s.Retain {
		in.InstanceLifecyclePolicy = s.retention()
	}
	if s.MaxInstanceLifetime != 0 {
		in.MaxInstanceLifetime = aws.Int32(s.MaxInstanceLifetime)
	}
	_, err := g.API.CreateAutoScalingGroup(ctx, in, func(o *autoscaling.Options) {
		o.APIOptions = append(o.APIOptions, g.noteLost)
		g.awaitProfile(o)
	})
	if err != nil {
		return fmt.Errorf("creating Auto Scaling group %s: %w", g.GroupName, err)
	}
	g.Known = g.GroupName
	waiter := autoscaling.NewGroupExistsWaiter(g.API, func(o *autoscaling.GroupExistsWaiterOptions) { o.MinDelay, o.MaxDelay = goneMinDelay, goneMaxDelay })
	out, err := waiter.WaitForOutput(ctx, g.describe(), propagationAttempts*propagationBackoff)
	if err != nil {
		return fmt.Errorf("waiting for Auto Scaling group %s to appear: %w", g.GroupName, err)
	}
	g.seen = &out.AutoScalingGroups[0]
	return nil
}

// awaitProfile makes a call try again while the service may not see an instance
// profile or a launch template that was made a moment ago (perhaps by a create
// that was killed, and adopted by this one). It answers with
// ValidationError then, as for every other wrong value.
func (g *AutoScalingGroup) awaitProfile(o *autoscaling.Options) {
	if g.Template.Created() || g.Template.Profile.Renewed() {
		o.Retryer = patiently(o.Retryer, "ValidationError")
	}
}

func (g *AutoScalingGroup) describe() *autoscaling.DescribeAutoScalingGroupsInput {
	return &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{*g.name()}}
}

func (g *AutoScalingGroup) load(ctx context.Context) (bool, error) {
	out, err := g.asked.take(ctx, g.question())
	if err != nil {
		return false, fmt.Errorf("reading Auto Scaling group %s: %w", *g.name(), err)
	}
	g.seen = nil
	if len(out.AutoScalingGroups) == 0 {
		return false, nil
	}
	g.Known, g.seen = *g.name(), &out.AutoScalingGroups[0]
	return true, g.loadRefresh(ctx)
}

// Going tells whether AWS is deleting the group, which takes as long as its
// instances take to terminate; its name stays in use meanwhile. Only such a group
// has a status:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
func (g *AutoScalingGroup) Going() bool { return g.seen != nil && g.seen.Status != nil }

// foreign is stricter than the tags while a pool is being created: what another
// create has finished, or has begun since this one began, is another's.
func (g *AutoScalingGroup) foreign() *ForeignError {
	state, ours := g.PoolState()
	unfinished := state == "" && (g.Leftover || g.unsure)
	if g.Going() || (ours && (g.Complete || unfinished)) {
		return nil
	}
	return &ForeignError{Kind: "Auto Scaling group", Name: *g.name(), Region: regionOf(g.ARN()), Ours: ours, Deleting: state == marks.Deleting}
}

// regionOf is the fourth part of an ARN:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func regionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 5); len(parts) == 5 {
		return parts[3]
	}
	return ""
}

// Claim looks, before a create begins, whether the group is there: an unfinished
// one of this pool is to be taken over, any other gives a *ForeignError.
func (g *AutoScalingGroup) Claim(ctx context.Context) (leftover bool, err error) {
	found, err := g.load(ctx)
	if err != nil || !found {
		return false, err
	}
	g.Leftover, g.Known = true, ""
	if foreign := g.foreign(); foreign != nil {
		return false, foreign
	}
	return true, nil
}

func (g *AutoScalingGroup) subnets() string {
	return strings.Join(slices.Sorted(slices.Values(g.Settings.Subnets)), ",")
}

// maxTagsPerCall: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
const maxTagsPerCall = 25

// firstTags are as many tags as one call takes, ours among them, by which an
// interrupted create knows the group again. What is left follows.
func (g *AutoScalingGroup) firstTags() []types.Tag {
	first := []types.Tag{g.tag(TagManagedBy, g.Tags.Want[TagManagedBy]), g.tag(TagWorkerPoolID, g.Tags.Want[TagWorkerPoolID])}
	for _, tag := range tagList(g.Tags.Want, g.tag) {
		if key := deref(tag.Key); key != TagManagedBy && key != TagWorkerPoolID && len(first) < maxTagsPerCall {
			first = append(first, tag)
		}
	}
	return first
}

// tag is one that instances get as well.
func (g *AutoScalingGroup) tag(key, value string) types.Tag {
	return types.Tag{
		Key: aws.String(key), Value: aws.String(value), PropagateAtLaunch: aws.Bool(true),
		ResourceId: g.name(), ResourceType: aws.String("auto-scaling-group"),
	}
}

func groupPair(t types.TagDescription) (key, value *string) { return t.Key, t.Value }
