package stack_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

func TestRefreshOutlook(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made := create(t, account, refreshing(account))
	held := 0
	look := func(instances int, running, ours bool) {
		t.Helper()
		got := refresh(t, account, made).Outlook
		if got == nil || len(got.Instances) != instances || len(got.Protected) != held || (got.Running != "") != running || got.Ours != ours {
			t.Errorf("%+v; want %d instances, running %t, ours %t", got, instances, running, ours)
		}
	}
	look(2, false, false)
	_, err := autoscaling.NewFromConfig(account.DirectConfig()).SetInstanceProtection(t.Context(), &autoscaling.SetInstanceProtectionInput{
		AutoScalingGroupName: aws.String(made.AutoScalingGroupName), InstanceIds: refresh(t, account, made).Outlook.Instances[:1], ProtectedFromScaleIn: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	held = 1
	look(2, false, false)
	slow(account)
	update(t, account, with(made.Spec, bigger), made)
	look(2, true, true)
	if err := cancelRefresh(t, account); err != nil {
		t.Fatal(err)
	}
	look(2, false, false)
	_, err = account.Direct().AutoScaling.StartInstanceRefresh(t.Context(), &autoscaling.StartInstanceRefreshInput{AutoScalingGroupName: aws.String(made.AutoScalingGroupName)})
	if err != nil {
		t.Fatal(err)
	}
	look(2, true, false)
}
