package component

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	awspolicy "github.com/hashicorp/awspolicyequivalence"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// Role is an IAM role with everything attached to it. Its policies are ours
// alone: what somebody else attaches is drift, unless OwnOnly says that nobody looks.
type Role struct {
	Object
	API      awsapi.IAM
	RoleName string
	Settings RoleSettings
	Policy   func() (string, error)                              // JSON of the one inline policy, from what dependencies publish; "" for none
	Hooked   func(ctx context.Context, arn string) (bool, error) // whether a lifecycle hook uses the role; nil for never
	Tags     Tags
	Needs    []Component
	// OwnOnly spares Read two calls: it looks at our inline policy, and not at what else
	// is attached, unless the role is of another tool. That does not keep the role from
	// its work, and goes with it.
	OwnOnly bool

	arn  string
	id   string // which no other role ever has, "" while it is not known
	seen roleSeen
	// granted: the inline policy was written a moment ago, and whoever checks it may not
	// see that yet.
	granted bool

	asked asked[roleAnswer]
}

// RoleSettings are what a role should be.
type RoleSettings struct {
	Description         string
	TrustPolicy         string   // JSON
	ManagedPolicies     []string // ARNs
	InlinePolicyName    string
	PermissionsBoundary string // ARN, "" for none
}

type roleSeen struct {
	description string
	trust       string
	boundary    string
	managed     []string
	inline      map[string]string // name → JSON; only ours has its text, and only ours is known of a role without managed policies
	tags        map[string]string
	wanted      string // the inline policy as it should be
	hooked      bool   // a lifecycle hook uses the role
}

// Deps implements Component.
func (r *Role) Deps() []Component { return r.Needs }

// Ensure implements Component.
func (r *Role) Ensure(ctx context.Context) error { return ensure(ctx, r) }

// Read implements Component.
func (r *Role) Read(ctx context.Context) (Status, error) { return read(ctx, r) }

// ARN of the role; "" before Ensure or Read.
func (r *Role) ARN() string { return r.arn }

// UniqueID tells the role from another of the same name, made after it was deleted;
// "" for a role that does not exist. It asks AWS if neither Ensure nor Read has.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func (r *Role) UniqueID(ctx context.Context) (string, error) {
	if r.id != "" || r.Known == "" {
		return r.id, nil
	}
	out, err := r.API.GetRole(ctx, &iam.GetRoleInput{RoleName: r.name()})
	if absentIsFine(err) != nil {
		return "", fmt.Errorf("reading IAM role %s: %w", *r.name(), err)
	}
	if err == nil {
		r.id, r.arn = aws.ToString(out.Role.RoleId), aws.ToString(out.Role.Arn)
	}
	return r.id, nil
}

// PermissionsBoundary as AWS has it.
func (r *Role) PermissionsBoundary() string { return r.seen.boundary }

// Restore sets what the state knows of an existing role.
func (r *Role) Restore(arn string) { r.arn = arn }

// name is the physical name: that of the inventory, else the derived one.
func (r *Role) name() *string { return aws.String(orElse(r.Known, r.RoleName)) }

func (r *Role) create(ctx context.Context) error {
	out, err := r.API.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName:                 aws.String(r.RoleName),
		Description:              aws.String(r.Settings.Description),
		AssumeRolePolicyDocument: aws.String(r.Settings.TrustPolicy),
		PermissionsBoundary:      optional(r.Settings.PermissionsBoundary),
		Tags:                     tagList(r.Tags.Want, iamTag),
	}, func(o *iam.Options) { o.APIOptions = append(o.APIOptions, r.noteLost) })
	if err != nil {
		return fmt.Errorf("creating IAM role %s: %w", r.RoleName, err)
	}
	r.Known, r.arn, r.id = r.RoleName, aws.ToString(out.Role.Arn), aws.ToString(out.Role.RoleId)
	r.seen = roleSeen{description: r.Settings.Description, trust: r.Settings.TrustPolicy, boundary: r.Settings.PermissionsBoundary, tags: r.Tags.Want}
	r.seen.wanted, err = r.Policy()
	return err
}

func (r *Role) load(ctx context.Context) (bool, error) {
	name := r.name()
	answer, err := r.asked.take(ctx, r.question())
	if err != nil || answer.role == nil {
		return false, err
	}
	role := answer.role
	r.Known, r.arn, r.id = *name, aws.ToString(role.Arn), aws.ToString(role.RoleId)
	r.seen = roleSeen{description: aws.ToString(role.Description), tags: tagMap(role.Tags, iamPair), managed: answer.managed, inline: answer.inline}
	if role.PermissionsBoundary != nil {
		r.seen.boundary = aws.ToString(role.PermissionsBoundary.PermissionsBoundaryArn)
	}
	// IAM returns documents URL-encoded:
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
	if r.seen.trust, err = url.QueryUnescape(aws.ToString(role.AssumeRolePolicyDocument)); err != nil {
		return false, fmt.Errorf("decoding the trust policy of IAM role %s: %w", *name, err)
	}
	if r.seen.wanted, err = r.Policy(); err != nil {
		return false, err
	}
	return true, r.loadHook(ctx)
}

func (r *Role) foreign() *ForeignError {
	if r.Tags.ours(r.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "IAM role", Name: *r.name()}
}

func (r *Role) differences() []Difference {
	var d differences
	want, got := r.Settings, r.seen
	d.add(want.Description != got.description, "Description", "its description was changed")
	d.add(!got.hooked && !samePolicy(want.TrustPolicy, got.trust), "TrustPolicy", "its trust policy was changed")
	d.add(want.PermissionsBoundary != got.boundary, "PermissionsBoundary", "permissions boundary is %q, not %q", got.boundary, want.PermissionsBoundary)
	managed := r.managed()
	for _, arn := range managed {
		d.add(!slices.Contains(got.managed, arn), "ManagedPolicies", "policy %s is not attached", arn)
	}
	for _, arn := range got.managed {
		d.add(!slices.Contains(managed, arn), "ManagedPolicies", "policy %s was attached outside Terraform", arn)
	}
	text, has := got.inline[want.InlinePolicyName]
	d.add(got.wanted != "" && !has, "InlinePolicies", "inline policy %s is missing", want.InlinePolicyName)
	d.add(got.wanted != "" && has && !samePolicy(got.wanted, text), "InlinePolicies", "inline policy %s was changed", want.InlinePolicyName)
	for _, name := range slices.Sorted(maps.Keys(got.inline)) {
		d.add(name != want.InlinePolicyName || got.wanted == "", "InlinePolicies", "inline policy %s was added outside Terraform", name)
	}
	r.Tags.compare(got.tags, &d)
	return d
}

// samePolicy compares policy documents by meaning: AWS may reorder, reformat and
// shorten what it was given. A text that is no document only equals itself.
func samePolicy(a, b string) bool {
	same, err := awspolicy.PoliciesAreEquivalent(a, b)
	if err != nil {
		return a == b
	}
	return same
}

func iamTag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

func iamPair(t types.Tag) (key, value *string) { return t.Key, t.Value }

// optional is nil for an empty string: "not given" in a request.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// unspread tells whether the role, or its policy, was made or changed a moment ago: not
// every service may see it yet.
func (r *Role) unspread() bool { return r.Renewed() || r.granted }
