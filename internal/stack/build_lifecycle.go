package stack

import (
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// What the queue of the termination hook is like. A message only wakes the lifecycle
// manager, whose schedule does so as well: one that could not be delivered is of no
// use for long.
const (
	// At least six times the timeout of the function, says
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
	queueVisibility = 6 * lifecycleTimeout
	queueRetention  = 3600 // seconds
	// Messages in one invocation, as many as Lambda takes without waiting for more:
	// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
	queueBatch = 10
)

func (b *builder) addHookRole() {
	b.hookRole = &component.Role{
		Object: b.object(ComponentHookRole), API: b.clients.IAM, RoleName: b.names.HookRole, Tags: b.tags, Needs: b.firstOfFunctions(), OwnOnly: true,
		Settings: component.RoleSettings{
			Description: "Tells of terminations in Spacelift worker pool " + b.spec.WorkerPoolID, TrustPolicy: serviceTrust("autoscaling.amazonaws.com"),
			InlinePolicyName: hookPolicyName, PermissionsBoundary: b.spec.Role.PermissionsBoundary,
		},
		Policy: func() (string, error) { return hookPolicy(b.at.arn("sqs", b.queueName())), nil },
	}
	b.hookRole.Restore(b.roleARN(b.hookRole))
	b.add(b.hookRole, b.wantsFunctions(), []any{b.spec.Role.PermissionsBoundary, b.tags.Want})
}

// queueName is the physical name of the queue, which is the last part of its ID.
func (b *builder) queueName() string {
	if url := b.prior.Components[ComponentQueue]; url != "" {
		return url[strings.LastIndex(url, "/")+1:]
	}
	return b.names.Lifecycle
}

func (b *builder) addQueue() {
	b.queue = &component.Queue{
		Object: b.object(ComponentQueue), API: b.clients.SQS, QueueName: b.names.Lifecycle, Sender: b.hookRole, Tags: b.tags,
		Settings: component.QueueSettings{Visibility: queueVisibility, Retention: queueRetention},
		Policy:   func(arn string) (string, error) { return queuePolicy(arn, b.hookRole.ARN()), nil },
		QueueARN: func() string {
			at := b.home
			if at.account == "" {
				at.account = accountIn(b.hookRole.ARN())
			}
			if at.account == "" {
				return ""
			}
			return at.arn("sqs", b.names.Lifecycle)
		},
	}
	if b.queue.Known != "" && b.home.account != "" {
		b.queue.Restore(b.home.arn("sqs", b.queueName()))
	}
	b.add(b.queue, b.wantsFunctions(), b.tags.Want)
}

func (b *builder) addMapping() {
	b.mapping = &component.EventSource{
		Object: b.object(ComponentMapping), API: b.clients.Lambda, Queue: b.queue, Function: b.lifecycle.function, Tags: b.tags,
		Settings: component.EventSourceSettings{BatchSize: queueBatch},
	}
	b.mapping.Restore(b.known(ComponentMapping, "lambda", "event-source-mapping:"))
	b.add(b.mapping, b.wantsFunctions(), b.tags.Want)
}

func (b *builder) addHook() {
	b.hook = &component.LifecycleHook{
		Object: b.object(ComponentHook), API: b.clients.AutoScaling, HookName: hookName(), Heartbeat: b.spec.Lifecycle.HookTimeout,
		Group: b.group, Queue: b.queue, Role: b.hookRole, Needs: []component.Component{b.lifecycle.permission, b.mapping},
	}
	b.add(b.hook, b.wantsFunctions(), b.spec.Lifecycle.HookTimeout)
}
