package stack

import (
	"context"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/graph"
)

// cleanupTimeout bounds what is done after a failure, when the caller's context
// may be over: removing a whole pool, whose instances take minutes to terminate.
const cleanupTimeout = 10 * time.Minute

// removalTime is cleanupTimeout of this stack: with functions in a VPC, Lambda takes
// its time to leave that.
func (s *Stack) removalTime() time.Duration {
	if s.spec.Functions.VPC != nil || s.prior.Components[ComponentNetwork] != "" {
		return cleanupTimeout + component.LeavingLimit
	}
	return cleanupTimeout
}

// Stack is one worker pool and the AWS objects it consists of.
type Stack struct {
	clients *awsapi.Clients
	spec    Spec
	prior   Observed
	workers Workers  // nil: no access to them
	secrets []string // that no error may show, besides the Spec's
	pace    pace
}

// New makes the stack of spec in the account and region of clients. prior is
// what is known to exist (the state); it is empty for a pool not made yet.
func New(clients *awsapi.Clients, spec Spec, prior Observed) *Stack {
	return &Stack{clients: clients, spec: spec, prior: prior, pace: standardPace}
}

// Components returns the names of the components that spec wants, as they
// appear in Observed.Components.
func (spec Spec) Components() []string {
	return build(&awsapi.Clients{}, spec, Observed{}).wants()
}

// graph is that of all members, so that those which a step leaves out still keep
// the others in order.
func (p *pool) graph() *graph.Graph[*member] {
	byComponent := map[component.Component]*member{}
	for _, m := range p.members {
		byComponent[m.Component] = m
	}
	return graph.New(p.members, func(m *member) (deps []*member) {
		for _, d := range m.Deps() {
			deps = append(deps, byComponent[d])
		}
		return deps
	})
}

// remove deletes the members that which picks, dependents first, and the group after
// what there is to see to before.
func (p *pool) remove(ctx context.Context, which func(*member) bool) error {
	return p.graph().Reverse(ctx, func(ctx context.Context, m *member) error {
		if !which(m) {
			return nil
		}
		if m.Component == p.group && p.beforeGroup != nil {
			if err := p.beforeGroup(ctx); err != nil {
				return err
			}
		}
		return m.Delete(ctx)
	})
}

// logs are the log groups that the pool shares with others.
func (p *pool) logs() []*component.SharedLogGroup {
	return []*component.SharedLogGroup{p.infoLog, p.errorLog}
}

// observed is what the pool is after its components have been ensured, read or
// deleted. prior fills in what an untouched component has not been asked.
func (p *pool) observed(spec Spec, prior Observed) Observed {
	o := Observed{Spec: spec, Components: Inventory{}, Drift: map[string]string{}}
	for _, m := range p.members {
		if m.ID() != "" && !m.lookup() {
			o.Components[m.Name()] = m.ID()
		}
	}
	o.LatestAMIID = prior.LatestAMIID
	o.AutoScalingGroupName = p.group.ID()
	if !p.group.Going() { // the next one has another ARN
		o.AutoScalingGroupARN = firstOf(p.group.ID(), p.group.ARN(), prior.AutoScalingGroupARN)
	}
	o.LaunchTemplateID = p.template.ID()
	if p.template.ID() != "" {
		o.LaunchTemplateLatestVersion = p.template.Latest()
	}
	o.InstancesRoleName = p.profile.Role.ID()
	o.InstancesRoleARN = firstOf(p.profile.Role.ID(), p.profile.Role.ARN(), prior.InstancesRoleARN)
	o.InstanceProfileARN = firstOf(p.profile.ID(), p.profile.ARN(), prior.InstanceProfileARN)
	o.SecretARN = p.secret.ARN()
	o.LogGroupARNs = map[string]string{}
	for _, g := range p.logs() {
		if g.ID() != "" {
			o.LogGroupARNs[g.GroupName] = g.ARN()
		}
	}
	p.observeFunctions(&o)
	return o
}

// firstOf returns the first of values that is not empty, "" when id is.
func firstOf(id string, values ...string) string {
	if id == "" {
		return ""
	}
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
