package awstest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
)

var functionZip = sync.OnceValues(func() ([]byte, error) { return lambda.Build("./lambda/testdata/function") })

// deployFunction deploys the function "f" of the role "role", as change leaves it.
func deployFunction(t *testing.T, a *Account, change func(*awslambda.CreateFunctionInput)) *awslambda.Client {
	t.Helper()
	code, err := functionZip()
	if err != nil {
		t.Fatal(err)
	}
	client := awslambda.NewFromConfig(a.Config())
	role := makeRole(t, a, "role")
	allow(t, a, "role", "logs:*", "sqs:*", "ssm:DescribeParameters")
	in := &awslambda.CreateFunctionInput{
		FunctionName: aws.String("f"), Role: &role, Code: &types.FunctionCode{ZipFile: code},
		Runtime: types.RuntimeProvidedal2023, Handler: aws.String("bootstrap"), Timeout: aws.Int32(30),
		Environment: &types.Environment{Variables: map[string]string{"SETTING": "first"}},
	}
	if change != nil {
		change(in)
	}
	if _, err := client.CreateFunction(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return client
}

// callFunction has the function handle an event, through the API.
func callFunction(t *testing.T, client *awslambda.Client, event string) *awslambda.InvokeOutput {
	t.Helper()
	out, err := client.Invoke(t.Context(), &awslambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(event), LogType: types.LogTypeTail})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// environOf is the environment that the function sees.
func environOf(t *testing.T, client *awslambda.Client) []string {
	t.Helper()
	var answer struct{ Env []string }
	if out := callFunction(t, client, `{"do":"env"}`); json.Unmarshal(out.Payload, &answer) != nil {
		t.Fatalf("answer %s", out.Payload)
	}
	return answer.Env
}

func TestDeployedFunctionRuns(t *testing.T) {
	t.Parallel()
	a := Start(t).In("eu-west-1")
	client := deployFunction(t, a, nil)
	env := environOf(t, client)
	for _, want := range []string{
		"SETTING=first", "AWS_REGION=eu-west-1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "AWS_ENDPOINT_URL=" + a.Endpoint(), "AWS_SECRET_ACCESS_KEY=" + a.SecretKey(),
	} {
		if !slices.Contains(env, want) {
			t.Errorf("%s is not in %q", want, env)
		}
	}
	if out := callFunction(t, client, `{"text":"hello"}`); out.StatusCode != http.StatusOK || out.FunctionError != nil || aws.ToString(out.ExecutedVersion) != "$LATEST" ||
		!strings.Contains(string(out.Payload), `"text":"hello"`) || !strings.Contains(string(out.Payload), "arn:aws:lambda:eu-west-1:"+a.ID()+":function:f") {
		t.Errorf("answer %+v, %s", out, out.Payload)
	}
	out := callFunction(t, client, `{"do":"log","text":"line"}`)
	if text, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult)); err != nil || string(text) != "line\nLINE" {
		t.Errorf("log %q, %v", text, err)
	}
	if out := callFunction(t, client, `{"do":"fail","text":"no"}`); aws.ToString(out.FunctionError) != "Unhandled" || !strings.Contains(string(out.Payload), `"errorMessage":"no"`) {
		t.Errorf("failure %+v, %s", out, out.Payload)
	}
}

// A function acts in its role, and so its calls are recorded.
func TestCallsOfFunctionCarryItsRole(t *testing.T) {
	t.Parallel()
	a := Start(t)
	client := deployFunction(t, a, nil)
	if out := callFunction(t, client, `{"do":"call"}`); !strings.Contains(string(out.Payload), "200 OK") {
		t.Fatalf("answer %s", out.Payload)
	}
	var roles []string
	for _, call := range a.Calls() {
		if call.String() == "ssm/DescribeParameters" {
			roles = append(roles, call.Role)
		} else if call.Role != "" {
			t.Errorf("%s was called by %s", call, call.Role)
		}
	}
	if want := []string{"arn:aws:iam::" + a.ID() + ":role/role"}; !slices.Equal(roles, want) {
		t.Errorf("called by %q, want %q", roles, want)
	}
}

func TestFunctionIsUpdatedAndDeleted(t *testing.T) {
	t.Parallel()
	a, ctx := Start(t), t.Context()
	client, name := deployFunction(t, a, nil), aws.String("f")
	if _, err := client.UpdateFunctionConfiguration(ctx, &awslambda.UpdateFunctionConfigurationInput{
		FunctionName: name, MemorySize: aws.Int32(256), Timeout: aws.Int32(20),
		Environment: &types.Environment{Variables: map[string]string{"SETTING": "second"}},
	}); err != nil {
		t.Fatal(err)
	}
	if env := environOf(t, client); !slices.Contains(env, "SETTING=second") || !slices.Contains(env, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256") {
		t.Errorf("environment %q", env)
	}
	if _, err := client.UpdateFunctionCode(ctx, &awslambda.UpdateFunctionCodeInput{FunctionName: name, ZipFile: []byte("no zip")}); codeOf(err) != "InvalidParameterValueException" {
		t.Errorf("code that is no zip: %v", err)
	}
	code, _ := functionZip()
	// x86_64 code that is said to be for arm64, or arm64 code that is not:
	// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
	other := types.ArchitectureArm64
	if runtime.GOARCH == "arm64" {
		other = types.ArchitectureX8664
	}
	if _, err := client.UpdateFunctionCode(ctx, &awslambda.UpdateFunctionCodeInput{FunctionName: name, ZipFile: code, Architectures: []types.Architecture{other}}); err != nil {
		t.Fatal(err)
	}
	if out := callFunction(t, client, `{}`); !strings.Contains(string(out.Payload), "exec format error") {
		t.Errorf("code for another machine: %s", out.Payload)
	}
	if _, err := client.DeleteFunction(ctx, &awslambda.DeleteFunctionInput{FunctionName: name}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Invoke(ctx, &awslambda.InvokeInput{FunctionName: name}); codeOf(err) != "ResourceNotFoundException" {
		t.Errorf("a function that is deleted: %v", err)
	}
}

// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
func TestRetriesAreConfigured(t *testing.T) {
	t.Parallel()
	a, ctx := Start(t), t.Context()
	client, name := deployFunction(t, a, nil), aws.String("f")
	a.Lambda().Start(60 * time.Millisecond)
	attempts := func() int {
		before := len(a.Lambda().Runner().Results("f"))
		if _, err := client.Invoke(ctx, &awslambda.InvokeInput{FunctionName: name, InvocationType: types.InvocationTypeEvent, Payload: []byte(`{"do":"fail"}`)}); err != nil {
			t.Fatal(err)
		}
		a.Lambda().Runner().Settle()
		return len(a.Lambda().Runner().Results("f")) - before
	}
	if n := attempts(); n != 3 {
		t.Errorf("%d attempts by default", n)
	}
	if _, err := client.PutFunctionEventInvokeConfig(ctx, &awslambda.PutFunctionEventInvokeConfigInput{FunctionName: name, MaximumRetryAttempts: aws.Int32(0)}); err != nil {
		t.Fatal(err)
	}
	if n := attempts(); n != 1 {
		t.Errorf("%d attempts without retries", n)
	}
	if _, err := client.DeleteFunctionEventInvokeConfig(ctx, &awslambda.DeleteFunctionEventInvokeConfigInput{FunctionName: name}); err != nil {
		t.Fatal(err)
	}
	if n := attempts(); n != 3 {
		t.Errorf("%d attempts without a configuration", n)
	}
}

// Code in a bucket is that of the object's version.
func TestCodeFromBucket(t *testing.T) {
	t.Parallel()
	a := Start(t)
	code, err := functionZip()
	if err != nil {
		t.Fatal(err)
	}
	bucket, version := a.PutPackage(t, "a folder/f.zip", code)
	a.PutPackage(t, "a folder/f.zip", Package("another"))
	client := deployFunction(t, a, func(in *awslambda.CreateFunctionInput) {
		in.Code = &types.FunctionCode{S3Bucket: &bucket, S3Key: aws.String("a folder/f.zip"), S3ObjectVersion: &version}
	})
	if out := callFunction(t, client, `{"text":"from a bucket"}`); !strings.Contains(string(out.Payload), "from a bucket") {
		t.Errorf("answer %s", out.Payload)
	}
}

// What a test says of functions wins over their configuration.
func TestFunctionIsAdjusted(t *testing.T) {
	t.Parallel()
	a := Start(t)
	a.Lambda().Adjust(func(f *lambda.Function) {
		f.Timeout, f.Extra = 200*time.Millisecond, append(f.Extra, "SETTING=adjusted")
	})
	client := deployFunction(t, a, nil)
	if out := callFunction(t, client, `{"do":"sleep","millis":600000}`); !strings.Contains(string(out.Payload), "Task timed out after 0.20 seconds") {
		t.Errorf("answer %s", out.Payload)
	}
	a.Lambda().Adjust(func(f *lambda.Function) { f.Extra = append(f.Extra, "SETTING=adjusted") })
	if _, err := client.UpdateFunctionConfiguration(context.Background(), &awslambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("f")}); err != nil {
		t.Fatal(err)
	}
	if env := environOf(t, client); !slices.Contains(env, "SETTING=adjusted") {
		t.Errorf("environment %q", env)
	}
}
