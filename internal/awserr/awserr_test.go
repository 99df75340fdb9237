package awserr

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	watch "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	events "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	iam "github.com/aws/aws-sdk-go-v2/service/iam/types"
	kms "github.com/aws/aws-sdk-go-v2/service/kms/types"
	lambda "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	secrets "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	queues "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	parameters "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

// generic is the error of a service whose errors have no types, such as EC2.
func generic(code string) error { return &smithy.GenericAPIError{Code: code, Message: "in words"} }

var classes = map[string]func(error) bool{
	"NotFound": NotFound, "AlreadyExists": AlreadyExists, "Conflict": Conflict, "AccessDenied": AccessDenied,
	"Throttled": Throttled, "ScheduledForDeletion": ScheduledForDeletion,
	"LimitExceeded": LimitExceeded,
}

// classified is every error we tell apart, by the type or code it comes with.
var classified = map[string]struct {
	err  error
	want []string
}{
	"IAM absent":                  {&iam.NoSuchEntityException{}, []string{"NotFound"}},
	"secret absent":               {&secrets.ResourceNotFoundException{}, []string{"NotFound"}},
	"log group absent":            {&logs.ResourceNotFoundException{}, []string{"NotFound"}},
	"key absent":                  {&kms.NotFoundException{}, []string{"NotFound"}},
	"image absent":                {generic("InvalidAMIID.NotFound"), []string{"NotFound"}},
	"image withdrawn":             {generic("InvalidAMIID.Unavailable"), []string{"NotFound"}},
	"instance absent":             {generic("InvalidInstanceID.NotFound"), []string{"NotFound"}},
	"subnet absent":               {generic("InvalidSubnetID.NotFound"), []string{"NotFound"}},
	"security group absent":       {generic("InvalidGroup.NotFound"), []string{"NotFound"}},
	"template absent by id":       {generic("InvalidLaunchTemplateId.NotFound"), []string{"NotFound"}},
	"template absent by name":     {generic("InvalidLaunchTemplateName.NotFoundException"), []string{"NotFound"}},
	"template version absent":     {generic("InvalidLaunchTemplateId.VersionNotFound"), []string{"NotFound"}},
	"IAM name in use":             {&iam.EntityAlreadyExistsException{}, []string{"AlreadyExists"}},
	"secret's name in use":        {&secrets.ResourceExistsException{}, []string{"AlreadyExists"}},
	"log group's name in use":     {&logs.ResourceAlreadyExistsException{}, []string{"AlreadyExists"}},
	"group's name in use":         {&scaling.AlreadyExistsFault{}, []string{"AlreadyExists"}},
	"template's name in use":      {generic("InvalidLaunchTemplateName.AlreadyExistsException"), []string{"AlreadyExists"}},
	"secret waits for deletion":   {&secrets.InvalidRequestException{}, []string{"ScheduledForDeletion"}},
	"IAM in use":                  {&iam.DeleteConflictException{}, []string{"Conflict"}},
	"IAM changing":                {&iam.ConcurrentModificationException{}, []string{"Conflict"}},
	"log group changing":          {&logs.OperationAbortedException{}, []string{"Conflict"}},
	"group scaling":               {&scaling.ScalingActivityInProgressFault{}, []string{"Conflict"}},
	"group in use":                {&scaling.ResourceInUseFault{}, []string{"Conflict"}},
	"group contended":             {&scaling.ResourceContentionFault{}, []string{"Conflict"}},
	"parameter absent":            {&parameters.ParameterNotFound{}, []string{"NotFound"}},
	"tagged parameter absent":     {&parameters.InvalidResourceId{}, []string{"NotFound"}},
	"parameter's name in use":     {&parameters.ParameterAlreadyExists{}, []string{"AlreadyExists"}},
	"parameter changing":          {&parameters.TooManyUpdates{}, []string{"Conflict"}},
	"function absent":             {&lambda.ResourceNotFoundException{}, []string{"NotFound"}},
	"function in use or changing": {&lambda.ResourceConflictException{}, []string{"AlreadyExists", "Conflict"}},
	"mapping changing":            {&lambda.ResourceInUseException{}, []string{"Conflict"}},
	"queue absent":                {&queues.QueueDoesNotExist{}, []string{"NotFound"}},
	"queue absent, in old words":  {generic("AWS.SimpleQueueService.NonExistentQueue"), []string{"NotFound"}},
	"rule absent":                 {&events.ResourceNotFoundException{}, []string{"NotFound"}},
	"rule changing":               {&events.ConcurrentModificationException{}, []string{"Conflict"}},
	"dashboard absent":            {&watch.DashboardNotFoundError{}, []string{"NotFound"}},
	"alarm absent":                {generic("ResourceNotFound"), []string{"NotFound"}},
	"IAM quota":                   {&iam.LimitExceededException{}, []string{"LimitExceeded"}},
	"logs quota":                  {&logs.LimitExceededException{}, []string{"LimitExceeded"}},
	"IAM forbids":                 {generic("AccessDenied"), []string{"AccessDenied"}},
	"JSON service forbids":        {generic("AccessDeniedException"), []string{"AccessDenied"}},
	"EC2 forbids":                 {generic("UnauthorizedOperation"), []string{"AccessDenied"}},
	"EC2 does not know who":       {generic("AuthFailure"), []string{"AccessDenied"}},
	"IAM throttles":               {generic("Throttling"), []string{"Throttled"}},
	"JSON service throttles":      {generic("ThrottlingException"), []string{"Throttled"}},
	"EC2 throttles":               {generic("RequestLimitExceeded"), []string{"Throttled"}},
	"something else":              {generic("InternalFailure"), nil},
	"no code":                     {generic(""), nil},
	"code in the message only":    {&smithy.GenericAPIError{Code: "Other", Message: "NoSuchEntity AlreadyExists Throttling"}, nil},
	"no AWS error":                {errors.New("NoSuchEntity"), nil},
	"time over":                   {context.DeadlineExceeded, nil},
	"none":                        {nil, nil},
	"types of different services": {&secrets.LimitExceededException{}, []string{"LimitExceeded"}},
}

func TestClasses(t *testing.T) {
	t.Parallel()
	for name, test := range classified {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrapped := test.err
			if test.err != nil {
				wrapped = fmt.Errorf("creating it: %w", &smithy.OperationError{ServiceID: "IAM", OperationName: "CreateRole", Err: test.err})
			}
			for way, err := range map[string]error{"bare": test.err, "wrapped": wrapped} {
				var got []string
				for class, is := range classes {
					if is(err) {
						got = append(got, class)
					}
				}
				slices.Sort(got)
				if diff := cmp.Diff(got, test.want); diff != "" {
					t.Errorf("%s (-got +want):\n%s", way, diff)
				}
			}
		})
	}
}

func TestCodeAndOperation(t *testing.T) {
	t.Parallel()
	failed := &smithy.OperationError{ServiceID: "IAM", OperationName: "CreateRole", Err: &iam.EntityAlreadyExistsException{}}
	cases := map[string]struct {
		err             error
		code, operation string
	}{
		"none":          {nil, "", ""},
		"no AWS error":  {errors.New("x"), "", ""},
		"no operation":  {generic("Throttling"), "Throttling", ""},
		"an operation":  {failed, "EntityAlreadyExists", "IAM CreateRole"},
		"deep":          {fmt.Errorf("a: %w", fmt.Errorf("b: %w", failed)), "EntityAlreadyExists", "IAM CreateRole"},
		"joined":        {errors.Join(errors.New("x"), failed), "EntityAlreadyExists", "IAM CreateRole"},
		"no connection": {&smithy.OperationError{ServiceID: "EC2", OperationName: "DescribeImages", Err: errors.New("dial")}, "", "EC2 DescribeImages"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Code(test.err); got != test.code {
				t.Errorf("code %q, want %q", got, test.code)
			}
			if got := Operation(test.err); got != test.operation {
				t.Errorf("operation %q, want %q", got, test.operation)
			}
		})
	}
}
