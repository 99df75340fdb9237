package awstest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// furnish makes one object of every kind that the SDK in use can make.
func furnish(t *testing.T, a *Account) {
	t.Helper()
	clients, ctx, name, subnet := a.Clients(), t.Context(), aws.String("thing"), a.Network().SubnetIDs[0]
	policy := aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)
	steps := []func() error{
		func() error { _, err := tryRole(t, a, "thing"); return err },
		func() error {
			_, err := clients.IAM.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: name})
			return err
		},
		func() error {
			_, err := iam.NewFromConfig(a.Config()).CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: name, PolicyDocument: policy})
			return err
		},
		func() error {
			_, err := clients.SecretsManager.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: name, SecretString: name})
			return err
		},
		func() error {
			_, err := clients.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: name})
			return err
		},
		func() error {
			_, err := sqs.NewFromConfig(a.Config()).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: name})
			return err
		},
		func() error {
			_, err := clients.EC2.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{LaunchTemplateName: name, LaunchTemplateData: &types.RequestLaunchTemplateData{
				ImageId: aws.String(ImageNewerX86), InstanceType: types.InstanceTypeT3Micro,
			}})
			return err
		},
		func() error {
			_, err := clients.AutoScaling.CreateAutoScalingGroup(ctx, &autoscaling.CreateAutoScalingGroupInput{
				AutoScalingGroupName: name, MinSize: aws.Int32(1), MaxSize: aws.Int32(1), VPCZoneIdentifier: &subnet,
				LaunchTemplate: &scalingtypes.LaunchTemplateSpecification{LaunchTemplateName: name},
				Tags:           []scalingtypes.Tag{{ResourceType: aws.String("auto-scaling-group"), ResourceId: name, Key: aws.String("k"), Value: aws.String("v"), PropagateAtLaunch: aws.Bool(true)}},
			})
			return err
		},
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
}

func TestObjectsFindsEverything(t *testing.T) {
	t.Parallel()
	a := Start(t)
	a.Network()
	if objects, err := a.Objects(t.Context()); err != nil || len(objects) != 0 {
		t.Fatalf("a new account has %q, %v", objects, err)
	}
	furnish(t, a.In("eu-central-1"))
	recorded := len(a.Calls())
	objects, err := a.Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, object := range objects {
		kind, name, _ := strings.Cut(object, "/")
		kinds = append(kinds, kind)
		if name != "thing" && !strings.HasPrefix(name, "i-") && !strings.HasPrefix(name, "vol-") {
			t.Errorf("found %s", object)
		}
	}
	want := []string{
		"autoscaling:group", "ec2:instance", "ec2:launch-template", "ec2:volume", "iam:instance-profile", "iam:policy", "iam:role",
		"logs:log-group", "secretsmanager:secret", "sqs:queue",
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("found %q, want %q", kinds, want)
	}
	if len(a.Calls()) != recorded {
		t.Error("the sweep was recorded")
	}
	if got := overHTTP(t, a.Endpoint()+"/_localcloud/objects?account="+a.ID()); !slices.Equal(got, objects) {
		t.Errorf("over HTTP: %q", got)
	}
}

func overHTTP(t *testing.T, url string) []string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", url, text, err)
	}
	var list []string
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestGroupRunsAndEndsRealInstances(t *testing.T) {
	t.Parallel()
	a := Start(t)
	furnish(t, a)
	found, err := a.Direct().EC2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
	if err != nil || len(found.Reservations) != 1 {
		t.Fatalf("instances: %+v, %v", found, err)
	}
	instance, tags := found.Reservations[0].Instances[0], map[string]string{}
	for _, tag := range instance.Tags {
		tags[*tag.Key] = *tag.Value
	}
	if aws.ToString(instance.ImageId) != ImageNewerX86 || tags["aws:autoscaling:groupName"] != "thing" || tags["k"] != "v" {
		t.Errorf("instance of %s, tags %v", *instance.ImageId, tags)
	}
	group := &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: aws.String("thing")}
	if _, err := a.Clients().AutoScaling.DeleteAutoScalingGroup(t.Context(), group); codeOf(err) != "ResourceInUse" {
		t.Errorf("deleting a group with instances: %v", err)
	}
	group.ForceDelete = aws.Bool(true)
	if _, err := a.Clients().AutoScaling.DeleteAutoScalingGroup(t.Context(), group); err != nil {
		t.Fatal(err)
	}
	objects, err := a.Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects {
		if strings.HasPrefix(object, "ec2:instance") || strings.HasPrefix(object, "ec2:volume") || strings.HasPrefix(object, "autoscaling") {
			t.Errorf("%s is left", object)
		}
	}
}
