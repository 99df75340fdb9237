package awstest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestIdentify(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		method, path, body, service string
		header                      map[string]string
		action                      string
		protocol                    protocol
	}{
		"query":    {"POST", "/", "Action=CreateRole&RoleName=r", "iam", map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, "CreateRole", protocolQuery},
		"ec2":      {"POST", "/", "Action=RunInstances", "ec2", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, "RunInstances", protocolEC2},
		"json":     {"POST", "/", "{}", "logs", map[string]string{"X-Amz-Target": "Logs_20140328.CreateLogGroup", "Content-Type": "application/x-amz-json-1.1"}, "CreateLogGroup", protocolJSON},
		"cbor":     {"POST", "/service/GraniteServiceVersion20100801/operation/PutMetricData", "\xa0", "monitoring", map[string]string{"Smithy-Protocol": "rpc-v2-cbor"}, "PutMetricData", protocolCBOR},
		"rest":     {"GET", "/2015-03-31/functions/f", "", "lambda", nil, "GET /2015-03-31/functions/f", protocolREST},
		"rest xml": {"PUT", "/bucket", "", "s3", nil, "PUT /bucket", protocolRESTXML},
	}
	for name, c := range cases {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader(c.body))
		for key, text := range c.header {
			r.Header.Set(key, text)
		}
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=TEST000000000042/20260101/eu-west-1/"+c.service+"/aws4_request, SignedHeaders=host, Signature=0")
		q := identify(r, []byte(c.body))
		if q.service != c.service || q.region != "eu-west-1" || q.key != "TEST000000000042" || q.action != c.action || q.protocol != c.protocol {
			t.Errorf("%s: %+v", name, q)
		}
	}
}

func TestRefusalCarriesItsCode(t *testing.T) {
	t.Parallel()
	for _, p := range []protocol{protocolREST, protocolRESTXML, protocolQuery, protocolEC2, protocolJSON} {
		a := refusal(request{protocol: p}, http.StatusBadRequest, "Some<Code", "why")
		if got := errorCode(a.status, a.header, a.body); got != "Some<Code" && got != "Some&lt;Code" {
			t.Errorf("protocol %d: code %q in %s", p, got, a.body)
		}
	}
	const want = "\xa2\x79\x00\x06__type\x79\x00\x01C\x79\x00\x07message\x79\x00\x01m"
	if a := refusal(request{protocol: protocolCBOR}, http.StatusBadRequest, "C", "m"); string(a.body) != want {
		t.Errorf("CBOR is %q", a.body)
	}
}
