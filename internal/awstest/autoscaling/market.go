package autoscaling

// choose is the type and market of the group's next instance.
func (g *Groups) choose(found *group, template Template) (kind string, spot bool) {
	policy := found.record.MixedInstancesPolicy
	if policy == nil {
		return template.InstanceType, false
	}
	if d := policy.InstancesDistribution; d != nil && d.OnDemandPercentageAboveBaseCapacity != nil {
		spot = *d.OnDemandPercentageAboveBaseCapacity == 0 && len(found.active()) >= int(value(d.OnDemandBaseCapacity))
	}
	for _, override := range policy.LaunchTemplate.Overrides {
		if kind := value(override.InstanceType); kind != "" {
			return kind, spot
		}
	}
	return template.InstanceType, spot
}
