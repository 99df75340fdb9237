package component

import "strconv"

// What an import learns from the objects of the functions, in the way of seen.go.

// Ours tells whether the function was made for this pool by this provider.
func (f *Function) Ours() bool { return f.Tags.ours(f.seen.tags) }

// SeenEnvironment is the environment of the function.
func (f *Function) SeenEnvironment() map[string]string { return f.seen.env }

// SeenRole is the name of the function's role.
func (f *Function) SeenRole() string { return lastPart(f.seen.role) }

// SeenSettings are the settings of the log group.
func (g *FunctionLogGroup) SeenSettings() LogGroupSettings {
	return LogGroupSettings{Retention: g.seen.retention, KMSKeyID: g.seen.kmsKeyID, Class: standardClass(g.seen.class)}
}

// Ours tells whether the parameter was made for this pool by this provider.
func (p *Parameter) Ours() bool { return p.Tags.ours(p.seen.tags) }

// SeenVersion is the number of the parameter's version, "" for none.
func (p *Parameter) SeenVersion() string {
	if p.seen.version == 0 {
		return ""
	}
	return strconv.FormatInt(p.seen.version, 10)
}

// Ours tells whether the rule was made for this pool by this provider.
func (r *InvocationRule) Ours() bool { return r.Tags.ours(r.seen.tags) }

// Invokes tells whether the function of this ARN is among the rule's targets.
func (r *InvocationRule) Invokes(functionARN string) bool {
	for id := range r.seen.targets {
		if target := r.seen.targets[id]; deref(target.Arn) == functionARN {
			return true
		}
	}
	return false
}

// Ours tells whether the queue was made for this pool by this provider.
func (q *Queue) Ours() bool { return q.Tags.ours(q.seen.tags) }

// Tells tells whether the hook sends its messages to the queue of this ARN.
func (h *LifecycleHook) Tells(queueARN string) bool {
	return h.seen != nil && queueARN != "" && deref(h.seen.NotificationTargetARN) == queueARN
}

// SeenActions are what the alarm calls.
func (a *Alarm) SeenActions() []string { return a.seen.Actions }
