package workerpool

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func TestSchemaIsValid(t *testing.T) {
	t.Parallel()
	if diags := workerPoolSchema(context.Background()).ValidateImplementation(context.Background()); diags.HasError() {
		t.Fatal(diags)
	}
}

// The schema is the documentation: every attribute says what it is, and what
// holds when it is left out.
func TestEveryAttributeIsDescribed(t *testing.T) {
	t.Parallel()
	walkAttributes(workerPoolSchema(context.Background()).Attributes, "", func(name string, attribute schema.Attribute) {
		description := attribute.GetMarkdownDescription()
		switch {
		case !strings.HasSuffix(description, "."):
			t.Errorf("%s: description %q is no sentence", name, description)
		case attribute.IsOptional() && attribute.IsComputed() && !strings.Contains(description, "Default: `") && !strings.Contains(description, "Default: the "):
			t.Errorf("%s: description does not say the default: %q", name, description)
		case attribute.IsOptional() && !attribute.IsComputed() && !strings.Contains(name, ".") && !strings.Contains(description, "Default"):
			t.Errorf("%s: description does not say what holds when it is not set: %q", name, description)
		}
	})
}

// The types of nested objects are written down in the model as well.
func TestModelFitsSchema(t *testing.T) {
	t.Parallel()
	attributes := workerPoolSchema(context.Background()).Attributes
	for name, want := range map[string]map[string]attr.Type{
		"instance_market_options":  marketTypes,
		"mixed_instances":          mixedTypes,
		"byo_secretsmanager":       byoSecretTypes,
		"boot_hooks":               bootHookTypes,
		"selfhosted_configuration": selfHostedTypes,

		"autoscaling_configuration": autoscalingTypes,
		"spacelift_api_credentials": credentialsTypes,
		"byo_ssm":                   byoSSMTypes,
		"monitoring":                monitoringTypes,
	} {
		got, ok := attributes[name].GetType().(attr.TypeWithAttributeTypes)
		if !ok || !reflect.DeepEqual(got.AttributeTypes(), want) {
			t.Errorf("%s: schema has %v, model %v", name, attributes[name].GetType(), want)
		}
	}
}

func walkAttributes(attributes map[string]schema.Attribute, prefix string, visit func(string, schema.Attribute)) {
	for name, attribute := range attributes {
		visit(prefix+name, attribute)
		switch nested := attribute.(type) {
		case schema.SingleNestedAttribute:
			walkAttributes(nested.Attributes, prefix+name+".", visit)
		case schema.ListNestedAttribute:
			walkAttributes(nested.NestedObject.Attributes, prefix+name+".", visit)
		}
	}
}
