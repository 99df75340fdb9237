package workerpool

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// What happens to log groups that exist is said before it does.
func TestPlanOfExistingLogGroups(t *testing.T) {
	t.Parallel()
	const class, managed = "cloudwatch_log_group_class", "manage_log_groups"
	refused, warned := tfprotov6.DiagnosticSeverityError, tfprotov6.DiagnosticSeverityWarning
	withoutGroups := object{}
	for name, id := range existing(t, right())["components"].(object) {
		if name != stack.ComponentInfoLog && name != stack.ComponentErrorLog {
			withoutGroups[name] = id
		}
	}
	functions := func(logs ...string) object {
		components := maps.Clone(withoutGroups)
		for _, name := range logs {
			components[name] = "/aws/lambda/" + name
		}
		return object{"components": components}
	}
	for name, test := range map[string]struct {
		before, after, state object
		severity             tfprotov6.DiagnosticSeverity // 0: says nothing
		attribute            string
		words                []string
	}{
		"another class":                  {object{class: "INFREQUENT_ACCESS"}, object{class: "STANDARD"}, nil, refused, class, []string{"become STANDARD", "exist with INFREQUENT_ACCESS", "delete-log-group"}},
		"a class instead of the default": {nil, object{class: "INFREQUENT_ACCESS"}, nil, refused, class, []string{"exist with STANDARD"}},
		"the default instead of a class": {object{class: "INFREQUENT_ACCESS"}, nil, nil, refused, class, []string{"become STANDARD"}},
		"the default, said outright":     {nil, object{class: "STANDARD"}, nil, 0, "", nil},
		"a class of what was deleted":    {nil, object{class: "INFREQUENT_ACCESS"}, object{"components": withoutGroups}, 0, "", nil},
		"a class of what comes back":     {object{managed: false}, object{class: "INFREQUENT_ACCESS"}, object{"components": withoutGroups}, 0, "", nil},
		"a class that is not known":      {nil, object{class: notKnown{}}, nil, 0, "", nil},
		"let go":                         {nil, object{managed: false}, nil, warned, managed, []string{"lets go", "events", "cloudwatch_skip_destroy = true"}},
		"let go with another class":      {nil, object{managed: false, class: "INFREQUENT_ACCESS"}, nil, warned, managed, nil},
		"let go, but kept":               {nil, object{managed: false, "cloudwatch_skip_destroy": true}, nil, 0, "", nil},
		"let go while kept so far":       {object{"cloudwatch_skip_destroy": true}, object{managed: false}, nil, warned, managed, nil},
		"let go long ago":                {object{managed: false}, object{managed: false, "max_size": 3}, object{"components": withoutGroups}, 0, "", nil},
		"perhaps let go":                 {nil, object{managed: notKnown{}}, nil, 0, "", nil},
		"a class of functions' groups":   {scaled(object{}).with(object{managed: false}), scaled(object{}).with(object{managed: false, class: "INFREQUENT_ACCESS"}), functions("lifecycle_log_group", "autoscaler_log_group"), refused, class, []string{"/aws/lambda/lifecycle_log_group, /aws/lambda/autoscaler_log_group", "exist with STANDARD"}},
		"a class of a leaving function":  {scaled(object{}).with(object{managed: false}), withKey(object{managed: false, class: "INFREQUENT_ACCESS"}), functions("autoscaler_log_group"), 0, "", nil},
		"let go, class of a function":    {withKey(nil), withKey(object{managed: false, "cloudwatch_skip_destroy": true, class: "INFREQUENT_ACCESS"}), functions("lifecycle_log_group"), refused, class, []string{"/aws/lambda/lifecycle_log_group"}},
		"something else":                 {object{class: "INFREQUENT_ACCESS"}, object{class: "INFREQUENT_ACCESS", "max_size": 3}, nil, 0, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := right().with(object{"region": "eu-west-1"})
			diagnostics := planned(t, offline(), base.with(test.after), existing(t, base.with(test.before)).with(test.state)).Diagnostics
			if test.severity == 0 {
				if len(diagnostics) > 0 {
					t.Error(describe(diagnostics))
				}
				return
			}
			if len(diagnostics) != 1 || diagnostics[0].Severity != test.severity || attributeOf(diagnostics[0].Attribute) != test.attribute {
				t.Fatalf("want one %s at %s, got:\n%s", test.severity, test.attribute, describe(diagnostics))
			}
			for _, word := range append(test.words, test.attribute) {
				if !strings.Contains(diagnostics[0].Detail, word) {
					t.Errorf("%q is missing in: %s", word, diagnostics[0].Detail)
				}
			}
		})
	}
}
