package awstest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
)

// Situation is what goes on in an account, for people to look at.
type Situation struct {
	WorkerPools

	At          time.Time    // of the look
	Instances   []Instance   // of all groups, oldest first within a group
	Invocations []Invocation // the last of each function that ever was, in the order of their ends
}

// Instance is one of an Auto Scaling group.
type Instance struct {
	ID    string
	Image string // its name, such as spacelift-1800000000-x86_64; its id, if that is none of ours
	State string // such as InService, or Terminating:Wait
}

// Invocation is an attempt of a function to handle an event.
type Invocation struct {
	ID       string // of the request
	Function string
	EndedAt  time.Time
	Failure  string // the answer in place of the function's, if it failed
	Logs     []string
}

// recent is how many invocations of a function a Situation has: who looks every few
// seconds misses none.
const recent = 20

func situationOf(account *Account, _ *http.Request) (any, error) {
	now := Situation{At: time.Now(), WorkerPools: account.workerPools()}
	for _, region := range account.visited() {
		at := account.In(region)
		instances, err := at.instances()
		if err != nil {
			return nil, err
		}
		now.Instances = append(now.Instances, instances...)
		now.Invocations = append(now.Invocations, at.invocations()...)
	}
	slices.SortStableFunc(now.Invocations, func(a, b Invocation) int { return a.EndedAt.Compare(b.EndedAt) })
	return now, nil
}

// instances are those of the groups in this region.
func (a *Account) instances() (all []Instance, err error) {
	groups := a.Scaling()
	found, err := groups.DescribeAutoScalingGroups(&autoscaling.DescribeAutoScalingGroupsInput{})
	if err != nil {
		return nil, err
	}
	imageOf := groups.Images()
	for _, group := range found.AutoScalingGroups {
		for _, one := range group.Instances {
			id := aws.ToString(one.InstanceId)
			all = append(all, Instance{ID: id, Image: imageName(imageOf[id]), State: string(one.LifecycleState)})
		}
	}
	return all, nil
}

// imageName is the name of one of our images.
func imageName(id string) string {
	for _, one := range images {
		if one.ID == id {
			return one.Name
		}
	}
	return id
}

// invocations are the last ones of each function in this region.
func (a *Account) invocations() (all []Invocation) {
	runner := a.Lambda().Runner()
	for _, name := range runner.Names() {
		results := runner.Results(name)
		for _, result := range results[max(0, len(results)-recent):] {
			all = append(all, invocationOf(name, result))
		}
	}
	return all
}

func invocationOf(name string, result lambda.Result) Invocation {
	shown := Invocation{ID: result.RequestID, Function: name, Logs: result.Logs, EndedAt: result.Start.Add(result.InitDuration + result.Duration)}
	if result.FunctionError != "" {
		shown.Failure = cmp.Or(strings.TrimSpace(string(result.Payload)), result.FunctionError)
	}
	return shown
}
