package stack_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// operatorPolicies are the documented ones, as an operator with this KMS key would adapt
// them: that of a pool, and that of its functions.
func operatorPolicies(t *testing.T, keyID string) []string {
	t.Helper()
	return awstest.OperatorPolicies(t, "YOUR-KEY", keyID, "YOUR-BUCKET", "packages")
}

// unseen are the actions of the operator's policies that no call of
// TestOperatorNeedsEachPermission takes, and what takes them.
var unseen = map[string]string{
	"autoscaling:CancelInstanceRefresh":     "TestUpdateDuringARefreshTakesItsPlace, TestDestroyDuringARefresh",
	"autoscaling:DescribeScalingActivities": "TestWaitTellsWhyWorkersDoNotCome",
	"ec2:GetConsoleOutput":                  "TestReasonIsABootThatFailed",
	"lambda:ListEventSourceMappings":        "TestFunctionsOutliveTheirClient",
	"s3:GetObject":                          "the example autoscaler-custom-s3-package, in TestExamples",
	"secretsmanager:RestoreSecret":          "TestDrift: a secret that somebody has scheduled for deletion",
	// Only with ObjectVersion: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
	"s3:GetObjectVersion": "a package of the user's by version",
}

// TestOperatorNeedsEachPermission takes a pool through what its arguments can do, held
// to the documented policies, and tells which of their actions nothing has needed.
func TestOperatorNeedsEachPermission(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	made, err := kms.NewFromConfig(account.DirectConfig()).CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	policies := operatorPolicies(t, aws.ToString(made.KeyMetadata.KeyId))
	var granted []string
	for _, policy := range policies {
		granted = append(granted, actionsOf(t, policy)...)
	}
	if err := account.Hold(policies...); err != nil {
		t.Fatal(err)
	}
	wholeLife(t, account, aws.ToString(made.KeyMetadata.Arn))
	needed := account.Needed("")
	described(t, needed)
	for _, action := range slices.Compact(slices.Sorted(slices.Values(granted))) {
		switch reason := unseen[action]; {
		case reason == "" && needed[action] == nil:
			t.Errorf("nothing has needed %s: take it out of the policies, or tell in this test what does", action)
		case reason != "" && needed[action] != nil:
			t.Errorf("%s is needed here, and listed as unseen", action)
		}
	}
	for action := range unseen {
		if !slices.Contains(granted, action) {
			t.Errorf("%s is listed as unseen, and in no policy", action)
		}
	}
}

// TestPoolWithoutFunctionsTakesOnePolicy is about operators without the rights for what
// a pool does not have: looking for that must not keep them from anything.
func TestPoolWithoutFunctionsTakesOnePolicy(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	if err := account.Hold(operatorPolicies(t, "key")[0]); err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"cloudwatch:GetDashboard", "lambda:GetFunction", "lambda:GetFunctionEventInvokeConfig"} {
		account.ExpectRefused(action)
	}
	made := create(t, account, workerPool(account))
	found, err := stack.Find(t.Context(), account.Clients(), poolID, stack.Spec{})
	if err != nil || found.AutoScalingGroupName != made.AutoScalingGroupName {
		t.Fatalf("found %q: %v", found.AutoScalingGroupName, err)
	}
	destroy(t, account, refresh(t, account, made))
	nothingLeft(t, account)
}

// guide is what the documentation tells of calls: "service:Operation", and the actions
// that AWS asks for besides the one of that name.
func guide(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "permissions.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (.*?) \| (.*?) \| .* \|$`).FindAllStringSubmatch(string(text), -1) {
		codes := func(cell string) (all []string) {
			for _, code := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cell, -1) {
				all = append(all, code[1])
			}
			return all
		}
		for _, first := range codes(row[1]) {
			if strings.Contains(first, ":") { // a call, and what it takes besides
				rows[first] = append(rows[first], codes(row[2])...)
				continue
			}
			for _, operation := range codes(row[2]) { // a service, and its calls
				rows[first+":"+operation] = append(rows[first+":"+operation], first+":"+operation)
			}
		}
	}
	return rows
}

// described checks that the guide tells of the calls that were made, and of what each
// has taken.
func described(t *testing.T, needed map[string][]string) {
	t.Helper()
	rows := guide(t)
	for action, calls := range needed {
		for _, call := range calls {
			if !slices.Contains(rows[call], action) {
				t.Errorf("templates/guides/permissions.md.tmpl does not tell that %s takes %s", call, action)
			}
		}
	}
}

// wholeLife is that of a pool which has everything, each thing at its time.
func wholeLife(t *testing.T, a *awstest.Account, keyARN string) {
	t.Helper()
	spec := scalingPool(a)
	plans(t, a, spec, nil)
	first := create(t, a, spec)
	meddle(t, a)
	pool := refresh(t, a, first)
	full := with(pool.Spec, func(s *stack.Spec) {
		autoscaling := *s.Autoscaling
		autoscaling.Architecture, autoscaling.ScheduleExpression = "amd64", "rate(5 minutes)"
		s.Autoscaling = &autoscaling
		s.Tags = map[string]string{"Cost": "42"}
		s.Secret.KMSKeyID, s.LogGroups.KMSKeyID, s.LogGroups.Retention = keyARN, keyARN, 0
		s.Role.PermissionsBoundary = "arn:aws:iam::aws:policy/PowerUserAccess"
		s.Functions.VPC = &stack.FunctionVPC{Subnets: s.Subnets, SecurityGroups: s.SecurityGroups}
		s.Functions.CABundle = strings.Repeat("certificate ", 300)
		s.Monitoring = stack.Monitoring{Dashboard: true, AlarmActions: []string{"arn:aws:sns:us-east-1:111122223333:alerts"}}
		s.EnabledMetrics = nil
		s.LaunchTemplate.UpdateDefaultVersion = true
		s.InstanceRefresh = refreshing(a).InstanceRefresh
		s.Schedules = []stack.Schedule{{Name: "morning", Recurrence: "0 8 * * *", TimeZone: "UTC", MinSize: aws.Int32(2)}}
		bigger(s)
	})
	plans(t, a, full, &pool.Spec)
	pool = update(t, a, full, pool)
	await(t, func() bool {
		letGo(t, a)
		return refreshes(t, a)[0].Status == types.InstanceRefreshStatusSuccessful
	})
	pool = refresh(t, a, pool)
	bare := with(first.Spec, func(s *stack.Spec) {
		s.Tags = map[string]string{"Owner": "sre"}
		s.Autoscaling = nil
		s.Monitoring = stack.Monitoring{Dashboard: true, AlarmActions: pool.Spec.Monitoring.AlarmActions}
	})
	pool = refresh(t, a, update(t, a, bare, pool))
	none := with(bare, func(s *stack.Spec) { s.APICredentials, s.Monitoring = nil, stack.Monitoring{} })
	destroy(t, a, update(t, a, none, pool))
}

// plans checks a Spec as a plan does.
func plans(t *testing.T, a *awstest.Account, spec stack.Spec, prior *stack.Spec) {
	t.Helper()
	for _, problem := range stack.Check(t.Context(), a.Clients(), spec, prior) {
		t.Errorf("plan: %+v", problem)
	}
}

// meddle changes what only a repair sets.
func meddle(t *testing.T, a *awstest.Account) {
	t.Helper()
	clients, names := a.Direct(), stack.NamesOf("sp5ft-"+poolID, a.Region())
	mappings, err := clients.Lambda.ListEventSourceMappings(t.Context(), &lambda.ListEventSourceMappingsInput{FunctionName: &names.Lifecycle})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := clients.SQS.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: &names.Lifecycle})
	if err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"trust": second(clients.IAM.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: &names.HookRole, PolicyDocument: aws.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)})),
		"description": second(clients.IAM.UpdateRoleDescription(t.Context(), &iam.UpdateRoleDescriptionInput{RoleName: &names.HookRole, Description: aws.String("theirs")})),
		"mapping":     second(clients.Lambda.UpdateEventSourceMapping(t.Context(), &lambda.UpdateEventSourceMappingInput{UUID: mappings.EventSourceMappings[0].UUID, BatchSize: aws.Int32(1)})),
		"queue":       second(clients.SQS.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: queue.QueueUrl, Attributes: map[string]string{"MessageRetentionPeriod": "600"}})),
		"logs":        second(clients.Logs.PutRetentionPolicy(t.Context(), &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("/aws/lambda/" + names.Lifecycle), RetentionInDays: aws.Int32(1)})),
	} {
		if err != nil {
			t.Fatalf("%s: %s", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// actionsOf are those of a policy's statements.
func actionsOf(t *testing.T, policy string) (actions []string) {
	t.Helper()
	var document struct{ Statement []struct{ Action []string } }
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		t.Fatal(err)
	}
	for _, statement := range document.Statement {
		actions = append(actions, statement.Action...)
	}
	return actions
}
