package iam

import (
	"fmt"
	"strings"
	"testing"
)

// statementOf is a document with one statement.
func statementOf(fields string) string {
	return `{"Version":"2012-10-17","Statement":[{"Sid":"A",` + fields + `}]}`
}

func parse(t *testing.T, texts ...string) (all Policies) {
	t.Helper()
	for _, text := range texts {
		policy, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, policy)
	}
	return all
}

func TestJudge(t *testing.T) {
	t.Parallel()
	const queue = "arn:aws:sqs:eu-west-1:123456789012:q"
	allow := statementOf(`"Effect":"Allow","Action":["sqs:Send*","SNS:publish"],"Resource":"arn:aws:sqs:*:123456789012:q"`)
	deny := statementOf(`"Effect":"Deny","Action":"sqs:*","Resource":"*"`)
	tests := map[string]struct {
		policies []string
		request  Request
		want     Verdict
	}{
		"allowed":                      {[]string{allow}, Request{Action: "sqs:SendMessage", Resource: queue}, Allowed},
		"the case of an action":        {[]string{allow}, Request{Action: "sns:Publish", Resource: queue}, Allowed},
		"another action":               {[]string{allow}, Request{Action: "sqs:ReceiveMessage", Resource: queue}, Unmentioned},
		"another resource":             {[]string{allow}, Request{Action: "sqs:SendMessage", Resource: queue + "2"}, Unmentioned},
		"no resource":                  {[]string{allow}, Request{Action: "sqs:SendMessage", Resource: "*"}, Unmentioned},
		"denied elsewhere":             {[]string{allow, deny}, Request{Action: "sqs:SendMessage", Resource: queue}, Denied},
		"denied first":                 {[]string{deny, allow}, Request{Action: "sqs:SendMessage", Resource: queue}, Denied},
		"nothing":                      {nil, Request{Action: "sqs:SendMessage", Resource: queue}, Unmentioned},
		"one statement, not in a list": {[]string{`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`}, Request{Action: "a:B", Resource: queue}, Allowed},
		"all but":                      {[]string{statementOf(`"Effect":"Allow","NotAction":"iam:*","Resource":"*"`)}, Request{Action: "a:B", Resource: "*"}, Allowed},
		"what all but leaves out":      {[]string{statementOf(`"Effect":"Allow","NotAction":"iam:*","Resource":"*"`)}, Request{Action: "iam:GetRole", Resource: "*"}, Unmentioned},
		"all resources but":            {[]string{statementOf(`"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::*"`)}, Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}, Unmentioned},
		"principal": {
			[]string{statementOf(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:role/r"},"Action":"sqs:*","Resource":"*"`)},
			Request{Action: "sqs:SendMessage", Resource: queue, Principal: "arn:aws:iam::1:role/r"},
			Allowed,
		},
		"another principal": {
			[]string{statementOf(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:role/r"},"Action":"sqs:*","Resource":"*"`)},
			Request{Action: "sqs:SendMessage", Resource: queue, Principal: "arn:aws:iam::1:role/s"},
			Unmentioned,
		},
		"any principal": {
			[]string{statementOf(`"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*"`)}, Request{Action: "sqs:SendMessage", Resource: queue}, Denied,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := parse(t, test.policies...).Judge(test.request); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		condition string
		has       map[string][]string
		want      bool
	}{
		"equal":                     {`"StringEquals":{"k":"a"}`, map[string][]string{"k": {"a"}}, true},
		"one of several":            {`"StringEquals":{"k":["a","b"]}`, map[string][]string{"k": {"b"}}, true},
		"not equal":                 {`"StringEquals":{"k":"a"}`, map[string][]string{"k": {"A"}}, false},
		"equal but for the case":    {`"StringEqualsIgnoreCase":{"k":"a"}`, map[string][]string{"k": {"A"}}, true},
		"no pattern in an equation": {`"StringEquals":{"k":"a*"}`, map[string][]string{"k": {"ab"}}, false},
		"absent":                    {`"StringEquals":{"k":"a"}`, nil, false},
		"absent, if it exists":      {`"StringEqualsIfExists":{"k":"a"}`, nil, true},
		"another, if it exists":     {`"StringEqualsIfExists":{"k":"a"}`, map[string][]string{"k": {"b"}}, false},
		"unequal":                   {`"StringNotEquals":{"k":"a"}`, map[string][]string{"k": {"b"}}, true},
		"not unequal":               {`"StringNotEquals":{"k":["a","b"]}`, map[string][]string{"k": {"b"}}, false},
		"absent, and unequal":       {`"StringNotEquals":{"k":"a"}`, nil, true},
		"like":                      {`"StringLike":{"k":"a?c*"}`, map[string][]string{"k": {"abcd"}}, true},
		"unlike":                    {`"StringNotLike":{"k":"a*"}`, map[string][]string{"k": {"abcd"}}, false},
		"ARN":                       {`"ArnLike":{"k":"arn:aws:ec2:*:*:launch-template/*"}`, map[string][]string{"k": {"arn:aws:ec2:a:1:launch-template/lt-1"}}, true},
		"true":                      {`"Bool":{"k":true}`, map[string][]string{"k": {"true"}}, true},
		"false":                     {`"Bool":{"k":"false"}`, map[string][]string{"k": {"true"}}, false},
		"two keys":                  {`"StringEquals":{"k":"a","l":"b"}`, map[string][]string{"k": {"a"}}, false},
		"two operators":             {`"StringEquals":{"k":"a"},"Null":{"l":"true"}`, map[string][]string{"k": {"a"}}, true},
		"there":                     {`"Null":{"k":"false"}`, map[string][]string{"k": {"a"}}, true},
		"not there":                 {`"Null":{"k":"false"}`, nil, false},
		"all of several":            {`"ForAllValues:StringEquals":{"k":["a","b"]}`, map[string][]string{"k": {"a", "b"}}, true},
		"one of all is another":     {`"ForAllValues:StringEquals":{"k":["a","b"]}`, map[string][]string{"k": {"a", "c"}}, false},
		"all of none":               {`"ForAllValues:StringEquals":{"k":"a"}`, nil, true},
		"any of several":            {`"ForAnyValue:StringEquals":{"k":"a"}`, map[string][]string{"k": {"b", "a"}}, true},
		"any of none":               {`"ForAnyValue:StringEquals":{"k":"a"}`, nil, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := parse(t, statementOf(`"Effect":"Allow","Action":"*","Resource":"*","Condition":{`+test.condition+`}`))
			got := policy.Judge(Request{Action: "a:B", Resource: "*", Value: func(key string) []string { return test.has[key] }})
			if (got == Allowed) != test.want {
				t.Errorf("got %v, want %v", got == Allowed, test.want)
			}
		})
	}
}

// What nobody here knows how to judge is never passed over.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const rest = `,"Action":"*","Resource":"*"`
	for name, test := range map[string]struct{ text, why string }{
		"no JSON":                   {`allow`, "invalid character"},
		"no statement":              {`{"Statement":[]}`, "no statement"},
		"another effect":            {statementOf(`"Effect":"allow"` + rest), "neither Allow nor Deny"},
		"no action":                 {statementOf(`"Effect":"Allow","Resource":"*"`), "not exactly one of Action"},
		"two kinds of action":       {statementOf(`"Effect":"Allow","NotAction":"*"` + rest), "not exactly one of Action"},
		"two kinds of resource":     {statementOf(`"Effect":"Allow","NotResource":"*"` + rest), "Resource and NotResource"},
		"another field":             {statementOf(`"Effect":"Allow","Actions":"*"` + rest), "unknown field"},
		"another operator":          {statementOf(`"Effect":"Allow","Condition":{"DateGreaterThan":{"a":"b"}}` + rest), "DateGreaterThan is not known"},
		"another quantifier":        {statementOf(`"Effect":"Allow","Condition":{"ForSome:StringEquals":{"a":"b"}}` + rest), "ForSome:StringEquals is not known"},
		"a variable":                {statementOf(`"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}"`), "variable"},
		"a variable in a condition": {statementOf(`"Effect":"Allow","Condition":{"StringEquals":{"a":"${aws:username}"}}` + rest), "variable"},
		"all principals but":        {statementOf(`"Effect":"Allow","NotPrincipal":"*"` + rest), "NotPrincipal"},
		"another principal":         {statementOf(`"Effect":"Allow","Principal":{"Federated":"a"}` + rest), "Federated"},
		"a number":                  {statementOf(`"Effect":"Allow","Action":1,"Resource":"*"`), "neither a text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(test.text); err == nil || !strings.Contains(fmt.Sprint(err), test.why) {
				t.Errorf("got %v, want one about %q", err, test.why)
			}
		})
	}
}
