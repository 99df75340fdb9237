package autoscaling

import (
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// CreateAutoScalingGroup makes a group and starts its instances. Launch
// configurations, instance ids and groups outside a VPC are not played.
func (g *Groups) CreateAutoScalingGroup(in *autoscaling.CreateAutoScalingGroupInput) (*autoscaling.CreateAutoScalingGroupOutput, error) {
	defer g.enter()()
	if err := checkName(in.AutoScalingGroupName); err != nil {
		return nil, err
	}
	name := *in.AutoScalingGroupName
	if taken := g.groups[name]; taken != nil {
		return nil, alreadyExists(taken)
	}
	made := &group{record: g.defaults(name)}
	merge(&made.record, in)
	complete(&made.record, nil)
	if in.DesiredCapacity == nil {
		made.record.DesiredCapacity = ptr(value(in.MinSize))
	}
	if err := check(&made.record); err != nil {
		return nil, err
	}
	tags, err := newTags(name, in.Tags)
	if err != nil {
		return nil, err
	}
	made.record.Tags = tags
	if err := checkTemplate(&made.record); err != nil {
		return nil, err
	}
	if _, err = g.resolve(&made.record); err != nil {
		return nil, err
	}
	if err := g.locate(&made.record); err != nil {
		return nil, err
	}
	for i := range in.LifecycleHookSpecificationList {
		if err := g.putHook(made, hookInput(&in.LifecycleHookSpecificationList[i])); err != nil {
			return nil, err
		}
	}
	g.groups[name] = made
	g.level(made, "a user request created an AutoScalingGroup changing the desired capacity from 0 to %d.")
	return &autoscaling.CreateAutoScalingGroupOutput{}, nil
}

// hookInput is a hook that a group is created with, as PutLifecycleHook takes it.
func hookInput(s *types.LifecycleHookSpecification) *autoscaling.PutLifecycleHookInput {
	return &autoscaling.PutLifecycleHookInput{
		LifecycleHookName: s.LifecycleHookName, LifecycleTransition: s.LifecycleTransition, DefaultResult: s.DefaultResult,
		HeartbeatTimeout: s.HeartbeatTimeout, NotificationMetadata: s.NotificationMetadata,
		NotificationTargetARN: s.NotificationTargetARN, RoleARN: s.RoleARN,
	}
}

// defaults are what AWS fills in:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
func (g *Groups) defaults(name string) types.AutoScalingGroup {
	g.serial++
	return types.AutoScalingGroup{
		AutoScalingGroupARN: ptr(fmt.Sprintf("arn:%s:autoscaling:%s:%s:autoScalingGroup:%08d-0000-4000-8000-000000000000:autoScalingGroupName/%s",
			g.place.Partition, g.place.Region, g.place.AccountID, g.serial, name)),
		CreatedTime:                      ptr(g.moment),
		DefaultCooldown:                  ptr(int32(300)),
		HealthCheckType:                  ptr("EC2"),
		HealthCheckGracePeriod:           ptr(int32(0)),
		NewInstancesProtectedFromScaleIn: ptr(false),
		TerminationPolicies:              []string{"Default"},
		ServiceLinkedRoleARN: ptr(fmt.Sprintf("arn:%s:iam::%s:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
			g.place.Partition, g.place.AccountID)),
	}
}

// merge copies the given fields of an API input into the record's fields of the
// same name and type: what a request leaves out stays as it is.
func merge(record *types.AutoScalingGroup, input any) {
	from, to := reflect.ValueOf(input).Elem(), reflect.ValueOf(record).Elem()
	for i := range from.NumField() {
		field := from.Type().Field(i)
		target := to.FieldByName(field.Name)
		if field.IsExported() && target.IsValid() && target.Type() == field.Type && !from.Field(i).IsZero() {
			target.Set(from.Field(i))
		}
	}
}
