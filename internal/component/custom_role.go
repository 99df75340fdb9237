package component

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// CustomRole is an IAM role that the user made. It is read, never touched.
type CustomRole struct {
	Object
	API      awsapi.IAM
	RoleName string

	arn string
}

// Deps implements Component.
func (r *CustomRole) Deps() []Component { return nil }

// ARN of the role; "" before Ensure or Read.
func (r *CustomRole) ARN() string { return r.arn }

// Restore sets what the state knows of the role.
func (r *CustomRole) Restore(arn string) { r.arn = arn }

// Ensure implements Component: the role must exist.
func (r *CustomRole) Ensure(ctx context.Context) error {
	status, err := r.Read(ctx)
	if err != nil {
		return err
	}
	if status.State == Absent {
		return fmt.Errorf("IAM role %s does not exist", r.RoleName)
	}
	return nil
}

// Read implements Component.
func (r *CustomRole) Read(ctx context.Context) (Status, error) {
	out, err := r.API.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(r.RoleName)})
	if awserr.NotFound(err) {
		r.Known = ""
		return Status{State: Absent}, nil
	}
	if err != nil {
		return Status{}, fmt.Errorf("reading IAM role %s: %w", r.RoleName, err)
	}
	r.renewed = r.Known != r.RoleName
	r.Known, r.arn = r.RoleName, aws.ToString(out.Role.Arn)
	return Status{State: InSync}, nil
}

// Delete implements Component: the role is the user's and stays.
func (r *CustomRole) Delete(context.Context) error {
	r.Known = ""
	return nil
}
