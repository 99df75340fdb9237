package workerpool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// statementSid is what IAM takes as a Sid:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
var statementSid = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// policyStatements checks a list of IAM policy documents and statements in JSON.
var policyStatements = statementRule{}

type statementRule struct{}

var _ validator.List = statementRule{}

// Description implements validator.List.
func (statementRule) Description(context.Context) string {
	return "must be IAM policy documents or statements in JSON, each statement with a Sid of its own"
}

// MarkdownDescription implements validator.List.
func (r statementRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateList implements validator.List.
func (statementRule) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	fail := func(p path.Path, problem, fix string) {
		resp.Diagnostics.AddAttributeError(p, "Invalid value of "+argument(p), fmt.Sprintf("%s %s. %s", p, problem, fix))
	}
	seen := map[string]int{}
	size := 0
	for i, element := range req.ConfigValue.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() {
			continue
		}
		p := req.Path.AtListIndex(i)
		statements, err := stack.ParseStatements(text.ValueString())
		if err == nil && len(statements) == 0 {
			err = errors.New("its Statement is empty")
		}
		if err != nil {
			fail(p, "is no IAM policy document and no statement: "+err.Error(),
				"Use jsonencode() or the data source aws_iam_policy_document.")
			continue
		}
		size += stack.VisibleLength(text.ValueString())
		for _, raw := range statements {
			var statement statement
			_ = json.Unmarshal(raw, &statement) // an object, as ParseStatements has seen
			sid, problem := statement.problem()
			if problem != "" {
				fail(p, problem, "Correct the statement; see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html.")
				continue
			}
			if first, ok := seen[sid]; ok {
				fail(p, fmt.Sprintf("has the Sid %q, which entry %d has too", sid, first), "Give each statement a Sid of its own.")
			}
			seen[sid] = i
		}
	}
	if size > stack.MaxInlinePolicies {
		fail(req.Path, fmt.Sprintf("takes %d characters without white space, but the inline policies of a role hold at most %d", size, stack.MaxInlinePolicies),
			"Shorten the statements, or bring a role of your own with custom_iam_role_name.")
	}
}

type statement map[string]json.RawMessage

// problem returns the statement's Sid and what IAM would not take of it.
func (s statement) problem() (sid, problem string) {
	_ = json.Unmarshal(s["Sid"], &sid)
	var effect string
	_ = json.Unmarshal(s["Effect"], &effect)
	both := func(key string) int { return present(s[key]) + present(s["Not"+key]) }
	switch {
	case s["Sid"] == nil:
		return "", "has a statement without a Sid"
	case !statementSid.MatchString(sid):
		return "", fmt.Sprintf("has the Sid %s, but a Sid is letters and digits", s["Sid"])
	case slices.Contains(stack.OwnSids, sid):
		return sid, fmt.Sprintf("has the Sid %q, which the provider uses itself", sid)
	case effect != "Allow" && effect != "Deny":
		return sid, fmt.Sprintf("has in statement %s no Effect Allow or Deny", sid)
	case both("Action") != 1:
		return sid, fmt.Sprintf("has in statement %s not exactly one of Action and NotAction", sid)
	case both("Resource") != 1:
		return sid, fmt.Sprintf("has in statement %s not exactly one of Resource and NotResource", sid)
	case !resourcesAreARNs(s["Resource"]) || !resourcesAreARNs(s["NotResource"]):
		return sid, fmt.Sprintf(`has in statement %s a Resource that is neither an ARN nor "*"`, sid)
	case present(s["Principal"])+present(s["NotPrincipal"]) > 0:
		return sid, fmt.Sprintf("has in statement %s a Principal, which a role's policy cannot have", sid)
	}
	return sid, ""
}

// resourcesAreARNs checks one resource or a list of them.
func resourcesAreARNs(value json.RawMessage) bool {
	var resources []string
	if json.Unmarshal(value, &resources) != nil {
		var single string
		if json.Unmarshal(value, &single) != nil {
			return value == nil
		}
		resources = []string{single}
	}
	return !slices.ContainsFunc(resources, func(resource string) bool { return resource != "*" && !strings.HasPrefix(resource, "arn:") })
}

func present(value json.RawMessage) int {
	if value == nil || string(value) == "null" {
		return 0
	}
	return 1
}
