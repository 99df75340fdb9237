package workerpool

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

func TestParseImportID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]importedPool{
		testPoolID:                {pool: testPoolID},
		"workers":                 {pool: "workers"},
		"my.base_name-1":          {pool: "my.base_name-1"},
		testPoolID + "@eu-west-1": {pool: testPoolID, region: "eu-west-1"},
		"workers@us-gov-west-1":   {pool: "workers", region: "us-gov-west-1"},
		"":                        {}, "@": {}, "@eu-west-1": {}, "workers@": {}, "a@b@c": {}, "a b": {}, "workers@eu west": {}, "a\n": {}, "eu-west-1/workers": {},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			got, err := parseImportID(id)
			if got != want || (err != nil) != (want == importedPool{}) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func FuzzParseImportID(f *testing.F) {
	for _, id := range []string{testPoolID, "workers@eu-west-1", "@", "a@b@c", "a b"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		got, err := parseImportID(id)
		if err != nil {
			return
		}
		again := got.pool
		if got.region != "" {
			again += "@" + got.region
		}
		if got.pool == "" || strings.Contains(again, " ") || again != id {
			t.Errorf("%q became %+v", id, got)
		}
	})
}

// pretend is a provider for an account without any access to it.
func pretend(account string) *ProviderData {
	return &ProviderData{
		Factory: &awsapi.Factory{Config: aws.Config{Region: "eu-west-1"}, AccountID: account, Partition: func(string) string { return "aws" }},
		CheckRegion: func(region string) error {
			if region == "mars-1" {
				return errors.New("no such region")
			}
			return nil
		},
	}
}

var identityTypes = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"account_id": tftypes.String, "region": tftypes.String, "worker_pool_id": tftypes.String, "base_name": tftypes.String,
}}

func identityOf(t *testing.T, is object) *tfprotov6.ResourceIdentityData {
	t.Helper()
	return &tfprotov6.ResourceIdentityData{IdentityData: dynamic(t, value(t, identityTypes, is))}
}

func TestImportRefusesBeforeAskingAWS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		req  tfprotov6.ImportResourceStateRequest
		want string
	}{
		"id":              {tfprotov6.ImportResourceStateRequest{ID: "a@b@c"}, `The id "a@b@c" is not <worker pool id or base name>`},
		"empty id":        {tfprotov6.ImportResourceStateRequest{}, `The id "" is not <worker pool id or base name>`},
		"region":          {tfprotov6.ImportResourceStateRequest{ID: "a@mars-1"}, `"mars-1" is not the name of an AWS region`},
		"identity region": {tfprotov6.ImportResourceStateRequest{Identity: identityOf(t, object{"base_name": "a", "region": "mars-1"})}, `"mars-1" is not the name of an AWS region`},
		"no name":         {tfprotov6.ImportResourceStateRequest{Identity: identityOf(t, object{"region": "eu-west-1"})}, "Set worker_pool_id in it, or base_name"},
		"account":         {tfprotov6.ImportResourceStateRequest{Identity: identityOf(t, object{"base_name": "a", "account_id": "210987654321"})}, "names AWS account 210987654321"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.req.TypeName = resourceType
			resp, err := server(t, pretend("123456789012")).ImportResourceState(t.Context(), &test.req)
			if err != nil {
				t.Fatal(err)
			}
			if text := describe(resp.Diagnostics); !strings.Contains(text, test.want) {
				t.Errorf("%s\nlacks %q", text, test.want)
			}
		})
	}
}

// The identity of a pool imports it, is that of every later operation, and stays
// as Terraform has it.
func TestIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	network := a.Network()
	_, err := stack.New(a.Clients(), stack.Spec{
		WorkerPoolID: testPoolID, BaseName: "workers", Tags: map[string]string{"Team": "a", "App": "b"}, Subnets: network.SubnetIDs, SecurityGroups: network.SecurityGroupIDs, MaxSize: 1,
		Instance: stack.Instance{Architecture: "x86_64", Type: "t3.micro", HopLimit: 1, Volume: stack.Volume{Type: "gp3", Size: 40}},
		Boot:     stack.Boot{Configuration: "true\n", DomainName: "spacelift.io", PoweroffDelay: 15},
	}, stack.Observed{}).Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	data := &ProviderData{DefaultTags: map[string]string{"Team": "a", "Stage": "x"}, Factory: &awsapi.Factory{Config: a.Config(), AccountID: a.ID(), Partition: func(string) string { return "aws" }}}
	s := server(t, data)
	want := identityOf(t, object{"worker_pool_id": testPoolID, "base_name": "workers", "region": a.Region(), "account_id": a.ID()})
	given := map[string]*tfprotov6.ImportResourceStateRequest{
		"identity":          {TypeName: resourceType, Identity: want},
		"name alone":        {TypeName: resourceType, Identity: identityOf(t, object{"base_name": "workers"})},
		"id as an id":       {TypeName: resourceType, ID: testPoolID},
		"id as an identity": {TypeName: resourceType, Identity: identityOf(t, object{"worker_pool_id": testPoolID})},
	}
	for name, req := range given {
		imported, err := s.ImportResourceState(t.Context(), req)
		if err != nil || len(imported.Diagnostics) > 0 {
			t.Fatalf("%s: %v %s", name, err, describe(imported.Diagnostics))
		}
		one := imported.ImportedResources[0]
		if on := appliedTags(t, one.Private); !maps.Equal(on, map[string]string{"Team": "a"}) {
			t.Errorf("%s: default tags on record are %v, but the pool has only Team", name, on)
		}
		read, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: resourceType, CurrentState: one.State, Private: one.Private, CurrentIdentity: one.Identity})
		if err != nil || len(read.Diagnostics) > 0 {
			t.Fatalf("%s: %v %s", name, err, describe(read.Diagnostics))
		}
		sameIdentity(t, name, want, read.NewIdentity)
	}
	other, err := s.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: resourceType, Identity: identityOf(t, object{"base_name": "workers", "worker_pool_id": "01HZXK3J5T9V2QWERTY0199999"}),
	})
	if text := describe(other.Diagnostics); err != nil || !strings.Contains(text, "serves the worker pool "+testPoolID) {
		t.Errorf("another pool of that name: %v %s", err, text)
	}
	// Without an account id in it, an identity stays so.
	bare := identityOf(t, object{"base_name": "workers", "region": a.Region()})
	imported, err := s.ImportResourceState(t.Context(), given["identity"])
	if err != nil {
		t.Fatal(err)
	}
	read, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: resourceType, CurrentState: imported.ImportedResources[0].State, Private: private(t, nil), CurrentIdentity: bare,
	})
	if err != nil || len(read.Diagnostics) > 0 {
		t.Fatal(err, describe(read.Diagnostics))
	}
	sameIdentity(t, "bare", bare, read.NewIdentity)
}

func sameIdentity(t *testing.T, name string, want, got *tfprotov6.ResourceIdentityData) {
	t.Helper()
	if got == nil {
		t.Fatalf("%s: no identity", name)
	}
	a, err := want.IdentityData.Unmarshal(identityTypes)
	if err != nil {
		t.Fatal(err)
	}
	b, err := got.IdentityData.Unmarshal(identityTypes)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Equal(b) {
		t.Errorf("%s: identity is %s, want %s", name, b, a)
	}
}

// An import starts from the default of every argument that has one.
func TestDefaultModelKnowsAllDefaults(t *testing.T) {
	t.Parallel()
	m, diags := defaultModel(t.Context())
	if diags.HasError() {
		t.Fatal(diags)
	}
	plan := decode(t, planned(t, offline(), right(), nil).PlannedState)
	for name, attribute := range workerPoolSchema(t.Context()).Attributes {
		read := name == "base_name" || name == "region" || name == "capacity_rebalance" // always from AWS
		if read || defaultOf(t.Context(), path.Root(name), attribute) != nil || !attribute.IsOptional() {
			continue
		}
		if value := plan[name]; right()[name] == nil && value.IsKnown() && !value.IsNull() {
			t.Errorf("%s is planned as %s without being configured, and an import has no such default", name, value)
		}
	}
	if !m.ManageLogGroups.ValueBool() || m.MaxSize.ValueInt32() != defaultMaxSize || len(m.EnabledMetrics.Elements()) != len(defaultMetrics) || !m.SecureEnvVars.IsNull() {
		t.Errorf("defaults are %+v", m)
	}
}

// appliedTags are the default tags that a private state has on record.
func appliedTags(t *testing.T, private []byte) map[string]string {
	t.Helper()
	keys := map[string][]byte{}
	if err := json.Unmarshal(private, &keys); err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{}
	if err := json.Unmarshal(keys[defaultTagsKey], &tags); err != nil {
		t.Fatal(err)
	}
	return tags
}
