package awstest

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// logGroupTraits are what the emulator does not keep about log groups: their
// class, and a key that is associated later.
type logGroupTraits struct {
	mu     sync.Mutex
	groups map[string]*logGroup // by region and name
}

type logGroup struct {
	class string
	key   *string // nil: as the emulator knows it; "": none
}

// of finds the traits of a log group; the caller holds mu.
func (l *logGroupTraits) of(region, name string) *logGroup {
	if l.groups == nil {
		l.groups = map[string]*logGroup{}
	}
	id := region + "/" + name
	if l.groups[id] == nil {
		l.groups[id] = &logGroup{class: "STANDARD"}
	}
	return l.groups[id]
}

// correct learns from CreateLogGroup and DeleteLogGroup, and completes the
// answer of DescribeLogGroups.
func (l *logGroupTraits) correct(q request, a *answer) {
	if a.code != "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch q.action {
	case "CreateLogGroup":
		if class := q.value("logGroupClass"); class != "" {
			l.of(q.region, q.value("logGroupName")).class = class
		}
	case "DeleteLogGroup":
		delete(l.groups, q.region+"/"+q.value("logGroupName"))
	case "DescribeLogGroups":
		var document map[string]any
		if json.Unmarshal(a.body, &document) != nil {
			return
		}
		groups, _ := document["logGroups"].([]any)
		groups = identified(q, groups)
		document["logGroups"] = groups
		for _, item := range groups {
			l.complete(q.region, item)
		}
		a.body, _ = json.Marshal(document)
	}
}

// identified are the groups that a call names, which the emulator does not look at.
func identified(q request, groups []any) []any {
	var in struct {
		Identifiers []string `json:"logGroupIdentifiers"`
	}
	if json.Unmarshal(q.body, &in) != nil || in.Identifiers == nil {
		return groups
	}
	return slices.DeleteFunc(groups, func(item any) bool {
		group, _ := item.(map[string]any)
		name, _ := group["logGroupName"].(string)
		return !slices.ContainsFunc(in.Identifiers, func(id string) bool { return lastOf(id, ":log-group:") == name || id == name })
	})
}

func (l *logGroupTraits) complete(region string, item any) {
	group, _ := item.(map[string]any)
	name, _ := group["logGroupName"].(string)
	if group == nil {
		return
	}
	traits := l.of(region, name)
	group["logGroupClass"] = traits.class
	switch {
	case traits.key == nil:
	case *traits.key == "":
		delete(group, "kmsKeyId")
	default:
		group["kmsKeyId"] = *traits.key
	}
}

// retentions: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// standIn answers the calls about log groups that the emulator lacks, or that it
// lets pass and AWS would not; nil for any other.
func (l *logGroupTraits) standIn(ctx context.Context, owner *tenant, q request) *answer {
	switch q.action {
	case "PutRetentionPolicy":
		var in struct {
			RetentionInDays int `json:"retentionInDays"`
		}
		if json.Unmarshal(q.body, &in) == nil && !slices.Contains(retentions, in.RetentionInDays) {
			return refusal(q, http.StatusBadRequest, "InvalidParameterException", "1 validation error detected: retentionInDays has no such value")
		}
	case "AssociateKmsKey":
		return owner.setKey(ctx, q, q.value("kmsKeyId"))
	case "DisassociateKmsKey":
		return owner.setKey(ctx, q, "")
	}
	return nil
}

// setKey associates a log group with a key, or with none ("").
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
func (t *tenant) setKey(ctx context.Context, q request, key string) *answer {
	name := q.value("logGroupName")
	if _, after, ok := strings.Cut(q.value("resourceIdentifier"), ":log-group:"); ok {
		name = strings.TrimSuffix(after, ":*")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	account := &Account{tenant: t, region: q.region}
	found, err := account.Direct().Logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
	if err != nil {
		return refusal(q, http.StatusBadRequest, codeUnreachable, err.Error())
	}
	for i := range found.LogGroups {
		if aws.ToString(found.LogGroups[i].LogGroupName) == name {
			t.logs.mu.Lock()
			defer t.logs.mu.Unlock()
			t.logs.of(q.region, name).key = &key
			return &answer{status: http.StatusOK, body: []byte("{}"), header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}}
		}
	}
	return refusal(q, http.StatusBadRequest, "ResourceNotFoundException", "The specified log group does not exist.")
}
