package component

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// InstanceProfile hands a role to instances.
type InstanceProfile struct {
	Object
	API         awsapi.IAM
	ProfileName string
	Role        RoleRef
	Tags        Tags

	arn   string
	roles []string // names, as last seen
	tags  map[string]string
	asked asked[*iam.GetInstanceProfileOutput]
}

// RoleRef is a role that a profile can hold: one we make, or the user's.
type RoleRef interface {
	Component
	ARN() string
}

// Deps implements Component.
func (p *InstanceProfile) Deps() []Component { return []Component{p.Role} }

// Ensure implements Component.
func (p *InstanceProfile) Ensure(ctx context.Context) error { return ensure(ctx, p) }

// Read implements Component.
func (p *InstanceProfile) Read(ctx context.Context) (Status, error) { return read(ctx, p) }

// ARN of the profile; "" before Ensure or Read.
func (p *InstanceProfile) ARN() string { return p.arn }

// Restore sets what the state knows of an existing profile.
func (p *InstanceProfile) Restore(arn string) { p.arn = arn }

func (p *InstanceProfile) name() *string { return aws.String(orElse(p.Known, p.ProfileName)) }

func (p *InstanceProfile) create(ctx context.Context) error {
	out, err := p.API.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{
		InstanceProfileName: aws.String(p.ProfileName),
		Tags:                tagList(p.Tags.Want, iamTag),
	}, func(o *iam.Options) { o.APIOptions = append(o.APIOptions, p.noteLost) })
	if err != nil {
		return fmt.Errorf("creating instance profile %s: %w", p.ProfileName, err)
	}
	p.Known, p.arn = p.ProfileName, aws.ToString(out.InstanceProfile.Arn)
	p.roles, p.tags = nil, p.Tags.Want
	return nil
}

func (p *InstanceProfile) load(ctx context.Context) (bool, error) {
	name := p.name()
	out, err := p.asked.take(ctx, p.question(*name))
	if awserr.NotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading instance profile %s: %w", *name, err)
	}
	p.Known, p.arn = *name, aws.ToString(out.InstanceProfile.Arn)
	p.tags, p.roles = tagMap(out.InstanceProfile.Tags, iamPair), nil
	for _, role := range out.InstanceProfile.Roles {
		p.roles = append(p.roles, aws.ToString(role.RoleName))
	}
	return true, nil
}

func (p *InstanceProfile) foreign() *ForeignError {
	if p.Tags.ours(p.tags) {
		return nil
	}
	return &ForeignError{Kind: "instance profile", Name: *p.name()}
}

func (p *InstanceProfile) differences() []Difference {
	var d differences
	d.add(len(p.roles) == 0, "Role", "it holds no role")
	d.add(len(p.roles) > 0 && p.roles[0] != p.Role.ID(), "Role", "it holds role %s, not %s", strings.Join(p.roles, ", "), p.Role.ID())
	p.Tags.compare(p.tags, &d)
	return d
}

func (p *InstanceProfile) update(ctx context.Context, status Status) error {
	if status.Has("Role") {
		if err := p.putRole(ctx); err != nil {
			return fmt.Errorf("putting role %s into instance profile %s: %w", p.Role.ID(), *p.name(), err)
		}
	}
	if status.Has("Tags") {
		if err := p.putTags(ctx); err != nil {
			return fmt.Errorf("tagging instance profile %s: %w", *p.name(), err)
		}
	}
	return nil
}

// putRole swaps the role: a profile holds at most one,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
func (p *InstanceProfile) putRole(ctx context.Context) error {
	if err := p.removeRoles(ctx); err != nil {
		return err
	}
	_, err := p.API.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{
		InstanceProfileName: p.name(), RoleName: aws.String(p.Role.ID()),
	}, afterCreate, func(o *iam.Options) {
		o.APIOptions = append(o.APIOptions, p.noteLost)
		if len(p.roles) > 0 { // IAM may still see the one that was removed a moment ago
			o.Retryer = patiently(o.Retryer, "LimitExceeded")
		}
	})
	if awserr.LimitExceeded(err) && p.unsure { // an earlier attempt, whose answer was lost, has added it
		return nil
	}
	return err
}

func (p *InstanceProfile) removeRoles(ctx context.Context) error {
	for _, role := range p.roles {
		_, err := p.API.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{
			InstanceProfileName: p.name(), RoleName: aws.String(role),
		})
		if absentIsFine(err) != nil {
			return err
		}
	}
	return nil
}

func (p *InstanceProfile) putTags(ctx context.Context) error {
	set, remove := p.Tags.changes(p.tags)
	if len(remove) > 0 {
		if _, err := p.API.UntagInstanceProfile(ctx, &iam.UntagInstanceProfileInput{InstanceProfileName: p.name(), TagKeys: remove}); err != nil {
			return err
		}
	}
	if len(set) == 0 {
		return nil
	}
	_, err := p.API.TagInstanceProfile(ctx, &iam.TagInstanceProfileInput{InstanceProfileName: p.name(), Tags: tagList(set, iamTag)})
	return err
}

// Delete implements Component.
func (p *InstanceProfile) Delete(ctx context.Context) error {
	if p.Known == "" {
		return nil
	}
	found, err := p.load(ctx)
	if err != nil {
		return err
	}
	if found {
		if err := p.removeRoles(ctx); err != nil {
			return fmt.Errorf("taking the role out of instance profile %s: %w", p.Known, err)
		}
		_, err := p.API.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: p.name()}, unused)
		if absentIsFine(err) != nil {
			return fmt.Errorf("deleting instance profile %s: %w", p.Known, err)
		}
	}
	p.Known = ""
	return nil
}
