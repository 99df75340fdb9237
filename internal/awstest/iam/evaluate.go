package iam

import (
	"slices"
	"strings"
)

// Verdict is what policies say of a request.
type Verdict int

// Verdicts.
const (
	Unmentioned Verdict = iota // no statement allows it, which AWS calls an implicit deny
	Allowed
	Denied // a statement denies it, whatever others say
)

// Policies are documents that count together, such as those of a role.
type Policies []Policy

// Request is what is asked of policies.
type Request struct {
	Action    string // such as "ec2:CreateTags"
	Resource  string // ARN, or "*" for an action that has no resources
	Principal string // ARN or service; counts in the policy of a resource only
	// Value tells the values of a condition key, such as "aws:ResourceTag/Name"; none
	// if the call has none. nil: the call has no keys at all.
	Value func(key string) []string
}

// Judge says what the policies make of a request.
func (all Policies) Judge(r Request) Verdict {
	verdict := Unmentioned
	for _, policy := range all {
		for i := range policy.Statements {
			s := &policy.Statements[i]
			switch {
			case !s.applies(r):
			case s.Deny:
				return Denied
			default:
				verdict = Allowed
			}
		}
	}
	return verdict
}

// Grants is like Judge for statements of any condition and resource: whether a
// statement allows the action at all.
func (all Policies) Grants(action string) bool {
	return slices.ContainsFunc(all, func(p Policy) bool {
		return slices.ContainsFunc(p.Statements, func(s Statement) bool { return !s.Deny && s.names(action) })
	})
}

func (s *Statement) applies(r Request) bool {
	if !s.names(r.Action) || !s.covers(r.Resource) {
		return false
	}
	if len(s.Principals) > 0 && !slices.Contains(s.Principals, "*") && !slices.Contains(s.Principals, r.Principal) {
		return false
	}
	return !slices.ContainsFunc(s.conditions, func(c condition) bool {
		var has []string
		if r.Value != nil {
			has = r.Value(c.key)
		}
		return !c.met(has)
	})
}

// names says whether the statement is about an action, whose case does not count.
func (s *Statement) names(action string) bool {
	in := func(patterns []string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return matches(strings.ToLower(action), strings.ToLower(p)) })
	}
	if len(s.NotActions) > 0 {
		return !in(s.NotActions)
	}
	return in(s.Actions)
}

// covers says whether the statement is about a resource. An action without resources
// takes "*", which only "*" covers.
func (s *Statement) covers(resource string) bool {
	in := func(patterns []string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return matches(resource, p) })
	}
	if len(s.NotResources) > 0 {
		return !in(s.NotResources)
	}
	return in(s.Resources)
}
