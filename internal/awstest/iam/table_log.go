package iam

import "strings"

// logTable is after
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
var logTable = map[string]entry{
	"logs:AssociateKmsKey":       {on: logGroup},
	"logs:CreateLogGroup":        {on: logGroup, tags: "tags", also: []extra{tagging("logs:TagResource", logGroup, "tags")}},
	"logs:CreateLogStream":       {on: logGroup},
	"logs:DeleteLogGroup":        {on: logGroup},
	"logs:DeleteRetentionPolicy": {on: logGroup},
	// It has log groups as a resource; to list by prefix is to see all of them.
	"logs:DescribeLogGroups":   {on: func(c *Call) []string { return []string{c.ARN("logs", "log-group:*")} }},
	"logs:DisassociateKmsKey":  {on: logGroup},
	"logs:ListTagsForResource": {on: taggedLogGroup},
	"logs:PutLogEvents":        {on: logStream},
	"logs:PutRetentionPolicy":  {on: logGroup},
	"logs:TagResource":         {on: taggedLogGroup, tags: "tags"},
	"logs:UntagResource":       {on: taggedLogGroup, tags: "tagKeys"},
}

// logGroup is the log group of a call. In policies its ARN ends in ":*".
func logGroup(c *Call) []string {
	return []string{c.ARN("logs", "log-group:"+c.text("logGroupName")+":*")}
}

func logStream(c *Call) []string {
	return []string{c.ARN("logs", "log-group:"+c.text("logGroupName")+":log-stream:"+c.text("logStreamName"))}
}

// taggedLogGroup is that of a call whose ARN has no ":*", which policies do not have
// for these actions either.
func taggedLogGroup(c *Call) []string {
	return []string{strings.TrimSuffix(c.text("resourceArn"), ":*")}
}

// watchTable is after
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
var watchTable = map[string]entry{
	"cloudwatch:DeleteAlarms":     {on: watched("alarm:", "AlarmNames")},
	"cloudwatch:DeleteDashboards": {on: watched("dashboard/", "DashboardNames")},
	// It has alarms as a resource; composite ones are seen with "*" only:
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
	"cloudwatch:DescribeAlarms":      {},
	"cloudwatch:GetDashboard":        {on: dashboard},
	"cloudwatch:ListTagsForResource": {on: given("ResourceARN")},
	"cloudwatch:PutDashboard": {
		on:   dashboard,
		also: []extra{tagging("cloudwatch:TagResource", dashboard, "Tags")},
	},
	"cloudwatch:PutMetricAlarm": {
		on: named("cloudwatch", "alarm:%s", "AlarmName"), tags: "Tags",
		also: []extra{tagging("cloudwatch:TagResource", named("cloudwatch", "alarm:%s", "AlarmName"), "Tags")},
	},
	"cloudwatch:TagResource":   {on: given("ResourceARN"), tags: "Tags"},
	"cloudwatch:UntagResource": {on: given("ResourceARN"), tags: "TagKeys"},

	// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html
	"tag:GetResources": {},
}

func dashboard(c *Call) []string {
	return []string{c.global("cloudwatch", "dashboard/"+c.text("DashboardName"))}
}

// watched are alarms or dashboards of a call's list.
func watched(kind, names string) target {
	return func(c *Call) (arns []string) {
		for _, name := range c.texts(names) {
			if kind == "dashboard/" {
				arns = append(arns, c.global("cloudwatch", kind+name))
			} else {
				arns = append(arns, c.ARN("cloudwatch", kind+name))
			}
		}
		return arns
	}
}
