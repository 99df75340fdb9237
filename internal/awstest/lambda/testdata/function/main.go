// Command function is what the tests of package lambda deploy.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type request struct {
	Do       string `json:"do"`
	Text     string `json:"text"`
	Millis   int    `json:"millis"`
	Megabyte int    `json:"megabyte"`
}

type response struct {
	Text       string   `json:"text,omitempty"`
	Pid        int      `json:"pid"`
	Env        []string `json:"env,omitempty"`
	RequestID  string   `json:"request_id"`
	ARN        string   `json:"arn"`
	LeftMillis int64    `json:"left_millis"`
	Trace      string   `json:"trace"`
}

var kept [][]byte

func handle(ctx context.Context, in request) (any, error) {
	deadline, _ := ctx.Deadline()
	lc, _ := lambdacontext.FromContext(ctx)
	out := response{
		Text: in.Text, Pid: os.Getpid(), RequestID: lc.AwsRequestID, ARN: lc.InvokedFunctionArn,
		LeftMillis: time.Until(deadline).Milliseconds(), Trace: os.Getenv("_X_AMZN_TRACE_ID"),
	}
	switch in.Do {
	case "log":
		fmt.Println(in.Text)
		fmt.Fprintln(os.Stderr, strings.ToUpper(in.Text))
	case "env":
		out.Env = os.Environ()
	case "fail":
		return nil, errors.New(in.Text)
	case "wait":
		for _, err := os.Stat(in.Text); err != nil; _, err = os.Stat(in.Text) {
			time.Sleep(5 * time.Millisecond)
		}
	case "fail-unless":
		if _, err := os.Stat(in.Text); err != nil {
			return nil, err
		}
	case "call":
		return call(ctx)
	case "panic":
		panic(in.Text)
	case "exit":
		os.Exit(3)
	case "sleep":
		fmt.Println("sleeping")
		time.Sleep(time.Duration(in.Millis) * time.Millisecond)
	case "allocate":
		block := make([]byte, in.Megabyte<<20)
		for i := range block {
			block[i] = 1
		}
		kept = append(kept, block)
		time.Sleep(time.Duration(in.Millis) * time.Millisecond)
	case "raw":
		return json.RawMessage(in.Text), nil
	}
	return out, nil
}

// call asks AWS for the account's parameters.
func call(ctx context.Context) (any, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("AWS_ENDPOINT_URL"), strings.NewReader("{}"))
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-Amz-Target", "AmazonSSM.DescribeParameters")
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Security-Token", os.Getenv("AWS_SESSION_TOKEN"))
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+os.Getenv("AWS_ACCESS_KEY_ID")+"/20260101/"+os.Getenv("AWS_REGION")+"/ssm/aws4_request, SignedHeaders=host, Signature=none")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return response{Text: answer.Status}, nil
}

func main() {
	switch os.Getenv("INIT") {
	case "exit":
		fmt.Println("no good start")
		os.Exit(4)
	case "error":
		body := strings.NewReader(`{"errorType":"Start.Bad","errorMessage":"no way to start"}`)
		answer, err := http.Post("http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+"/2018-06-01/runtime/init/error", "application/json", body)
		if err != nil {
			panic(err)
		}
		_, _ = io.Copy(os.Stdout, answer.Body)
		os.Exit(1)
	case "hang":
		time.Sleep(time.Hour)
	}
	lambda.Start(handle)
}
