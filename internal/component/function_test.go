package component

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// slowLambda is Lambda at work on a function: each look shows the next of its states.
type slowLambda struct {
	awsapi.Lambda
	looks  []types.FunctionConfiguration
	looked int
}

func (l *slowLambda) GetFunction(context.Context, *lambda.GetFunctionInput, ...func(*lambda.Options)) (*lambda.GetFunctionOutput, error) {
	look := l.looks[min(l.looked, len(l.looks)-1)]
	l.looked++
	return &lambda.GetFunctionOutput{Configuration: &look}, nil
}

func TestFunctionIsWaitedFor(t *testing.T) {
	t.Parallel()
	pending := types.FunctionConfiguration{State: types.StatePending, LastUpdateStatus: types.LastUpdateStatusSuccessful}
	changing := types.FunctionConfiguration{State: types.StateActive, LastUpdateStatus: types.LastUpdateStatusInProgress}
	ready := types.FunctionConfiguration{State: types.StateActive, LastUpdateStatus: types.LastUpdateStatusSuccessful}
	failed := types.FunctionConfiguration{State: types.StateFailed, StateReason: aws.String("no subnet has room")}
	tests := map[string]struct {
		state  types.State
		change types.LastUpdateStatus
		looks  []types.FunctionConfiguration
		looked int    // at least
		says   string // a part of the error
	}{
		"at once":         {state: types.StateActive, change: types.LastUpdateStatusSuccessful},
		"made":            {state: types.StatePending, looks: []types.FunctionConfiguration{pending, pending, ready}, looked: 3},
		"changed":         {state: types.StateActive, change: types.LastUpdateStatusInProgress, looks: []types.FunctionConfiguration{changing, ready}, looked: 2},
		"given up":        {state: types.StatePending, looks: []types.FunctionConfiguration{pending, failed}, looked: 2, says: "Lambda gave it up: no subnet has room"},
		"without an end":  {state: types.StatePending, looks: []types.FunctionConfiguration{pending}, looked: 100, says: "AWS is still at work on it after 10m0s"},
		"asleep is ready": {state: types.StateInactive, change: types.LastUpdateStatusSuccessful},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &slowLambda{looks: test.looks}
				function := &Function{API: api, FunctionName: fnName}
				err := function.settle(t.Context(), test.state, test.change)
				if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
					t.Errorf("got %v", err)
				}
				if api.looked < test.looked {
					t.Errorf("looked %d times", api.looked)
				}
			})
		})
	}
}

func TestPollEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := poll(ctx, time.Minute, func(context.Context) (bool, error) { return false, nil })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// TestFunctionOfARoleMadeAgain has a role that was deleted outside and made again:
// the function keeps its environment encrypted for the one that is gone.
func TestFunctionOfARoleMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyPermission))
	w.ensure(t, w.behind(t, keyMapping))
	w.remove(t, keyFnRole)
	clear(w.ready)
	d := w.reads(t, w.fresh(t, keyFunction), Drifted) // its role is made again on the way
	if d[0].Field != "RoleMadeAgain" {
		t.Errorf("differences: %v", d)
	}
	function := w.fresh(t, keyFunction).(*Function)
	w.ResetCalls()
	w.ensure(t, function)
	if !function.Renewed() || function.Created() {
		t.Errorf("renewed %t, created %t", function.Renewed(), function.Created())
	}
	made := 0
	for _, call := range w.Calls() {
		if call.Action == "POST /2015-03-31/functions" {
			made++
		}
	}
	if made != 1 {
		t.Errorf("the function was made %d times: %v", made, w.Calls())
	}
	out, err := w.Direct().IAM.GetRole(w.ctx, &iam.GetRoleInput{RoleName: aws.String(fnRoleName)})
	done(t, out, err)
	if function.seen.tags[TagRole] != *out.Role.RoleId {
		t.Errorf("tags: %v", function.seen.tags)
	}
	clear(w.ready)
	for _, key := range []string{keyFunction, keyMapping} {
		w.reads(t, w.fresh(t, key), InSync)
	}
	permission := w.fresh(t, keyPermission)
	w.reads(t, permission, Absent) // it went with the function, and comes back since that is renewed
	w.ensure(t, permission)
}

// TestFunctionFromS3 has code that only its tag tells where it is from.
func TestFunctionFromS3(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bucket, first := w.PutPackage(t, "autoscaler.zip", awstest.Package("one"))
	_, second := w.PutPackage(t, "autoscaler.zip", awstest.Package("two"))
	version := first
	w.change = func(kit map[string]Component) {
		kit[keyFunction].(*Function).Code = FunctionCode{Bucket: bucket, Key: "autoscaler.zip", Version: version}
	}
	w.ensure(t, w.behind(t, keyFunction))
	w.reads(t, w.fresh(t, keyFunction), InSync)
	w.hasCode(t, "one")
	for _, d := range []drift{
		{"other code", []string{"Code"}, "its code was changed", fixture(func(w *world) error {
			_, err := w.Direct().Lambda.UpdateFunctionCode(w.ctx, &lambda.UpdateFunctionCodeInput{FunctionName: aws.String(fnName), ZipFile: awstest.Package("three"), Architectures: []types.Architecture{"arm64"}})
			return err
		})},
		{"untold", []string{"Code"}, "its code is not that of s3://packages-", fixture(func(w *world) error {
			_, err := w.Direct().Lambda.UntagResource(w.ctx, &lambda.UntagResourceInput{Resource: aws.String(w.functionARN()), TagKeys: []string{TagPackage}})
			return err
		})},
	} {
		w.repairs(t, keyFunction, d)
	}
	w.hasCode(t, "one") // again, although it is not the newest
	version = second
	changed := w.fresh(t, keyFunction)
	if d := w.reads(t, changed, Drifted); d[0].Field != "Code" {
		t.Errorf("differences: %v", d)
	}
	w.ensure(t, changed)
	w.hasCode(t, "two")
}

// A package that S3 does not give does not come by itself, unlike a role.
func TestFunctionWithoutItsPackage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) {
		kit[keyFunction].(*Function).Code = FunctionCode{Bucket: "of-nobody", Key: "autoscaler.zip"}
	}
	function := w.fresh(t, keyFunction).(*Function)
	function.Role.renewed = true
	err := function.Ensure(w.ctx)
	if !NoPackage(err) || strings.Contains(err.Error(), "attempts") {
		t.Errorf("error is %v", err)
	}
}

// hasCode checks which package the function consists of.
func (w *world) hasCode(t *testing.T, text string) {
	t.Helper()
	out, err := w.Direct().Lambda.GetFunction(w.ctx, &lambda.GetFunctionInput{FunctionName: aws.String(fnName)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := aws.ToString(out.Configuration.CodeSha256), awstest.CodeSHA256(awstest.Package(text)); got != want {
		t.Errorf("the hash of the code is %s, want %s, of %q", got, want, text)
	}
}

// TestMissingValueIsNotStored has a parameter whose secret an import could not learn.
func TestMissingValueIsNotStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) { kit[keyParameter].(*Parameter).Value = "" }
	made := w.fresh(t, keyParameter)
	if err := made.Ensure(w.ctx); !errors.Is(err, errNoValue) || made.ID() != "" {
		t.Errorf("got %v, id %q", err, made.ID())
	}
	if got := w.mutations(); len(got) > 0 {
		t.Errorf("called %v", got)
	}
}
