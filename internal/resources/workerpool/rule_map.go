package workerpool

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// mapRule checks a map of strings, without regard to other arguments.
type mapRule struct {
	what     string
	problems func(known map[string]string, all types.Map) []string // sentences, each with its fix
}

var _ validator.Map = mapRule{}

// Description implements validator.Map.
func (r mapRule) Description(context.Context) string { return "must be " + r.what }

// MarkdownDescription implements validator.Map.
func (r mapRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateMap implements validator.Map.
func (r mapRule) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	for _, problem := range r.problems(textMap(req.ConfigValue), req.ConfigValue) {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value of "+argument(req.Path), req.Path.String()+" "+problem)
	}
}

// noNulls refuses null elements of a set.
type noNulls struct{}

var _ validator.Set = noNulls{}

// Description implements validator.Set.
func (noNulls) Description(context.Context) string { return "must have no null elements" }

// MarkdownDescription implements validator.Set.
func (r noNulls) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateSet implements validator.Set.
func (noNulls) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		if element.IsNull() {
			resp.Diagnostics.Append(invalid(req.Path, "has an element that is null", "Give it a value or leave it out, with compact() for example."))
			return
		}
	}
}

// shellNameKeys are secret variables: keys that a shell takes, values in one
// secret. No message shows a value.
var shellNameKeys = mapRule{what: "variables by shell name", problems: func(known map[string]string, all types.Map) []string {
	var problems []string
	for _, key := range keysOf(all) {
		if shellName.ok(key) != "" {
			problems = append(problems, fmt.Sprintf("has the key %q, but keys must be names of shell variables: letters, digits and '_' "+
				"after a letter or '_'. Rename it.", key))
		}
		if all.Elements()[key].IsNull() {
			problems = append(problems, fmt.Sprintf("has no value for %q: it is null. Give it a value or leave the key out.", key))
		}
	}
	if value, err := json.Marshal(known); err == nil && len(value) > stack.MaxSecretSize {
		problems = append(problems, fmt.Sprintf("takes %d bytes as JSON, but a secret holds at most %d. Move what is not secret to configuration.",
			len(value), stack.MaxSecretSize))
	}
	return problems
}}

// Limits of tags: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html.
// AWS takes 50 tags on an object; ten are left for the provider's own and for more
// of them in its later versions. Tags of AWS, aws:…, do not count.
const (
	maxTags     = 40
	maxTagKey   = 128 // characters
	maxTagValue = 256 // characters
)

// reservedTags are the keys of the provider's own tags.
var reservedTags = []string{"WorkerPoolID", "ManagedBy", "WorkerPoolState", "WorkerPoolSuspended", "WorkerPoolRefresh"}

// tagCharacters are what IAM, the strictest service, takes in keys and values:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
var tagCharacters = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

var userTags = mapRule{what: "tags that AWS takes", problems: func(known map[string]string, all types.Map) []string {
	var problems []string
	for _, key := range keysOf(all) {
		problems = append(problems, tagProblems(key, known[key])...)
	}
	return append(problems, tagSetProblems(keysOf(all))...)
}}

func tagProblems(key, value string) []string {
	var problems []string
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	switch {
	case key == "":
		add("has an empty key, which AWS does not take. Name the tag.")
	case utf8.RuneCountInString(key) > maxTagKey:
		add("has the key %s of %d characters, but AWS takes at most %d. Shorten it.", abridged(key), utf8.RuneCountInString(key), maxTagKey)
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		add("has the key %q, but AWS keeps keys that start with aws: to itself. Rename it.", key)
	case slices.ContainsFunc(reservedTags, func(reserved string) bool { return strings.EqualFold(reserved, key) }):
		add("has the key %q, which this provider sets itself. Rename it.", key)
	case !tagCharacters.MatchString(key):
		add("has the key %q, but IAM takes only letters, digits, spaces and _.:/=+-@ in tags. Rename it.", key)
	}
	switch {
	case utf8.RuneCountInString(value) > maxTagValue:
		add("has a value of %d characters for %q, but AWS takes at most %d. Shorten it.", utf8.RuneCountInString(value), key, maxTagValue)
	case !tagCharacters.MatchString(value):
		add("has the value %s for %q, but IAM takes only letters, digits, spaces and _.:/=+-@ in tags. Change it.", abridged(value), key)
	}
	return problems
}

// tagSetProblems checks the keys of one object's tags against each other.
func tagSetProblems(keys []string) []string {
	var problems []string
	if len(keys) > maxTags {
		problems = append(problems, fmt.Sprintf("makes %d tags, but at most %d are possible: AWS takes 50 on an object, some of which the "+
			"provider sets. Remove some.", len(keys), maxTags))
	}
	seen := map[string]string{}
	for _, key := range keys {
		folded := strings.ToLower(key)
		if other, ok := seen[folded]; ok {
			problems = append(problems, fmt.Sprintf("has the keys %q and %q, but to IAM they are the same. Remove one.", other, key))
		}
		seen[folded] = key
	}
	return problems
}

func keysOf(m types.Map) []string {
	keys := make([]string, 0, len(m.Elements()))
	for key := range m.Elements() {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
