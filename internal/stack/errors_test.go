package stack_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/graph"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// failed is the error of an AWS call.
func failed(code string) error {
	return &smithy.OperationError{ServiceID: "IAM", OperationName: "CreateRole", Err: &smithy.GenericAPIError{Code: code, Message: "no"}}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err     error
		during  stack.Operation
		summary string
		words   []string // of the detail
	}{
		"permission": {failed("AccessDenied"), stack.Creating, "IAM CreateRole failed", []string{"permission", "Apply again", "AccessDenied"}},
		"throttled":  {failed("Throttling"), stack.Updating, "IAM CreateRole failed", []string{"slow down", "max_retries"}},
		"quota":      {failed("LimitExceeded"), stack.Updating, "IAM CreateRole failed", []string{"Service Quotas"}},
		"tags":       {failed("TooManyTagsException"), stack.Creating, "IAM CreateRole failed", []string{"50 tags", "manage_log_groups = false", "Apply again"}},
		"package":    {errors.New("Error occurred while GetObject. S3 Error Code: NoSuchBucket"), stack.Creating, "No such package", []string{"bucket, key and object_version", "NoSuchBucket", "Apply again"}},
		"conflict":   {failed("DeleteConflict"), stack.Destroying, "IAM CreateRole failed", []string{"still using", "terraform destroy"}},
		"destroy":    {failed("Whatever"), stack.Destroying, "IAM CreateRole failed", []string{"terraform destroy again"}},
		"plan":       {failed("Whatever"), stack.Reading, "IAM CreateRole failed", []string{"Plan again"}},
		"component": {
			&graph.Error{Failures: []graph.Failure{{Node: "instances_role", Err: failed("Whatever")}}}, stack.Creating,
			"instances_role: IAM CreateRole failed",
			[]string{"Whatever"},
		},
		"no call of AWS": {errors.New("broken"), stack.Creating, "Step failed", []string{"broken"}},
		"interrupted":    {fmt.Errorf("a: %w", context.Canceled), stack.Updating, "Interrupted", []string{"update was interrupted", "Apply again"}},
		"interrupted deletion": {
			fmt.Errorf("a: %w", context.Canceled), stack.Destroying, "Interrupted", []string{"terraform destroy again", "terraform apply, which takes the deletion back", "take no runs"},
		},
		"rolled back": {
			&stack.CreateError{Cause: failed("Whatever"), Made: []string{"secret"}}, stack.Creating,
			"IAM CreateRole failed",
			[]string{"(secret) has been removed again"},
		},
		"rollback failed": {
			&stack.CreateError{Cause: failed("Whatever"), Made: []string{"secret"}, Rollback: errors.New("stuck")}, stack.Creating,
			"IAM CreateRole failed",
			[]string{"stuck", "tainted"},
		},
		"foreign":  {&component.ForeignError{Kind: "IAM role", Name: "x"}, stack.Creating, "Name in use by something else", []string{`IAM role "x"`, "base_name"}},
		"existing": {&component.ForeignError{Kind: "Auto Scaling group", Name: "x", Region: "eu-west-1", Ours: true}, stack.Creating, "Worker pool already exists", []string{"two owners", "create_before_destroy", "terraform import spacelift_ec2_workerpool.NAME x@eu-west-1\n"}},
		"deleting": {&component.ForeignError{Name: "x", Ours: true, Deleting: true}, stack.Creating, "Worker pool already exists", []string{"being deleted"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := stack.Explain(test.err, test.during)
			if len(got) != 1 || got[0].Summary != test.summary {
				t.Fatalf("problems: %+v", got)
			}
			for _, word := range test.words {
				if !strings.Contains(got[0].Detail, word) {
					t.Errorf("no %q in %q", word, got[0].Detail)
				}
			}
		})
	}
	if got := stack.Explain(nil, stack.Creating); len(got) > 0 {
		t.Errorf("of no error: %+v", got)
	}
}
