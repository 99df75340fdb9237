package awstest

import (
	"encoding/json"
	"net/url"
	"regexp"

	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/iam"
)

// callOf is a request as package iam has it.
func (t *tenant) callOf(q request) *iam.Call {
	call := &iam.Call{
		Service: q.service, Operation: q.action, Partition: partitionOf(q.region), Region: q.region, Account: t.id,
		Params: map[string]any{}, World: &world{t, q.region},
	}
	switch {
	case q.service == "lambda":
		call.Operation = lambdaOperation(q, call.Params)
	case q.protocol == protocolCBOR:
		if document, err := cbor.Decode(q.body); err == nil {
			call.Params, _ = plain(document).(map[string]any)
		}
	case q.form != nil:
		call.Params = iam.FromForm(q.form)
	default:
		_ = json.Unmarshal(q.body, &call.Params) // what is no JSON has no parameters
	}
	// Two services sign by another name than that of their actions:
	// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
	// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html
	switch q.service {
	case "monitoring":
		call.Service = "cloudwatch"
	case "tagging":
		call.Service = "tag"
	}
	return call
}

// plain is a document as encoding/json would have it.
func plain(document cbor.Value) any {
	switch node := document.(type) {
	case cbor.String:
		return string(node)
	case cbor.List:
		list := make([]any, 0, len(node))
		for _, item := range node {
			list = append(list, plain(item))
		}
		return list
	case cbor.Map:
		fields := map[string]any{}
		for name, value := range node {
			fields[name] = plain(value)
		}
		return fields
	default:
		return nil
	}
}

// lambdaRoute is an operation of Lambda by method and path:
// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
type lambdaRoute struct {
	operation string
	path      *regexp.Regexp // groups are named as the parameters are
}

var lambdaRoutes = []lambdaRoute{
	{"CreateFunction", route(`POST /functions`)},
	{"GetFunction", route(`GET /functions/(?P<FunctionName>[^/]+)`)},
	{"DeleteFunction", route(`DELETE /functions/(?P<FunctionName>[^/]+)`)},
	{"UpdateFunctionCode", route(`PUT /functions/(?P<FunctionName>[^/]+)/code`)},
	{"UpdateFunctionConfiguration", route(`PUT /functions/(?P<FunctionName>[^/]+)/configuration`)},
	{"GetFunctionEventInvokeConfig", route(`GET /functions/(?P<FunctionName>[^/]+)/event-invoke-config`)},
	{"PutFunctionEventInvokeConfig", route(`PUT /functions/(?P<FunctionName>[^/]+)/event-invoke-config`)},
	{"AddPermission", route(`POST /functions/(?P<FunctionName>[^/]+)/policy`)},
	{"GetPolicy", route(`GET /functions/(?P<FunctionName>[^/]+)/policy`)},
	{"RemovePermission", route(`DELETE /functions/(?P<FunctionName>[^/]+)/policy/[^/]+`)},
	{"CreateEventSourceMapping", route(`POST /event-source-mappings`)},
	{"ListEventSourceMappings", route(`GET /event-source-mappings`)},
	{"GetEventSourceMapping", route(`GET /event-source-mappings/(?P<UUID>[^/]+)`)},
	{"UpdateEventSourceMapping", route(`PUT /event-source-mappings/(?P<UUID>[^/]+)`)},
	{"DeleteEventSourceMapping", route(`DELETE /event-source-mappings/(?P<UUID>[^/]+)`)},
	{"TagResource", route(`POST /tags/(?P<Resource>[^/]+)`)},
	{"UntagResource", route(`DELETE /tags/(?P<Resource>[^/]+)`)},
	{"ListTags", route(`GET /tags/(?P<Resource>[^/]+)`)},
}

// route is a method and a path behind the API's date, with or without a slash at its
// end.
func route(pattern string) *regexp.Regexp {
	method := regexp.MustCompile(`^[A-Z]+ `).FindString(pattern)
	return regexp.MustCompile(`^` + method + `/\d{4}-\d\d-\d\d` + pattern[len(method):] + `/?$`)
}

// lambdaOperation is the operation of a call of Lambda, whose parameters are in its
// body, path and query. One that is not known is its method and path.
func lambdaOperation(q request, params map[string]any) string {
	_ = json.Unmarshal(q.body, &params)
	for _, r := range lambdaRoutes {
		found := r.path.FindStringSubmatch(q.action)
		if found == nil {
			continue
		}
		for i, name := range r.path.SubexpNames() {
			if name != "" {
				params[name] = unescaped(found[i])
			}
		}
		var keys []any
		for _, key := range q.query["tagKeys"] {
			keys = append(keys, key)
		}
		if keys != nil {
			params["tagKeys"] = keys
		}
		return r.operation
	}
	return q.action
}

func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}
