package component

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
)

func TestSameKey(t *testing.T) {
	t.Parallel()
	const id = "1234abcd-12ab-34cd-56ef-1234567890ab"
	const alias = "arn:aws:kms:us-east-1:111122223333:alias/workers"
	cases := map[string]struct {
		want, got string
		same      bool
	}{
		"both none":                   {"", "", true},
		"none wanted":                 {"", secretKey, false},
		"none there":                  {secretKey, "", false},
		"equal":                       {secretKey, secretKey, true},
		"id and ARN":                  {id, secretKey, true},
		"another id and ARN":          {id, otherKey, false},
		"two ARNs":                    {secretKey, otherKey, false},
		"multi-region id":             {"mrk-1234", "arn:aws:kms:us-east-1:111122223333:key/mrk-1234", true},
		"alias and its ARN":           {"alias/workers", alias, true},
		"another alias and ARN":       {"alias/others", alias, false},
		"alias with a path":           {"alias/team/workers", "arn:aws:kms:us-east-1:111122223333:alias/team/workers", true},
		"aliases with the same end":   {"alias/a/workers", "arn:aws:kms:us-east-1:111122223333:alias/b/workers", false},
		"alias and key: cannot tell":  {"alias/workers", secretKey, true},
		"key and alias: cannot tell":  {id, alias, true},
		"the service's own key alias": {"alias/aws/secretsmanager", "arn:aws:kms:us-east-1:111122223333:alias/aws/secretsmanager", true},
	}
	for name, test := range cases {
		if got := SameKey(test.want, test.got); got != test.same {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestOverActions(t *testing.T) {
	t.Parallel()
	const topic, function = "arn:aws:sns:eu-west-1:123456789012:alarms", "arn:aws-cn:lambda:cn-north-1:123456789012:function:alarms"
	got := overActions([]string{topic, "arn:aws:ssm:eu-west-1:123456789012:opsitem:2", function, "arn:aws:ssm-incidents::123456789012:response-plan/alarms"})
	if diff := cmp.Diff([]string{topic, function}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		tags   Tags
		got    map[string]string
		set    map[string]string
		remove []string
		says   string
	}{
		"nothing wanted":      {Tags{}, map[string]string{"a": "1"}, map[string]string{}, nil, ""},
		"as wanted":           {Tags{Want: map[string]string{"a": "1"}}, map[string]string{"a": "1"}, map[string]string{}, nil, ""},
		"others are left":     {Tags{Want: map[string]string{"a": "1"}}, map[string]string{"a": "1", "theirs": "2"}, map[string]string{}, nil, ""},
		"missing":             {Tags{Want: map[string]string{"b": "2", "a": "1"}}, nil, map[string]string{"a": "1", "b": "2"}, nil, "tag a is missing; tag b is missing"},
		"changed":             {Tags{Want: map[string]string{"a": "1"}}, map[string]string{"a": "2"}, map[string]string{"a": "1"}, nil, `tag a is "2", not "1"`},
		"empty is not absent": {Tags{Want: map[string]string{"a": ""}}, map[string]string{"b": ""}, map[string]string{"a": ""}, nil, "tag a is missing"},
		"empty value":         {Tags{Want: map[string]string{"a": ""}}, map[string]string{"a": ""}, map[string]string{}, nil, ""},
		"left over":           {Tags{Remove: []string{"x", "y"}}, map[string]string{"y": ""}, map[string]string{}, []string{"y"}, "tag y is left over"},
		"case counts":         {Tags{Want: map[string]string{"Team": "a"}}, map[string]string{"team": "a"}, map[string]string{"Team": "a"}, nil, "tag Team is missing"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, remove := test.tags.changes(test.got)
			if diff := cmp.Diff(set, test.set); diff != "" {
				t.Errorf("set (-got +want):\n%s", diff)
			}
			if diff := cmp.Diff(remove, test.remove); diff != "" {
				t.Errorf("remove (-got +want):\n%s", diff)
			}
			var d differences
			test.tags.compare(test.got, &d)
			if got := Sentence(d); got != test.says {
				t.Errorf("says %q, want %q", got, test.says)
			}
			for _, one := range d {
				if one.Field != "Tags" {
					t.Errorf("field %q", one.Field)
				}
			}
		})
	}
}

func TestOurs(t *testing.T) {
	t.Parallel()
	tags := Tags{Want: map[string]string{TagWorkerPoolID: "p", TagManagedBy: ManagedBy, "Team": "blue"}}
	cases := map[string]struct {
		got  map[string]string
		ours bool
	}{
		"both":            {map[string]string{TagWorkerPoolID: "p", TagManagedBy: ManagedBy}, true},
		"none":            {nil, false},
		"another pool":    {map[string]string{TagWorkerPoolID: "q", TagManagedBy: ManagedBy}, false},
		"another manager": {map[string]string{TagWorkerPoolID: "p", TagManagedBy: "hand"}, false},
		"no manager":      {map[string]string{TagWorkerPoolID: "p"}, false},
		"no pool":         {map[string]string{TagManagedBy: ManagedBy}, false},
	}
	for name, test := range cases {
		if got := tags.ours(test.got); got != test.ours {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestTagLists(t *testing.T) {
	t.Parallel()
	tags := map[string]string{"b": "2", "a": "1", "c": ""}
	list := tagList(tags, iamTag)
	if len(list) != 3 || *list[0].Key != "a" || *list[1].Key != "b" || *list[2].Key != "c" {
		t.Errorf("list %v is not in the order of the keys", list)
	}
	if diff := cmp.Diff(tagMap(append(list, iamtypes.Tag{Key: aws.String("d")}), iamPair), map[string]string{"a": "1", "b": "2", "c": "", "d": ""}); diff != "" {
		t.Errorf("there and back (-got +want):\n%s", diff)
	}
}

func TestSentenceAndHas(t *testing.T) {
	t.Parallel()
	all := []Difference{{"A", "a is 1, not 2"}, {"B", "b is gone"}}
	if got := Sentence(all); got != "a is 1, not 2; b is gone" {
		t.Errorf("sentence %q", got)
	}
	if got := Sentence(nil); got != "" {
		t.Errorf("sentence of nothing %q", got)
	}
	status := Status{State: Drifted, Differences: all}
	if !status.Has("B") || !status.Has("C", "A") || status.Has("C") || status.Has() {
		t.Error("Has is wrong")
	}
}

func TestSamePolicy(t *testing.T) {
	t.Parallel()
	const read = `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}]}`
	cases := map[string]struct {
		a, b string
		same bool
	}{
		"equal":             {read, read, true},
		"order and spaces":  {read, `{ "Statement": [{"Resource": "*", "Action": ["s3:ListBucket", "s3:GetObject"], "Effect": "Allow", "Sid": "A"}], "Version": "2012-10-17" }`, true},
		"a list of one":     {strings.Replace(read, `"*"`, `["*"]`, 1), read, true},
		"no list":           {`{"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}`, `{"Statement":[{"Effect":"Allow","Action":["a:b"],"Resource":["*"]}]}`, true},
		"action":            {read, strings.Replace(read, "s3:ListBucket", "s3:*", 1), false},
		"resource":          {strings.Replace(read, `"*"`, `"arn:aws:s3:::b/*"`, 1), read, false},
		"effect":            {read, strings.Replace(read, "Allow", "Deny", 1), false},
		"a statement more":  {read, strings.Replace(read, `}]}`, `},{"Effect":"Allow","Action":"*","Resource":"*"}]}`, 1), false},
		"a condition":       {read, strings.Replace(read, `"Resource":"*"`, `"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`, 1), false},
		"both no documents": {"x", "x", true},
		"no documents":      {"x", "y", false},
		"one is empty":      {read, "", false},
	}
	for name, test := range cases {
		if got := samePolicy(test.a, test.b); got != test.same {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestSameMarket(t *testing.T) {
	t.Parallel()
	spot := func(price string) *MarketSettings { return &MarketSettings{Type: "spot", MaxPrice: price} }
	cases := map[string]struct {
		a, b *MarketSettings
		same bool
	}{
		"none":           {nil, nil, true},
		"one":            {spot(""), nil, false},
		"the other":      {nil, spot(""), false},
		"equal":          {spot("0.5"), spot("0.5"), true},
		"digits":         {spot("0.500000"), spot("0.5"), true},
		"price":          {spot("0.51"), spot("0.5"), false},
		"price and none": {spot(""), spot("0.5"), false},
		"type":           {&MarketSettings{Type: "capacity-block"}, spot(""), false},
		"block duration": {&MarketSettings{Type: "spot", BlockDurationMinutes: aws.Int32(60)}, &MarketSettings{Type: "spot", BlockDurationMinutes: aws.Int32(120)}, false},
		"same duration":  {&MarketSettings{BlockDurationMinutes: aws.Int32(60)}, &MarketSettings{BlockDurationMinutes: aws.Int32(60)}, true},
	}
	for name, test := range cases {
		if got := SameMarket(test.a, test.b); got != test.same {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	answered := func(status int, err error) error {
		return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err}
	}
	cases := map[string]struct {
		err  error
		lost bool
	}{
		"no error":              {nil, false},
		"connection cut":        {errors.New("EOF"), true},
		"time over":             {context.DeadlineExceeded, true},
		"refused":               {answered(403, &smithy.GenericAPIError{Code: "AccessDenied"}), false},
		"typed server error":    {answered(500, &iamtypes.ServiceFailureException{}), true},
		"untyped server error":  {answered(500, &smithy.GenericAPIError{Code: "InternalFailure"}), true},
		"server not available":  {answered(503, &smithy.GenericAPIError{Code: "Unavailable"}), true},
		"throttled by EC2":      {answered(503, &smithy.GenericAPIError{Code: "RequestLimitExceeded"}), false},
		"gateway without words": {answered(502, errors.New("no XML")), true},
	}
	for name, test := range cases {
		if got := lost(test.err); got != test.lost {
			t.Errorf("%s: %t", name, got)
		}
	}
}
