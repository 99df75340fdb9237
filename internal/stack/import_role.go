package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// modulePolicyName is the inline policy in which the Terraform module puts its
// extra_iam_statements:
// https://github.com/spacelift-io/terraform-aws-spacelift-workerpool-on-ec2/blob/main/iam.tf
const modulePolicyName = "extra-statements"

// readRole tells the pool's own role from one that the user brought, which is
// only looked at. A role of another tool counts as the pool's when it bears the
// pool's tag or name.
func (f *finder) readRole(ctx context.Context) error {
	defer f.settleTags()
	name := f.have[ComponentRole]
	if name == "" {
		return nil
	}
	r := f.pool().role
	if _, err := r.Read(ctx); err != nil || r.ID() == "" {
		delete(f.have, ComponentRole)
		return err
	}
	named := !f.own && withoutSuffix(name) == f.spec.BaseName
	if !named && !r.Ours() && r.SeenTags()[component.TagWorkerPoolID] != f.spec.WorkerPoolID {
		delete(f.have, ComponentRole)
		f.spec.Role.CustomName = name
		return nil
	}
	f.tags = append(f.tags, r.SeenTags())
	for _, policy := range []string{inlinePolicyName, modulePolicyName} {
		text, err := r.SeenPolicy(ctx, policy)
		if err != nil {
			return err
		}
		if f.readPolicy(text) {
			return nil
		}
	}
	return nil
}

// readPolicy takes the user's statements out of an inline policy, and the key of
// the secret as the user named it. ok is false for a policy that is not there.
func (f *finder) readPolicy(text string) (ok bool) {
	statements, err := ParseStatements(text)
	if err != nil {
		return false
	}
	for _, s := range statements {
		var known struct {
			Sid       string
			Resource  any
			Condition map[string]map[string]any
		}
		var compact bytes.Buffer
		if json.Unmarshal(s, &known) != nil || json.Compact(&compact, s) != nil {
			continue
		}
		if !slices.Contains(OwnSids, known.Sid) {
			f.spec.Role.ExtraStatements = append(f.spec.Role.ExtraStatements, compact.String())
			continue
		}
		if known.Sid != "UseSecretKey" {
			continue
		}
		key, _ := known.Resource.(string)
		for _, condition := range known.Condition { // on the key's alias
			key, _ = condition["kms:ResourceAliases"].(string)
		}
		f.spec.Secret.KMSKeyID = key
	}
	return true
}
