package awstest

import (
	"context"
	"fmt"
	"sort"
)

// Objects asks the emulator itself what a worker pool may have left in the
// account, in every region in use: sorted strings such as "iam:role/name" or
// "ec2:instance/i-1". The Network fixture is left out, and so are terminated
// instances and secrets that are scheduled for deletion.
func (a *Account) Objects(ctx context.Context) ([]string, error) {
	var all []string
	for _, kind := range globalObjects {
		names, err := kind.list(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", kind.name, err)
		}
		all = kind.add(all, names)
	}
	for _, region := range a.visited() {
		for _, kind := range regionalObjects {
			names, err := kind.list(ctx, a.In(region))
			if err != nil {
				return nil, fmt.Errorf("listing %s in %s: %w", kind.name, region, err)
			}
			all = kind.add(all, names)
		}
	}
	sort.Strings(all)
	return all, nil
}

// objectKind is a sort of object, and how to list those of an account.
type objectKind struct {
	name string // such as "iam:role"
	list func(context.Context, *Account) ([]string, error)
}

func (k objectKind) add(all, names []string) []string {
	for _, name := range names {
		all = append(all, k.name+"/"+name)
	}
	return all
}

var globalObjects = []objectKind{
	{"iam:role", roles},
	{"iam:instance-profile", instanceProfiles},
	{"iam:policy", policies},
	{"cloudwatch:dashboard", watched("dashboard/")},
}

var regionalObjects = []objectKind{
	{"cloudwatch:alarm", watched("alarm:")},
	{"secretsmanager:secret", secrets},
	{"logs:log-group", logGroups},
	{"ec2:launch-template", launchTemplates},
	{"ec2:instance", instances},
	{"ec2:volume", volumes},
	{"autoscaling:group", scalingGroups},
	{"sqs:queue", rawList("sqs", "AmazonSQS.ListQueues", "", "QueueUrls", "")},
	{"ssm:parameter", rawList("ssm", "AmazonSSM.DescribeParameters", "", "Parameters", "Name")},
	{"events:rule", rawList("events", "AWSEvents.ListRules", "", "Rules", "Name")},
	{"lambda:function", rawList("lambda", "", "/2015-03-31/functions/", "Functions", "FunctionName")},
	{"lambda:event-source-mapping", rawList("lambda", "", "/2015-03-31/event-source-mappings/", "EventSourceMappings", "UUID")},
}
