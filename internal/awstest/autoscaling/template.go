package autoscaling

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// resolve finds the launch template and the subnets' zones of a group and holds
// them against what exists.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-launch-template.html
func (g *Groups) resolve(r *types.AutoScalingGroup) (Template, error) {
	spec, err := templateOf(r)
	if err != nil {
		return Template{}, err
	}
	if value(spec.Version) == "" {
		spec.Version = ptr("$Default")
	}
	asked := *spec
	if asked.LaunchTemplateId != nil {
		asked.LaunchTemplateName = nil
	}
	found, err := g.machines.Template(asked)
	named := value(asked.LaunchTemplateId) + value(asked.LaunchTemplateName)
	const malformed = "You must use a valid fully-formed launch template. "
	switch {
	case errors.Is(err, ErrNoTemplate):
		return Template{}, invalid(malformed+"The specified launch template, with template ID %s, does not exist.", named)
	case errors.Is(err, ErrNoVersion):
		return Template{}, invalid(malformed+"Could not find the specified version %s for the launch template with ID %s.", value(spec.Version), named)
	case err != nil:
		return Template{}, err
	}
	if found.Spot && r.MixedInstancesPolicy != nil {
		return Template{}, incompatible()
	}
	if found.Profile != "" {
		usable, err := g.machines.ProfileUsable(found.Profile)
		if err != nil {
			return Template{}, err
		}
		if !usable {
			return Template{}, invalid(malformed+"Value (%s) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name", found.Profile)
		}
	}
	// AWS answers with both, whichever was given.
	spec.LaunchTemplateId, spec.LaunchTemplateName = &found.ID, &found.Name
	return found, nil
}

// checkTemplate: a request names its launch template by id or by name.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateSpecification.html
func checkTemplate(r *types.AutoScalingGroup) error {
	spec, err := templateOf(r)
	if err != nil {
		return err
	}
	if (spec.LaunchTemplateId == nil) == (spec.LaunchTemplateName == nil) {
		return invalid("Valid requests must contain either launchTemplateId or LaunchTemplateName")
	}
	return nil
}

// templateOf is the record's launch template, wherever it is named. The copy in
// the record may be completed through it.
func templateOf(r *types.AutoScalingGroup) (*types.LaunchTemplateSpecification, error) {
	switch {
	case r.LaunchTemplate != nil && r.MixedInstancesPolicy != nil, r.LaunchTemplate == nil && r.MixedInstancesPolicy == nil:
		return nil, invalid("Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.")
	case r.LaunchTemplate != nil:
		r.LaunchTemplate = ptr(*r.LaunchTemplate)
		return r.LaunchTemplate, nil
	}
	if r.MixedInstancesPolicy.LaunchTemplate == nil || r.MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification == nil {
		return nil, invalid("MixedInstancesPolicy must contain a LaunchTemplate")
	}
	policy := *r.MixedInstancesPolicy
	template := *policy.LaunchTemplate
	template.LaunchTemplateSpecification = ptr(*template.LaunchTemplateSpecification)
	policy.LaunchTemplate = &template
	r.MixedInstancesPolicy = &policy
	return template.LaunchTemplateSpecification, nil
}

// locate fills in the availability zones of the group's subnets.
func (g *Groups) locate(r *types.AutoScalingGroup) error {
	subnets := splitList(r.VPCZoneIdentifier)
	if len(subnets) == 0 {
		return invalid("At least one Availability Zone or VPC Subnet is required.")
	}
	zones, err := g.machines.Zones(subnets)
	if err != nil {
		return err
	}
	var names []string
	for _, subnet := range subnets {
		zone, ok := zones[subnet]
		if !ok {
			return invalid("The subnet ID '%s' does not exist", subnet)
		}
		if !oneOf(zone, names...) {
			names = append(names, zone)
		}
	}
	r.AvailabilityZones = names
	r.VPCZoneIdentifier = ptr(strings.Join(subnets, ","))
	return nil
}
