package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Policy is a policy document.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type Policy struct{ Statements []Statement }

// Statement is one statement of a policy.
type Statement struct {
	Sid        string
	Deny       bool
	Actions    []string // patterns, such as "ec2:Describe*"
	NotActions []string
	Resources  []string // patterns; empty in a policy of a resource that is a trust policy
	NotResources,
	Principals []string // ARNs, services, or "*"; empty in the policy of an identity
	conditions []condition
}

// texts is a text or a list of them.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	var flag bool // of Bool and Null
	if json.Unmarshal(data, &flag) == nil {
		*t = texts{fmt.Sprint(flag)}
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("neither a text nor a list of texts: %s", data)
	}
	*t = list
	return nil
}

// statement is how JSON has it.
type statement struct {
	Sid, Effect             string
	Action, NotAction       texts
	Resource, NotResource   texts
	Principal, NotPrincipal json.RawMessage
	Condition               map[string]map[string]texts
}

// Parse reads a document. What it does not know is an error: a field, an operator, a
// policy variable.
func Parse(text string) (Policy, error) {
	var document struct {
		Version, ID string
		Statement   json.RawMessage
	}
	if err := strictly(json.RawMessage(text), &document); err != nil {
		return Policy{}, fmt.Errorf("reading a policy: %w", err)
	}
	var list []json.RawMessage
	if json.Unmarshal(document.Statement, &list) != nil {
		list = []json.RawMessage{document.Statement}
	}
	if len(list) == 0 {
		return Policy{}, errors.New("reading a policy: it has no statement")
	}
	var p Policy
	for i, text := range list {
		var raw statement
		if err := strictly(text, &raw); err != nil {
			return Policy{}, fmt.Errorf("reading statement %d: %w", i, err)
		}
		s, err := raw.statement()
		if err != nil {
			return Policy{}, fmt.Errorf("reading statement %d (%q): %w", i, raw.Sid, err)
		}
		p.Statements = append(p.Statements, s)
	}
	return p, nil
}

func strictly(text json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

func (raw *statement) statement() (Statement, error) {
	s := Statement{
		Sid: raw.Sid, Deny: raw.Effect == "Deny", Actions: raw.Action, NotActions: raw.NotAction, Resources: raw.Resource, NotResources: raw.NotResource,
	}
	switch {
	case raw.Effect != "Allow" && raw.Effect != "Deny":
		return s, fmt.Errorf("the effect %q is neither Allow nor Deny", raw.Effect)
	case (len(raw.Action) > 0) == (len(raw.NotAction) > 0):
		return s, errors.New("it has not exactly one of Action and NotAction")
	case len(raw.Resource) > 0 && len(raw.NotResource) > 0:
		return s, errors.New("it has Resource and NotResource")
	case raw.NotPrincipal != nil:
		return s, errors.New("NotPrincipal is not known here")
	}
	for _, pattern := range slices.Concat(raw.Resource, raw.NotResource) {
		if strings.Contains(pattern, "${") {
			return s, fmt.Errorf("the policy variable in %q is not known here", pattern)
		}
	}
	var err error
	if s.Principals, err = principals(raw.Principal); err != nil {
		return s, err
	}
	s.conditions, err = conditions(raw.Condition)
	return s, err
}

// principals are those that a statement names: "*", or texts by kind.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func principals(raw json.RawMessage) ([]string, error) {
	if raw == nil {
		return nil, nil
	}
	var anyone string
	if json.Unmarshal(raw, &anyone) == nil {
		if anyone != "*" {
			return nil, fmt.Errorf("the principal %q is not known here", anyone)
		}
		return []string{anyone}, nil
	}
	var kinds map[string]texts
	if err := json.Unmarshal(raw, &kinds); err != nil {
		return nil, fmt.Errorf("reading the principal: %w", err)
	}
	var all []string
	for kind, names := range kinds {
		if kind != "AWS" && kind != "Service" {
			return nil, fmt.Errorf("the kind of principal %q is not known here", kind)
		}
		all = append(all, names...)
	}
	return all, nil
}
