package component

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// TestSlowEdgeIsWaitedFor has the errors that pass by themselves.
func TestSlowEdgeIsWaitedFor(t *testing.T) {
	t.Parallel()
	fail := awstest.FailAction
	cases := map[string]struct {
		key     string
		fault   awstest.Fault
		retried string // the action that is called again
		before  bool   // needs are made before the fault, else they are new
		remove  bool   // by Delete, else by Ensure
	}{
		"role unknown to attach":        {key: keyRole, fault: fail("iam", "AttachRolePolicy", "NoSuchEntity", 4), retried: "AttachRolePolicy"},
		"role unknown to put":           {key: keyRole, fault: fail("iam", "PutRolePolicy", "NoSuchEntity", 4), retried: "PutRolePolicy"},
		"role changing":                 {key: keyRole, fault: fail("iam", "PutRolePolicy", "ConcurrentModification", 4), retried: "PutRolePolicy"},
		"role unknown for some uses":    {key: keyRole, fault: awstest.EventuallyConsistent(6), retried: "PutRolePolicy"},
		"role unknown to profile":       {key: keyProfile, fault: fail("iam", "AddRoleToInstanceProfile", "NoSuchEntity", 4), retried: "AddRoleToInstanceProfile"},
		"profile unknown for some uses": {key: keyProfile, fault: awstest.EventuallyConsistent(4), retried: "AddRoleToInstanceProfile"},
		"profile unknown to group":      {key: keyGroup, fault: fail("autoscaling", "CreateAutoScalingGroup", "ValidationError", 4), retried: "CreateAutoScalingGroup"},
		"secret unknown to put":         {key: keyVersion, fault: fail("secretsmanager", "PutSecretValue", "ResourceNotFoundException", 4), retried: "PutSecretValue"},
		"secret's name not free yet":    {key: keySecret, fault: fail("secretsmanager", "CreateSecret", "InvalidRequestException", 4), retried: "CreateSecret"},
		"log group made by two":         {key: keyLog, fault: fail("logs", "CreateLogGroup", "OperationAbortedException", 4), retried: "CreateLogGroup"},
		"log group changed by two":      {key: keyLog, fault: fail("logs", "PutRetentionPolicy", "OperationAbortedException", 4), retried: "PutRetentionPolicy"},
		"log group unknown":             {key: keyLog, fault: awstest.EventuallyConsistent(4), retried: "PutRetentionPolicy"},
		"role in use":                   {key: keyRole, fault: fail("iam", "DeleteRole", "DeleteConflict", 4), retried: "DeleteRole", remove: true},
		"role changing, deleted":        {key: keyRole, fault: fail("iam", "DetachRolePolicy", "ConcurrentModification", 4), retried: "DetachRolePolicy", remove: true},
		"profile in use":                {key: keyProfile, fault: fail("iam", "DeleteInstanceProfile", "DeleteConflict", 4), retried: "DeleteInstanceProfile", remove: true},
		"group scaling":                 {key: keyGroup, fault: fail("autoscaling", "DeleteAutoScalingGroup", "ScalingActivityInProgress", 4), retried: "DeleteAutoScalingGroup", remove: true},
		"group in use":                  {key: keyGroup, fault: fail("autoscaling", "DeleteAutoScalingGroup", "ResourceInUse", 4), retried: "DeleteAutoScalingGroup", remove: true},
		"group contended":               {key: keyGroup, fault: fail("autoscaling", "DeleteAutoScalingGroup", "ResourceContention", 4), retried: "DeleteAutoScalingGroup", remove: true},
		"throttled":                     {key: keyRole, fault: awstest.Throttle("iam", "CreateRole", 2), retried: "CreateRole"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.fresh(t, test.key)
			if test.remove {
				w.ensure(t, c)
			}
			w.ResetCalls()
			w.Inject(test.fault)
			if test.remove {
				if err := c.Delete(w.ctx); err != nil {
					t.Fatal(err)
				}
			} else {
				w.ensure(t, c)
			}
			w.ClearFaults()
			failed := 0
			for _, call := range w.Calls() {
				if call.Action == test.retried && call.ErrorCode != "" {
					failed++
				}
			}
			if failed == 0 {
				t.Errorf("%s never failed: %v", test.retried, w.Calls())
			}
			if !test.remove {
				w.reads(t, c, InSync)
			}
		})
	}
}

// TestRetriesAreBounded has errors that never pass: they come back as they are.
func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ key, service, action, code string }{
		"role":    {keyRole, "iam", "PutRolePolicy", "NoSuchEntity"},
		"profile": {keyProfile, "iam", "AddRoleToInstanceProfile", "NoSuchEntity"},
		"secret":  {keyVersion, "secretsmanager", "PutSecretValue", "ResourceNotFoundException"},
		"group":   {keyGroup, "autoscaling", "CreateAutoScalingGroup", "ValidationError"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			made := w.fresh(t, test.key)
			w.Inject(awstest.FailAction(test.service, test.action, test.code, 0))
			err := made.Ensure(w.ctx)
			if awserr.Code(err) != test.code || awserr.Operation(err) == "" || !strings.Contains(err.Error(), "ing ") {
				t.Errorf("got %v", err)
			}
			attempts := 0
			for _, call := range w.Calls() {
				if call.Action == test.action {
					attempts++
				}
			}
			if attempts != propagationAttempts {
				t.Errorf("%d attempts, want %d", attempts, propagationAttempts)
			}
		})
	}
}

func TestWrongSettingIsNotRetriedWhenNothingIsNew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyGroup))
	clear(w.ready)
	w.change = func(kit map[string]Component) { kit[keyGroup].(*AutoScalingGroup).Settings.MaxSize = 3 }
	group := w.fresh(t, keyGroup)
	w.Inject(awstest.FailAction("autoscaling", "UpdateAutoScalingGroup", "ValidationError", 0))
	w.ResetCalls()
	if err := group.Ensure(w.ctx); awserr.Code(err) != "ValidationError" || len(w.mutations()) != 1 {
		t.Errorf("got %v after %q", err, w.mutations())
	}
}

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
	if !role.Renewed() || role.(*CustomRole).ARN() != "arn:aws:iam::"+w.Account.ID()+":role/"+userRole {
		t.Errorf("renewed %t, ARN %q", role.Renewed(), role.(*CustomRole).ARN())
	}
	if err := role.Delete(w.ctx); err != nil || w.mutations() != nil || !w.holds(t, "iam:role/"+userRole) {
		t.Errorf("the user's role was touched: %v, %q", err, w.mutations())
	}
}

func TestSecretScheduledForDeletion(t *testing.T) {
	t.Parallel()
	schedule := func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().SecretsManager.DeleteSecret(w.ctx, &secretsmanager.DeleteSecretInput{SecretId: aws.String("pool-secret"), RecoveryWindowInDays: aws.Int64(7)})
		done(t, out, err)
	}
	for name, known := range map[string]bool{"ours, in the inventory": true, "ours, of an earlier run": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.ensure(t, w.behind(t, keySecret))
			tagSecret("Team", "red")(t, w)
			schedule(t, w)
			if known {
				w.reads(t, w.fresh(t, keySecret), Absent)
			} else {
				delete(w.known, keySecret)
			}
			restored := w.fresh(t, keySecret)
			w.ensure(t, restored)
			if restored.Created() || !restored.Renewed() {
				t.Errorf("created %t, renewed %t: a rollback must not delete what was restored", restored.Created(), restored.Renewed())
			}
			if !slices.Contains(w.mutations(), "secretsmanager/RestoreSecret") {
				t.Errorf("called %q", w.mutations())
			}
			w.reads(t, w.fresh(t, keySecret), InSync)
		})
	}
	t.Run("foreign", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.tags = map[string]string{"Name": "theirs"}
		w.ensure(t, w.behind(t, keySecret))
		schedule(t, w)
		w = &world{Account: w.Account, ctx: w.ctx, known: map[string]string{}, ready: map[string]Component{}, net: w.net, tags: map[string]string{TagWorkerPoolID: poolID, TagManagedBy: ManagedBy}}
		made := w.fresh(t, keySecret)
		var foreign *ForeignError
		if err := made.Ensure(w.ctx); !errors.As(err, &foreign) || made.ID() != "" || made.Created() {
			t.Errorf("got %v, id %q, created %t", err, made.ID(), made.Created())
		}
		if got := w.mutations(); len(got) != 1 {
			t.Errorf("called %q", got)
		}
	})
}

func TestSecretWithTheDefaultKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) { kit[keySecret].(*Secret).KMSKeyID = "" }
	w.ensure(t, w.behind(t, keySecret))
	w.reads(t, w.fresh(t, keySecret), InSync)
	w.repairs(t, keySecret, drift{fields: []string{"KMSKeyID"}, says: `its KMS key is "` + otherKey + `", not ""`, change: secretDrifts[0].change})
}

func TestStaleSecretValueIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyVersion))
	w.change = func(kit map[string]Component) { kit[keyVersion].(*SecretVersion).Stale = true }
	w.ensure(t, w.fresh(t, keyVersion))
	if got := w.mutations(); !slices.Equal(got, []string{"secretsmanager/PutSecretValue"}) {
		t.Errorf("called %q", got)
	}
	for _, call := range w.Calls() {
		if strings.Contains(call.Request, "s3cr3t") && call.Action != "PutSecretValue" {
			t.Errorf("%s carries the value", call)
		}
	}
}

func TestHandMadeVersionDoesNotNameTheRootDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyTemplate))
	in := &ec2.DescribeLaunchTemplateVersionsInput{LaunchTemplateId: aws.String(w.known[keyTemplate]), Versions: []string{"$Latest"}}
	addVersion(t, w, "by hand", nil)
	foreign := w.fresh(t, keyTemplate).(*LaunchTemplate)
	w.reads(t, foreign, Drifted)
	foreign.seen.data.BlockDeviceMappings[0].DeviceName = aws.String("/dev/sdz")
	if got := foreign.rootDevice(); got != "" {
		t.Errorf("root device %q", got)
	}
	w.ensure(t, foreign)
	out, err := w.Direct().EC2.DescribeLaunchTemplateVersions(w.ctx, in)
	done(t, out, err)
	if got := aws.ToString(out.LaunchTemplateVersions[0].LaunchTemplateData.BlockDeviceMappings[0].DeviceName); got != "/dev/xvda" {
		t.Errorf("root device %q", got)
	}
}

func TestTemplateDefaultVersion(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		want DefaultVersion
		says string
	}{
		"left alone": {DefaultVersion{}, ""},
		"a number":   {DefaultVersion{Number: aws.Int64(1)}, "default version is 2, not 1"},
		"the newest": {DefaultVersion{Newest: true}, ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.ensure(t, w.behind(t, keyTemplate))
			addVersion(t, w, versionDescription, nil)
			w.change = func(kit map[string]Component) { kit[keyTemplate].(*LaunchTemplate).Default = test.want }
			if test.says != "" {
				w.repairs(t, keyTemplate, drift{fields: []string{"DefaultVersion"}, says: test.says, change: func(*testing.T, *world) {}})
				return
			}
			w.reads(t, w.fresh(t, keyTemplate), InSync)
		})
	}
}

func TestTemplateOfTheNewestImageKeepsItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyTemplate))
	w.change = func(kit map[string]Component) { kit[keyTemplate].(*LaunchTemplate).Settings.ImageID = "" }
	addVersion(t, w, versionDescription, nil)
	w.reads(t, w.fresh(t, keyTemplate), InSync)
}

func TestGroupFollowsTheTemplate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyGroup))
	clear(w.ready)
	w.change = func(kit map[string]Component) { kit[keyTemplate].(*LaunchTemplate).Settings.InstanceType = "m5.large" }
	w.repairs(t, keyGroup, drift{fields: []string{"TemplateVersion"}, says: `launch template version is "1", not 2`, change: func(*testing.T, *world) {}})
	group := w.fresh(t, keyGroup).(*AutoScalingGroup)
	if !group.Template.Renewed() {
		t.Error("a template with a new version is not renewed")
	}
}

func TestGroupIsDeletedWithItsInstances(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) { kit[keyGroup].(*AutoScalingGroup).Settings.MinSize = 1 }
	group := w.fresh(t, keyGroup)
	w.ensure(t, group)
	describe := &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"pool"}}
	out, err := w.Direct().AutoScaling.DescribeAutoScalingGroups(w.ctx, describe)
	done(t, out, err)
	if len(out.AutoScalingGroups[0].Instances) != 1 {
		t.Fatalf("%d instances", len(out.AutoScalingGroups[0].Instances))
	}
	if err := group.Delete(w.ctx); err != nil {
		t.Fatal(err)
	}
	all, err := w.Objects(w.ctx)
	done(t, all, err)
	for _, object := range all {
		if strings.HasPrefix(object, "ec2:instance") || strings.HasPrefix(object, "autoscaling") {
			t.Errorf("%s is left", object)
		}
	}
}

func TestGroupThatCannotBeDeletedIsAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.fresh(t, keyGroup)
	w.ensure(t, group)
	w.Inject(awstest.FailAction("autoscaling", "DeleteAutoScalingGroup", "ValidationError", 0))
	if err := group.Delete(w.ctx); awserr.Code(err) != "ValidationError" || group.ID() == "" {
		t.Errorf("got %v, id %q", err, group.ID())
	}
}

func TestPoolState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.fresh(t, keyGroup).(*AutoScalingGroup)
	w.ensure(t, group)
	steps := []struct {
		mark func() error
		want string
	}{
		{func() error { return nil }, ""},
		{func() error { return group.MarkComplete(w.ctx) }, PoolComplete},
		{func() error { return group.MarkDeleting(w.ctx) }, PoolDeleting},
		{func() error { return group.Ensure(w.ctx) }, PoolComplete},
	}
	for _, step := range steps {
		if err := step.mark(); err != nil {
			t.Fatal(err)
		}
		seen := w.fresh(t, keyGroup).(*AutoScalingGroup)
		if _, err := seen.Read(w.ctx); err != nil {
			t.Fatal(err)
		}
		if state, ours := seen.PoolState(); state != step.want || !ours {
			t.Errorf("state %q, ours %t; want %q", state, ours, step.want)
		}
		for _, tag := range seen.seen.Tags {
			if aws.ToString(tag.Key) == TagPoolState && aws.ToBool(tag.PropagateAtLaunch) {
				t.Error("instances get the pool's state")
			}
		}
	}
}

func TestGroupOfALaunchConfiguration(t *testing.T) {
	t.Parallel() // the emulated Auto Scaling has no launch configurations
	group := &AutoScalingGroup{Template: &LaunchTemplate{}, seen: &types.AutoScalingGroup{
		LaunchConfigurationName: aws.String("old"), VPCZoneIdentifier: aws.String(""),
	}}
	if text := Sentence(group.differences()); !strings.Contains(text, "it uses a launch configuration") {
		t.Errorf("differences %q", text)
	}
}
