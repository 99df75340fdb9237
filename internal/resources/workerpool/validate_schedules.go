package workerpool

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// validateSchedules checks the schedules against each other and against the
// group's bounds.
func validateSchedules(m model) diag.Diagnostics {
	var diags diag.Diagnostics
	seen := map[string]int{}
	for i, element := range m.Schedules.Elements() {
		schedule, ok := element.(types.Object)
		if !ok || !given(schedule) {
			continue // null is refused for what it lacks
		}
		p := path.Root("schedules").AtListIndex(i)
		name := member[types.String](schedule, "name")
		if first, again := seen[name.ValueString()]; again && given(name) {
			diags.Append(invalid(p.AtName("name"), fmt.Sprintf("is %q, which entry %d is too", name.ValueString(), first), "Give each schedule a name of its own."))
		}
		seen[name.ValueString()] = i
		diags.Append(validateScheduledSizes(m, p, member[types.Int32](schedule, "min_size"), member[types.Int32](schedule, "max_size"))...)
	}
	return diags
}

// validateScheduledSizes refuses what AWS refuses, and a size that can never come
// into force: a scheduled action outside the group's bounds fails when it runs.
func validateScheduledSizes(m model, p path.Path, least, largest types.Int32) diag.Diagnostics {
	switch {
	case least.IsNull() && largest.IsNull():
		return diag.Diagnostics{invalid(p, "sets no size", "Set min_size, max_size or both.")}
	case given(least) && given(largest) && least.ValueInt32() > largest.ValueInt32():
		return diag.Diagnostics{invalid(p.AtName("min_size"), fmt.Sprintf("is %d, but max_size is %d", least.ValueInt32(), largest.ValueInt32()),
			"Lower min_size or raise max_size.")}
	case given(least) && largest.IsNull():
		if most, known := extreme(m, m.MaxSize, defaultMaxSize, "max_size", func(a, b int32) int32 { return max(a, b) }); known && least.ValueInt32() > most {
			return diag.Diagnostics{invalid(p.AtName("min_size"), fmt.Sprintf("is %d, but max_size is never above %d", least.ValueInt32(), most),
				"Lower it, or set max_size beside it.")}
		}
	case given(largest) && least.IsNull():
		if lowest, known := extreme(m, m.MinSize, 0, "min_size", func(a, b int32) int32 { return min(a, b) }); known && largest.ValueInt32() < lowest {
			return diag.Diagnostics{invalid(p.AtName("max_size"), fmt.Sprintf("is %d, but min_size is never below %d", largest.ValueInt32(), lowest),
				"Raise it, or set min_size beside it.")}
		}
	}
	return nil
}

// extreme is the largest or the least that a size can be: its own value, or that
// of a schedule. It is not known while one of them is not.
func extreme(m model, own types.Int32, standard int32, name string, choose func(a, b int32) int32) (size int32, known bool) {
	values := []attr.Value{own}
	size = standard
	if given(own) {
		size = own.ValueInt32()
	}
	for _, element := range m.Schedules.Elements() {
		schedule, _ := element.(types.Object)
		value := member[types.Int32](schedule, name)
		values = append(values, schedule, value)
		if given(value) {
			size = choose(size, value.ValueInt32())
		}
	}
	return size, !unknown(values...)
}
