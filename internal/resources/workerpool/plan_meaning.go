package workerpool

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// keepMeaning plans no change of an argument that the configuration only writes
// in another way than the state has it, as after an import: AWS does not tell how
// the user wrote it. Terraform allows that where both have a value.
func keepMeaning(plan *model, state model) {
	keep(&plan.Configuration, state.Configuration, func(a, b types.String) bool { return sameText(a.ValueString(), b.ValueString()) })
	keep(&plan.BootHooks, state.BootHooks, sameHooks)
	keep(&plan.SelfHosted, state.SelfHosted, func(a, b types.Object) bool { return sameSelfHosted(expandSelfHosted(a), expandSelfHosted(b)) })
	keep(&plan.ExtraIAMStatements, state.ExtraIAMStatements, sameStatements)
	keep(&plan.InstanceMarketOptions, state.InstanceMarketOptions, func(a, b types.Object) bool { return stack.SameMarket(expandMarket(a), expandMarket(b)) })
	keep(&plan.Schedules, state.Schedules, func(a, b types.List) bool { return stack.SameSchedules(expandSchedules(a), expandSchedules(b)) })
	keep(&plan.TagSpecifications, state.TagSpecifications, sameTagSpecifications)
	keep(&plan.APICredentials, state.APICredentials, func(a, b types.Object) bool {
		return reflect.DeepEqual(expandCredentials(model{APICredentials: a}), expandCredentials(model{APICredentials: b}))
	})
	for _, key := range []struct {
		plan  *types.String
		state types.String
	}{
		{&plan.SecureEnvVarsKMSKeyID, state.SecureEnvVarsKMSKeyID}, {&plan.VolumeKMSKeyID, state.VolumeKMSKeyID},
	} {
		keep(key.plan, key.state, func(a, b types.String) bool { return stack.SameKey(a.ValueString(), b.ValueString()) })
	}
}

// keep replaces what is planned by what the state has, if that means the same.
func keep[T attr.Value](plan *T, state T, same func(a, b T) bool) {
	if !(*plan).IsNull() && !state.IsNull() && fullyKnownValue(*plan) && !(*plan).Equal(state) && same(*plan, state) {
		*plan = state
	}
}

// fullyKnownValue tells that no part of a value is left to the apply.
func fullyKnownValue(value attr.Value) bool {
	if value.IsUnknown() {
		return false
	}
	var parts []attr.Value
	switch value := value.(type) {
	case types.Object:
		parts = slices.Collect(maps.Values(value.Attributes()))
	case types.Map:
		parts = slices.Collect(maps.Values(value.Elements()))
	case types.List:
		parts = value.Elements()
	case types.Set:
		parts = value.Elements()
	}
	return !slices.ContainsFunc(parts, func(part attr.Value) bool { return !fullyKnownValue(part) })
}

// sameText tells whether two texts are the same in the boot script, which ends
// each with a newline.
func sameText(a, b string) bool { return strings.TrimSuffix(a, "\n") == strings.TrimSuffix(b, "\n") }

func sameHooks(a, b types.Object) bool {
	for _, name := range []string{"pre", "post"} {
		if !sameText(member[types.String](a, name).ValueString(), member[types.String](b, name).ValueString()) {
			return false
		}
	}
	return true
}

func sameSelfHosted(a, b *userdata.SelfHosted) bool {
	x, y := *a, *b
	x.CACertificates, y.CACertificates = nil, nil
	return reflect.DeepEqual(x, y) && slices.EqualFunc(a.CACertificates, b.CACertificates, sameText)
}

// sameStatements compares the statements of policies, however they are spread
// over documents; their order means nothing.
func sameStatements(a, b types.List) bool {
	x, ok := statementsOf(a)
	y, ok2 := statementsOf(b)
	return ok && ok2 && slices.Equal(x, y)
}

// statementsOf are the statements of all documents as canonical JSON, sorted.
func statementsOf(documents types.List) (statements []string, ok bool) {
	for _, document := range texts(documents.Elements()) {
		parsed, err := stack.ParseStatements(document)
		if err != nil {
			return nil, false
		}
		for _, s := range parsed {
			var v any
			if json.Unmarshal(s, &v) != nil {
				return nil, false
			}
			text, err := json.Marshal(v) // sorts the keys
			if err != nil {
				return nil, false
			}
			statements = append(statements, string(text))
		}
	}
	slices.Sort(statements)
	return statements, true
}

func sameTagSpecifications(a, b types.List) bool {
	byType := func(list types.List) map[string]map[string]string {
		tags := map[string]map[string]string{}
		for _, s := range expandTagSpecifications(list) {
			tags[s.ResourceType] = s.Tags
		}
		return tags
	}
	return maps.EqualFunc(byType(a), byType(b), maps.Equal)
}
