package stack

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// document is an IAM policy document:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type document struct {
	Version   string            `json:"Version"`
	Statement []json.RawMessage `json:"Statement"`
}

type statement struct {
	Sid       string         `json:"Sid,omitempty"`
	Effect    string         `json:"Effect"`
	Principal any            `json:"Principal,omitempty"`
	Action    []string       `json:"Action"`
	Resource  any            `json:"Resource,omitempty"`
	Condition map[string]any `json:"Condition,omitempty"`
}

const policyVersion = "2012-10-17"

// trustPolicy lets EC2 instances use the role.
func trustPolicy(partition string) string {
	service := "ec2.amazonaws.com"
	if partition == "aws-cn" { // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services-in-opt-in-regions
		service = "ec2.amazonaws.com.cn"
	}
	return render([]any{statement{
		Effect: "Allow", Principal: map[string]string{"Service": service}, Action: []string{"sts:AssumeRole"},
	}})
}

// managedPolicies are AWS's own policies of a worker: Session Manager, and the
// CloudWatch agent where it runs.
func managedPolicies(partition string, agent bool) []string {
	prefix := "arn:" + partition + ":iam::aws:policy/"
	arns := []string{prefix + "AmazonSSMManagedInstanceCore"}
	if agent {
		arns = append(arns, prefix+"CloudWatchAgentServerPolicy")
	}
	return arns
}

// place is where ARNs are made for.
type place struct{ partition, region, account string }

// instancePolicy is the role's inline policy. secretARN is "" for none.
func instancePolicy(spec Spec, secretARN string, at place) (string, error) {
	statements := []any{statement{
		Sid: "ReadAutoScaling", Effect: "Allow", Action: []string{"autoscaling:Describe*"}, Resource: "*",
	}}
	if secretARN != "" {
		statements = append(statements, statement{
			Sid: "ReadSecret", Effect: "Allow", Action: []string{"secretsmanager:GetSecretValue"}, Resource: secretARN,
		})
		if spec.Secret.KMSKeyID != "" {
			statements = append(statements, useKey(spec.Secret.KMSKeyID, at))
		}
	}
	if hosted := spec.Boot.SelfHosted; hosted != nil {
		bucket, _, _ := strings.Cut(strings.TrimPrefix(hosted.S3URI, "s3://"), "/")
		statements = append(statements, statement{
			Sid: "ReadLauncher", Effect: "Allow", Action: []string{"s3:GetObject"}, Resource: "arn:" + at.partition + ":s3:::" + bucket + "/*",
		})
	}
	for i, text := range spec.Role.ExtraStatements {
		extra, err := ParseStatements(text)
		if err != nil {
			return "", fmt.Errorf("extra_iam_statements[%d]: %w", i, err)
		}
		for _, s := range extra {
			statements = append(statements, s)
		}
	}
	return render(statements), nil
}

// useKey grants a KMS key. IAM resources cannot name an alias, a condition can:
// https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
func useKey(key string, at place) statement {
	s := statement{Sid: "UseSecretKey", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"}, Resource: key}
	if i := strings.Index(key, "alias/"); i >= 0 {
		s.Resource = "*"
		s.Condition = map[string]any{"ForAnyValue:StringEquals": map[string]string{"kms:ResourceAliases": key[i:]}}
	} else if !strings.HasPrefix(key, "arn:") {
		account := at.account
		if account == "" {
			account = "*"
		}
		s.Resource = fmt.Sprintf("arn:%s:kms:%s:%s:key/%s", at.partition, at.region, account, key)
	}
	return s
}

// ParseStatements reads a policy document, or one statement, and returns its
// statements. Each must be a JSON object.
func ParseStatements(text string) ([]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		return nil, fmt.Errorf("not a JSON object: %w", err)
	}
	inner, ok := fields["Statement"]
	if !ok {
		return []json.RawMessage{json.RawMessage(text)}, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(inner, &list) != nil {
		list = []json.RawMessage{inner}
	}
	for _, s := range list {
		if err := json.Unmarshal(s, &map[string]any{}); err != nil {
			return nil, fmt.Errorf("a statement is not a JSON object: %w", err)
		}
	}
	return list, nil
}

// render makes a document of statements. They are plain values that always encode.
func render(statements []any) string {
	doc := document{Version: policyVersion}
	for _, s := range statements {
		text, err := json.Marshal(s)
		if err != nil {
			panic(fmt.Sprintf("encoding an IAM statement: %s", err))
		}
		doc.Statement = append(doc.Statement, text)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(fmt.Sprintf("encoding an IAM policy: %s", err))
	}
	return string(text)
}

// tagsOf are the tags of every object of a pool: the user's, and ours on top.
func tagsOf(spec Spec) map[string]string {
	tags := map[string]string{}
	for key, value := range spec.Tags {
		tags[key] = value
	}
	tags[component.TagWorkerPoolID] = spec.WorkerPoolID
	tags[component.TagManagedBy] = component.ManagedBy
	return tags
}
