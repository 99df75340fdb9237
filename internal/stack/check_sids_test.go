package stack

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// A user's statement must not have a Sid of ours, so the list of them is complete.
func TestOwnSids(t *testing.T) {
	t.Parallel()
	everything := Spec{
		Secret: Secret{Values: map[string]string{"A": "b"}, KMSKeyID: "alias/key"},
		Boot:   Boot{SelfHosted: &userdata.SelfHosted{S3URI: "s3://bucket/key"}},
	}
	text, err := instancePolicy(everything, "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a", place{"aws", "eu-west-1", "123456789012"})
	if err != nil {
		t.Fatal(err)
	}
	var policy struct{ Statement []struct{ Sid string } }
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		t.Fatal(err)
	}
	var sids []string
	for _, s := range policy.Statement {
		sids = append(sids, s.Sid)
	}
	slices.Sort(sids)
	if want := slices.Sorted(slices.Values(OwnSids)); !slices.Equal(sids, want) {
		t.Errorf("the policy has %v, OwnSids %v", sids, want)
	}
}
