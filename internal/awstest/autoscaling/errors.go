package autoscaling

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/smithy-go"
)

// invalid is the error of a request that AWS refuses for its content. The SDK
// has no type for it: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html
func invalid(format string, args ...any) error {
	return &smithy.GenericAPIError{Code: "ValidationError", Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

func alreadyExists(taken *group) error {
	text := "AutoScalingGroup by this name already exists - A group with the name " + taken.name() + " already exists"
	if taken.record.Status != nil {
		text += " and is pending delete"
	}
	return &types.AlreadyExistsFault{Message: &text}
}

// incompatible refuses market options beside a mixed instances policy. The code
// is what users report: https://github.com/kubernetes/kops/pull/7066
func incompatible() error {
	return &smithy.GenericAPIError{Code: "InvalidQueryParameter", Fault: smithy.FaultClient, Message: "Incompatible launch template: You cannot use a launch " +
		"template that is set to request Spot Instances (InstanceMarketOptions) when you configure an Auto Scaling group with a mixed instances policy. " +
		"Add a different launch template to the group and try again."}
}

func inUse(format string, args ...any) error {
	return &types.ResourceInUseFault{Message: ptr(fmt.Sprintf(format, args...))}
}

func busy(format string, args ...any) error {
	return &types.ScalingActivityInProgressFault{Message: ptr(fmt.Sprintf(format, args...))}
}

func badToken(token string) error {
	return &types.InvalidNextToken{Message: ptr("The token '" + token + "' is invalid.")}
}

// noCapacity is EC2's answer when it has no room for an instance's type.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func noCapacity(one *instance) error {
	return &smithy.GenericAPIError{Code: "InsufficientInstanceCapacity", Fault: smithy.FaultServer, Message: fmt.Sprintf(
		"We currently do not have sufficient %s capacity in the Availability Zone you requested (%s). "+
			"Our system will be working on provisioning additional capacity.", one.kind, one.zone)}
}

func unknownInstance(id string) error {
	return invalid("Instance Id not found - No managed instance found for instance ID: %s", id)
}

func irreversible(reason string) error {
	return &types.IrreversibleInstanceRefreshFault{Message: ptr(reason)}
}
