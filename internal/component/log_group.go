package component

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// markPrefix starts the key of the tag by which a pool says that it uses a
// shared log group; the pool's base name follows.
const markPrefix = "spacelift-worker-pool:"

// SharedLogGroup is a log group whose name is fixed by the worker image, so that
// all pools of an account and region write to it. An existing one is used
// whoever made it. Its settings are changed, and it is deleted, only when this
// provider made it; it is deleted by the last pool that uses it.
type SharedLogGroup struct {
	Object
	API       awsapi.Logs
	GroupName string
	Pool      string // base name of this pool
	Settings  LogGroupSettings
	Assert    bool // Settings were changed by the user: they win over those of another pool
	Tags      Tags
	List      *LogGroupList // that Read takes it from, nil for none

	arn    string
	marked bool // Ensure put this pool's mark on the group
	seen   logGroupSeen
	asked  asked[logGroupSeen]
}

// LogGroupSettings are what a log group should be.
type LogGroupSettings struct {
	Retention   int32  // days, 0: forever
	KMSKeyID    string // ARN, "" for none
	Class       string // "" for AWS's default; only at creation, AWS cannot change it
	SkipDestroy bool   // the group outlives the pool
}

type logGroupSeen struct {
	arn       string // "": there is no group
	retention int32
	kmsKeyID  string
	class     string
	tags      map[string]string
}

// Deps implements Component.
func (g *SharedLogGroup) Deps() []Component { return nil }

// Ensure implements Component.
func (g *SharedLogGroup) Ensure(ctx context.Context) error { return ensure(ctx, g) }

// Read implements Component.
func (g *SharedLogGroup) Read(ctx context.Context) (Status, error) { return read(ctx, g) }

// ARN of the log group, without ":*"; "" before Ensure or Read.
func (g *SharedLogGroup) ARN() string { return g.arn }

// Restore sets what the state knows of an existing group.
func (g *SharedLogGroup) Restore(arn string) { g.arn = arn }

// Retention is what AWS has, in days, and the ARN of the KMS key.
func (g *SharedLogGroup) Retention() (days int32, kmsKeyID string) {
	return g.seen.retention, g.seen.kmsKeyID
}

// Rules tells whether this pool's settings are to be those of the group: of one
// that this provider made, while no other pool uses it. Pools with different
// settings would change it back and forth; so a shared group keeps what it has
// until a user changes the settings of one of the pools.
func (g *SharedLogGroup) Rules() bool { return g.made() && (g.Assert || !g.others()) }

// Marked tells whether the group says that this pool uses it.
func (g *SharedLogGroup) Marked() bool {
	_, ok := g.seen.tags[g.mark()]
	return ok
}

func (g *SharedLogGroup) mark() string { return markPrefix + g.Pool }

// made tells whether this provider, for whichever pool, made the group.
func (g *SharedLogGroup) made() bool { return g.seen.tags[TagManagedBy] == ManagedBy }

// others tells whether another pool uses the group.
func (g *SharedLogGroup) others() bool { return g.othersIn(g.seen.tags) }

func (g *SharedLogGroup) othersIn(tags map[string]string) bool {
	for key := range tags {
		if strings.HasPrefix(key, markPrefix) && key != g.mark() {
			return true
		}
	}
	return false
}

// wanted are the tags this pool puts on the group: its mark on every group, the
// user's tags only while no other pool shares it, or they would fight.
func (g *SharedLogGroup) wanted() Tags { return g.wantedAmong(g.seen.tags) }

func (g *SharedLogGroup) wantedAmong(tags map[string]string) Tags {
	mark := map[string]string{g.mark(): g.Tags.Want[TagWorkerPoolID]}
	if tags[TagManagedBy] != ManagedBy || g.othersIn(tags) {
		return Tags{Want: mark}
	}
	maps.Copy(mark, g.Tags.Want)
	delete(mark, TagWorkerPoolID)
	return Tags{Want: mark, Remove: g.Tags.Remove}
}

func (g *SharedLogGroup) create(ctx context.Context) error {
	g.seen = logGroupSeen{tags: map[string]string{TagManagedBy: ManagedBy}}
	tags := g.wanted().Want
	_, err := g.API.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{
		LogGroupName:  aws.String(g.GroupName),
		KmsKeyId:      optional(g.Settings.KMSKeyID),
		LogGroupClass: types.LogGroupClass(g.Settings.Class),
		Tags:          tags,
	}, g.settle, func(o *cloudwatchlogs.Options) { o.APIOptions = append(o.APIOptions, g.noteLost) })
	if err != nil {
		return fmt.Errorf("creating log group %s: %w", g.GroupName, err)
	}
	g.Known, g.marked = g.GroupName, true
	g.seen.tags, g.seen.kmsKeyID = tags, g.Settings.KMSKeyID
	return nil
}

func (g *SharedLogGroup) load(ctx context.Context) (bool, error) {
	seen, err := g.asked.take(ctx, g.question())
	if err != nil || seen.arn == "" {
		return false, err
	}
	g.Known, g.arn, g.seen = g.GroupName, seen.arn, seen
	return true, nil
}

// arnOf prefers the form that the tagging operations take:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
func arnOf(group *types.LogGroup) string {
	return strings.TrimSuffix(orElse(deref(group.LogGroupArn), deref(group.Arn)), ":*")
}

// foreign is never: log groups are shared whoever made them.
func (g *SharedLogGroup) foreign() *ForeignError { return nil }

func (g *SharedLogGroup) differences() []Difference {
	var d differences
	if g.Rules() {
		g.seen.compare(g.Settings, &d)
	}
	g.wanted().compare(g.seen.tags, &d)
	d.add(g.arn == "", "ARN", "its ARN is not known")
	return d
}

// compare compares what a log group has with its settings.
func (s logGroupSeen) compare(want LogGroupSettings, d *differences) {
	d.add(s.retention != want.Retention, "Retention", "retention is %s, not %s", days(s.retention), days(want.Retention))
	d.add(!SameKey(want.KMSKeyID, s.kmsKeyID), "KMSKeyID", "its KMS key is %q, not %q", s.kmsKeyID, want.KMSKeyID)
}

func days(n int32) string {
	if n == 0 {
		return "forever"
	}
	return fmt.Sprintf("%d days", n)
}
