package stack

import (
	"context"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// RefreshError is an instance refresh that was not started, or did not succeed.
type RefreshError = component.RefreshError

// Outlook is what a plan tells of the refresh that its apply starts.
type Outlook = component.RefreshOutlook

// RefreshOutlook looks at the Auto Scaling group of that name. It is for
// information: what it tells may be otherwise when the plan is applied.
func RefreshOutlook(ctx context.Context, clients *awsapi.Clients, group string) (Outlook, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	looked := &component.AutoScalingGroup{Object: component.Object{Key: ComponentGroup, Known: group}, API: clients.AutoScaling, GroupName: group}
	return looked.RefreshOutlook(ctx)
}
