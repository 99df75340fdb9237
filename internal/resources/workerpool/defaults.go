package workerpool

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// defaultModel is a configuration that sets nothing: defaults, and null where
// there is none. It is what an import starts from.
func defaultModel(ctx context.Context) (model, diag.Diagnostics) {
	s := workerPoolSchema(ctx)
	object, _ := s.Type().TerraformType(ctx).(tftypes.Object)
	nulls := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		nulls[name] = tftypes.NewValue(typ, nil)
	}
	state := tfsdk.State{Schema: s, Raw: tftypes.NewValue(object, nulls)}
	var diags diag.Diagnostics
	for name, attribute := range s.Attributes {
		if value := defaultOf(ctx, path.Root(name), attribute); value != nil {
			diags.Append(state.SetAttribute(ctx, path.Root(name), value)...)
		}
	}
	var m model
	if !diags.HasError() {
		diags.Append(state.Get(ctx, &m)...)
	}
	return m, diags
}

// defaultOf is the default of an attribute, nil for none.
func defaultOf(ctx context.Context, at path.Path, attribute schema.Attribute) attr.Value {
	switch a := attribute.(type) {
	case schema.BoolAttribute:
		if a.Default != nil {
			var resp defaults.BoolResponse
			a.Default.DefaultBool(ctx, defaults.BoolRequest{Path: at}, &resp)
			return resp.PlanValue
		}
	case schema.Int32Attribute:
		if a.Default != nil {
			var resp defaults.Int32Response
			a.Default.DefaultInt32(ctx, defaults.Int32Request{Path: at}, &resp)
			return resp.PlanValue
		}
	case schema.Int64Attribute:
		if a.Default != nil {
			var resp defaults.Int64Response
			a.Default.DefaultInt64(ctx, defaults.Int64Request{Path: at}, &resp)
			return resp.PlanValue
		}
	case schema.StringAttribute:
		if a.Default != nil {
			var resp defaults.StringResponse
			a.Default.DefaultString(ctx, defaults.StringRequest{Path: at}, &resp)
			return resp.PlanValue
		}
	case schema.SetAttribute:
		if a.Default != nil {
			var resp defaults.SetResponse
			a.Default.DefaultSet(ctx, defaults.SetRequest{Path: at}, &resp)
			return resp.PlanValue
		}
	case schema.MapAttribute:
		if a.Default != nil {
			var resp defaults.MapResponse
			a.Default.DefaultMap(ctx, defaults.MapRequest{Path: at}, &resp)
			return resp.PlanValue
		}
	}
	return nil
}
