package awstest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Errors that only this harness knows.
const (
	codeLacking     = "EmulatorLacksOperation"
	codeUnreachable = "EmulatorUnreachable"
)

// maxBody bounds a request; the largest are the zips of the functions.
const maxBody = 100 << 20

// serve answers one API call: who, faults, latency, then the emulator.
func (c *Cloud) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPath) {
		c.control(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	q := identify(r, body)
	who, direct := c.owner(q.key)
	owner := who.tenant
	if owner == nil {
		refusal(q, http.StatusForbidden, "InvalidClientTokenId", "awstest: no account has the access key "+q.key).write(w)
		return
	}
	owner.visit(q.region)
	if direct {
		c.act(owner, q, r).write(w)
		return
	}
	call := owner.recorder.begin(q, r, who.role)
	a := c.suffer(who, q, r)
	owner.recorder.end(call, a)
	a.write(w)
}

// suffer answers a call after the account's latency, faults and policies.
func (c *Cloud) suffer(who caller, q request, r *http.Request) *answer {
	owner := who.tenant
	wait(r, owner.pause())
	fault := owner.faults.strike(q)
	if fault != nil {
		switch fault.effect {
		case effectHang:
			wait(r, fault.span)
			return &answer{cut: true}
		case effectEmpty:
			return &answer{status: http.StatusOK, body: []byte(fault.message), header: http.Header{"Content-Type": {"text/xml"}}}
		case effectFail:
			return refusal(q, fault.status, fault.code, fault.message)
		default: // the emulator acts first
		}
	}
	a := owner.authorize(r.Context(), who, q)
	if a == nil {
		a = c.act(owner, q, r)
	}
	owner.faults.learn(q, a)
	switch {
	case fault != nil && fault.code != "":
		return refusal(q, fault.status, fault.code, fault.message)
	case owner.faults.dead():
		dead := killed()
		return refusal(q, dead.status, dead.code, dead.message)
	case fault != nil:
		return &answer{cut: true}
	default:
		return a
	}
}

// wait waits for d, or until the client has gone.
func wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// act lets whoever emulates the service act on the call.
func (c *Cloud) act(owner *tenant, q request, r *http.Request) *answer {
	if q.service == "autoscaling" {
		return c.scale(owner, q)
	}
	if a := standIn(r.Context(), owner, q); a != nil {
		return a
	}
	if q.service == "sqs" && !bytes.Contains(q.body, []byte(`"WaitTimeSeconds"`)) {
		// The emulator breaks down over a queue that two calls change at the same time.
		// Who waits for messages cannot keep others from sending them.
		owner.queueing.Lock()
		defer owner.queueing.Unlock()
	}
	a := c.inTurn(owner, q, r)
	if a.status >= http.StatusBadRequest && isPage(a) {
		detail := c.emulator.traceback()
		owner.lack(q, detail)
		return refusal(q, http.StatusBadRequest, codeLacking,
			fmt.Sprintf("the AWS emulator cannot do %s %s: %s", q.service, q.action, lastLine(detail)))
	}
	owner.noticeIdentity(q)
	owner.noticeEnded(q, a)
	owner.noticeDeployed(q, a) //nolint:contextcheck // a schedule lives with the account
	return c.correct(r.Context(), owner, q, a)
}

// standIn answers the calls that the emulator lacks, or that it lets pass and AWS
// would not; nil for any other.
func standIn(ctx context.Context, owner *tenant, q request) *answer {
	switch q.service {
	case "logs":
		return owner.logs.standIn(ctx, owner, q)
	case "lambda":
		return owner.lambda(q.region).standIn(ctx, q)
	case "events":
		return owner.checkSchedule(q)
	case "monitoring":
		return owner.watch.watch(owner, q)
	case "tagging":
		return owner.tagged(ctx, q)
	default:
		return nil
	}
}

// forward hands the call to the emulator, in the name of the account.
func (c *Cloud) forward(owner *tenant, q request, r *http.Request) *answer {
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	// Without the client's cancellation: once the emulator has a call it acts, as AWS does.
	out, err := http.NewRequestWithContext(context.WithoutCancel(r.Context()), r.Method, c.emulator.url+r.URL.RequestURI(), bytes.NewReader(q.body))
	if err != nil {
		return refusal(q, http.StatusBadRequest, codeUnreachable, err.Error())
	}
	out.Header = r.Header.Clone()
	out.Header.Del("Connection")
	out.Header.Del("Content-Length")
	out.Header.Set("X-Moto-Account-Id", owner.id)
	out.Host = r.Host // queue URLs are made of it
	in, err := c.backend.RoundTrip(out)
	if err != nil {
		owner.lack(q, err.Error())
		return refusal(q, http.StatusBadRequest, codeUnreachable, err.Error())
	}
	defer func() { _ = in.Body.Close() }()
	body, err := io.ReadAll(in.Body)
	if err != nil {
		owner.lack(q, err.Error())
		return refusal(q, http.StatusBadRequest, codeUnreachable, err.Error())
	}
	for _, hop := range []string{"Connection", "Transfer-Encoding", "Date", "Server"} {
		in.Header.Del(hop)
	}
	return &answer{status: in.StatusCode, header: in.Header, body: body, code: errorCode(in.StatusCode, in.Header, body)}
}

// isPage says whether the answer is the emulator's own error page: it lacks the
// operation, or broke down.
func isPage(a *answer) bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.ToLower(a.body)), []byte("<!doctype html"))
}

func lastLine(text string) string {
	return lastOf(strings.TrimSpace(text), "\n")
}
