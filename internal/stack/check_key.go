package stack

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// namedKey is a KMS key and the argument that names it.
type namedKey struct{ attribute, id string }

func keysOf(spec Spec) []namedKey {
	return []namedKey{
		{"secure_env_vars_kms_key_id", spec.Secret.KMSKeyID},
		{"volume_encryption_kms_key_id", spec.Instance.Volume.KMSKeyID},
		{"cloudwatch_kms_key_id", spec.LogGroups.KMSKeyID},
	}
}

// keyUse is a KMS key with the arguments that name it. AWS is asked once for it.
type keyUse struct {
	id         string
	attributes []string
}

// dueKeys are the keys that an argument names newly.
func dueKeys(spec, prior Spec) (due []keyUse) {
	for _, key := range keysOf(spec) {
		if key.id == "" || slices.Contains(keysOf(prior), key) {
			continue
		}
		i := slices.IndexFunc(due, func(use keyUse) bool { return use.id == key.id })
		if i < 0 {
			due, i = append(due, keyUse{id: key.id}), len(due)
		}
		due[i].attributes = append(due[i].attributes, key.attribute)
	}
	return due
}

// check refuses a key that does not exist or cannot encrypt.
func (k keyUse) check(ctx context.Context, clients *awsapi.Clients, _ Spec) (problems []Problem, err error) {
	out, err := clients.KMS.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(k.id)})
	for _, attribute := range k.attributes {
		if err != nil {
			absent, err := unlessAbsent(err, missing(attribute, "KMS key", k.id, clients.Region, "Correct the key, or create it first."))
			if err != nil {
				return nil, err
			}
			problems = append(problems, absent...)
		} else if problem, fix := unusable(out.KeyMetadata); problem != "" {
			problems = append(problems, Problem{
				Attribute: attribute,
				Summary:   "Unusable KMS key",
				Detail:    fmt.Sprintf("%s names the KMS key %s, %s. %s", attribute, k.id, problem, fix),
			})
		}
	}
	return problems, nil
}

// unusable says why a key cannot encrypt, and what to do; "" when it can.
func unusable(key *kmstypes.KeyMetadata) (problem, fix string) {
	switch {
	case key == nil:
		return "", ""
	case key.KeyState != "" && key.KeyState != kmstypes.KeyStateEnabled:
		return "whose state is " + string(key.KeyState), "Enable it (or cancel its deletion), or name another key."
	case key.KeySpec != "" && key.KeySpec != kmstypes.KeySpecSymmetricDefault:
		return "which is of kind " + string(key.KeySpec), "Name a symmetric encryption key."
	}
	return "", ""
}
