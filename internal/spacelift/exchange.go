package spacelift

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// errUnauthorized is the answer to a token that is not, or no longer, accepted.
var errUnauthorized = errors.New("unauthorized")

// exchange carries one GraphQL request and judges the answer before the GraphQL
// library sees it, whose errors would quote all of the body.
type exchange struct {
	next    http.RoundTripper
	account string
	token   string // "" for the login
	mask    mask
	failure error // what went wrong, in our words
}

// RoundTrip implements http.RoundTripper. It follows no redirect: that would
// send the key to somebody else.
func (e *exchange) RoundTrip(request *http.Request) (*http.Response, error) {
	if e.token != "" {
		request = request.Clone(request.Context())
		request.Header.Set("Authorization", "Bearer "+e.token)
	}
	response, err := e.next.RoundTrip(request)
	if err != nil {
		e.failure = e.unreachable(err)
		return nil, e.failure
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit+1))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		e.failure = e.unreachable(err)
	case err != nil:
		e.failure = &passingError{reason: "the answer broke off: " + e.mask.of(err.Error())}
	case len(body) > answerLimit:
		e.failure = &AnswerError{Account: e.account, Message: fmt.Sprintf("an answer of more than %d MiB", answerLimit>>20)}
	default:
		e.failure = e.judge(response, body)
	}
	if e.failure != nil {
		return nil, e.failure
	}
	// Some servers give GraphQL answers another status; the library wants 200.
	response.StatusCode = http.StatusOK
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// unreachable tells a wrong endpoint from a network that fails for the moment.
func (e *exchange) unreachable(err error) error {
	var unknown *net.DNSError
	var distrust *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	switch reason := e.mask.of(err.Error()); {
	case errors.Is(err, context.DeadlineExceeded):
		return &passingError{reason: fmt.Sprintf("no answer in %s", requestLimit)}
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return &EndpointError{Endpoint: e.account, Reason: "its host name is not known (" + reason + ")"}
	case errors.As(err, &distrust):
		return &EndpointError{Endpoint: e.account, Reason: "its certificate is not trusted here, which a private CA needs to be (" + reason + ")"}
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		return &EndpointError{Endpoint: e.account, Reason: "it does not speak TLS (" + reason + ")"}
	default:
		return &passingError{reason: reason}
	}
}

// judge is nil for a GraphQL answer without errors.
func (e *exchange) judge(response *http.Response, body []byte) error {
	status := fmt.Sprintf("HTTP %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	switch code := response.StatusCode; {
	case code == http.StatusUnauthorized:
		return errUnauthorized
	case code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code >= http.StatusInternalServerError:
		return &passingError{reason: status, after: retryAfter(response.Header), refused: code == http.StatusTooManyRequests}
	case code >= http.StatusMultipleChoices && code < http.StatusBadRequest:
		return &EndpointError{Endpoint: e.account, Reason: e.mask.of(status + ", a redirect to " + host(response.Header.Get("Location")))}
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Data == nil && len(answer.Errors) == 0 {
		if response.StatusCode == http.StatusForbidden {
			return &RightsError{Account: e.account, Reason: "it, or a firewall before it, answered " + status}
		}
		// Nothing of the answer itself is quoted: it may repeat the request.
		what := "something else than GraphQL"
		if strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
			what = "a web page, not GraphQL"
		}
		return &EndpointError{Endpoint: e.account, Reason: fmt.Sprintf("%s/graphql answered %s and %s", e.account, status, what)}
	}
	if len(answer.Errors) == 0 {
		return nil
	}
	messages := make([]string, len(answer.Errors))
	for i := range answer.Errors {
		messages[i] = answer.Errors[i].Message
	}
	message := strings.Join(messages, "; ")
	if strings.Contains(strings.ToLower(message), "unauthorized") {
		return errUnauthorized
	}
	return &AnswerError{Account: e.account, Message: e.mask.of(message)}
}

// host is the host of a redirect's target, without what else the URL may hold.
func host(location string) string {
	target, err := url.Parse(location)
	if err != nil || target.Host == "" {
		return "another page"
	}
	return target.Host
}
