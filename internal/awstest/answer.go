package awstest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// answer is a whole HTTP answer, held until the faults have had their say.
type answer struct {
	status int
	header http.Header
	body   []byte
	code   string // AWS error code; "" when the call worked
	cut    bool   // close the connection instead of answering
}

// write sends the answer to the client.
func (a *answer) write(w http.ResponseWriter) {
	if a.cut {
		// The one way to close a connection of net/http without an answer.
		panic(http.ErrAbortHandler)
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// refusal is an AWS error as the service that was called would write it.
func refusal(q request, status int, code, message string) *answer {
	a := &answer{status: status, code: code, header: http.Header{"X-Amzn-Requestid": {requestID}}}
	switch q.protocol {
	case protocolEC2:
		a.header.Set("Content-Type", "text/xml;charset=UTF-8")
		a.body = fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>%s</RequestID></Response>`,
			escape(code), escape(message), requestID)
	case protocolQuery:
		a.header.Set("Content-Type", "text/xml")
		a.body = fmt.Appendf(nil, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>`,
			escape(code), escape(message), requestID)
	case protocolRESTXML:
		a.header.Set("Content-Type", "application/xml")
		a.body = fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>%s</Message><RequestId>%s</RequestId></Error>`,
			escape(code), escape(message), requestID)
	case protocolCBOR:
		a.header.Set("Content-Type", "application/cbor")
		a.header.Set("Smithy-Protocol", "rpc-v2-cbor")
		a.body = cborStrings("__type", code, "message", message)
	default:
		a.header.Set("Content-Type", "application/x-amz-json-1.1")
		a.header.Set("X-Amzn-Errortype", lastOf(code, "."))
		// SQS keeps its old query codes in this header:
		// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
		if q.service == "sqs" {
			a.header.Set("X-Amzn-Query-Error", code+";Sender")
		}
		a.body, _ = json.Marshal(map[string]string{"__type": lastOf(code, "."), "message": message, "Message": message})
	}
	return a
}

// requestID is what every answer of the proxy's own carries.
const requestID = "00000000-0000-4000-8000-000000000000"

// errorCode reads the AWS error code out of an answer with an error status.
func errorCode(status int, header http.Header, body []byte) string {
	if status < 300 {
		return ""
	}
	if code := header.Get("X-Amzn-Errortype"); code != "" {
		return lastOf(strings.Split(code, ":")[0], "#")
	}
	var document struct {
		Type string `json:"__type"`
	}
	if json.Unmarshal(body, &document) == nil {
		return lastOf(document.Type, "#")
	}
	if _, rest, ok := strings.Cut(string(body), "<Code>"); ok {
		code, _, _ := strings.Cut(rest, "</Code>")
		return code
	}
	return http.StatusText(status)
}

// cborStrings is a CBOR map of short text pairs (RFC 8949, section 3).
func cborStrings(pairs ...string) []byte {
	out := []byte{0xa0 | byte(len(pairs)/2)}
	for _, text := range pairs {
		if len(text) > 0xffff {
			text = text[:0xffff]
		}
		out = append(out, 0x79, byte(len(text)>>8), byte(len(text)))
		out = append(out, text...)
	}
	return out
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
