package workerpool_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas"
)

// earlierCode leaves a function with the code that another version of the provider
// has deployed.
func earlierCode(name string) meddling {
	return func(ctx context.Context, clients *awsapi.Clients) error {
		zip, err := lambdas.Zip(lambdas.Lifecycle, lambdas.AMD64)
		if err == nil {
			_, err = clients.Lambda.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: &name, ZipFile: zip})
		}
		return err
	}
}

// earlierScript leaves launch template and group with the boot script of another version.
func earlierScript(ctx context.Context, clients *awsapi.Clients) error {
	script := base64.StdEncoding.EncodeToString([]byte("#!/bin/bash\n# Of an earlier version.\n"))
	err := otherVersion([]func(*types.RequestLaunchTemplateData){func(d *types.RequestLaunchTemplateData) { d.UserData = &script }})(ctx, clients)
	if err != nil {
		return err
	}
	_, err = clients.AutoScaling.UpdateAutoScalingGroup(ctx, &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: ptr(baseName), LaunchTemplate: templateOf("2")})
	return err
}

// carried checks that a function has the code that this provider carries.
type carried struct {
	*cloud
	name, function string
}

// CheckState implements statecheck.StateCheck.
func (c carried) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	want, err := lambdas.SHA256(c.function, lambdas.ARM64)
	if err != nil {
		resp.Error = err
		return
	}
	out, err := lambda.NewFromConfig(c.DirectConfig()).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &c.name})
	if err != nil {
		resp.Error = err
		return
	}
	if got := *out.Configuration.CodeSha256; got != want {
		resp.Error = fmt.Errorf("the code of %s is %s, want %s", c.name, got, want)
	}
}

// A new version of the provider says which functions it is going to update, and that it
// is going to refresh the fleet where the boot script is another one; then it does both.
func TestNewVersionOfTheProvider(t *testing.T) {
	t.Parallel()
	c := newCloud(t).served(t)
	config := c.config(c.minimal().with(c.signedIn()).with(arguments{"min_size": "1", "autoscaling_configuration": "{}", "instance_refresh": rolling("")}))
	const code = "its code is not that of this version of the provider"
	c.run(t,
		after(apply(config), c.refreshed()),
		c.meddle(t, after(apply(config, action(plancheck.ResourceActionUpdate), drifted{"autoscaler_function"}, says("autoscaler_function", code), changing{"components"},
			carried{c, autoscalerName, lambdas.Autoscaler}), c.refreshed()), earlierCode(autoscalerName)),
		c.meddle(t, after(apply(config, action(plancheck.ResourceActionUpdate), drifted{"launch_template"},
			says("launch_template", "user data (the boot script) differs")), c.refreshed(successful)), earlierScript),
	)
}
