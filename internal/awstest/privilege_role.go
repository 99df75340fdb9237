package awstest

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/iam"
)

// noticeIdentity forgets what roles may do once a call may have changed it.
func (t *tenant) noticeIdentity(q request) {
	if q.service != "iam" || strings.HasPrefix(q.action, "Get") || strings.HasPrefix(q.action, "List") {
		return
	}
	t.privileges.mu.Lock()
	defer t.privileges.mu.Unlock()
	t.privileges.roles = map[string]*entitlement{}
	t.privileges.changes++
}

// entitlementOf reads what the policies of a role say, those that are deployed.
func (t *tenant) entitlementOf(ctx context.Context, role string) (*entitlement, error) {
	t.privileges.mu.Lock()
	known := t.privileges.roles[role]
	before := t.privileges.changes
	t.privileges.mu.Unlock()
	if known != nil {
		return known, nil
	}
	ctx, cancel := background(ctx)
	defer cancel()
	reader := &roleReader{ctx, awsiam.NewFromConfig((&Account{tenant: t, region: defaultRegion}).DirectConfig())}
	read, err := reader.read(lastOf(role, "/"))
	if codeOf(err) == "NoSuchEntity" { // deleted as it was read
		read, err = &entitlement{gone: true}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the policies of %s: %w", role, err)
	}
	t.privileges.mu.Lock()
	defer t.privileges.mu.Unlock()
	if t.privileges.changes == before && t.privileges.roles != nil {
		t.privileges.roles[role] = read
	} // else IAM has changed meanwhile: it is right for this call, and for no other
	return read, nil
}

// roleReader reads the policies of roles from the emulator.
type roleReader struct {
	ctx context.Context //nolint:containedctx // it lives as long as one reading
	api *awsiam.Client
}

func (r *roleReader) read(name string) (*entitlement, error) {
	found, err := r.api.GetRole(r.ctx, &awsiam.GetRoleInput{RoleName: &name})
	if err != nil {
		return nil, err
	}
	held := &entitlement{}
	if held.policies, err = r.inline(name); err != nil {
		return nil, err
	}
	attached, err := r.api.ListAttachedRolePolicies(r.ctx, &awsiam.ListAttachedRolePoliciesInput{RoleName: &name})
	if err != nil {
		return nil, err
	}
	for _, one := range attached.AttachedPolicies {
		policy, err := r.managed(aws.ToString(one.PolicyArn))
		if err != nil {
			return nil, err
		}
		held.policies = append(held.policies, policy)
	}
	held.gone = len(held.policies) == 0 // its policies are deleted before it
	if bound := found.Role.PermissionsBoundary; bound != nil {
		policy, err := r.managed(aws.ToString(bound.PermissionsBoundaryArn))
		if err != nil {
			return nil, err
		}
		held.boundary = iam.Policies{policy}
	}
	return held, nil
}

func (r *roleReader) inline(name string) (all iam.Policies, err error) {
	list, err := r.api.ListRolePolicies(r.ctx, &awsiam.ListRolePoliciesInput{RoleName: &name})
	if err != nil {
		return nil, err
	}
	for _, policy := range list.PolicyNames {
		out, err := r.api.GetRolePolicy(r.ctx, &awsiam.GetRolePolicyInput{RoleName: &name, PolicyName: &policy})
		if codeOf(err) == "NoSuchEntity" {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		parsed, err := parsed(out.PolicyDocument)
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", policy, err)
		}
		all = append(all, parsed)
	}
	return all, nil
}

func (r *roleReader) managed(arn string) (iam.Policy, error) {
	policy, err := r.api.GetPolicy(r.ctx, &awsiam.GetPolicyInput{PolicyArn: &arn})
	if err != nil {
		return iam.Policy{}, err
	}
	version, err := r.api.GetPolicyVersion(r.ctx, &awsiam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: policy.Policy.DefaultVersionId})
	if err != nil {
		return iam.Policy{}, err
	}
	return parsed(version.PolicyVersion.Document)
}

// parsed reads a document as IAM shows it:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func parsed(document *string) (iam.Policy, error) {
	text, err := url.QueryUnescape(strings.ReplaceAll(aws.ToString(document), "+", "%2B"))
	if err != nil {
		return iam.Policy{}, fmt.Errorf("reading a policy: %w", err)
	}
	return iam.Parse(text)
}
