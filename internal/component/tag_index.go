package component

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// maxIndexed is how many objects one call tells the tags of:
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
const maxIndexed = 100

// TagIndex has the tags of many objects from few calls, of those services that tell
// tags by a call of its own for each object. It may be behind, not know of an object,
// or be denied to us: it is believed only where it says that all is as it should be;
// for anything else the service itself is asked. A nil index knows nothing.
type TagIndex struct {
	tags shared[map[string]map[string]string] // by ARN
}

// Fill lets the index know the objects of these ARNs. It asks when it is first used.
func (x *TagIndex) Fill(ctx context.Context, api awsapi.Tagging, arns []string) {
	x.tags = share(ctx, func(ctx context.Context) (map[string]map[string]string, error) {
		index := map[string]map[string]string{}
		for some := range slices.Chunk(arns, maxIndexed) {
			out, err := api.GetResources(ctx, &resourcegroupstaggingapi.GetResourcesInput{ResourceARNList: some})
			if err != nil {
				return nil, fmt.Errorf("reading the tags of %d objects: %w", len(some), err)
			}
			for _, one := range out.ResourceTagMappingList {
				index[deref(one.ResourceARN)] = tagMap(one.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value })
			}
		}
		return index, nil
	})
}

// of are the tags of an object if the index knows them and right says that they are
// as they should be, else those that own asks for.
func (x *TagIndex) of(ctx context.Context, arn string, right func(map[string]string) bool, own question[map[string]string]) (map[string]string, error) {
	if x != nil && x.tags.answer != nil && arn != "" {
		index, err := x.tags.answer()
		if tags, ok := index[arn]; err == nil && ok && right(tags) {
			return tags, nil
		}
	}
	return own(ctx)
}

// read are the tags of an object, from the index where there is nothing to change.
func (t Tags) read(ctx context.Context, arn string, own question[map[string]string]) (map[string]string, error) {
	return t.Index.of(ctx, arn, t.right, own)
}

// right tells whether got has all that is wanted and nothing that is to go.
func (t Tags) right(got map[string]string) bool {
	set, remove := t.changes(got)
	return len(set) == 0 && len(remove) == 0
}

// Indexed is a component whose tags Read takes from an index where it can.
type Indexed interface {
	// IndexedARN is that of the object, "" if it is not known before it was read.
	IndexedARN() string
}

// IndexedARN implements Indexed.
func (a *Alarm) IndexedARN() string { return a.arn }

// IndexedARN implements Indexed.
func (m *EventSource) IndexedARN() string { return m.arn }

// IndexedARN implements Indexed.
func (g *FunctionLogGroup) IndexedARN() string { return g.arn }

// IndexedARN implements Indexed.
func (r *InvocationRule) IndexedARN() string { return r.arn }

// IndexedARN implements Indexed.
func (t *LaunchTemplate) IndexedARN() string { return t.arn }

// IndexedARN implements Indexed.
func (p *Parameter) IndexedARN() string { return p.arn }

// IndexedARN implements Indexed.
func (q *Queue) IndexedARN() string { return q.arn }

// IndexedARN implements Indexed.
func (g *SharedLogGroup) IndexedARN() string { return g.arn }
