package autoscaling

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"
)

func tagOf(group, key, text string) types.Tag {
	return types.Tag{ResourceId: &group, ResourceType: ptr("auto-scaling-group"), Key: &key, Value: &text, PropagateAtLaunch: ptr(true)}
}

func shown(tags []types.TagDescription) map[string]string {
	all := map[string]string{}
	for _, tag := range tags {
		all[value(tag.ResourceId)+"/"+value(tag.Key)] = value(tag.Value)
	}
	return all
}

func TestTagsAreSetAndRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.make(t)
	set := func(tags ...types.Tag) error {
		_, err := w.CreateOrUpdateTags(&autoscaling.CreateOrUpdateTagsInput{Tags: tags})
		return err
	}
	refused(t, set(tagOf("none", "k", "v")), "ValidationError")
	refused(t, set(tagOf("group", "aws:k", "v")), "ValidationError")
	refused(t, set(types.Tag{ResourceId: ptr("group"), ResourceType: ptr("queue"), Key: ptr("k")}), "ValidationError")
	var many []types.Tag
	for i := range maxTags + 1 {
		many = append(many, tagOf("group", fmt.Sprint(i), ""))
	}
	refused(t, set(many[:maxTagsPerCall+1]...), "ValidationError")
	if len(w.read(t).Tags) != 0 {
		t.Error("a refused call left tags")
	}
	for some := range slices.Chunk(many[:maxTags], maxTagsPerCall) {
		if err := set(some...); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, set(many[maxTags]), "LimitExceeded")
	for some := range slices.Chunk(many[:maxTags], maxTagsPerCall) {
		if _, err := w.DeleteTags(&autoscaling.DeleteTagsInput{Tags: some}); err != nil {
			t.Fatal(err)
		}
	}
	if err := set(tagOf("group", "a", "1"), tagOf("group", "b", "2"), tagOf("group", "a", "3")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"group/a": "3", "group/b": "2"}, shown(w.read(t).Tags)); diff != "" {
		t.Error(diff)
	}
	_, err := w.DeleteTags(&autoscaling.DeleteTagsInput{Tags: []types.Tag{tagOf("none", "a", "")}})
	refused(t, err, "ValidationError")
	if _, err = w.DeleteTags(&autoscaling.DeleteTagsInput{Tags: []types.Tag{tagOf("group", "a", ""), tagOf("group", "absent", "")}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"group/b": "2"}, shown(w.read(t).Tags)); diff != "" {
		t.Error(diff)
	}
}

// crowd makes three groups without instances: g0, g1, g2, tagged by parity.
func crowd(t *testing.T) *world {
	t.Helper()
	w := newWorld()
	for i := range 3 {
		w.make(t, func(in *autoscaling.CreateAutoScalingGroupInput) {
			in.AutoScalingGroupName, in.DesiredCapacity = ptr(fmt.Sprintf("g%d", i)), nil
			in.Tags = []types.Tag{{Key: ptr("odd"), Value: ptr(fmt.Sprint(i%2 == 1))}}
		})
	}
	return w
}

func TestDescribeTagsFilters(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	cases := map[string]struct {
		filter string
		values []string
		want   map[string]string
	}{
		"group":     {"auto-scaling-group", []string{"g1"}, map[string]string{"g1/odd": "true"}},
		"key":       {"key", []string{"even"}, map[string]string{}},
		"value":     {"value", []string{"true"}, map[string]string{"g1/odd": "true"}},
		"propagate": {"propagate-at-launch", []string{"true"}, map[string]string{}},
	}
	for name, c := range cases {
		out, err := w.DescribeTags(&autoscaling.DescribeTagsInput{Filters: []types.Filter{{Name: &c.filter, Values: c.values}}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, shown(out.Tags)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	_, err := w.DescribeTags(&autoscaling.DescribeTagsInput{Filters: []types.Filter{{Name: ptr("color")}}})
	refused(t, err, "ValidationError")
}

func TestDescribeGroups(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	list := func(in autoscaling.DescribeAutoScalingGroupsInput) ([]string, *string, error) {
		out, err := w.DescribeAutoScalingGroups(&in)
		if err != nil {
			return nil, nil, err
		}
		var names []string
		for i := range out.AutoScalingGroups {
			names = append(names, value(out.AutoScalingGroups[i].AutoScalingGroupName))
		}
		return names, out.NextToken, nil
	}
	filter := func(name, text string) []types.Filter { return []types.Filter{{Name: &name, Values: []string{text}}} }
	cases := map[string]struct {
		in   autoscaling.DescribeAutoScalingGroupsInput
		want []string
	}{
		"all":         {autoscaling.DescribeAutoScalingGroupsInput{}, []string{"g0", "g1", "g2"}},
		"by name":     {autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"g2", "none"}}, []string{"g2"}},
		"by tag":      {autoscaling.DescribeAutoScalingGroupsInput{Filters: filter("tag:odd", "false")}, []string{"g0", "g2"}},
		"by tag key":  {autoscaling.DescribeAutoScalingGroupsInput{Filters: filter("tag-key", "odd")}, []string{"g0", "g1", "g2"}},
		"by tag text": {autoscaling.DescribeAutoScalingGroupsInput{Filters: filter("tag-value", "true")}, []string{"g1"}},
	}
	for name, c := range cases {
		got, _, err := list(c.in)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
	first, token, err := list(autoscaling.DescribeAutoScalingGroupsInput{MaxRecords: ptr(int32(2))})
	if err != nil || len(first) != 2 || token == nil {
		t.Fatalf("first page: %q, %v", first, err)
	}
	second, end, err := list(autoscaling.DescribeAutoScalingGroupsInput{MaxRecords: ptr(int32(2)), NextToken: token})
	if err != nil || len(second) != 1 || end != nil {
		t.Errorf("second page: %q, %v", second, err)
	}
	_, _, err = list(autoscaling.DescribeAutoScalingGroupsInput{MaxRecords: ptr(int32(101))})
	refused(t, err, "ValidationError")
	_, _, err = list(autoscaling.DescribeAutoScalingGroupsInput{NextToken: ptr("x")})
	refused(t, err, "InvalidNextToken")
	_, _, err = list(autoscaling.DescribeAutoScalingGroupsInput{Filters: filter("color", "red")})
	refused(t, err, "ValidationError")
}
