package autoscaling

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// local are groups in memory that live by the bubble's clock.
func local(t *testing.T) (*Groups, *Fleet, *autoscaling.Client) {
	t.Helper()
	groups, fleet := NewLocal(Place{Partition: "aws", Region: "us-east-1", AccountID: "000000000001"}, time.Now)
	fleet.AddTemplate(Template{ID: "lt-1", Name: "template", Image: "ami-1", InstanceType: "t3.micro"})
	fleet.AddSubnet("subnet-a", "us-east-1a")
	fleet.AddSubnet("subnet-b", "us-east-1b")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		groups.Run(ctx)
		close(ended)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	return groups, fleet, groups.Client()
}

func state(t *testing.T, client *autoscaling.Client, id string) types.LifecycleState {
	t.Helper()
	out, err := client.DescribeAutoScalingInstances(t.Context(), &autoscaling.DescribeAutoScalingInstancesInput{InstanceIds: []string{id}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.AutoScalingInstances) == 0 {
		return types.LifecycleStateTerminated
	}
	return types.LifecycleState(value(out.AutoScalingInstances[0].LifecycleState))
}

// A run of 70 minutes on an instance that is to go: the hook's message arrives,
// heartbeats of five minutes hold the instance, and its completion lets it go. No
// real time passes.
func TestLongDrainInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		groups, fleet, client := local(t)
		messages := make(chan map[string]string, 10)
		fleet.OnMessage(func(_, text string) {
			var message map[string]string
			_ = json.Unmarshal([]byte(text), &message)
			messages <- message
		})
		groups.Behave(func(b *Behavior) { b.BootTime, b.TerminateTime = 2*time.Minute, 30*time.Second })
		start := time.Now()
		if _, err := client.CreateAutoScalingGroup(t.Context(), input(func(in *autoscaling.CreateAutoScalingGroupInput) {
			in.DesiredCapacity = ptr(int32(1))
			in.LifecycleHookSpecificationList = []types.LifecycleHookSpecification{{
				LifecycleHookName: ptr("hook"), LifecycleTransition: ptr(terminating), HeartbeatTimeout: ptr(int32(300)),
				NotificationTargetARN: ptr("arn:aws:sqs:us-east-1:000000000001:queue"), RoleARN: ptr("arn:aws:iam::000000000001:role/hook"),
			}}
		})); err != nil {
			t.Fatal(err)
		}
		if test := <-messages; test["Event"] != "autoscaling:TEST_NOTIFICATION" {
			t.Errorf("test message %v", test)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		machines, err := fleet.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{Filters: []ec2types.Filter{{Name: ptr("tag:aws:autoscaling:groupName"), Values: []string{"group"}}}})
		if err != nil || len(machines.Reservations[0].Instances) != 1 || !machines.Reservations[0].Instances[0].LaunchTime.Equal(start) {
			t.Fatalf("machines %+v, %v", machines, err)
		}
		id := value(machines.Reservations[0].Instances[0].InstanceId)
		if got := state(t, client, id); got != types.LifecycleStateInService {
			t.Fatalf("after the boot time the instance is %s", got)
		}
		drain(t, client, id, messages)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if got := state(t, client, id); got != types.LifecycleStateTerminated {
			t.Errorf("in the end the instance is %s", got)
		}
		if passed := time.Since(start); passed < 72*time.Minute {
			t.Errorf("only %s passed", passed)
		}
	})
}

// drain ends an instance after 70 minutes of heartbeats.
func drain(t *testing.T, client *autoscaling.Client, id string, messages chan map[string]string) {
	t.Helper()
	ctx := t.Context()
	if _, err := client.TerminateInstanceInAutoScalingGroup(ctx, &autoscaling.TerminateInstanceInAutoScalingGroupInput{InstanceId: &id, ShouldDecrementDesiredCapacity: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	message := <-messages
	if message["EC2InstanceId"] != id || message["LifecycleTransition"] != terminating {
		t.Fatalf("message %v", message)
	}
	for range 17 { // 70 minutes
		time.Sleep(250 * time.Second)
		if _, err := client.RecordLifecycleActionHeartbeat(ctx, &autoscaling.RecordLifecycleActionHeartbeatInput{AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook"), InstanceId: &id}); err != nil {
			t.Fatal(err)
		}
		if got := state(t, client, id); got != types.LifecycleStateTerminatingWait {
			t.Fatalf("the instance is %s", got)
		}
	}
	if _, err := client.CompleteLifecycleAction(ctx, &autoscaling.CompleteLifecycleActionInput{
		AutoScalingGroupName: ptr("group"), LifecycleHookName: ptr("hook"), LifecycleActionToken: ptr(message["LifecycleActionToken"]), LifecycleActionResult: ptr("CONTINUE"),
	}); err != nil {
		t.Fatal(err)
	}
	if got := state(t, client, id); got != types.LifecycleStateTerminatingProceed {
		t.Errorf("after its completion the instance is %s", got)
	}
}

// A machine that ends itself is noticed and replaced, and a listener may call
// the groups.
func TestMachineThatEndsItselfInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		groups, fleet, client := local(t)
		var seen []Kind
		groups.Subscribe(func(e Event) {
			seen = append(seen, e.Kind)
			_, _ = client.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{})
		})
		if _, err := client.CreateAutoScalingGroup(t.Context(), input(func(in *autoscaling.CreateAutoScalingGroupInput) { in.DesiredCapacity = ptr(int32(1)) })); err != nil {
			t.Fatal(err)
		}
		id := "i-00000000000000001"
		if _, err := fleet.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id}, Tags: []ec2types.Tag{{Key: ptr("k"), Value: ptr("v")}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := fleet.DeleteTags(t.Context(), &ec2.DeleteTagsInput{Resources: []string{id}, Tags: []ec2types.Tag{{Key: ptr("k"), Value: ptr("other")}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := fleet.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{id}}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		want := []Kind{Booted, Terminated, Leaving, Booted}
		if len(seen) != len(want) {
			t.Fatalf("events %v, want %v", seen, want)
		}
		out, err := fleet.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{Filters: []ec2types.Filter{{Name: ptr("tag:k"), Values: []string{"v"}}, {Name: ptr("instance-state-name"), Values: []string{"terminated"}}}})
		if err != nil || len(out.Reservations[0].Instances) != 1 {
			t.Errorf("%+v, %v", out, err)
		}
	})
}
