package component

import (
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// asyncAction says what becomes of asynchronous invocations.
const asyncAction = "PUT /2019-09-25/functions/" + fnName + "/event-invoke-config"

// TestSlowEdgeIsWaitedFor has the errors that pass by themselves.
func TestSlowEdgeIsWaitedFor(t *testing.T) {
	t.Parallel()
	fail := awstest.FailAction
	cases := map[string]struct {
		key     string
		fault   awstest.Fault
		retried string // the action that is called again
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
		"function's log group unknown":  {key: keyFnLog, fault: awstest.EventuallyConsistent(4), retried: "PutRetentionPolicy"},
		"role unknown to function":      {key: keyFunction, fault: fail("lambda", "POST /2015-03-31/functions", "InvalidParameterValueException", 4), retried: "POST /2015-03-31/functions"},
		"function changing":             {key: keyFunction, fault: fail("lambda", asyncAction, "ResourceConflictException", 4), retried: asyncAction},
		"function changing, deleted":    {key: keyFunction, fault: fail("lambda", "DELETE /2015-03-31/functions/"+fnName, "ResourceConflictException", 4), retried: "DELETE /2015-03-31/functions/" + fnName, remove: true},
		"rule changing":                 {key: keyRule, fault: fail("events", "PutTargets", "ConcurrentModificationException", 4), retried: "PutTargets"},
		"rule unknown to its target":    {key: keyRule, fault: fail("events", "PutTargets", "ResourceNotFoundException", 4), retried: "PutTargets"},
		"rule changing, deleted":        {key: keyRule, fault: fail("events", "DeleteRule", "ConcurrentModificationException", 4), retried: "DeleteRule", remove: true},
		"queue's name not free yet":     {key: keyQueue, fault: fail("sqs", "CreateQueue", "AWS.SimpleQueueService.QueueDeletedRecently", 4), retried: "CreateQueue"},
		"role unknown to queue":         {key: keyQueue, fault: fail("sqs", "CreateQueue", "InvalidAttributeValue", 4), retried: "CreateQueue"},
		"queue unknown to mapping":      {key: keyMapping, fault: fail("lambda", "POST /2015-03-31/event-source-mappings", "InvalidParameterValueException", 4), retried: "POST /2015-03-31/event-source-mappings"},
		"queue unknown to hook":         {key: keyHook, fault: fail("autoscaling", "PutLifecycleHook", "ValidationError", 4), retried: "PutLifecycleHook"},
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

		"function": {keyFunction, "lambda", "POST /2015-03-31/functions", "InvalidParameterValueException"},
		"queue":    {keyQueue, "sqs", "CreateQueue", "AWS.SimpleQueueService.QueueDeletedRecently"},
		"mapping":  {keyMapping, "lambda", "POST /2015-03-31/event-source-mappings", "InvalidParameterValueException"},
		"hook":     {keyHook, "autoscaling", "PutLifecycleHook", "ValidationError"},
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
