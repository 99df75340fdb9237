package lambda

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// invocation is one event on its way to a process.
type invocation struct {
	id      string
	payload []byte
}

// reply is what a process answers.
type reply struct {
	payload []byte
	failed  bool
}

// maxPayload is 6 MB, as https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html says.
const maxPayload = 6 << 20

// routes are the Runtime API of one execution environment:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (e *environment) routes() http.Handler {
	mux := http.NewServeMux()
	const api = "/2018-06-01/runtime"
	mux.HandleFunc("GET "+api+"/invocation/next", e.serveNext)
	mux.HandleFunc("POST "+api+"/invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) { e.take(w, r, false) })
	mux.HandleFunc("POST "+api+"/invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) { e.take(w, r, true) })
	mux.HandleFunc("POST "+api+"/init/error", func(w http.ResponseWriter, r *http.Request) { e.take(w, r, true) })
	return mux
}

// serveNext waits for an event. Asking for it says that the last one is done.
func (e *environment) serveNext(w http.ResponseWriter, r *http.Request) {
	select {
	case e.polled <- struct{}{}:
	default: // nobody has taken note of an earlier question, whose asker is gone
	}
	select {
	case <-r.Context().Done():
	case in := <-e.next:
		e.current.Store(&in.id)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", in.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(e.of.Timeout).UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", e.of.ARN)
		w.Header().Set("Lambda-Runtime-Trace-Id", traceID())
		_, _ = w.Write(in.payload)
	}
}

// take takes the answer to the event that is being handled, or to the start.
func (e *environment) take(w http.ResponseWriter, r *http.Request, failed bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, "Function.ResponseSizeTooLarge", fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxPayload))
		return
	}
	if id := e.current.Swap(nil); id == nil || *id != r.PathValue("id") {
		e.current.CompareAndSwap(nil, id)
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	e.replies <- reply{payload: body, failed: failed} // has room for one
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`+"\n")
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(failure(kind, message))
}
