package component

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// Console is what an instance has written to its console, at most the last
// 64 KB; "" when it has written nothing that AWS has yet.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
func Console(ctx context.Context, api awsapi.EC2, instance string) (string, error) {
	out, err := api.GetConsoleOutput(ctx, &ec2.GetConsoleOutputInput{InstanceId: aws.String(instance), Latest: aws.Bool(true)})
	if err != nil && !awserr.AccessDenied(err) && !awserr.NotFound(err) {
		// Instance types without the Nitro hypervisor have no latest output.
		out, err = api.GetConsoleOutput(ctx, &ec2.GetConsoleOutputInput{InstanceId: aws.String(instance)})
	}
	if err != nil {
		return "", fmt.Errorf("reading the console output of instance %s: %w", instance, err)
	}
	text, err := base64.StdEncoding.DecodeString(deref(out.Output))
	if err != nil {
		return "", fmt.Errorf("decoding the console output of instance %s: %w", instance, err)
	}
	return string(text), nil
}
