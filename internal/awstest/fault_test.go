package awstest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func TestFaultSpeaksEveryProtocol(t *testing.T) {
	t.Parallel()
	a := Start(t)
	a.Inject(FailAction("", "", "Made.Up", 0).WithMessage(`a "message" & <more>`))
	clients, ctx := a.Clients(), t.Context()
	calls := map[string]func() error{
		"query": func() error {
			_, err := clients.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("r")})
			return err
		},
		"ec2": func() error { _, err := clients.EC2.DescribeImages(ctx, &ec2.DescribeImagesInput{}); return err },
		"own query": func() error {
			_, err := clients.AutoScaling.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{})
			return err
		},
		"json": func() error {
			_, err := clients.Logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
			return err
		},
		"json with query codes": func() error {
			_, err := sqs.NewFromConfig(a.Config()).ListQueues(ctx, &sqs.ListQueuesInput{})
			return err
		},
	}
	for name, call := range calls {
		want := "Made.Up"
		if name == "json" {
			want = "Up" // JSON errors are shape names, which have no dots
		}
		if err := call(); codeOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFailCallCountsAnyAction(t *testing.T) {
	t.Parallel()
	a := Start(t)
	makeRole(t, a, "before")
	a.Inject(FailCall(2, "AccessDenied"))
	makeRole(t, a, "first")
	if _, err := tryRole(t, a, "second"); codeOf(err) != "AccessDenied" {
		t.Errorf("second call: %v", err)
	}
	if hasRole(t, a, "second") {
		t.Error("the emulator saw the failed call")
	}
	makeRole(t, a, "third")
	if calls := a.Calls(); calls[2].Status != 403 || calls[2].ErrorCode != "AccessDenied" {
		t.Errorf("recorded %+v", calls[2])
	}
}

func TestFailActionStrikesAFewTimes(t *testing.T) {
	t.Parallel()
	a, other := Start(t), Start(t)
	a.Inject(FailAction("iam", "CreateRole", "ConcurrentModification", 2))
	makeRole(t, other, "unharmed")
	for range 2 {
		if _, err := tryRole(t, a, "role"); codeOf(err) != "ConcurrentModification" {
			t.Fatalf("want a failure, got %v", err)
		}
	}
	makeRole(t, a, "role")
	a.Inject(FailAction("iam", "CreateRole", "AccessDenied", 0))
	for range 3 {
		if _, err := tryRole(t, a, "never"); codeOf(err) != "AccessDenied" {
			t.Fatalf("want a failure, got %v", err)
		}
	}
	a.ClearFaults()
	makeRole(t, a, "never")
}

func TestThrottleIsRetriedBySDK(t *testing.T) {
	t.Parallel()
	for service, code := range map[string]string{"iam": "Throttling", "ec2": "RequestLimitExceeded", "logs": "ThrottlingException"} {
		a := Start(t)
		a.Inject(Throttle(service, "", 2))
		var err error
		switch service {
		case "iam":
			_, err = tryRole(t, a, "patient")
		case "ec2":
			_, err = a.Clients().EC2.DescribeImages(t.Context(), &ec2.DescribeImagesInput{})
		case "logs":
			_, err = a.Clients().Logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
		}
		calls := a.Calls()
		if err != nil || len(calls) != 3 || calls[0].ErrorCode != code || calls[2].ErrorCode != "" {
			t.Errorf("%s: %v after %+v", service, err, calls)
		}
	}
}

func TestHangLastsUntilClientGivesUp(t *testing.T) {
	t.Parallel()
	a := Start(t)
	a.Inject(Hang("iam", "CreateRole", time.Minute))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := a.Clients().IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: aws.String(anyoneMayAssume)})
	if err == nil || ctx.Err() == nil {
		t.Errorf("the call ended by itself: %v", err)
	}
	a.Inject(Hang("iam", "CreateRole", 50*time.Millisecond))
	if _, err := tryRole(t, a, "r"); err != nil {
		t.Errorf("the SDK did not try again after a bounded hang: %v", err)
	}
}

func TestDroppedAnswerLeavesTheObject(t *testing.T) {
	t.Parallel()
	t.Run("connection cut, SDK tries again", func(t *testing.T) {
		t.Parallel()
		a := Start(t)
		a.Inject(DropAnswer("iam", "CreateRole"))
		if _, err := tryRole(t, a, "role"); codeOf(err) != "EntityAlreadyExists" {
			t.Errorf("the second attempt: %v", err)
		}
		if calls := a.Calls(); len(calls) != 2 || calls[0].Status != 0 {
			t.Errorf("recorded %+v", calls)
		}
	})
	t.Run("connection cut, one attempt", func(t *testing.T) {
		t.Parallel()
		a := Start(t)
		a.Inject(DropAnswerAt(1))
		cfg := a.Config()
		cfg.Retryer = func() aws.Retryer { return retry.AddWithMaxAttempts(retry.NewStandard(), 1) }
		_, err := iam.NewFromConfig(cfg).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("role"), AssumeRolePolicyDocument: aws.String(anyoneMayAssume)})
		if err == nil || codeOf(err) != "" || !hasRole(t, a, "role") {
			t.Errorf("got %v, role there: %t", err, hasRole(t, a, "role"))
		}
	})
	t.Run("error instead", func(t *testing.T) {
		t.Parallel()
		a := Start(t)
		a.Inject(DropAnswer("iam", "CreateRole").Answering("InvalidInput", 400))
		if _, err := tryRole(t, a, "role"); codeOf(err) != "InvalidInput" || !hasRole(t, a, "role") {
			t.Errorf("got %v, role there: %t", err, hasRole(t, a, "role"))
		}
	})
}

func TestKilledClientHasNoEffect(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]Fault{
		"at a number": KillAt(2),
		"at a call":   KillWhere(func(c Call) bool { return c.String() == "iam/CreateRole" && strings.Contains(c.Request, "second") }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := Start(t)
			a.Inject(kill)
			killedAtSecond(t, a)
		})
	}
}

func killedAtSecond(t *testing.T, a *Account) {
	t.Helper()
	makeRole(t, a, "first")
	if _, err := tryRole(t, a, "second"); codeOf(err) != "ClientKilled" {
		t.Errorf("killed call: %v", err)
	}
	_, err := a.Clients().IAM.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("first")})
	if codeOf(err) != "ClientKilled" {
		t.Errorf("call of a dead client: %v", err)
	}
	_, err = a.In("eu-west-1").Clients().EC2.DescribeImages(t.Context(), &ec2.DescribeImagesInput{})
	if codeOf(err) != "ClientKilled" {
		t.Errorf("call of a dead client in another region: %v", err)
	}
	if !hasRole(t, a, "first") || !hasRole(t, a, "second") {
		t.Error("the killed call did not act, or a later one did")
	}
	a.ClearFaults()
	makeRole(t, a, "third")
}

func TestQueueNameIsBlockedForAWhile(t *testing.T) {
	t.Parallel()
	a := Start(t)
	client, ctx := sqs.NewFromConfig(a.Config()), t.Context()
	const blocked = 1500 * time.Millisecond
	a.Inject(QueueNameBlocked(blocked))
	queue, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("q")})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := client.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: queue.QueueUrl}); err != nil {
		t.Fatal(err)
	}
	if _, err = client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("q")}); codeOf(err) != "AWS.SimpleQueueService.QueueDeletedRecently" {
		t.Fatalf("recreating at once: %v", err)
	}
	eventually(t, func() bool {
		_, err = client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("q")})
		return err == nil
	})
	if took := time.Since(began); took < blocked {
		t.Errorf("the name was free after %s", took)
	}
}

// eventually polls until done, for half a minute.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(30 * time.Second); !done(); {
		select {
		case <-deadline:
			t.Fatal("it did not happen within 30 s")
		case <-tick.C:
		}
	}
}
