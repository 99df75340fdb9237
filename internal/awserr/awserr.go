// Package awserr classifies the errors of AWS APIs, by type and code only:
// messages are for people and change.
package awserr

import (
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// Error codes by what they mean to us. Sources, service by service:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
// https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html
var (
	notFound = []string{
		"AWS.SimpleQueueService.NonExistentQueue", "DashboardNotFoundError", "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidGroup.NotFound", "InvalidInstanceID.NotFound",
		"InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.NotFoundException",
		"InvalidLaunchTemplateId.VersionNotFound", "InvalidLaunchTemplateName.NotFoundException",
		"InvalidResourceId", "InvalidSubnetID.NotFound", "NoSuchEntity", "NotFoundException", "ParameterNotFound", "QueueDoesNotExist",
		"ResourceNotFound", "ResourceNotFoundException",
	}
	alreadyExists = []string{
		"AlreadyExists", "EntityAlreadyExists", "InvalidLaunchTemplateName.AlreadyExistsException",
		"ParameterAlreadyExists", "ResourceAlreadyExistsException", "ResourceConflictException", "ResourceExistsException",
	}
	conflict = []string{
		"ConcurrentModification", "ConcurrentModificationException", "DeleteConflict", "OperationAbortedException",
		"ResourceConflictException", "ResourceContention", "ResourceInUse", "ResourceInUseException", "ScalingActivityInProgress", "TooManyUpdates",
	}
	accessDenied = []string{"AccessDenied", "AccessDeniedException", "AuthFailure", "UnauthorizedOperation"}
)

// NotFound tells that the object asked for does not exist.
func NotFound(err error) bool { return has(err, notFound) }

// AlreadyExists tells that the name is in use. Lambda's code for that also stands
// for Conflict: it only tells so of a call that makes something.
func AlreadyExists(err error) bool { return has(err, alreadyExists) }

// Conflict tells that another change of the same object is under way, or that
// something still uses it: trying again later can succeed.
func Conflict(err error) bool { return has(err, conflict) }

// AccessDenied tells that the caller lacks the permission for the operation.
func AccessDenied(err error) bool { return has(err, accessDenied) }

// Throttled tells that AWS asked to slow down. The SDK counts a quota that is
// reached among that; waiting does not help there.
func Throttled(err error) bool {
	_, ok := retry.DefaultThrottleErrorCodes[Code(err)]
	return ok && !LimitExceeded(err)
}

// ScheduledForDeletion tells that a secret's name is blocked by a secret that
// is waiting for its deletion:
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html#API_CreateSecret_Errors
func ScheduledForDeletion(err error) bool { return Code(err) == "InvalidRequestException" }

// RefreshInProgress tells that an instance refresh is under way, and AWS takes one
// at a time:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html#API_StartInstanceRefresh_Errors
func RefreshInProgress(err error) bool { return Code(err) == "InstanceRefreshInProgress" }

// NoRefresh tells that no instance refresh is under way:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html#API_CancelInstanceRefresh_Errors
func NoRefresh(err error) bool { return Code(err) == "ActiveInstanceRefreshNotFound" }

// Code returns the error code of an AWS API error, "" for any other error.
func Code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// Operation returns the service and operation that failed, such as
// "IAM CreateRole", "" for an error that no AWS client made.
func Operation(err error) string {
	var op *smithy.OperationError
	if errors.As(err, &op) {
		return op.Service() + " " + op.Operation()
	}
	return ""
}

func has(err error, codes []string) bool {
	code := Code(err)
	return code != "" && slices.Contains(codes, code)
}

// LimitExceeded tells that a quota is reached.
func LimitExceeded(err error) bool {
	return has(err, []string{"LimitExceeded", "LimitExceededException"})
}
