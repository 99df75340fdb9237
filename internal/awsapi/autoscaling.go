package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
)

// autoScalingCalls holds the operations in use, and not the client: see newEC2.
type autoScalingCalls struct {
	batchDeleteScheduledAction         func(context.Context, *autoscaling.BatchDeleteScheduledActionInput, ...func(*autoscaling.Options)) (*autoscaling.BatchDeleteScheduledActionOutput, error)
	batchPutScheduledUpdateGroupAction func(context.Context, *autoscaling.BatchPutScheduledUpdateGroupActionInput, ...func(*autoscaling.Options)) (*autoscaling.BatchPutScheduledUpdateGroupActionOutput, error)
	cancelInstanceRefresh              func(context.Context, *autoscaling.CancelInstanceRefreshInput, ...func(*autoscaling.Options)) (*autoscaling.CancelInstanceRefreshOutput, error)
	createAutoScalingGroup             func(context.Context, *autoscaling.CreateAutoScalingGroupInput, ...func(*autoscaling.Options)) (*autoscaling.CreateAutoScalingGroupOutput, error)
	createOrUpdateTags                 func(context.Context, *autoscaling.CreateOrUpdateTagsInput, ...func(*autoscaling.Options)) (*autoscaling.CreateOrUpdateTagsOutput, error)
	deleteAutoScalingGroup             func(context.Context, *autoscaling.DeleteAutoScalingGroupInput, ...func(*autoscaling.Options)) (*autoscaling.DeleteAutoScalingGroupOutput, error)
	deleteLifecycleHook                func(context.Context, *autoscaling.DeleteLifecycleHookInput, ...func(*autoscaling.Options)) (*autoscaling.DeleteLifecycleHookOutput, error)
	deleteTags                         func(context.Context, *autoscaling.DeleteTagsInput, ...func(*autoscaling.Options)) (*autoscaling.DeleteTagsOutput, error)
	describeAutoScalingGroups          func(context.Context, *autoscaling.DescribeAutoScalingGroupsInput, ...func(*autoscaling.Options)) (*autoscaling.DescribeAutoScalingGroupsOutput, error)
	describeInstanceRefreshes          func(context.Context, *autoscaling.DescribeInstanceRefreshesInput, ...func(*autoscaling.Options)) (*autoscaling.DescribeInstanceRefreshesOutput, error)
	describeLifecycleHooks             func(context.Context, *autoscaling.DescribeLifecycleHooksInput, ...func(*autoscaling.Options)) (*autoscaling.DescribeLifecycleHooksOutput, error)
	describeScalingActivities          func(context.Context, *autoscaling.DescribeScalingActivitiesInput, ...func(*autoscaling.Options)) (*autoscaling.DescribeScalingActivitiesOutput, error)
	describeScheduledActions           func(context.Context, *autoscaling.DescribeScheduledActionsInput, ...func(*autoscaling.Options)) (*autoscaling.DescribeScheduledActionsOutput, error)
	disableMetricsCollection           func(context.Context, *autoscaling.DisableMetricsCollectionInput, ...func(*autoscaling.Options)) (*autoscaling.DisableMetricsCollectionOutput, error)
	enableMetricsCollection            func(context.Context, *autoscaling.EnableMetricsCollectionInput, ...func(*autoscaling.Options)) (*autoscaling.EnableMetricsCollectionOutput, error)
	putLifecycleHook                   func(context.Context, *autoscaling.PutLifecycleHookInput, ...func(*autoscaling.Options)) (*autoscaling.PutLifecycleHookOutput, error)
	resumeProcesses                    func(context.Context, *autoscaling.ResumeProcessesInput, ...func(*autoscaling.Options)) (*autoscaling.ResumeProcessesOutput, error)
	startInstanceRefresh               func(context.Context, *autoscaling.StartInstanceRefreshInput, ...func(*autoscaling.Options)) (*autoscaling.StartInstanceRefreshOutput, error)
	suspendProcesses                   func(context.Context, *autoscaling.SuspendProcessesInput, ...func(*autoscaling.Options)) (*autoscaling.SuspendProcessesOutput, error)
	updateAutoScalingGroup             func(context.Context, *autoscaling.UpdateAutoScalingGroupInput, ...func(*autoscaling.Options)) (*autoscaling.UpdateAutoScalingGroupOutput, error)
}

func newAutoScaling(client *autoscaling.Client) AutoScaling {
	return autoScalingCalls{
		batchDeleteScheduledAction:         client.BatchDeleteScheduledAction,
		batchPutScheduledUpdateGroupAction: client.BatchPutScheduledUpdateGroupAction,
		cancelInstanceRefresh:              client.CancelInstanceRefresh,
		createAutoScalingGroup:             client.CreateAutoScalingGroup,
		createOrUpdateTags:                 client.CreateOrUpdateTags,
		deleteAutoScalingGroup:             client.DeleteAutoScalingGroup,
		deleteLifecycleHook:                client.DeleteLifecycleHook,
		deleteTags:                         client.DeleteTags,
		describeAutoScalingGroups:          client.DescribeAutoScalingGroups,
		describeInstanceRefreshes:          client.DescribeInstanceRefreshes,
		describeLifecycleHooks:             client.DescribeLifecycleHooks,
		describeScalingActivities:          client.DescribeScalingActivities,
		describeScheduledActions:           client.DescribeScheduledActions,
		disableMetricsCollection:           client.DisableMetricsCollection,
		enableMetricsCollection:            client.EnableMetricsCollection,
		putLifecycleHook:                   client.PutLifecycleHook,
		resumeProcesses:                    client.ResumeProcesses,
		startInstanceRefresh:               client.StartInstanceRefresh,
		suspendProcesses:                   client.SuspendProcesses,
		updateAutoScalingGroup:             client.UpdateAutoScalingGroup,
	}
}

func (c autoScalingCalls) BatchDeleteScheduledAction(ctx context.Context, in *autoscaling.BatchDeleteScheduledActionInput, options ...func(*autoscaling.Options)) (*autoscaling.BatchDeleteScheduledActionOutput, error) {
	return c.batchDeleteScheduledAction(ctx, in, options...)
}

func (c autoScalingCalls) BatchPutScheduledUpdateGroupAction(ctx context.Context, in *autoscaling.BatchPutScheduledUpdateGroupActionInput, options ...func(*autoscaling.Options)) (*autoscaling.BatchPutScheduledUpdateGroupActionOutput, error) {
	return c.batchPutScheduledUpdateGroupAction(ctx, in, options...)
}

func (c autoScalingCalls) CancelInstanceRefresh(ctx context.Context, in *autoscaling.CancelInstanceRefreshInput, options ...func(*autoscaling.Options)) (*autoscaling.CancelInstanceRefreshOutput, error) {
	return c.cancelInstanceRefresh(ctx, in, options...)
}

func (c autoScalingCalls) CreateAutoScalingGroup(ctx context.Context, in *autoscaling.CreateAutoScalingGroupInput, options ...func(*autoscaling.Options)) (*autoscaling.CreateAutoScalingGroupOutput, error) {
	return c.createAutoScalingGroup(ctx, in, options...)
}

func (c autoScalingCalls) CreateOrUpdateTags(ctx context.Context, in *autoscaling.CreateOrUpdateTagsInput, options ...func(*autoscaling.Options)) (*autoscaling.CreateOrUpdateTagsOutput, error) {
	return c.createOrUpdateTags(ctx, in, options...)
}

func (c autoScalingCalls) DeleteAutoScalingGroup(ctx context.Context, in *autoscaling.DeleteAutoScalingGroupInput, options ...func(*autoscaling.Options)) (*autoscaling.DeleteAutoScalingGroupOutput, error) {
	return c.deleteAutoScalingGroup(ctx, in, options...)
}

func (c autoScalingCalls) DeleteLifecycleHook(ctx context.Context, in *autoscaling.DeleteLifecycleHookInput, options ...func(*autoscaling.Options)) (*autoscaling.DeleteLifecycleHookOutput, error) {
	return c.deleteLifecycleHook(ctx, in, options...)
}

func (c autoScalingCalls) DeleteTags(ctx context.Context, in *autoscaling.DeleteTagsInput, options ...func(*autoscaling.Options)) (*autoscaling.DeleteTagsOutput, error) {
	return c.deleteTags(ctx, in, options...)
}

func (c autoScalingCalls) DescribeAutoScalingGroups(ctx context.Context, in *autoscaling.DescribeAutoScalingGroupsInput, options ...func(*autoscaling.Options)) (*autoscaling.DescribeAutoScalingGroupsOutput, error) {
	return c.describeAutoScalingGroups(ctx, in, options...)
}

func (c autoScalingCalls) DescribeInstanceRefreshes(ctx context.Context, in *autoscaling.DescribeInstanceRefreshesInput, options ...func(*autoscaling.Options)) (*autoscaling.DescribeInstanceRefreshesOutput, error) {
	return c.describeInstanceRefreshes(ctx, in, options...)
}

func (c autoScalingCalls) DescribeLifecycleHooks(ctx context.Context, in *autoscaling.DescribeLifecycleHooksInput, options ...func(*autoscaling.Options)) (*autoscaling.DescribeLifecycleHooksOutput, error) {
	return c.describeLifecycleHooks(ctx, in, options...)
}

func (c autoScalingCalls) DescribeScalingActivities(ctx context.Context, in *autoscaling.DescribeScalingActivitiesInput, options ...func(*autoscaling.Options)) (*autoscaling.DescribeScalingActivitiesOutput, error) {
	return c.describeScalingActivities(ctx, in, options...)
}

func (c autoScalingCalls) DescribeScheduledActions(ctx context.Context, in *autoscaling.DescribeScheduledActionsInput, options ...func(*autoscaling.Options)) (*autoscaling.DescribeScheduledActionsOutput, error) {
	return c.describeScheduledActions(ctx, in, options...)
}

func (c autoScalingCalls) DisableMetricsCollection(ctx context.Context, in *autoscaling.DisableMetricsCollectionInput, options ...func(*autoscaling.Options)) (*autoscaling.DisableMetricsCollectionOutput, error) {
	return c.disableMetricsCollection(ctx, in, options...)
}

func (c autoScalingCalls) EnableMetricsCollection(ctx context.Context, in *autoscaling.EnableMetricsCollectionInput, options ...func(*autoscaling.Options)) (*autoscaling.EnableMetricsCollectionOutput, error) {
	return c.enableMetricsCollection(ctx, in, options...)
}

func (c autoScalingCalls) PutLifecycleHook(ctx context.Context, in *autoscaling.PutLifecycleHookInput, options ...func(*autoscaling.Options)) (*autoscaling.PutLifecycleHookOutput, error) {
	return c.putLifecycleHook(ctx, in, options...)
}

func (c autoScalingCalls) ResumeProcesses(ctx context.Context, in *autoscaling.ResumeProcessesInput, options ...func(*autoscaling.Options)) (*autoscaling.ResumeProcessesOutput, error) {
	return c.resumeProcesses(ctx, in, options...)
}

func (c autoScalingCalls) StartInstanceRefresh(ctx context.Context, in *autoscaling.StartInstanceRefreshInput, options ...func(*autoscaling.Options)) (*autoscaling.StartInstanceRefreshOutput, error) {
	return c.startInstanceRefresh(ctx, in, options...)
}

func (c autoScalingCalls) SuspendProcesses(ctx context.Context, in *autoscaling.SuspendProcessesInput, options ...func(*autoscaling.Options)) (*autoscaling.SuspendProcessesOutput, error) {
	return c.suspendProcesses(ctx, in, options...)
}

func (c autoScalingCalls) UpdateAutoScalingGroup(ctx context.Context, in *autoscaling.UpdateAutoScalingGroupInput, options ...func(*autoscaling.Options)) (*autoscaling.UpdateAutoScalingGroupOutput, error) {
	return c.updateAutoScalingGroup(ctx, in, options...)
}
