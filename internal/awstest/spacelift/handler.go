package spacelift

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// requestLimit bounds a request, in bytes.
const requestLimit = 1 << 20

// ServeHTTP answers POST /graphql.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := s.answer(r)
	if a == nil {
		// The one way to close a connection of net/http without an answer.
		panic(http.ErrAbortHandler)
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// Transport is the account without a network, for use under testing/synctest.
func (s *Service) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Service }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	a := t.s.answer(r)
	switch {
	case r.Context().Err() != nil:
		return nil, r.Context().Err()
	case a == nil:
		return nil, fmt.Errorf("reading the answer: %w", io.ErrUnexpectedEOF)
	}
	return &http.Response{
		StatusCode: a.status, Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}

// answer is an HTTP answer of either face.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// answer is nil if the connection is to be cut.
func (s *Service) answer(r *http.Request) *answer {
	s.mu.Lock()
	latency, api, status401 := s.behavior.Latency, s.apis.today, s.behavior.Status401
	if s.behavior.Older {
		api = s.apis.older
	}
	s.mu.Unlock()
	if !idle(r.Context(), latency) {
		return nil
	}
	if strings.TrimRight(r.URL.Path, "/") != "/graphql" || r.Method != http.MethodPost {
		return reply(http.StatusNotFound, "text/html; charset=utf-8", []byte("<!doctype html><title>Not found</title>"))
	}
	var in struct {
		Query         string
		OperationName string
		Variables     map[string]any
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, requestLimit)).Decode(&in); err != nil {
		return reply(http.StatusBadRequest, "application/json", []byte(`{"errors":[{"message":"the request is no JSON"}]}`))
	}
	v := &visit{token: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")}
	out := api.Exec(context.WithValue(r.Context(), visitKey{}, v), in.Query, in.OperationName, in.Variables)
	if v.failed == nil {
		v.failed = v.late
	}
	switch {
	case v.failed != nil && (v.failed.Cut || v.failed.Status != 0):
		return v.failed.answer()
	case v.failed != nil && v.failed.Late:
		return reply(http.StatusOK, "application/json", jsonOf(map[string]any{"data": nil, "errors": []any{map[string]any{"message": v.failed.Message}}}))
	case v.denied && status401:
		return reply(http.StatusUnauthorized, "text/plain", []byte("Unauthorized"))
	}
	return reply(http.StatusOK, "application/json", jsonOf(out))
}

func (f *Failure) answer() *answer {
	if f.Cut {
		return nil
	}
	a := reply(f.Status, "text/html; charset=utf-8", []byte(f.Message))
	if f.RetryAfter > 0 {
		a.header.Set("Retry-After", strconv.Itoa(int(f.RetryAfter/time.Second)))
	}
	return a
}

func reply(status int, kind string, body []byte) *answer {
	return &answer{status: status, header: http.Header{"Content-Type": {kind}}, body: body}
}

func jsonOf(document any) []byte {
	text, _ := json.Marshal(document)
	return text
}

// idle waits for d and says whether the client is still there.
func idle(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
