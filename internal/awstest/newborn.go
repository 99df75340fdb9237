package awstest

import (
	"regexp"
	"strings"
)

// kind is a sort of object that AWS needs a while to know everywhere, such as
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
type kind struct {
	service string
	create  string         // action that makes it
	name    string         // request parameter with its name
	id      *regexp.Regexp // its id in the answer; nil if it has none
	code    string         // error of a call that names it too early
}

var kinds = []kind{
	{service: "iam", create: "CreateRole", name: "RoleName", code: "NoSuchEntity"},
	{service: "iam", create: "CreateInstanceProfile", name: "InstanceProfileName", code: "NoSuchEntity"},
	{service: "iam", create: "CreatePolicy", name: "PolicyName", code: "NoSuchEntity"},
	{service: "secretsmanager", create: "CreateSecret", name: "Name", code: "ResourceNotFoundException"},
	{service: "logs", create: "CreateLogGroup", name: "logGroupName", code: "ResourceNotFoundException"},
	{service: "ec2", create: "CreateLaunchTemplate", name: "LaunchTemplateName", id: regexp.MustCompile(`lt-[0-9a-f]+`), code: "InvalidLaunchTemplateId.NotFound"},
	{service: "autoscaling", create: "CreateAutoScalingGroup", name: "AutoScalingGroupName", code: "ValidationError"},
	{service: "sqs", create: "CreateQueue", name: "QueueName", code: "AWS.SimpleQueueService.NonExistentQueue"},
}

// emptyLists are the answers of calls that leave out what they do not know.
var emptyLists = map[string]string{
	"logs/DescribeLogGroups":                `{"logGroups":[]}`,
	"ec2/DescribeTags":                      `<DescribeTagsResponse><tagSet/></DescribeTagsResponse>`,
	"autoscaling/DescribeAutoScalingGroups": `<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult/></DescribeAutoScalingGroupsResponse>`,
	"autoscaling/DescribeTags":              `<DescribeTagsResponse><DescribeTagsResult/></DescribeTagsResponse>`,
}

// newborn is an object whose first uses fail.
type newborn struct {
	kind
	named []string // its name and id
	left  int      // uses that still fail
}

// birth notes the object that a successful call has made.
func (f *faults) birth(q request, a *answer, uses int) {
	for _, k := range kinds {
		if k.service != q.service || k.create != q.action {
			continue
		}
		object := &newborn{kind: k, named: []string{q.value(k.name)}, left: uses}
		if k.id != nil {
			if id := k.id.Find(a.body); id != nil {
				object.named = append(object.named, string(id))
			}
		}
		f.young = append(f.young, object)
	}
}

// immature is the error for a call that names an object too early, or nil.
func (f *faults) immature(q request) *Fault {
	if len(f.young) == 0 || deletes(q.action) {
		return nil
	}
	values := q.values()
	for _, object := range f.young {
		if object.left == 0 || object.service != q.service || object.create == q.action || !object.in(values) {
			continue
		}
		object.left--
		if list, ok := emptyLists[q.service+"/"+q.action]; ok {
			return &Fault{effect: effectEmpty, message: list}
		}
		fault := FailAction("", "", object.code, 0).WithMessage(object.named[0] + " is too new to be known here")
		return &fault
	}
	return nil
}

// useProfile counts a use of an instance profile by another service, and says
// whether that service knows the profile already.
func (f *faults) useProfile(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, object := range f.young {
		if object.left > 0 && object.create == "CreateInstanceProfile" && object.in([]string{name}) {
			object.left--
			return false
		}
	}
	return true
}

// in says whether one of values names the object: by name, id or ARN.
func (n *newborn) in(values []string) bool {
	for _, value := range values {
		for _, name := range n.named {
			if value == name || strings.HasSuffix(value, "/"+name) || strings.HasSuffix(value, ":"+name) ||
				strings.HasSuffix(value, ":"+name+":*") || strings.Contains(value, ":secret:"+name+"-") {
				return true
			}
		}
	}
	return false
}

func deletes(action string) bool {
	for _, verb := range []string{"Delete", "Remove", "Detach"} {
		if strings.HasPrefix(action, verb) {
			return true
		}
	}
	return false
}
