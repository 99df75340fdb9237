package awstest

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
)

// makeQueue makes a queue with a visibility timeout in seconds, and tells its URL
// and ARN.
func makeQueue(t *testing.T, a *Account, name, visibility string) (address, arn string) {
	t.Helper()
	out, err := sqs.NewFromConfig(a.Config()).CreateQueue(t.Context(), &sqs.CreateQueueInput{
		QueueName: &name, Attributes: map[string]string{"VisibilityTimeout": visibility},
	})
	if err != nil {
		t.Fatal(err)
	}
	return *out.QueueUrl, "arn:aws:sqs:" + a.Region() + ":" + a.ID() + ":" + name
}

func TestMappingIsKept(t *testing.T) {
	t.Parallel()
	a, ctx := Start(t), t.Context()
	client := deployFunction(t, a, nil)
	_, queue := makeQueue(t, a, "q", "60")
	made, err := client.CreateEventSourceMapping(ctx, &awslambda.CreateEventSourceMappingInput{
		FunctionName: aws.String("f"), EventSourceArn: &queue, BatchSize: aws.Int32(5), Tags: map[string]string{"a": "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if aws.ToString(made.State) != "Creating" || aws.ToInt32(made.BatchSize) != 5 || !strings.HasSuffix(aws.ToString(made.FunctionArn), ":function:f") || made.LastModified == nil {
		t.Errorf("made %+v", made)
	}
	if _, err := client.UpdateEventSourceMapping(ctx, &awslambda.UpdateEventSourceMappingInput{
		UUID: made.UUID, Enabled: aws.Bool(false), BatchSize: aws.Int32(20), MaximumBatchingWindowInSeconds: aws.Int32(3),
	}); err != nil {
		t.Fatal(err)
	}
	got, err := client.GetEventSourceMapping(ctx, &awslambda.GetEventSourceMappingInput{UUID: made.UUID})
	if err != nil || aws.ToString(got.State) != "Disabled" || *got.BatchSize != 20 || *got.MaximumBatchingWindowInSeconds != 3 || *got.EventSourceArn != queue {
		t.Errorf("got %+v, %v", got, err)
	}
	for function, want := range map[string]int{"f": 1, "other": 0} {
		list, err := client.ListEventSourceMappings(ctx, &awslambda.ListEventSourceMappingsInput{FunctionName: &function, EventSourceArn: &queue})
		if err != nil || len(list.EventSourceMappings) != want {
			t.Errorf("%d mappings of %s, %v", len(list.EventSourceMappings), function, err)
		}
	}
	if _, err := client.TagResource(ctx, &awslambda.TagResourceInput{Resource: made.EventSourceMappingArn, Tags: map[string]string{"b": "2"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.UntagResource(ctx, &awslambda.UntagResourceInput{Resource: made.EventSourceMappingArn, TagKeys: []string{"a"}}); err != nil {
		t.Fatal(err)
	}
	if tags, err := client.ListTags(ctx, &awslambda.ListTagsInput{Resource: made.EventSourceMappingArn}); err != nil || len(tags.Tags) != 1 || tags.Tags["b"] != "2" {
		t.Errorf("tags %+v, %v", tags, err)
	}
	objects, err := a.Objects(ctx)
	if err != nil || !strings.Contains(strings.Join(objects, " "), "lambda:event-source-mapping/"+*made.UUID) {
		t.Errorf("objects %q, %v", objects, err)
	}
	if _, err := client.DeleteEventSourceMapping(ctx, &awslambda.DeleteEventSourceMappingInput{UUID: made.UUID}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.GetEventSourceMapping(ctx, &awslambda.GetEventSourceMappingInput{UUID: made.UUID}); codeOf(err) != "ResourceNotFoundException" {
		t.Errorf("a mapping that is deleted: %v", err)
	}
}

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func TestMappingsThatLambdaRefuses(t *testing.T) {
	t.Parallel()
	a := Start(t)
	client := deployFunction(t, a, nil)
	_, queue := makeQueue(t, a, "q", "60")
	_, hasty := makeQueue(t, a, "hasty", "10") // the function may take 30 s
	create := func(function, source string, size int32) error {
		_, err := client.CreateEventSourceMapping(t.Context(), &awslambda.CreateEventSourceMappingInput{
			FunctionName: &function, EventSourceArn: &source, BatchSize: &size,
		})
		return err
	}
	if err := create("f", queue, 10); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no function":        {create("other", queue, 10), "ResourceNotFoundException"},
		"no queue":           {create("f", queue+"-other", 10), "InvalidParameterValueException"},
		"once more":          {create("f", queue, 10), "ResourceConflictException"},
		"visible too early":  {create("f", hasty, 10), "InvalidParameterValueException"},
		"big without window": {create("f", hasty, 11), "InvalidParameterValueException"},
		"too big":            {create("f", hasty, 10001), "InvalidParameterValueException"},
	} {
		if codeOf(c.err) != c.want {
			t.Errorf("%s: %v, want %s", name, c.err, c.want)
		}
	}
}

// Messages reach the function once the test has said so; those that fail come
// again. The emulator takes none of them.
func TestMessagesReachTheFunction(t *testing.T) {
	t.Parallel()
	a, ctx := Start(t), t.Context()
	a.Lambda().Adjust(func(f *lambda.Function) { f.Timeout = 30 * time.Second })
	client := deployFunction(t, a, func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(1) })
	address, queue := makeQueue(t, a, "q", "1")
	made, err := client.CreateEventSourceMapping(ctx, &awslambda.CreateEventSourceMappingInput{FunctionName: aws.String("f"), EventSourceArn: &queue})
	if err != nil {
		t.Fatal(err)
	}
	queues := sqs.NewFromConfig(a.Config())
	if _, err := queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &address, MessageBody: aws.String("hello")}); err != nil {
		t.Fatal(err)
	}
	if left := waiting(t, queues, address); left != 1 {
		t.Errorf("before the start there are %d messages", left)
	}
	runner := a.Lambda().Runner()
	runner.Break("f", true)
	a.Lambda().Start(0)
	eventually(t, func() bool { return inFlight(t, queues, address) })
	if n := len(runner.Results("f")); n != 0 {
		t.Errorf("%d events while the function was broken", n)
	}
	runner.Break("f", false)
	eventually(t, func() bool { return len(runner.Results("f")) > 0 }) // a slow machine gets it twice
	result := runner.Results("f")[0]
	if !strings.Contains(string(result.Event), `"body":"hello"`) || !strings.Contains(string(result.Event), queue) || result.FunctionError != "" {
		t.Errorf("result %s of %s", result.Payload, result.Event)
	}
	eventually(t, func() bool { return waiting(t, queues, address) == 0 && !inFlight(t, queues, address) })
	if _, err := client.DeleteEventSourceMapping(ctx, &awslambda.DeleteEventSourceMappingInput{UUID: made.UUID}); err != nil {
		t.Fatal(err)
	}
}

// waiting is how many messages wait in a queue, without taking one.
func waiting(t *testing.T, queues *sqs.Client, address string) int {
	t.Helper()
	return attributeOf(t, queues, address, "ApproximateNumberOfMessages")
}

// inFlight says whether somebody has messages in hand.
func inFlight(t *testing.T, queues *sqs.Client, address string) bool {
	t.Helper()
	return attributeOf(t, queues, address, "ApproximateNumberOfMessagesNotVisible") > 0
}

func attributeOf(t *testing.T, queues *sqs.Client, address, name string) int {
	t.Helper()
	out, err := queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &address, AttributeNames: []types.QueueAttributeName{types.QueueAttributeName(name)}})
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(out.Attributes[name])
	if err != nil {
		t.Fatal(err)
	}
	return number
}
