package stack

import (
	"context"
	"strings"
	"sync"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// readTogether lets the next Reads of the members that are in the inventory share what
// one call tells of several, and begins what they ask. The function it returns waits
// for calls that nobody has taken the answers of.
func (p *pool) readTogether(ctx context.Context, clients *awsapi.Clients) (wait func()) {
	p.index.Fill(ctx, clients.Tagging, p.taggedARNs())
	p.listLogGroups(ctx, clients.Logs)
	p.listRules(ctx, clients.Events)
	p.listAlarms(ctx, clients.CloudWatch)
	var begun sync.WaitGroup
	for _, m := range p.members {
		if asker, ok := m.Component.(component.Asker); ok && m.ID() != "" {
			asker.Ask(ctx, begun.Go)
		}
	}
	return begun.Wait
}

// taggedARNs are the ARNs of the members whose tags are not told with all else.
func (p *pool) taggedARNs() (arns []string) {
	for _, m := range p.members {
		if tagged, ok := m.Component.(component.Indexed); ok && m.ID() != "" && tagged.IndexedARN() != "" {
			arns = append(arns, tagged.IndexedARN())
		}
	}
	return arns
}

func (p *pool) listLogGroups(ctx context.Context, api awsapi.Logs) {
	var names []string
	for _, g := range p.logs() {
		if g.ID() != "" {
			names = append(names, g.ID())
		}
	}
	for _, g := range p.functionLogs() {
		if g.ID() != "" {
			names = append(names, g.ID())
		}
	}
	if len(names) < 2 {
		return
	}
	list := component.NewLogGroupList(ctx, api, names)
	for _, g := range p.logs() {
		g.List = list
	}
	for _, g := range p.functionLogs() {
		g.List = list
	}
}

// listRules lists the rules by what their names have in common, which is the name of
// the pool unless it was imported: what is shorter could be that of any rule.
func (p *pool) listRules(ctx context.Context, api awsapi.Events) {
	one, other := p.lifecycle.rule, p.autoscaler.rule
	if one.ID() == "" || other.ID() == "" {
		return
	}
	prefix := commonPrefix(one.ID(), other.ID())
	if !strings.HasPrefix(prefix, p.baseName) {
		return
	}
	one.List = component.NewRuleList(ctx, api, prefix)
	other.List = one.List
}

func commonPrefix(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// listAlarms lists those as well that are not in the inventory, for which a destroy
// looks.
func (p *pool) listAlarms(ctx context.Context, api awsapi.CloudWatch) {
	names := make([]string, 0, len(p.alarms))
	for _, alarm := range p.alarms {
		names = append(names, firstOf(alarm.AlarmName, alarm.ID(), alarm.AlarmName))
	}
	list := component.NewAlarmList(ctx, api, names)
	for _, alarm := range p.alarms {
		alarm.List = list
	}
}
