package iam

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Call is an API call that is to be judged.
type Call struct {
	Service   string // prefix of its actions, such as "ec2", "logs", "cloudwatch"
	Operation string // such as "CreateTags"
	Partition string
	Region    string
	Account   string
	Params    map[string]any // texts, []any and map[string]any, as the API names them
	World     World
}

// World tells what a call does not say of the objects that it names.
type World interface {
	// GroupOf is the Auto Scaling group of an instance, "" if it is in none.
	GroupOf(instanceID string) string
	// ProfileRoles are the ARNs of the roles in the instance profile that a launch
	// template names, "" for none.
	ProfileRoles(launchTemplateID string) []string
	// FunctionOf is the ARN of the function of an event source mapping, "" for none.
	FunctionOf(mappingID string) string
}

// ARN is that of something in the call's region and account.
func (c *Call) ARN(service, resource string) string {
	return strings.Join([]string{"arn", c.Partition, service, c.Region, c.Account, resource}, ":")
}

// global is the ARN of something that is of no region.
func (c *Call) global(service, resource string) string {
	return strings.Join([]string{"arn", c.Partition, service, "", c.Account, resource}, ":")
}

// text is the parameter at a path, "" if there is none.
func (c *Call) text(path ...string) string {
	value, _ := at(c.Params, path...).(string)
	return value
}

// items are the members of the list at a path.
func (c *Call) items(path ...string) []any {
	list, _ := at(c.Params, path...).([]any)
	return list
}

// texts are those of the list at a path that are texts.
func (c *Call) texts(path ...string) (all []string) {
	for _, item := range c.items(path...) {
		if value, ok := item.(string); ok {
			all = append(all, value)
		}
	}
	return all
}

func at(node any, path ...string) any {
	for _, name := range path {
		fields, _ := node.(map[string]any)
		node = fields[name]
	}
	return node
}

// tags are those that the call gives at a path.
func (c *Call) tags(path ...string) map[string]string { return tags(at(c.Params, path...)) }

// tags are those of a list or a map of tags, whatever their service calls them.
func tags(node any) map[string]string {
	all := map[string]string{}
	if byKey, ok := node.(map[string]any); ok {
		for key, value := range byKey {
			all[key], _ = value.(string)
		}
	}
	list, _ := node.([]any)
	for _, item := range list {
		for key, value := range map[string]string{"Key": "Value", "TagKey": "TagValue"} {
			if name, ok := at(item, key).(string); ok {
				all[name], _ = at(item, value).(string)
			}
		}
	}
	return all
}

// FromForm is the parameters of a call of the query or EC2 protocol, whose names are
// paths: "Tags.member.1.Key", "Tag.1.Key".
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
func FromForm(form url.Values) map[string]any {
	root := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		node, path := root, strings.Split(name, ".")
		path = slices.DeleteFunc(path, func(part string) bool { return part == "member" })
		for _, part := range path[:len(path)-1] {
			next, ok := node[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				node[part] = next
			}
			node = next
		}
		node[path[len(path)-1]] = form.Get(name)
	}
	fields, _ := listed(root).(map[string]any)
	return fields
}

// listed turns what has numbers for names into lists, in their order.
func listed(node any) any {
	fields, ok := node.(map[string]any)
	if !ok {
		return node
	}
	var numbers []int
	for name, value := range fields {
		fields[name] = listed(value)
		if n, err := strconv.Atoi(name); err == nil {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 || len(numbers) < len(fields) {
		return fields
	}
	slices.Sort(numbers)
	list := make([]any, 0, len(numbers))
	for _, n := range numbers {
		list = append(list, fields[strconv.Itoa(n)])
	}
	return list
}
