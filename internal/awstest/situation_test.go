package awstest

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/go-cmp/cmp"
)

func TestSituation(t *testing.T) {
	t.Parallel()
	account := Start(t).In("eu-west-1")
	deployFunction(t, account, nil)
	runner := account.Lambda().Runner()
	const invocations = recent + 2
	for range invocations {
		if _, err := runner.Invoke(t.Context(), "f", []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	makeGroup(t, account, 2)
	pool := account.Spacelift().AddPool("")
	account.Spacelift().Queue(pool, 0)

	found, err := situationOf(account.In("us-east-1"), nil) // the face that the control has
	if err != nil {
		t.Fatal(err)
	}
	now := found.(Situation)
	var states []string
	for _, one := range now.Instances {
		states = append(states, one.Image+" "+one.State)
	}
	if diff := cmp.Diff([]string{"spacelift-1800000000-x86_64 InService", "spacelift-1800000000-x86_64 InService"}, states); diff != "" {
		t.Error(diff)
	}
	if now.Queued != 1 || now.At.IsZero() {
		t.Errorf("%d runs wait at %s", now.Queued, now.At)
	}
	results := runner.Results("f")
	if len(now.Invocations) != recent || now.Invocations[0].ID != results[invocations-recent].RequestID {
		t.Errorf("%d invocations", len(now.Invocations))
	}
	for i, one := range now.Invocations {
		if one.Function != "f" || one.EndedAt.IsZero() || i > 0 && one.EndedAt.Before(now.Invocations[i-1].EndedAt) {
			t.Errorf("invocation %d: %+v", i, one)
		}
	}
}

// A function that is gone still tells what it did.
func TestSituationHasFailures(t *testing.T) {
	t.Parallel()
	account := Start(t)
	client := deployFunction(t, account, nil)
	runner := account.Lambda().Runner()
	if _, err := runner.Invoke(t.Context(), "f", []byte(`{"do":"fail","text":"out of order"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteFunction(t.Context(), &awslambda.DeleteFunctionInput{FunctionName: aws.String("f")}); err != nil {
		t.Fatal(err)
	}
	found, err := situationOf(account, nil)
	if err != nil {
		t.Fatal(err)
	}
	if all := found.(Situation).Invocations; len(all) != 1 || !strings.Contains(all[0].Failure, "out of order") {
		t.Errorf("%+v", all)
	}
}
