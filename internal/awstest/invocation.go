package awstest

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
)

// standIn answers the calls that the emulator must not see, or that it lets pass and
// AWS would not; nil for any other.
func (l *Lambda) standIn(ctx context.Context, q request) *answer {
	call := lambdaCall.FindStringSubmatch(q.action)
	switch {
	case call == nil:
		return nil
	case call[2] == "event-source-mappings":
		return l.mappingCall(ctx, q, call[1], call[3])
	case call[2] == "tags" && strings.Contains(call[3], ":event-source-mapping:"):
		return l.mappingTags(q, call[1], lastOf(call[3], ":"))
	case call[2] == "functions" && call[4] == "invocations":
		return l.invoke(ctx, q, nameOf(call[3]))
	case call[2] == "functions" && call[1]+" "+call[4] == "POST policy":
		return l.checkPermission(q, nameOf(call[3]))
	case call[2] == "functions" && call[1] != http.MethodGet:
		if refused := checkCode(q); refused != nil {
			return refused
		}
		return l.checkRole(ctx, q, nameOf(call[3]))
	default:
		return nil
	}
}

// checkCode refuses what is no zip.
func checkCode(q request) *answer {
	if q.archive == nil {
		return nil
	}
	if _, err := zip.NewReader(bytes.NewReader(q.archive), int64(len(q.archive))); err != nil {
		return refusal(q, http.StatusBadRequest, "InvalidParameterValueException", "Could not unzip uploaded file. Please check your file, then try to upload again.")
	}
	return nil
}

// invoke answers Invoke.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func (l *Lambda) invoke(ctx context.Context, q request, name string) *answer {
	l.mayLog(ctx, name)
	header := http.Header{"X-Amzn-Requestid": {requestID}, "Content-Type": {"application/json"}, "X-Amz-Executed-Version": {"$LATEST"}}
	var result lambda.Result
	var err error
	switch q.header.Get("X-Amz-Invocation-Type") {
	case string(types.InvocationTypeEvent):
		if _, err = l.runner.InvokeAsync(name, q.body); err == nil {
			return &answer{status: http.StatusAccepted, header: header}
		}
	case string(types.InvocationTypeDryRun):
		return &answer{status: http.StatusNoContent, header: header}
	default:
		result, err = l.runner.Invoke(ctx, name, q.body)
	}
	switch {
	case errors.Is(err, lambda.ErrNotFound):
		return refusal(q, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+l.arn("lambda", "function:"+name))
	case err != nil:
		return refusal(q, http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")
	}
	if result.FunctionError != "" {
		header.Set("X-Amz-Function-Error", result.FunctionError)
	}
	if q.header.Get("X-Amz-Log-Type") == string(types.LogTypeTail) {
		text := strings.Join(result.Logs, "\n")
		header.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString([]byte(text[max(0, len(text)-4<<10):])))
	}
	return &answer{status: http.StatusOK, header: header, body: result.Payload}
}

// fetch is the code in the bucket that a call names; nil if there is none.
func (l *Lambda) fetch(code *types.FunctionCode) []byte {
	if code.S3Bucket == nil {
		return nil
	}
	place := l.account.Endpoint() + "/" + aws.ToString(code.S3Bucket) + "/" + (&url.URL{Path: aws.ToString(code.S3Key)}).EscapedPath()
	if code.S3ObjectVersion != nil {
		place += "?versionId=" + url.QueryEscape(*code.S3ObjectVersion)
	}
	request, err := http.NewRequestWithContext(l.account.life, http.MethodGet, place, nil)
	if err != nil {
		return nil
	}
	request.Header.Set("Authorization", l.account.directScope("s3"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return nil
	}
	return text
}

// directScope says who calls which service, behind the recorder's back. The proxy
// and the emulator look at it, not at the signature.
func (a *Account) directScope(service string) string {
	return fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s%s/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=none",
		directKeyPrefix, a.id, a.region, service)
}
