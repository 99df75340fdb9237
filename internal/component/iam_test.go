package component

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

func TestProfileWhoseRoleWasAddedWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	profile := w.fresh(t, keyProfile)
	w.Inject(awstest.DropAnswer("iam", "AddRoleToInstanceProfile"))
	w.ensure(t, profile)
	w.reads(t, profile, InSync)
}

func TestProfileFullWithoutALostAnswerIsAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	profile := w.fresh(t, keyProfile)
	w.Inject(awstest.FailAction("iam", "AddRoleToInstanceProfile", "LimitExceeded", 0))
	if err := profile.Ensure(w.ctx); awserr.Code(err) != "LimitExceeded" {
		t.Errorf("got %v", err)
	}
	if !profile.Created() || profile.ID() == "" {
		t.Error("the profile was made, and a rollback would leave it behind")
	}
}

func TestRoleWhosePolicyFailsIsRolledBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	broken := errors.New("no policy")
	w.change = func(kit map[string]Component) {
		kit[keyRole].(*Role).Policy = func() (string, error) { return "", broken }
	}
	role := w.fresh(t, keyRole)
	if err := role.Ensure(w.ctx); !errors.Is(err, broken) || !role.Created() || role.ID() == "" {
		t.Errorf("%v, created %t, id %q", err, role.Created(), role.ID())
	}
}

func TestRoleWithoutExtras(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyRole))
	w.change = func(kit map[string]Component) {
		role := kit[keyRole].(*Role)
		role.Settings.PermissionsBoundary, role.Settings.ManagedPolicies = "", nil
		role.Policy = func() (string, error) { return "", nil }
	}
	w.repairs(t, keyRole, drift{
		fields: []string{"InlinePolicies", "ManagedPolicies", "PermissionsBoundary"}, says: "inline policy worker was added outside Terraform",
		change: func(*testing.T, *world) {},
	})
}

func TestRenamedComponentKeepsItsName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyProfile))
	w.change = func(kit map[string]Component) {
		kit[keyRole].(*Role).RoleName = "derived"
		kit[keyProfile].(*InstanceProfile).ProfileName = "derived"
	}
	clear(w.ready)
	w.reads(t, w.fresh(t, keyRole), InSync)
	w.reads(t, w.fresh(t, keyProfile), InSync)
	w.remove(t, keyProfile)
	again := w.fresh(t, keyProfile)
	w.ensure(t, again)
	if again.ID() != "derived" {
		t.Errorf("made again as %q", again.ID())
	}
}

func TestCustomRoleMustExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	role := w.fresh(t, keyCustom)
	w.reads(t, role, Absent)
	if err := role.Ensure(w.ctx); err == nil || err.Error() != "IAM role "+userRole+" does not exist" {
		t.Errorf("got %v", err)
	}
	makeUserRole(t, w)
	w.ResetCalls()
	w.ensure(t, role)
	if !role.Renewed() || role.(*CustomRole).ARN() != "arn:aws:iam::"+w.ID()+":role/"+userRole {
		t.Errorf("renewed %t, ARN %q", role.Renewed(), role.(*CustomRole).ARN())
	}
	if err := role.Delete(w.ctx); err != nil || w.mutations() != nil || !w.holds(t, "iam:role/"+userRole) {
		t.Errorf("the user's role was touched: %v, %q", err, w.mutations())
	}
}

// late attaches a policy when the role is already being deleted, as a call does
// whose caller was interrupted.
type late struct {
	awsapi.IAM
	behind awsapi.IAM
	done   bool
}

func (l *late) DeleteRole(ctx context.Context, in *iam.DeleteRoleInput, options ...func(*iam.Options)) (*iam.DeleteRoleOutput, error) {
	if !l.done {
		l.done = true
		if _, err := l.behind.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: in.RoleName, PolicyArn: aws.String(readOnly)}); err != nil {
			return nil, err
		}
	}
	return l.IAM.DeleteRole(ctx, in, options...)
}

func TestRoleGoesWithAPolicyThatCameLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyRole))
	role, ok := w.fresh(t, keyRole).(*Role)
	if !ok {
		t.Fatal("no role")
	}
	role.API = &late{IAM: role.API, behind: w.Direct().IAM}
	if err := role.Delete(w.ctx); err != nil {
		t.Fatal(err)
	}
	if w.exists(t, keyRole) {
		t.Error("the role is still there")
	}
}

// TestDescriptionKeepsNoRights has a role whose description cannot be written: what
// somebody has granted goes all the same.
func TestDescriptionKeepsNoRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyRole))
	for _, d := range roleDrifts {
		if d.name == "description" || d.name == "foreign policy attached" {
			d.change(t, w)
		}
	}
	w.Inject(awstest.FailAction("iam", "UpdateRoleDescription", "AccessDenied", 0))
	if err := w.fresh(t, keyRole).Ensure(w.ctx); err == nil {
		t.Error("no error")
	}
	w.ClearFaults()
	if d := w.reads(t, w.fresh(t, keyRole), Drifted); len(d) != 1 || d[0].Field != "Description" {
		t.Errorf("left: %v", d)
	}
}
