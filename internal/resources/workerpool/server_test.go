package workerpool

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const testPoolID = "01HZXK3J5T9V2QWERTY0123456"

// object is a configuration or a part of it, as HCL would have it. What it leaves
// out is null.
type object map[string]any

// notKnown stands for a value that only the apply knows.
type notKnown struct{}

// right is a configuration without a fault.
func right() object {
	return object{
		"worker_pool_id":  testPoolID,
		"vpc_subnets":     []any{"subnet-0123456789abcdef0"},
		"security_groups": []any{"sg-0123456789abcdef0"},
		"secure_env_vars": object{"SPACELIFT_TOKEN": "top-secret", "SPACELIFT_POOL_PRIVATE_KEY": "top-secret"},
	}
}

// with returns a copy of o with changes; a nil removes.
func (o object) with(changes object) object {
	changed := maps.Clone(o)
	maps.Copy(changed, changes)
	return changed
}

// testProvider serves the resource alone, in process.
type testProvider struct{ data *ProviderData }

func (p testProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "spacelift_ec2"
}
func (p testProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (p testProvider) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	resp.ResourceData = p.data
}
func (p testProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (p testProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{NewResource}
}

const resourceType = "spacelift_ec2_workerpool"

// server serves the resource with a provider that gives it data.
func server(t *testing.T, data *ProviderData) tfprotov6.ProviderServer {
	t.Helper()
	s := providerserver.NewProtocol6(testProvider{data})()
	empty := dynamic(t, tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}))
	if _, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: empty}); err != nil {
		t.Fatal(err)
	}
	return s
}

func objectType(ctx context.Context) tftypes.Object {
	return workerPoolSchema(ctx).Type().TerraformType(ctx).(tftypes.Object)
}

// validated returns what validate says of a configuration.
func validated(t *testing.T, config object) []*tfprotov6.Diagnostic {
	t.Helper()
	resp, err := server(t, nil).ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: resourceType, Config: dynamic(t, value(t, objectType(t.Context()), config)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// planned plans config, from prior when that is not nil, as Terraform does.
func planned(t *testing.T, data *ProviderData, config object, prior object) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	typ := objectType(t.Context())
	priorValue, proposed := tftypes.NewValue(typ, nil), config
	if prior != nil {
		priorValue = value(t, typ, prior)
		proposed = proposedState(t, config, prior)
	}
	resp, err := server(t, data).PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: resourceType, Config: dynamic(t, value(t, typ, config)),
		PriorState: dynamic(t, priorValue), ProposedNewState: dynamic(t, value(t, typ, proposed)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// proposedState is config with the state's values where a computed attribute is
// not configured.
func proposedState(t *testing.T, config, prior object) object {
	t.Helper()
	proposed := config.with(nil)
	for name, attribute := range workerPoolSchema(t.Context()).Attributes {
		if config[name] == nil && attribute.IsComputed() {
			proposed[name] = prior[name]
		}
	}
	return proposed
}

func dynamic(t *testing.T, v tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

// value converts v, made of object, []any and scalars, to a value of typ.
func value(t *testing.T, typ tftypes.Type, v any) tftypes.Value {
	t.Helper()
	switch v := v.(type) {
	case tftypes.Value:
		return v
	case notKnown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case object:
		return objectValue(t, typ, v)
	case []any:
		var element tftypes.Type
		switch typ := typ.(type) {
		case tftypes.List:
			element = typ.ElementType
		case tftypes.Set:
			element = typ.ElementType
		}
		elements := make([]tftypes.Value, 0, len(v))
		for _, e := range v {
			elements = append(elements, value(t, element, e))
		}
		return tftypes.NewValue(typ, elements)
	default:
		return tftypes.NewValue(typ, v)
	}
}

func objectValue(t *testing.T, typ tftypes.Type, v object) tftypes.Value {
	t.Helper()
	values := map[string]tftypes.Value{}
	switch typ := typ.(type) {
	case tftypes.Map:
		for key, element := range v {
			values[key] = value(t, typ.ElementType, element)
		}
	case tftypes.Object:
		for name := range v {
			if typ.AttributeTypes[name] == nil {
				t.Fatalf("no attribute %s", name)
			}
		}
		for name, attribute := range typ.AttributeTypes {
			values[name] = value(t, attribute, v[name])
		}
	}
	return tftypes.NewValue(typ, values)
}

// attributeOf writes the path of a diagnostic as a person would: an element of a
// set has no name of its own.
func attributeOf(path *tftypes.AttributePath) string {
	var text strings.Builder
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if text.Len() > 0 {
				text.WriteByte('.')
			}
			text.WriteString(string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&text, "[%d]", step)
		case tftypes.ElementKeyString:
			fmt.Fprintf(&text, "[%s]", step)
		}
	}
	return text.String()
}

func describe(diagnostics []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diagnostics {
		lines = append(lines, fmt.Sprintf("%s at %s: %s: %s", d.Severity, attributeOf(d.Attribute), d.Summary, d.Detail))
	}
	return strings.Join(lines, "\n")
}

func errorsIn(diagnostics []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	var errors []*tfprotov6.Diagnostic
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errors = append(errors, d)
		}
	}
	return errors
}
