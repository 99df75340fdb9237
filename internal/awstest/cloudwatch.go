package awstest

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aws/smithy-go/encoding/cbor"
)

// cloudWatch plays dashboards and alarms, whose protocol the emulator does not speak
// in any version of the SDK that we can use. Alarms are kept, and never go off.
type cloudWatch struct {
	mu   sync.Mutex
	kept map[string]cbor.Map // by ARN, as the call that made it says
	tags map[string]cbor.Map // by ARN: key → value
}

// watch answers a call. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
func (c *cloudWatch) watch(t *tenant, q request) *answer {
	decoded, err := cbor.Decode(q.body)
	in, ok := decoded.(cbor.Map)
	if err != nil || !ok {
		return refusal(q, http.StatusBadRequest, "SerializationException", "the body is no CBOR map")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept, c.tags = map[string]cbor.Map{}, map[string]cbor.Map{}
	}
	switch q.action {
	case "PutDashboard":
		return c.put(t.dashboardARN(q.region, text(in, "DashboardName")), in)
	case "PutMetricAlarm":
		return c.put(t.alarmARN(q.region, text(in, "AlarmName")), in)
	case "GetDashboard":
		arn := t.dashboardARN(q.region, text(in, "DashboardName"))
		if c.kept[arn] == nil {
			return refusal(q, http.StatusNotFound, "DashboardNotFoundError", "Dashboard does not exist")
		}
		return cborAnswer(cbor.Map{"DashboardArn": cbor.String(arn), "DashboardName": in["DashboardName"], "DashboardBody": c.kept[arn]["DashboardBody"]})
	case "DescribeAlarms":
		return c.alarms(t, q, in)
	case "DeleteDashboards":
		return c.remove(q, list(in, "DashboardNames"), "DashboardNotFoundError", func(name string) string { return t.dashboardARN(q.region, name) })
	case "DeleteAlarms":
		return c.remove(q, list(in, "AlarmNames"), "ResourceNotFound", func(name string) string { return t.alarmARN(q.region, name) })
	case "ListTagsForResource", "TagResource", "UntagResource":
		return c.tagged(q, in)
	default:
		t.lack(q, "awstest plays dashboards and alarms only")
		return refusal(q, http.StatusBadRequest, codeLacking, "awstest plays dashboards and alarms only")
	}
}

// put keeps an object. Tags count only for a new one.
func (c *cloudWatch) put(arn string, in cbor.Map) *answer {
	if c.kept[arn] == nil {
		c.tags[arn] = cbor.Map{}
		c.tag(arn, in)
	}
	c.kept[arn] = in
	return cborAnswer(cbor.Map{})
}

func (c *cloudWatch) tag(arn string, in cbor.Map) {
	items, _ := in["Tags"].(cbor.List)
	for _, item := range items {
		if one, ok := item.(cbor.Map); ok {
			c.tags[arn][text(one, "Key")] = one["Value"]
		}
	}
}

func (c *cloudWatch) alarms(t *tenant, q request, in cbor.Map) *answer {
	found := cbor.List{}
	for _, name := range list(in, "AlarmNames") {
		arn := t.alarmARN(q.region, name)
		if kept := c.kept[arn]; kept != nil {
			shown := maps.Clone(kept)
			delete(shown, "Tags")
			shown["AlarmArn"], shown["StateValue"] = cbor.String(arn), cbor.String("INSUFFICIENT_DATA")
			found = append(found, shown)
		}
	}
	return cborAnswer(cbor.Map{"MetricAlarms": found})
}

func (c *cloudWatch) remove(q request, names []string, absent string, arnOf func(string) string) *answer {
	for _, name := range names {
		if c.kept[arnOf(name)] == nil {
			return refusal(q, http.StatusNotFound, absent, name+" does not exist")
		}
	}
	for _, name := range names {
		delete(c.kept, arnOf(name))
		delete(c.tags, arnOf(name))
	}
	return cborAnswer(cbor.Map{})
}

func (c *cloudWatch) tagged(q request, in cbor.Map) *answer {
	arn := text(in, "ResourceARN")
	if c.kept[arn] == nil {
		return refusal(q, http.StatusNotFound, "ResourceNotFoundException", arn+" does not exist")
	}
	switch q.action {
	case "TagResource":
		c.tag(arn, in)
	case "UntagResource":
		for _, key := range list(in, "TagKeys") {
			delete(c.tags[arn], key)
		}
	default:
		tags := cbor.List{}
		for _, key := range slices.Sorted(maps.Keys(c.tags[arn])) {
			tags = append(tags, cbor.Map{"Key": cbor.String(key), "Value": c.tags[arn][key]})
		}
		return cborAnswer(cbor.Map{"Tags": tags})
	}
	return cborAnswer(cbor.Map{})
}

// watched lists what a region has of a kind: "alarm:" or "dashboard/". Dashboards are
// of no region.
func watched(kind string) func(context.Context, *Account) ([]string, error) {
	return func(_ context.Context, a *Account) (names []string, err error) {
		a.watch.mu.Lock()
		defer a.watch.mu.Unlock()
		for arn := range a.watch.kept {
			at, name, found := strings.Cut(arn, ":"+kind)
			if found && (kind == "dashboard/" || strings.Contains(at, ":"+a.region+":")) {
				names = append(names, name)
			}
		}
		return names, nil
	}
}

func (t *tenant) alarmARN(region, name string) string {
	return "arn:" + partitionOf(region) + ":cloudwatch:" + region + ":" + t.id + ":alarm:" + name
}

func (t *tenant) dashboardARN(region, name string) string {
	return "arn:" + partitionOf(region) + ":cloudwatch::" + t.id + ":dashboard/" + name
}

func cborAnswer(document cbor.Map) *answer {
	return &answer{
		status: http.StatusOK, body: cbor.Encode(document),
		header: http.Header{"Content-Type": {"application/cbor"}, "Smithy-Protocol": {"rpc-v2-cbor"}, "X-Amzn-Requestid": {requestID}},
	}
}

func text(in cbor.Map, name string) string {
	value, _ := in[name].(cbor.String)
	return string(value)
}

func list(in cbor.Map, name string) (texts []string) {
	items, _ := in[name].(cbor.List)
	for _, item := range items {
		if value, ok := item.(cbor.String); ok {
			texts = append(texts, string(value))
		}
	}
	return texts
}
