package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Alarm is a CloudWatch alarm on one metric, which is more than zero for too long.
type Alarm struct {
	Object
	API       awsapi.CloudWatch
	AlarmName string
	Settings  AlarmSettings
	Tags      Tags
	Needs     []Component
	List      *AlarmList // that Read takes it from, nil for none

	arn  string
	seen alarmSeen
}

// AlarmSettings are what an alarm should be.
type AlarmSettings struct {
	Description string
	Namespace   string
	Metric      string
	Dimension   [2]string // name and value
	Statistic   string    // "Minimum", "Maximum" or "Sum"
	Period      int32     // seconds, a multiple of 60
	Periods     int32     // one after the other
	Datapoints  int32     // in how many of Periods it is more than zero
	Actions     []string  // ARNs: what the alarm calls when it goes off, and if it can, when it is over; a set
}

type alarmSeen struct {
	AlarmSettings
	fixed bool // all else is as it is for every alarm of ours
	tags  map[string]string
}

// Deps implements Component.
func (a *Alarm) Deps() []Component { return a.Needs }

// Ensure implements Component.
func (a *Alarm) Ensure(ctx context.Context) error { return ensure(ctx, a) }

// Read implements Component.
func (a *Alarm) Read(ctx context.Context) (Status, error) { return read(ctx, a) }

// Restore sets what is known of an existing alarm without asking.
func (a *Alarm) Restore(arn string) { a.arn = arn }

func (a *Alarm) name() *string { return aws.String(orElse(a.Known, a.AlarmName)) }

// create looks for the alarm first: PutMetricAlarm overwrites an existing one.
func (a *Alarm) create(ctx context.Context) error {
	if err := vacant(ctx, a); err != nil {
		return err
	}
	in := a.request()
	in.Tags = tagList(a.Tags.Want, watchTag)
	_, err := a.API.PutMetricAlarm(ctx, in, func(o *cloudwatch.Options) { o.APIOptions = append(o.APIOptions, a.noteLost) })
	if err != nil {
		return fmt.Errorf("creating CloudWatch alarm %s: %w", a.AlarmName, err)
	}
	a.Known, a.seen = a.AlarmName, alarmSeen{a.Settings, true, a.Tags.Want}
	return nil
}

// condition tells when the alarm goes off.
func (s AlarmSettings) condition() string {
	return fmt.Sprintf("the %s in %d of %d × %d s", s.Statistic, s.Datapoints, s.Periods, s.Period)
}

// request takes a metric that is missing for none: a function that is not invoked for
// a while, such as at night, publishes nothing.
func (a *Alarm) request() *cloudwatch.PutMetricAlarmInput {
	s := a.Settings
	return &cloudwatch.PutMetricAlarmInput{
		AlarmName: a.name(), AlarmDescription: aws.String(s.Description), Namespace: aws.String(s.Namespace), MetricName: aws.String(s.Metric),
		Dimensions: []types.Dimension{{Name: aws.String(s.Dimension[0]), Value: aws.String(s.Dimension[1])}},
		Statistic:  types.Statistic(s.Statistic), Period: aws.Int32(s.Period), EvaluationPeriods: aws.Int32(s.Periods),
		DatapointsToAlarm: aws.Int32(s.Datapoints),
		Threshold:         aws.Float64(0), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, TreatMissingData: aws.String(missingIsFine),
		AlarmActions: s.Actions, OKActions: overActions(s.Actions), ActionsEnabled: aws.Bool(true),
	}
}

// overActions are those of actions that AWS also takes for the end of an alarm: items
// and incidents of Systems Manager and investigations are begun by an alarm only.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
func overActions(actions []string) (over []string) {
	for _, action := range actions {
		if parsed, err := arn.Parse(action); err == nil && (parsed.Service == "sns" || parsed.Service == "lambda") {
			over = append(over, action)
		}
	}
	return over
}

// missingIsFine: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
const missingIsFine = "notBreaching"

func (a *Alarm) load(ctx context.Context) (bool, error) {
	name := a.name()
	found, err := a.List.find(ctx, a.API, *name)
	if err != nil || found == nil {
		return false, err
	}
	tags, err := a.Tags.read(ctx, deref(found.AlarmArn), func(ctx context.Context) (map[string]string, error) { return watchTags(ctx, a.API, found.AlarmArn) })
	if awserr.NotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the tags of CloudWatch alarm %s: %w", *name, err)
	}
	a.Known, a.arn, a.seen = *name, deref(found.AlarmArn), seenAlarm(found, tags)
	return true, nil
}

func seenAlarm(got *types.MetricAlarm, tags map[string]string) alarmSeen {
	seen := alarmSeen{tags: tags, AlarmSettings: AlarmSettings{
		Description: deref(got.AlarmDescription), Namespace: deref(got.Namespace), Metric: deref(got.MetricName),
		Statistic: string(got.Statistic), Period: deref(got.Period), Periods: deref(got.EvaluationPeriods), Datapoints: deref(got.EvaluationPeriods),
		Actions: got.AlarmActions,
	}}
	if got.DatapointsToAlarm != nil { // else all of them
		seen.Datapoints = *got.DatapointsToAlarm
	}
	if len(got.Dimensions) == 1 {
		seen.Dimension = [2]string{deref(got.Dimensions[0].Name), deref(got.Dimensions[0].Value)}
	}
	seen.fixed = deref(got.Threshold) == 0 && got.ComparisonOperator == types.ComparisonOperatorGreaterThanThreshold &&
		deref(got.TreatMissingData) == missingIsFine && deref(got.ActionsEnabled) && len(got.Metrics) == 0 && sameSet(got.OKActions, overActions(got.AlarmActions))
	return seen
}

func (a *Alarm) foreign() *ForeignError {
	if a.Tags.ours(a.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "CloudWatch alarm", Name: *a.name()}
}

func (a *Alarm) differences() []Difference {
	var d differences
	got, want := a.seen, a.Settings
	d.add(got.Description != want.Description, "Description", "its description was changed")
	d.add(got.Namespace != want.Namespace || got.Metric != want.Metric || got.Dimension != want.Dimension, "Metric",
		"it watches %s %s of %v, not %s %s of %v", got.Namespace, got.Metric, got.Dimension, want.Namespace, want.Metric, want.Dimension)
	d.add(got.condition() != want.condition(), "Condition", "it goes off by %s, not by %s", got.condition(), want.condition())
	d.add(!got.fixed, "Condition", "when it goes off was changed")
	d.add(!sameSet(got.Actions, want.Actions), "Actions", "it calls %v, not %v", got.Actions, want.Actions)
	a.Tags.compare(got.tags, &d)
	return d
}

func (a *Alarm) update(ctx context.Context, status Status) error {
	if status.Has("Description", "Metric", "Condition", "Actions") {
		if _, err := a.API.PutMetricAlarm(ctx, a.request()); err != nil {
			return fmt.Errorf("updating CloudWatch alarm %s: %w", *a.name(), err)
		}
	}
	if err := retagWatch(ctx, a.API, a.Tags, a.arn, a.seen.tags); err != nil {
		return fmt.Errorf("tagging CloudWatch alarm %s: %w", *a.name(), err)
	}
	return nil
}

// Delete implements Component.
func (a *Alarm) Delete(ctx context.Context) error {
	if a.Known == "" {
		return nil
	}
	_, err := a.API.DeleteAlarms(ctx, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{a.Known}})
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting CloudWatch alarm %s: %w", a.Known, err)
	}
	a.Known, a.seen = "", alarmSeen{}
	return nil
}
