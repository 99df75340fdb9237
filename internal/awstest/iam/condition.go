package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// condition is one key of a statement's condition.
type condition struct {
	operator string // without quantifier and suffix
	each     string // "ForAllValues", "ForAnyValue", or ""
	ifExists bool
	key      string
	values   []string
}

// operators compare a value of the call with one of the policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]func(has, wants string) bool{
	"StringEquals":           func(has, wants string) bool { return has == wants },
	"StringEqualsIgnoreCase": strings.EqualFold,
	"StringLike":             matches,
	"ArnEquals":              matches,
	"ArnLike":                matches,
	"Bool":                   strings.EqualFold,
}

// negated is the operator of which an operator is the opposite, "" for none.
func negated(operator string) string {
	for _, kind := range []string{"String", "Arn"} {
		if rest, ok := strings.CutPrefix(operator, kind+"Not"); ok {
			return kind + rest
		}
	}
	return ""
}

// conditions takes the condition of a statement apart.
func conditions(raw map[string]map[string]texts) ([]condition, error) {
	var all []condition
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		c := condition{operator: name}
		if each, rest, ok := strings.Cut(name, ":"); ok {
			c.each, c.operator = each, rest
		}
		if rest, ok := strings.CutSuffix(c.operator, "IfExists"); ok {
			c.operator, c.ifExists = rest, true
		}
		positive := c.operator
		if opposite := negated(c.operator); opposite != "" {
			positive = opposite
		}
		if (operators[positive] == nil && c.operator != "Null") || (c.each != "" && c.each != "ForAllValues" && c.each != "ForAnyValue") {
			return nil, fmt.Errorf("the condition operator %s is not known here", name)
		}
		for _, key := range slices.Sorted(maps.Keys(raw[name])) {
			c.key, c.values = key, raw[name][key]
			if strings.Contains(strings.Join(c.values, ""), "${") {
				return nil, fmt.Errorf("the policy variable in %s is not known here", key)
			}
			all = append(all, c)
		}
	}
	return all, nil
}

// met says whether a call's values of the key, none if it has none, meet the condition.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
func (c *condition) met(has []string) bool {
	if c.operator == "Null" {
		return slices.Contains(c.values, fmt.Sprint(len(has) == 0))
	}
	opposite := negated(c.operator)
	if len(has) == 0 {
		return c.ifExists || c.each == "ForAllValues" || (opposite != "" && c.each == "")
	}
	one := func(value string) bool {
		if opposite != "" {
			return !slices.ContainsFunc(c.values, func(wants string) bool { return operators[opposite](value, wants) })
		}
		return slices.ContainsFunc(c.values, func(wants string) bool { return operators[c.operator](value, wants) })
	}
	if c.each == "ForAnyValue" {
		return slices.ContainsFunc(has, one)
	}
	return !slices.ContainsFunc(has, func(value string) bool { return !one(value) })
}

// matches says whether a text is what a pattern with * and ? describes.
func matches(text, pattern string) bool {
	for pattern != "" {
		switch {
		case pattern[0] == '*':
			for i := range len(text) + 1 {
				if matches(text[i:], pattern[1:]) {
					return true
				}
			}
			return false
		case text == "" || (pattern[0] != '?' && pattern[0] != text[0]):
			return false
		}
		text, pattern = text[1:], pattern[1:]
	}
	return text == ""
}
