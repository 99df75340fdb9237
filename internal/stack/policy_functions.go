package stack

import (
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
)

// reach is what the policy of a function names. Empty fields grant nothing.
type reach struct {
	place
	group     string // name of the Auto Scaling group
	pool      string // id of the worker pool
	parameter string // ARN of the SSM parameter
	logGroup  string // ARN, without ":*"
	queue     string // ARN
	bundle    string // ARN of the secret with the CA bundle
	tracing   bool   // Active: the function itself sends traces
	vpc       bool
}

// serviceTrust lets a service of AWS assume a role.
func serviceTrust(service string) string {
	return render([]any{statement{
		Effect: "Allow", Principal: map[string]string{"Service": service}, Action: []string{"sts:AssumeRole"},
	}})
}

// autoscalerPolicy is what the autoscaler does. One of the user's own package may be
// Spacelift's earlier one, which detaches instances and terminates them by itself:
// https://github.com/spacelift-io/ec2-workerpool-autoscaler
func autoscalerPolicy(r reach, own bool) string {
	group := []string{"autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"}
	if own {
		group = append(group, "autoscaling:DetachInstances")
	}
	statements := append(r.common(), statement{Sid: "ChangeGroup", Effect: "Allow", Action: group, Resource: r.groupARN()}, statement{
		Sid: "MarkGroup", Effect: "Allow", Action: []string{"autoscaling:CreateOrUpdateTags"}, Resource: r.groupARN(),
		Condition: onlyTags(marks.ScaledIn, marks.ScaledOut),
	}, r.markInstances(marks.Drain, marks.Missing))
	if own { // by the pool's tag: a detached instance has none of the group any more
		statements = append(statements, statement{
			Sid: "TerminateInstances", Effect: "Allow", Action: []string{"ec2:TerminateInstances"}, Resource: r.instances(),
			Condition: map[string]any{"StringEquals": map[string]string{"aws:ResourceTag/" + component.TagWorkerPoolID: r.pool}},
		})
	}
	return render(append(statements, r.surroundings()...))
}

// lifecyclePolicy is what the lifecycle manager does.
func lifecyclePolicy(r reach) string {
	statements := append(r.common(), statement{
		Sid: "ChangeGroup", Effect: "Allow", Resource: r.groupARN(), Action: []string{
			"autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat", "autoscaling:TerminateInstanceInAutoScalingGroup",
		},
	}, r.markInstances(marks.Missing, marks.Termination), statement{ // for the event source mapping: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
		Sid: "ReadQueue", Effect: "Allow", Action: []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}, Resource: r.queue,
	})
	return render(append(statements, r.surroundings()...))
}

// common is what both functions do with the pool. AWS has no resources for the two
// actions with "*":
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
func (r reach) common() []any {
	return []any{
		statement{Sid: "Look", Effect: "Allow", Action: []string{"autoscaling:DescribeAutoScalingGroups", "ec2:DescribeInstances"}, Resource: "*"},
		statement{Sid: "ReadKey", Effect: "Allow", Action: []string{"ssm:GetParameter"}, Resource: r.parameter},
		statement{ // the key of the parameter, whichever that is, through Parameter Store and for this parameter only:
			// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
			Sid: "DecryptKey", Effect: "Allow", Action: []string{"kms:Decrypt"}, Resource: "*",
			Condition: map[string]any{"StringEquals": map[string]string{
				"kms:EncryptionContext:PARAMETER_ARN": r.parameter, "kms:ViaService": "ssm." + r.region + "." + r.suffix(),
			}},
		},
		statement{Sid: "WriteLog", Effect: "Allow", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: r.logGroup + ":*"},
	}
}

// markInstances are the tags by which the functions tell each other what they have
// begun, on instances of the group only.
func (r reach) markInstances(keys ...string) statement {
	condition := onlyTags(keys...)
	condition["StringEquals"] = map[string]string{"aws:ResourceTag/aws:autoscaling:groupName": r.group}
	return statement{
		Sid: "MarkInstances", Effect: "Allow", Action: []string{"ec2:CreateTags", "ec2:DeleteTags"}, Resource: r.instances(), Condition: condition,
	}
}

// onlyTags holds for calls that name tags, and none but these. To delete tags without
// naming any deletes all of them, and ForAllValues holds for none:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func onlyTags(keys ...string) map[string]any {
	return map[string]any{
		"ForAllValues:StringEquals": map[string][]string{"aws:TagKeys": keys},
		"Null":                      map[string]string{"aws:TagKeys": "false"},
	}
}

// surroundings are the rights that only some configurations take.
func (r reach) surroundings() (statements []any) {
	if r.bundle != "" {
		statements = append(statements, statement{Sid: "ReadCABundle", Effect: "Allow", Action: []string{"secretsmanager:GetSecretValue"}, Resource: r.bundle})
	}
	if r.tracing { // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html: no resources
		statements = append(statements, statement{
			Sid: "SendTraces", Effect: "Allow", Action: []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, Resource: "*",
		})
	}
	if r.vpc { // Lambda makes the interfaces with these rights, and refuses narrower ones:
		// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
		statements = append(statements, statement{
			Sid: "JoinNetwork", Effect: "Allow", Resource: "*", Action: []string{
				"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
				"ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
			},
		})
	}
	return statements
}

// hookPolicy lets Auto Scaling tell the queue of instances that wait:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
func hookPolicy(queueARN string) string {
	return render([]any{statement{
		Sid: "TellOfTerminations", Effect: "Allow", Action: []string{"sqs:GetQueueUrl", "sqs:SendMessage"}, Resource: queueARN,
	}})
}

// queuePolicy lets the hook's role send, and nobody over a connection that is not
// encrypted.
func queuePolicy(queueARN, roleARN string) string {
	return render([]any{
		statement{
			Sid: "TellOfTerminations", Effect: "Allow", Principal: map[string]string{"AWS": roleARN}, Action: []string{"sqs:SendMessage"}, Resource: queueARN,
		},
		statement{
			Sid: "RefusePlainText", Effect: "Deny", Principal: "*", Action: []string{"sqs:*"}, Resource: queueARN,
			Condition: map[string]any{"Bool": map[string]string{"aws:SecureTransport": "false"}},
		},
	})
}

// groupARN is that of the group, whose id only the name is not.
func (r reach) groupARN() string {
	return r.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/"+r.group)
}

func (r reach) instances() string { return r.arn("ec2", "instance/*") }

// arn is the ARN of something in this place. An account that is not known is any.
func (at place) arn(service, resource string) string {
	account := at.account
	if account == "" {
		account = "*"
	}
	return strings.Join([]string{"arn", at.partition, service, at.region, account, resource}, ":")
}

// global is the ARN of something that is of no region.
func (at place) global(service, resource string) string {
	at.region = ""
	return at.arn(service, resource)
}

// suffix is what the host names of the partition end in:
// https://docs.aws.amazon.com/general/latest/gr/rande.html
func (at place) suffix() string {
	switch at.partition {
	case "aws-cn":
		return "amazonaws.com.cn"
	case "aws-eusc":
		return "amazonaws.eu"
	}
	return "amazonaws.com"
}
