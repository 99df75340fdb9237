package component

import (
	"maps"
	"slices"
)

// Keys of the tags that every object of ours carries.
const (
	TagWorkerPoolID = "WorkerPoolID"
	TagManagedBy    = "ManagedBy"
	ManagedBy       = "terraform-provider-spacelift-ec2" // value of TagManagedBy
)

// Tags are the tags an object should have.
type Tags struct {
	Want   map[string]string // with ours
	Remove []string          // keys that an earlier configuration set; other tags are left alone
	Index  *TagIndex         // of what the pool consists of, nil for none
}

// ours tells whether an object with these tags was made for this pool.
func (t Tags) ours(got map[string]string) bool {
	return got[TagManagedBy] == ManagedBy && got[TagWorkerPoolID] == t.Want[TagWorkerPoolID]
}

// changes returns what to set and what to remove.
func (t Tags) changes(got map[string]string) (set map[string]string, remove []string) {
	set = map[string]string{}
	for key, value := range t.Want {
		if had, ok := got[key]; !ok || had != value {
			set[key] = value
		}
	}
	for _, key := range t.Remove {
		if _, ok := got[key]; ok {
			remove = append(remove, key)
		}
	}
	return set, remove
}

// compare adds a Difference named "Tags" when tags are to be changed.
func (t Tags) compare(got map[string]string, d *differences) {
	set, remove := t.changes(got)
	for _, key := range slices.Sorted(maps.Keys(set)) {
		had, ok := got[key]
		d.add(!ok, "Tags", "tag %s is missing", key)
		d.add(ok, "Tags", "tag %s is %q, not %q", key, had, set[key])
	}
	for _, key := range remove {
		d.add(true, "Tags", "tag %s is left over", key)
	}
}

// tagList converts a map to a service's list of tags, in the order of the keys.
func tagList[T any](tags map[string]string, tag func(key, value string) T) []T {
	list := make([]T, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, tag(key, tags[key]))
	}
	return list
}

// tagMap converts a service's list of tags to a map.
func tagMap[T any](list []T, pair func(T) (key, value *string)) map[string]string {
	tags := make(map[string]string, len(list))
	for _, t := range list {
		key, value := pair(t)
		tags[*key] = deref(value)
	}
	return tags
}

// deref returns what p points to, the zero value for nil.
func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
