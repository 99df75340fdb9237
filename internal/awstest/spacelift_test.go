package awstest

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	groups "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
	client "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// workerGroup makes a group whose instances belong to a worker pool.
func workerGroup(t *testing.T, account *Account, poolID string, size int32) {
	t.Helper()
	if _, err := ec2.NewFromConfig(account.Config()).CreateLaunchTemplate(t.Context(), &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String("workers"),
		LaunchTemplateData: &types.RequestLaunchTemplateData{ImageId: aws.String(ImageNewerX86), InstanceType: types.InstanceTypeT3Micro},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := account.Clients().AutoScaling.CreateAutoScalingGroup(t.Context(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String("workers"), MinSize: &size, MaxSize: aws.Int32(10),
		VPCZoneIdentifier: aws.String(strings.Join(account.Network().SubnetIDs, ",")),
		LaunchTemplate:    &scalingtypes.LaunchTemplateSpecification{LaunchTemplateName: aws.String("workers")},
		Tags: []scalingtypes.Tag{
			{Key: aws.String("Name"), Value: aws.String("workers"), PropagateAtLaunch: aws.Bool(true)},
			{Key: aws.String("WorkerPoolID"), Value: &poolID, PropagateAtLaunch: aws.Bool(true)},
		},
	}); err != nil {
		t.Fatal(err)
	}
}

// Workers are there as long as their instances, and say which those are. A run
// ends with its instance.
func TestWorkersOfAGroup(t *testing.T) {
	t.Parallel()
	account := Start(t)
	service := account.In("eu-west-1").Spacelift()
	pool := service.AddPool("")
	workerGroup(t, account, pool, 2)
	key := service.Key()
	c := client.New(client.Options{Endpoint: account.SpaceliftURL(), KeyID: key.ID, KeySecret: key.Secret})
	var seen client.Pool
	workers := func(n int) {
		t.Helper()
		eventually(t, func() bool {
			var err error
			if seen, err = c.Pool(t.Context(), pool); err != nil {
				t.Fatal(err)
			}
			return len(seen.Workers) == n
		})
	}
	workers(2)
	group, err := account.Direct().AutoScaling.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for i, instance := range group.AutoScalingGroups[0].Instances {
		want := client.Metadata{InstanceID: *instance.InstanceId, GroupName: "workers", AMIID: ImageNewerX86}
		if seen.Workers[i].Metadata != want {
			t.Errorf("worker %d: %+v, want %+v", i, seen.Workers[i].Metadata, want)
		}
	}
	service.Queue(pool, time.Hour)
	if _, err := account.Clients().AutoScaling.UpdateAutoScalingGroup(t.Context(), &autoscaling.UpdateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String("workers"), MinSize: aws.Int32(0), DesiredCapacity: aws.Int32(0),
	}); err != nil {
		t.Fatal(err)
	}
	workers(0)
	if cut := service.Figures().CutShort; len(cut) != 1 || cut[0].State != spacelift.CutShort {
		t.Errorf("runs cut short: %+v", cut)
	}
}

// A cycle ends the launchers; their instances power off, and the group makes new
// ones.
func TestCycledWorkersAreReplaced(t *testing.T) {
	t.Parallel()
	account := Start(t)
	service := account.Spacelift()
	pool := service.AddPool("")
	workerGroup(t, account, pool, 1)
	instance := ""
	worker := func() bool {
		all := service.Workers()
		if len(all) != 1 || all[0].InstanceID == instance {
			return false
		}
		instance = all[0].InstanceID
		return true
	}
	eventually(t, worker)
	if err := service.Cycle(pool); err != nil {
		t.Fatal(err)
	}
	eventually(t, worker)
}

func TestSpaceliftEnv(t *testing.T) {
	t.Parallel()
	account := Start(t)
	env := map[string]string{}
	for _, entry := range account.SpaceliftEnv() {
		name, value, _ := strings.Cut(entry, "=")
		env[name] = value
	}
	endpoint, err := url.Parse(env["SPACELIFT_API_KEY_ENDPOINT"])
	if err != nil || endpoint.Hostname() != "127.0.0.1" {
		t.Errorf("endpoint %s", endpoint)
	}
	c := client.New(client.Options{Endpoint: endpoint.String(), KeyID: env["SPACELIFT_API_KEY_ID"], KeySecret: env["SPACELIFT_API_KEY_SECRET"]})
	if _, err := c.Pool(t.Context(), account.Spacelift().AddPool("")); err != nil {
		t.Error(err)
	}
}

func TestConsoles(t *testing.T) {
	t.Parallel()
	account := Start(t)
	account.Scaling().Behave(func(b *groups.Behavior) { b.NeverBoot, b.StayPending = 1, 1 })
	workerGroup(t, account, "01K0P00000000000000000000A", 3)
	group, err := account.Direct().AutoScaling.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	read := func(instance *string) string {
		t.Helper()
		out, err := ec2.NewFromConfig(account.Config()).GetConsoleOutput(t.Context(), &ec2.GetConsoleOutputInput{InstanceId: instance, Latest: aws.Bool(true)})
		if err != nil {
			t.Fatal(err)
		}
		text, err := base64.StdEncoding.DecodeString(aws.ToString(out.Output))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	count := map[string]int{}
	for _, instance := range group.AutoScalingGroups[0].Instances {
		switch text := read(instance.InstanceId); {
		case !strings.Contains(text, "Linux version") || !strings.Contains(text, *instance.InstanceId):
			t.Errorf("no kernel in %q", text)
		case strings.Contains(text, "boot failed: downloading the launcher"):
			count["failed"]++
		case strings.Contains(text, "Started spacelift-launcher"):
			count["booted"]++
		default:
			count["pending"]++
		}
	}
	if count["failed"] != 1 || count["booted"] != 1 || count["pending"] != 1 {
		t.Errorf("consoles: %v", count)
	}
	account.SetConsole(func(instance string) string { return "own text of " + instance })
	first := group.AutoScalingGroups[0].Instances[0].InstanceId
	if got := read(first); got != "own text of "+*first {
		t.Errorf("got %q", got)
	}
}
