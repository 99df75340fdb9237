package component

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// What an import learns from objects that were made by somebody else, besides
// their settings. All of it is as of the last Read.

// SeenTemplate is the launch template that the group is to use, nil for none: that
// of the instance refresh that its mark tells of, as long as this has not
// succeeded, else its own.
func (g *AutoScalingGroup) SeenTemplate() *types.LaunchTemplateSpecification {
	if g.seen == nil {
		return nil
	}
	if r := g.refresh; r != nil && r.DesiredConfiguration != nil && r.Status != types.InstanceRefreshStatusSuccessful {
		return templateIn(r.DesiredConfiguration.LaunchTemplate, r.DesiredConfiguration.MixedInstancesPolicy)
	}
	return g.seenTemplate()
}

// SeenTags are the template's own tags, not those of what it launches.
func (t *LaunchTemplate) SeenTags() map[string]string { return t.seen.tags }

// SeenName is the template's physical name.
func (t *LaunchTemplate) SeenName() string { return t.seen.name }

// SeenUserData is the boot script of the newest version, nil when it cannot be
// decoded.
func (t *LaunchTemplate) SeenUserData() []byte {
	if t.seen.data == nil {
		return nil
	}
	text, err := base64.StdEncoding.DecodeString(deref(t.seen.data.UserData))
	if err != nil {
		return nil
	}
	return text
}

// SeenProfile is the name of the newest version's instance profile, which may be
// given by its ARN instead; "" for none.
func (t *LaunchTemplate) SeenProfile() string {
	if t.seen.data == nil || t.seen.data.IamInstanceProfile == nil {
		return ""
	}
	profile := t.seen.data.IamInstanceProfile
	return orElse(deref(profile.Name), lastPart(deref(profile.Arn)))
}

// SeenTags are the profile's tags.
func (p *InstanceProfile) SeenTags() map[string]string { return p.tags }

// SeenRole is the name of the role that the profile holds, "" for none.
func (p *InstanceProfile) SeenRole() string {
	if len(p.roles) == 0 {
		return ""
	}
	return p.roles[0]
}

// SeenTags are the role's tags.
func (r *Role) SeenTags() map[string]string { return r.seen.tags }

// Ours tells whether the role was made for this pool by this provider.
func (r *Role) Ours() bool { return r.Tags.ours(r.seen.tags) }

// SeenHooked tells whether a lifecycle hook worked through the role when it was last
// looked at.
func (r *Role) SeenHooked() bool { return r.seen.hooked }

// SeenPolicy asks for an inline policy of the role, JSON; "" when it has none of
// that name.
func (r *Role) SeenPolicy(ctx context.Context, name string) (string, error) {
	text, has := r.seen.inline[name]
	if !has || text != "" {
		return text, nil
	}
	out, err := r.API.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: r.name(), PolicyName: aws.String(name)})
	if err != nil {
		return "", fmt.Errorf("reading inline policy %s of IAM role %s: %w", name, *r.name(), err)
	}
	if text, err = url.QueryUnescape(aws.ToString(out.PolicyDocument)); err != nil {
		return "", fmt.Errorf("decoding inline policy %s of IAM role %s: %w", name, *r.name(), err)
	}
	return text, nil
}

// SeenVersion is the id of the secret's current version, "" for none.
func (s *Secret) SeenVersion() string { return s.current }

// SeenClass is the class of the log group, "" for the standard one.
func (g *SharedLogGroup) SeenClass() string { return standardClass(g.seen.class) }

func standardClass(class string) string { return strings.TrimPrefix(class, "STANDARD") }

// SeenRecurring are all actions of the group that Schedule can describe, whoever
// made them, by name.
func (s *Schedules) SeenRecurring() (schedules []Schedule) {
	for _, name := range slices.Sorted(maps.Keys(s.seen)) {
		if action := s.seen[name]; deref(action.Recurrence) != "" && action.DesiredCapacity == nil && action.EndTime == nil {
			schedules = append(schedules, scheduleOf(action))
		}
	}
	return schedules
}
