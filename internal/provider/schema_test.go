package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

func TestSchemaIsValid(t *testing.T) {
	t.Parallel()
	p := New("1.2.3")()
	var resp provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &resp)
	if diags := resp.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatal(diags)
	}
	served, err := providerserver.NewProtocol6(p)().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range served.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	var resp provider.MetadataResponse
	New("1.2.3")().Metadata(t.Context(), provider.MetadataRequest{}, &resp)
	if resp.TypeName != "spacelift_ec2" || resp.Version != "1.2.3" {
		t.Errorf("got %+v", resp)
	}
}

func TestEveryArgumentIsDescribed(t *testing.T) {
	t.Parallel()
	var resp provider.SchemaResponse
	New("1.2.3")().Schema(t.Context(), provider.SchemaRequest{}, &resp)
	var walk func(prefix string, attributes map[string]schema.Attribute)
	walk = func(prefix string, attributes map[string]schema.Attribute) {
		for name, attribute := range attributes {
			if description := attribute.GetMarkdownDescription(); !strings.HasSuffix(description, ".") {
				t.Errorf("%s%s: description is not a sentence: %q", prefix, name, description)
			}
			if secretive := strings.Contains(name, "secret") && name != "secretsmanager" || name == "token" || name == "web_identity_token"; secretive != attribute.IsSensitive() {
				t.Errorf("%s%s: sensitive is %t", prefix, name, attribute.IsSensitive())
			}
			switch attribute := attribute.(type) {
			case schema.SingleNestedAttribute:
				walk(prefix+name+".", attribute.Attributes)
			case schema.ListNestedAttribute:
				walk(prefix+name+".", attribute.NestedObject.Attributes)
			}
		}
	}
	walk("", resp.Schema.Attributes)
}

// Tests give the provider an endpoint for each service that it calls, or it would
// leave the machine.
func TestTheLocalCloudPlaysEachService(t *testing.T) {
	t.Parallel()
	alias := []string{"cloudwatchlogs", "sso"} // the name of another, and only to log in by hand
	for name := range endpointServices {
		if !slices.Contains(awstest.Services, name) && !slices.Contains(alias, name) {
			t.Errorf("awstest.Services lacks %s", name)
		}
	}
}
