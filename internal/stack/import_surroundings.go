package stack

import (
	"context"
	"slices"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// readInvocations finds the log group and the schedule of each function, which bear
// its name, and takes the settings of log groups from there if nothing else has them.
func (f *finder) readInvocations(ctx context.Context) error {
	p := f.pool()
	for _, i := range []invoked{p.lifecycle, p.autoscaler} {
		if i.function.ID() == "" {
			continue
		}
		i.log.Claim()
		if _, err := i.log.Read(ctx); err != nil {
			return err
		}
		if i.log.ID() != "" {
			f.have[i.log.Name()] = i.log.ID()
			f.readFunctionLog(i.log.SeenSettings())
		}
		i.rule.Claim()
		if _, err := i.rule.Read(ctx); err != nil {
			return err
		}
		if i.rule.ID() != "" && (i.rule.Ours() || i.rule.Invokes(i.function.ARN())) {
			f.have[i.rule.Name()] = i.rule.ID()
			f.readExpression(i.rule)
		}
	}
	return nil
}

// readExpression takes the schedule of the autoscaler, by which its alarms count.
func (f *finder) readExpression(rule *component.InvocationRule) {
	if rule.Name() == ComponentAutoscalerRule && f.spec.Autoscaling != nil && rule.SeenExpression() != "" {
		autoscaling := *f.spec.Autoscaling
		autoscaling.ScheduleExpression = rule.SeenExpression()
		f.spec.Autoscaling = &autoscaling
	}
}

// readFunctionLog takes the settings of a log group of a pool that does not manage
// those of its workers.
func (f *finder) readFunctionLog(seen component.LogGroupSettings) {
	if f.own && !f.spec.LogGroups.Managed {
		f.spec.LogGroups.Retention, f.spec.LogGroups.KMSKeyID, f.spec.LogGroups.Class = seen.Retention, seen.KMSKeyID, seen.Class
	}
}

// readQueue finds the queue that bears the name of the lifecycle manager and that the
// termination hook tells or the function reads.
func (f *finder) readQueue(ctx context.Context) error {
	p := f.pool()
	if p.lifecycle.function.ID() == "" {
		return nil
	}
	p.queue.Claim()
	p.mapping.Claim()
	for _, c := range []component.Component{p.hook, p.queue, p.mapping} {
		if _, err := c.Read(ctx); err != nil {
			return err
		}
	}
	for _, c := range []component.Component{p.hook, p.mapping} {
		if c.ID() != "" {
			f.have[c.Name()] = c.ID()
		}
	}
	if p.queue.ID() != "" && (p.queue.Ours() || p.hook.Tells(p.queue.ARN()) || p.mapping.ID() != "") {
		f.have[ComponentQueue] = p.queue.ID()
	}
	return nil
}

// readMonitoring finds dashboard and alarms by their names and tags: no other tool
// makes any.
func (f *finder) readMonitoring(ctx context.Context) error {
	if !f.own {
		return nil
	}
	p := f.pool()
	if _, err := p.dashboard.Read(ctx); err != nil && !awserr.AccessDenied(err) {
		return err
	}
	f.spec.Monitoring.Dashboard = p.dashboard.ID() != ""
	for _, m := range p.members {
		alarm, ok := m.Component.(*component.Alarm)
		if !ok || !f.spec.wantsFunctions() {
			continue
		}
		if _, err := alarm.Read(ctx); err != nil {
			return err
		}
		if alarm.ID() != "" {
			f.have[alarm.Name()], f.spec.Monitoring.AlarmActions = alarm.ID(), alarm.SeenActions()
		}
	}
	return nil
}

// readRest finds what is left of functions that the pool has not, or not any more. Log
// groups may have been kept on purpose.
func (f *finder) readRest(ctx context.Context) error {
	if !f.own {
		return nil
	}
	p := f.pool()
	first := slices.IndexFunc(p.members, func(m *member) bool { return m.Component == p.lifecycle.role })
	for _, m := range p.members[first:] {
		_, isLog := m.Component.(*component.FunctionLogGroup)
		if m.wanted || m.ID() != "" || isLog || p.isVersion(m) || p.unborn(m) || p.carrier(m) != nil && m.Component != p.hook {
			continue
		}
		if _, err := m.Read(ctx); err != nil && !awserr.AccessDenied(err) { // rights for what is not in use may be lacking
			return err
		}
		if m.ID() != "" {
			f.have[m.Name()] = m.ID()
		}
	}
	return nil
}
