package awstest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// protocol is the way in which an AWS service writes its requests and answers.
type protocol int

const (
	protocolREST protocol = iota
	protocolRESTXML
	protocolQuery
	protocolEC2
	protocolJSON
	protocolCBOR
)

// request is one AWS API call as it came in.
type request struct {
	service  string // signing name, such as "logs" or "ec2"
	action   string // such as "CreateRole"; "GET /path" for a REST service
	region   string
	protocol protocol
	key      string     // access key id
	body     []byte     // without archive
	archive  []byte     // code of a function
	form     url.Values // query and ec2 protocols only
	header   http.Header
	query    url.Values // of the URL
}

// credentialScope is the part of a SigV4 header that says who calls what, where:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
var credentialScope = regexp.MustCompile(`Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request`)

// identify reads who calls what from a request whose body has been read.
func identify(r *http.Request, body []byte) request {
	q := request{body: body, header: r.Header, query: r.URL.Query()}
	scope := credentialScope.FindStringSubmatch(r.Header.Get("Authorization"))
	if scope == nil {
		scope = credentialScope.FindStringSubmatch("Credential=" + q.query.Get("X-Amz-Credential"))
	}
	if scope != nil {
		q.key, q.region, q.service = scope[1], scope[2], scope[3]
	}
	if q.service == "lambda" {
		q.body, q.archive = takeArchive(body)
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor":
		q.protocol, q.action = protocolCBOR, lastOf(r.URL.Path, "/")
	case target != "":
		q.protocol, q.action = protocolJSON, lastOf(target, ".")
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		q.form, _ = url.ParseQuery(string(body))
		q.protocol, q.action = protocolQuery, q.form.Get("Action")
		if q.service == "ec2" {
			q.protocol = protocolEC2
		}
	default:
		q.action = r.Method + " " + r.URL.Path
		if q.service == "s3" {
			q.protocol = protocolRESTXML
		}
	}
	return q
}

// values are all parameter values of the call, whatever their names.
func (q request) values() []string {
	var all []string
	for _, values := range q.form {
		all = append(all, values...)
	}
	if q.protocol == protocolJSON {
		var document any
		if json.Unmarshal(q.body, &document) == nil {
			all = appendStrings(all, document)
		}
	}
	return all
}

// value is the parameter called name at the top of the call, or "".
func (q request) value(name string) string {
	if q.protocol != protocolJSON {
		return q.form.Get(name)
	}
	var document map[string]any
	if json.Unmarshal(q.body, &document) != nil {
		return ""
	}
	text, _ := document[name].(string)
	return text
}

func appendStrings(all []string, document any) []string {
	switch node := document.(type) {
	case string:
		all = append(all, node)
	case []any:
		for _, child := range node {
			all = appendStrings(all, child)
		}
	case map[string]any:
		for _, child := range node {
			all = appendStrings(all, child)
		}
	}
	return all
}

func lastOf(text, separator string) string {
	return text[strings.LastIndex(text, separator)+1:]
}
