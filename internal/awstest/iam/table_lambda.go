package iam

import "strings"

// lambdaTable is after
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
var lambdaTable = map[string]entry{
	"lambda:AddPermission":            {on: function},
	"lambda:CreateEventSourceMapping": {tags: "Tags", keys: mapped, also: []extra{tagging("lambda:TagResource", anyMapping, "Tags")}},
	"lambda:CreateFunction": {on: function, tags: "Tags", also: []extra{
		tagging("lambda:TagResource", function, "Tags"), passing("lambda.amazonaws.com", given("Role")), packaged("Code", "S3Bucket"), networked,
	}},
	"lambda:DeleteEventSourceMapping":     {on: mapping, keys: mapped},
	"lambda:DeleteFunction":               {on: function},
	"lambda:GetEventSourceMapping":        {on: mapping, keys: mapped},
	"lambda:GetFunction":                  {on: function},
	"lambda:GetFunctionEventInvokeConfig": {on: function},
	"lambda:GetPolicy":                    {on: function},
	"lambda:ListEventSourceMappings":      {},
	"lambda:ListTags":                     {on: given("Resource")},
	"lambda:PutFunctionEventInvokeConfig": {on: function},
	"lambda:RemovePermission":             {on: function},
	"lambda:TagResource":                  {on: given("Resource"), tags: "Tags"},
	"lambda:UntagResource":                {on: given("Resource"), tags: "tagKeys"},
	"lambda:UpdateEventSourceMapping":     {on: mapping, keys: mapped},
	"lambda:UpdateFunctionCode":           {on: function, also: []extra{packaged("S3Bucket")}},
	"lambda:UpdateFunctionConfiguration":  {on: function, also: []extra{passing("lambda.amazonaws.com", given("Role")), networked}},
}

func function(c *Call) []string { return named("lambda", "function:%s", "FunctionName")(c) }

// mapping and anyMapping are event source mappings, whose ids nobody chooses.
func mapping(c *Call) []string { return named("lambda", "event-source-mapping:%s", "UUID")(c) }

func anyMapping(c *Call) []string {
	return []string{c.ARN("lambda", "event-source-mapping:00000000-0000-4000-8000-000000000000")}
}

// mapped is the condition key of the function of an event source mapping.
func mapped(c *Call) map[string][]string {
	arns := function(c)
	if id := c.text("UUID"); id != "" && len(arns) == 0 {
		arns = []string{c.World.FunctionOf(id)}
	}
	return map[string][]string{"lambda:FunctionArn": arns}
}

// packaged demands to read code that is in a bucket.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html
func packaged(bucket ...string) extra {
	return func(c *Call) []Demand {
		name := c.text(bucket...)
		if name == "" {
			return nil
		}
		in := bucket[:len(bucket)-1]
		action := "s3:GetObject"
		if c.text(append(in[:len(in):len(in)], "S3ObjectVersion")...) != "" {
			action = "s3:GetObjectVersion"
		}
		object := c.text(append(in[:len(in):len(in)], "S3Key")...)
		return []Demand{{Action: action, Resources: []string{"arn:" + c.Partition + ":s3:::" + name + "/" + object}}}
	}
}

// networked demands to look at the network that a function is to join.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
func networked(c *Call) (demands []Demand) {
	if len(c.items("VpcConfig", "SubnetIds")) == 0 {
		return nil
	}
	for _, kind := range strings.Fields("SecurityGroups Subnets Vpcs") {
		demands = append(demands, Demand{Action: "ec2:Describe" + kind, Resources: []string{"*"}})
	}
	return demands
}
