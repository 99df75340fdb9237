package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// iamCalls holds the operations in use, and not the client: see newEC2.
type iamCalls struct {
	addRoleToInstanceProfile      func(context.Context, *iam.AddRoleToInstanceProfileInput, ...func(*iam.Options)) (*iam.AddRoleToInstanceProfileOutput, error)
	attachRolePolicy              func(context.Context, *iam.AttachRolePolicyInput, ...func(*iam.Options)) (*iam.AttachRolePolicyOutput, error)
	createInstanceProfile         func(context.Context, *iam.CreateInstanceProfileInput, ...func(*iam.Options)) (*iam.CreateInstanceProfileOutput, error)
	createRole                    func(context.Context, *iam.CreateRoleInput, ...func(*iam.Options)) (*iam.CreateRoleOutput, error)
	deleteInstanceProfile         func(context.Context, *iam.DeleteInstanceProfileInput, ...func(*iam.Options)) (*iam.DeleteInstanceProfileOutput, error)
	deleteRole                    func(context.Context, *iam.DeleteRoleInput, ...func(*iam.Options)) (*iam.DeleteRoleOutput, error)
	deleteRolePermissionsBoundary func(context.Context, *iam.DeleteRolePermissionsBoundaryInput, ...func(*iam.Options)) (*iam.DeleteRolePermissionsBoundaryOutput, error)
	deleteRolePolicy              func(context.Context, *iam.DeleteRolePolicyInput, ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error)
	detachRolePolicy              func(context.Context, *iam.DetachRolePolicyInput, ...func(*iam.Options)) (*iam.DetachRolePolicyOutput, error)
	getInstanceProfile            func(context.Context, *iam.GetInstanceProfileInput, ...func(*iam.Options)) (*iam.GetInstanceProfileOutput, error)
	getRole                       func(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
	getRolePolicy                 func(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error)
	listAttachedRolePolicies      func(context.Context, *iam.ListAttachedRolePoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error)
	listRolePolicies              func(context.Context, *iam.ListRolePoliciesInput, ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error)
	putRolePermissionsBoundary    func(context.Context, *iam.PutRolePermissionsBoundaryInput, ...func(*iam.Options)) (*iam.PutRolePermissionsBoundaryOutput, error)
	putRolePolicy                 func(context.Context, *iam.PutRolePolicyInput, ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error)
	removeRoleFromInstanceProfile func(context.Context, *iam.RemoveRoleFromInstanceProfileInput, ...func(*iam.Options)) (*iam.RemoveRoleFromInstanceProfileOutput, error)
	tagInstanceProfile            func(context.Context, *iam.TagInstanceProfileInput, ...func(*iam.Options)) (*iam.TagInstanceProfileOutput, error)
	tagRole                       func(context.Context, *iam.TagRoleInput, ...func(*iam.Options)) (*iam.TagRoleOutput, error)
	untagInstanceProfile          func(context.Context, *iam.UntagInstanceProfileInput, ...func(*iam.Options)) (*iam.UntagInstanceProfileOutput, error)
	untagRole                     func(context.Context, *iam.UntagRoleInput, ...func(*iam.Options)) (*iam.UntagRoleOutput, error)
	updateAssumeRolePolicy        func(context.Context, *iam.UpdateAssumeRolePolicyInput, ...func(*iam.Options)) (*iam.UpdateAssumeRolePolicyOutput, error)
	updateRoleDescription         func(context.Context, *iam.UpdateRoleDescriptionInput, ...func(*iam.Options)) (*iam.UpdateRoleDescriptionOutput, error)
}

func newIAM(client *iam.Client) IAM {
	return iamCalls{
		addRoleToInstanceProfile:      client.AddRoleToInstanceProfile,
		attachRolePolicy:              client.AttachRolePolicy,
		createInstanceProfile:         client.CreateInstanceProfile,
		createRole:                    client.CreateRole,
		deleteInstanceProfile:         client.DeleteInstanceProfile,
		deleteRole:                    client.DeleteRole,
		deleteRolePermissionsBoundary: client.DeleteRolePermissionsBoundary,
		deleteRolePolicy:              client.DeleteRolePolicy,
		detachRolePolicy:              client.DetachRolePolicy,
		getInstanceProfile:            client.GetInstanceProfile,
		getRole:                       client.GetRole,
		getRolePolicy:                 client.GetRolePolicy,
		listAttachedRolePolicies:      client.ListAttachedRolePolicies,
		listRolePolicies:              client.ListRolePolicies,
		putRolePermissionsBoundary:    client.PutRolePermissionsBoundary,
		putRolePolicy:                 client.PutRolePolicy,
		removeRoleFromInstanceProfile: client.RemoveRoleFromInstanceProfile,
		tagInstanceProfile:            client.TagInstanceProfile,
		tagRole:                       client.TagRole,
		untagInstanceProfile:          client.UntagInstanceProfile,
		untagRole:                     client.UntagRole,
		updateAssumeRolePolicy:        client.UpdateAssumeRolePolicy,
		updateRoleDescription:         client.UpdateRoleDescription,
	}
}

func (c iamCalls) AddRoleToInstanceProfile(ctx context.Context, in *iam.AddRoleToInstanceProfileInput, options ...func(*iam.Options)) (*iam.AddRoleToInstanceProfileOutput, error) {
	return c.addRoleToInstanceProfile(ctx, in, options...)
}

func (c iamCalls) AttachRolePolicy(ctx context.Context, in *iam.AttachRolePolicyInput, options ...func(*iam.Options)) (*iam.AttachRolePolicyOutput, error) {
	return c.attachRolePolicy(ctx, in, options...)
}

func (c iamCalls) CreateInstanceProfile(ctx context.Context, in *iam.CreateInstanceProfileInput, options ...func(*iam.Options)) (*iam.CreateInstanceProfileOutput, error) {
	return c.createInstanceProfile(ctx, in, options...)
}

func (c iamCalls) CreateRole(ctx context.Context, in *iam.CreateRoleInput, options ...func(*iam.Options)) (*iam.CreateRoleOutput, error) {
	return c.createRole(ctx, in, options...)
}

func (c iamCalls) DeleteInstanceProfile(ctx context.Context, in *iam.DeleteInstanceProfileInput, options ...func(*iam.Options)) (*iam.DeleteInstanceProfileOutput, error) {
	return c.deleteInstanceProfile(ctx, in, options...)
}

func (c iamCalls) DeleteRole(ctx context.Context, in *iam.DeleteRoleInput, options ...func(*iam.Options)) (*iam.DeleteRoleOutput, error) {
	return c.deleteRole(ctx, in, options...)
}

func (c iamCalls) DeleteRolePermissionsBoundary(ctx context.Context, in *iam.DeleteRolePermissionsBoundaryInput, options ...func(*iam.Options)) (*iam.DeleteRolePermissionsBoundaryOutput, error) {
	return c.deleteRolePermissionsBoundary(ctx, in, options...)
}

func (c iamCalls) DeleteRolePolicy(ctx context.Context, in *iam.DeleteRolePolicyInput, options ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error) {
	return c.deleteRolePolicy(ctx, in, options...)
}

func (c iamCalls) DetachRolePolicy(ctx context.Context, in *iam.DetachRolePolicyInput, options ...func(*iam.Options)) (*iam.DetachRolePolicyOutput, error) {
	return c.detachRolePolicy(ctx, in, options...)
}

func (c iamCalls) GetInstanceProfile(ctx context.Context, in *iam.GetInstanceProfileInput, options ...func(*iam.Options)) (*iam.GetInstanceProfileOutput, error) {
	return c.getInstanceProfile(ctx, in, options...)
}

func (c iamCalls) GetRole(ctx context.Context, in *iam.GetRoleInput, options ...func(*iam.Options)) (*iam.GetRoleOutput, error) {
	return c.getRole(ctx, in, options...)
}

func (c iamCalls) GetRolePolicy(ctx context.Context, in *iam.GetRolePolicyInput, options ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	return c.getRolePolicy(ctx, in, options...)
}

func (c iamCalls) ListAttachedRolePolicies(ctx context.Context, in *iam.ListAttachedRolePoliciesInput, options ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error) {
	return c.listAttachedRolePolicies(ctx, in, options...)
}

func (c iamCalls) ListRolePolicies(ctx context.Context, in *iam.ListRolePoliciesInput, options ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error) {
	return c.listRolePolicies(ctx, in, options...)
}

func (c iamCalls) PutRolePermissionsBoundary(ctx context.Context, in *iam.PutRolePermissionsBoundaryInput, options ...func(*iam.Options)) (*iam.PutRolePermissionsBoundaryOutput, error) {
	return c.putRolePermissionsBoundary(ctx, in, options...)
}

func (c iamCalls) PutRolePolicy(ctx context.Context, in *iam.PutRolePolicyInput, options ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error) {
	return c.putRolePolicy(ctx, in, options...)
}

func (c iamCalls) RemoveRoleFromInstanceProfile(ctx context.Context, in *iam.RemoveRoleFromInstanceProfileInput, options ...func(*iam.Options)) (*iam.RemoveRoleFromInstanceProfileOutput, error) {
	return c.removeRoleFromInstanceProfile(ctx, in, options...)
}

func (c iamCalls) TagInstanceProfile(ctx context.Context, in *iam.TagInstanceProfileInput, options ...func(*iam.Options)) (*iam.TagInstanceProfileOutput, error) {
	return c.tagInstanceProfile(ctx, in, options...)
}

func (c iamCalls) TagRole(ctx context.Context, in *iam.TagRoleInput, options ...func(*iam.Options)) (*iam.TagRoleOutput, error) {
	return c.tagRole(ctx, in, options...)
}

func (c iamCalls) UntagInstanceProfile(ctx context.Context, in *iam.UntagInstanceProfileInput, options ...func(*iam.Options)) (*iam.UntagInstanceProfileOutput, error) {
	return c.untagInstanceProfile(ctx, in, options...)
}

func (c iamCalls) UntagRole(ctx context.Context, in *iam.UntagRoleInput, options ...func(*iam.Options)) (*iam.UntagRoleOutput, error) {
	return c.untagRole(ctx, in, options...)
}

func (c iamCalls) UpdateAssumeRolePolicy(ctx context.Context, in *iam.UpdateAssumeRolePolicyInput, options ...func(*iam.Options)) (*iam.UpdateAssumeRolePolicyOutput, error) {
	return c.updateAssumeRolePolicy(ctx, in, options...)
}

func (c iamCalls) UpdateRoleDescription(ctx context.Context, in *iam.UpdateRoleDescriptionInput, options ...func(*iam.Options)) (*iam.UpdateRoleDescriptionOutput, error) {
	return c.updateRoleDescription(ctx, in, options...)
}
