package autoscaling

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
)

// Client is an SDK client of the groups that needs no network: its calls are
// answered in the caller's goroutine. It works in a bubble of testing/synctest,
// and is as real as one can be: requests and answers are written and read by the
// SDK. options may change it, for instance its retries.
func (g *Groups) Client(options ...func(*autoscaling.Options)) *autoscaling.Client {
	return autoscaling.New(autoscaling.Options{
		Region:      g.place.Region,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:  wire{g},
	}, options...)
}

// wire is an HTTP client without a network.
type wire struct{ groups *Groups }

// Do implements autoscaling.HTTPClient.
func (w wire) Do(request *http.Request) (*http.Response, error) {
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, fmt.Errorf("reading request: %w", err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fmt.Errorf("reading request: %w", err)
	}
	reply, err := w.groups.Call(form)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: reply.Status, Status: http.StatusText(reply.Status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"text/xml"}}, Body: io.NopCloser(bytes.NewReader(reply.Body)),
		ContentLength: int64(len(reply.Body)), Request: request,
	}, nil
}
