package component

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"golang.org/x/sync/errgroup"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// update grants before it takes away, so that an instance which boots meanwhile
// has the old rights or the new ones. One grant that fails does not stop the others:
// IAM may carry out a call that nobody waits for any more, after a rollback has
// looked at what there is. The description comes last: it must not keep rights.
func (r *Role) update(ctx context.Context, status Status) error {
	var grants errgroup.Group
	for field, grant := range map[string]func(context.Context) error{
		"TrustPolicy": r.putTrust, "PermissionsBoundary": r.putBoundary, "ManagedPolicies": r.attach, "InlinePolicies": r.putInline, "Tags": r.putTags,
	} {
		if status.Has(field) {
			grants.Go(func() error { return grant(ctx) })
		}
	}
	err := grants.Wait()
	if err == nil && status.Has("ManagedPolicies") {
		err = r.detach(ctx, r.managed())
	}
	if err == nil && status.Has("InlinePolicies") {
		err = r.dropInline(ctx)
	}
	if err == nil && status.Has("Description") {
		err = r.putDescription(ctx)
	}
	if err != nil {
		return fmt.Errorf("updating IAM role %s: %w", *r.name(), err)
	}
	return nil
}

// putDescription makes the call for descriptions alone: UpdateRole would also set the
// session duration. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
func (r *Role) putDescription(ctx context.Context) error {
	_, err := r.API.UpdateRoleDescription(ctx, &iam.UpdateRoleDescriptionInput{RoleName: r.name(), Description: aws.String(r.Settings.Description)}, inTurn)
	return err
}

func (r *Role) putTrust(ctx context.Context) error {
	_, err := r.API.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: r.name(), PolicyDocument: aws.String(r.Settings.TrustPolicy)}, inTurn)
	return err
}

func (r *Role) putBoundary(ctx context.Context) error {
	if r.Settings.PermissionsBoundary == "" {
		_, err := r.API.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: r.name()}, inTurn)
		return err
	}
	_, err := r.API.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{
		RoleName: r.name(), PermissionsBoundary: aws.String(r.Settings.PermissionsBoundary),
	}, inTurn)
	return err
}

// attach attaches the managed policies that are missing.
func (r *Role) attach(ctx context.Context) error {
	var group errgroup.Group
	for _, arn := range r.managed() {
		if slices.Contains(r.seen.managed, arn) {
			continue
		}
		group.Go(func() error {
			_, err := r.API.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: r.name(), PolicyArn: aws.String(arn)}, afterCreate)
			return err
		})
	}
	return group.Wait()
}

// detach detaches all managed policies but those to keep.
func (r *Role) detach(ctx context.Context, keep []string) error {
	var group errgroup.Group
	for _, arn := range r.seen.managed {
		if slices.Contains(keep, arn) {
			continue
		}
		group.Go(func() error {
			_, err := r.API.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: r.name(), PolicyArn: aws.String(arn)}, inTurn)
			return absentIsFine(err)
		})
	}
	return group.Wait()
}

// putInline writes our inline policy where it differs.
func (r *Role) putInline(ctx context.Context) error {
	name := r.Settings.InlinePolicyName
	if r.seen.wanted == "" || samePolicy(r.seen.inline[name], r.seen.wanted) {
		return nil
	}
	_, err := r.API.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: r.name(), PolicyName: aws.String(name), PolicyDocument: aws.String(r.seen.wanted),
	}, afterCreate)
	r.granted = r.granted || err == nil
	return err
}

// dropInline deletes all inline policies but ours.
func (r *Role) dropInline(ctx context.Context) error {
	for _, other := range slices.Sorted(maps.Keys(r.seen.inline)) {
		if other == r.Settings.InlinePolicyName && r.seen.wanted != "" {
			continue
		}
		if err := r.deleteInline(ctx, other); err != nil {
			return err
		}
	}
	return nil
}

func (r *Role) deleteInline(ctx context.Context, name string) error {
	_, err := r.API.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: r.name(), PolicyName: aws.String(name)}, inTurn)
	return absentIsFine(err)
}

func (r *Role) putTags(ctx context.Context) error {
	set, remove := r.Tags.changes(r.seen.tags)
	if len(remove) > 0 {
		if _, err := r.API.UntagRole(ctx, &iam.UntagRoleInput{RoleName: r.name(), TagKeys: remove}, inTurn); err != nil {
			return err
		}
	}
	if len(set) == 0 {
		return nil
	}
	_, err := r.API.TagRole(ctx, &iam.TagRoleInput{RoleName: r.name(), Tags: tagList(set, iamTag)}, inTurn)
	return err
}

// Delete implements Component. IAM deletes a role only after all its policies:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
func (r *Role) Delete(ctx context.Context) error {
	if r.Known == "" {
		return nil
	}
	// With what it is wanted to have, as a rule all that it has.
	err := r.deleteWith(ctx, r.Settings.ManagedPolicies, []string{r.Settings.InlinePolicyName}, inTurn)
	if awserr.Conflict(err) {
		// It has something else, a call that was interrupted may have attached a policy
		// after all, or a profile that was deleted a moment ago still counts as using it.
		err = r.deleteWithAll(ctx)
	}
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting IAM role %s: %w", r.Known, err)
	}
	r.Known, r.id = "", ""
	return nil
}

// deleteWithAll deletes the role after all policies that it has.
func (r *Role) deleteWithAll(ctx context.Context) error {
	managed, err := r.attached(ctx, r.Known)
	if err != nil {
		return err
	}
	inline, err := r.inlineNames(ctx, r.Known)
	if err != nil {
		return err
	}
	return r.deleteWith(ctx, managed, slices.Sorted(maps.Keys(inline)), unused)
}

// deleteWith deletes the role after these policies of it.
func (r *Role) deleteWith(ctx context.Context, managed, inline []string, patience func(*iam.Options)) error {
	r.seen.managed = managed
	var calls errgroup.Group
	calls.Go(func() error { return r.detach(ctx, nil) })
	for _, name := range inline {
		calls.Go(func() error { return r.deleteInline(ctx, name) })
	}
	if err := calls.Wait(); err != nil {
		return fmt.Errorf("removing its policies: %w", err)
	}
	_, err := r.API.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: r.name()}, patience)
	return err
}

// afterCreate waits until IAM sees a role that was created a moment ago.
func afterCreate(o *iam.Options) {
	o.Retryer = patiently(o.Retryer, "NoSuchEntity", "ConcurrentModification")
}

// inTurn tries again while another change of the same object is under way: the
// changes of a role are made at the same time.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html#API_TagRole_Errors
func inTurn(o *iam.Options) { o.Retryer = patiently(o.Retryer, "ConcurrentModification") }

// unused tries again until IAM has noticed that nothing uses an object any more.
func unused(o *iam.Options) {
	o.Retryer = patiently(o.Retryer, "DeleteConflict", "ConcurrentModification")
}

// absentIsFine drops the error that says an object does not exist.
func absentIsFine(err error) error {
	if awserr.NotFound(err) {
		return nil
	}
	return err
}
