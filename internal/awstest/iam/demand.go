package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Demand is what a caller must be allowed.
type Demand struct {
	Action    string
	Resources []string            // ARNs, each of which must be allowed; "*" where the action has none
	Keys      map[string][]string // condition keys of the call; tags of the resource are not among them
}

// entry is what an operation demands.
type entry struct {
	action string                          // "": named as the operation is
	on     target                          // nil: the action has no resources
	tags   string                          // parameter with tags that the action sets itself
	keys   func(*Call) map[string][]string // more condition keys
	also   []extra
}

// target makes the ARNs of what a call is about. None means that the call names
// nothing that exists, so that the service says so and nobody is refused.
type target func(*Call) []string

// extra is what AWS checks besides the operation's own action.
type extra func(*Call) []Demand

// Demands are what a call takes. An operation that is not in the table is an error.
func Demands(c *Call) ([]Demand, error) {
	e, known := table[c.Service+":"+c.Operation]
	if !known {
		return nil, fmt.Errorf("package awstest/iam does not know what %s:%s demands: give it a row in the table of its service", c.Service, c.Operation)
	}
	d := Demand{Action: c.Service + ":" + c.Operation, Resources: []string{"*"}, Keys: map[string][]string{}}
	if e.action == free {
		return nil, nil
	}
	if e.action != "" {
		d.Action = e.action
	}
	if e.on != nil {
		d.Resources = e.on(c)
	}
	if e.tags != "" {
		d.Keys = tagKeys(c.tags(e.tags), c.texts(e.tags))
	}
	if e.keys != nil {
		maps.Copy(d.Keys, e.keys(c))
	}
	all := []Demand{d}
	for _, more := range e.also {
		all = append(all, more(c)...)
	}
	return all, nil
}

// Operations are those that the table knows, as "service:Operation", and the action
// that each takes first, "" for one that nobody can be denied.
func Operations() map[string]string {
	all := map[string]string{}
	for operation, e := range table {
		switch e.action {
		case "":
			all[operation] = operation
		case free:
			all[operation] = ""
		default:
			all[operation] = e.action
		}
	}
	return all
}

// free is the action of what needs no permission.
const free = "none"

// table holds what operations demand, by "service:Operation".
var table = func() map[string]entry {
	all := map[string]entry{}
	for _, part := range []map[string]entry{scalingTable, computeTable, identityTable, lambdaTable, eventTable, storeTable, logTable, watchTable} {
		for operation, e := range part {
			all[operation] = e
		}
	}
	return all
}()

// tagKeys are the condition keys of tags that a call sets, and of keys that it only
// names: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html
func tagKeys(tags map[string]string, names []string) map[string][]string {
	keys := map[string][]string{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		keys["aws:RequestTag/"+key] = []string{tags[key]}
		keys["aws:TagKeys"] = append(keys["aws:TagKeys"], key)
	}
	if len(names) > 0 {
		keys["aws:TagKeys"] = append(keys["aws:TagKeys"], names...)
	}
	return keys
}

// tagging demands the action that sets tags where a call that makes something brings
// some: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
func tagging(action string, on target, path ...string) extra {
	return func(c *Call) []Demand {
		tags := c.tags(path...)
		if len(tags) == 0 {
			return nil
		}
		return []Demand{{Action: action, Resources: on(c), Keys: tagKeys(tags, nil)}}
	}
}

// passing demands the right to hand a role to a service, if the call names one.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func passing(service string, roles target) extra {
	return func(c *Call) []Demand {
		arns := roles(c)
		if len(arns) == 0 {
			return nil
		}
		return []Demand{{Action: "iam:PassRole", Resources: arns, Keys: map[string][]string{"iam:PassedToService": {service}}}}
	}
}

// given is the ARN in a parameter.
func given(path ...string) target {
	return func(c *Call) []string {
		if arn := c.text(path...); arn != "" {
			return []string{arn}
		}
		return nil
	}
}

// named is the ARN of what a parameter names, made with a pattern such as "role/%s".
// A parameter that holds an ARN already is taken as it is.
func named(service, pattern string, path ...string) target {
	return func(c *Call) []string {
		name := c.text(path...)
		switch {
		case name == "":
			return nil
		case strings.HasPrefix(name, "arn:"):
			return []string{name}
		}
		resource := fmt.Sprintf(pattern, strings.TrimPrefix(name, "/"))
		if service == "iam" {
			return []string{c.global(service, resource)}
		}
		return []string{c.ARN(service, resource)}
	}
}
