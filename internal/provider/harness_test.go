package provider

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
)

// TestMain keeps the machine's own configuration out, and the tests off the
// network: without credentials the SDK would ask the metadata service.
func TestMain(m *testing.M) {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		upper := strings.ToUpper(name)
		if strings.HasPrefix(upper, "AWS_") || strings.HasPrefix(upper, "SPACELIFT_") || strings.HasSuffix(upper, "_PROXY") || upper == "TF_APPEND_USER_AGENT" {
			os.Unsetenv(name)
		}
	}
	none := filepath.Join(os.TempDir(), "no-such-aws-file")
	os.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	os.Setenv("AWS_CONFIG_FILE", none)
	os.Setenv("AWS_SHARED_CREDENTIALS_FILE", none)
	os.Exit(m.Run())
}

// config is a provider block: strings, bools, ints, lists ([]any), objects and
// maps (config), and unknown.
type config map[string]any

var unknown any = tftypes.UnknownValue

// with returns c with more arguments; nil removes one.
func (c config) with(more config) config {
	merged := config{}
	for _, from := range []config{c, more} {
		for name, value := range from {
			merged[name] = value
			if value == nil {
				delete(merged, name)
			}
		}
	}
	return merged
}

// login has credentials and sends every call to fake.
func login(fake *fakeAWS) config {
	return config{
		"region": "eu-west-1", "access_key": "STATIC", "secret_key": "secret", "max_retries": 0,
		"endpoints": config{
			"autoscaling": fake.URL, "ec2": fake.URL, "iam": fake.URL, "kms": fake.URL, "logs": fake.URL, "secretsmanager": fake.URL, "sts": fake.URL,
		},
	}
}

func configure(t *testing.T, c config) (*workerpool.ProviderData, diag.Diagnostics) {
	t.Helper()
	resp := configureWith(t.Context(), t, c, provider.ConfigureProviderClientCapabilities{})
	data, _ := resp.ResourceData.(*workerpool.ProviderData)
	return data, resp.Diagnostics
}

func mustConfigure(t *testing.T, c config) *workerpool.ProviderData {
	t.Helper()
	data, diags := configure(t, c)
	if len(diags) > 0 {
		t.Fatalf("configuring: %v", diags)
	}
	return data
}

func configureWith(ctx context.Context, t *testing.T, c config, capabilities provider.ConfigureProviderClientCapabilities) provider.ConfigureResponse {
	t.Helper()
	p := New("1.2.3")()
	var schema provider.SchemaResponse
	p.Schema(ctx, provider.SchemaRequest{}, &schema)
	var resp provider.ConfigureResponse
	p.Configure(ctx, provider.ConfigureRequest{
		TerraformVersion:   "1.11.4",
		ClientCapabilities: capabilities,
		Config:             tfsdk.Config{Schema: schema.Schema, Raw: value(t, schema.Schema.Type().TerraformType(ctx), map[string]any(c))},
	}, &resp)
	return resp
}

// validate returns the errors of validating c as Terraform does, each as
// "attribute: summary: detail".
func validate(t *testing.T, c config) []string {
	t.Helper()
	ctx := t.Context()
	p := New("1.2.3")()
	var schema provider.SchemaResponse
	p.Schema(ctx, provider.SchemaRequest{}, &schema)
	objectType := schema.Schema.Type().TerraformType(ctx)
	raw, err := tfprotov6.NewDynamicValue(objectType, value(t, objectType, map[string]any(c)))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := providerserver.NewProtocol6(p)().ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: &raw})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, d := range resp.Diagnostics {
		found = append(found, d.Attribute.String()+": "+d.Summary+": "+d.Detail)
	}
	return found
}

// value makes a value of type typ; what is missing in an object is null.
func value(t *testing.T, typ tftypes.Type, from any) tftypes.Value {
	t.Helper()
	if c, ok := from.(config); ok {
		from = map[string]any(c)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		given, ok := from.(map[string]any)
		if !ok {
			return tftypes.NewValue(typ, from)
		}
		attributes := map[string]tftypes.Value{}
		for name, attribute := range typ.AttributeTypes {
			attributes[name] = value(t, attribute, given[name])
		}
		for name := range given {
			if _, ok := attributes[name]; !ok {
				t.Fatalf("no such argument: %s", name)
			}
		}
		return tftypes.NewValue(typ, attributes)
	case tftypes.Map:
		if given, ok := from.(map[string]any); ok {
			elements := map[string]tftypes.Value{}
			for key, element := range given {
				elements[key] = value(t, typ.ElementType, element)
			}
			return tftypes.NewValue(typ, elements)
		}
	case tftypes.List:
		return sequence(t, typ, typ.ElementType, from)
	case tftypes.Set:
		return sequence(t, typ, typ.ElementType, from)
	}
	return tftypes.NewValue(typ, from)
}

func sequence(t *testing.T, typ, element tftypes.Type, from any) tftypes.Value {
	t.Helper()
	given, ok := from.([]any)
	if !ok {
		return tftypes.NewValue(typ, from)
	}
	elements := []tftypes.Value{}
	for _, one := range given {
		elements = append(elements, value(t, element, one))
	}
	return tftypes.NewValue(typ, elements)
}

// wantError fails the test unless diags has an error at the attribute that
// contains every fragment.
func wantError(t *testing.T, diags diag.Diagnostics, attribute string, fragments ...string) {
	t.Helper()
	for _, d := range diags.Errors() {
		at := path.Empty()
		if located, ok := d.(diag.DiagnosticWithPath); ok {
			at = located.Path()
		}
		text := d.Summary() + "\n" + d.Detail()
		if at.String() == attribute && containsAll(text, fragments) {
			return
		}
	}
	t.Errorf("no error at %q with %q in %v", attribute, fragments, diags)
}

func containsAll(text string, fragments []string) bool {
	for _, fragment := range fragments {
		if !strings.Contains(text, fragment) {
			return false
		}
	}
	return true
}
