package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
)

func TestSpaceliftCredentials(t *testing.T) {
	const endpoint = "https://acme.app.spacelift.io"
	full := &workerpool.SpaceliftCredentials{Endpoint: endpoint, KeyID: "id", KeySecret: "hunter2"}
	variables := map[string]string{endpointVariable: endpoint, keyIDVariable: "id", secretVariable: "hunter2"}
	tests := map[string]struct {
		config    config // of spacelift; nil leaves it out
		variables map[string]string
		want      *workerpool.SpaceliftCredentials
		attribute string // of the error
		errors    []string
	}{
		"none":                        {},
		"arguments":                   {config: config{"api_key_endpoint": endpoint + "/", "api_key_id": "id", "api_key_secret": "hunter2"}, want: full},
		"environment":                 {variables: variables, want: full},
		"environment, empty object":   {config: config{}, variables: variables, want: full},
		"both":                        {config: config{"api_key_id": "other"}, variables: variables, want: &workerpool.SpaceliftCredentials{Endpoint: endpoint, KeyID: "other", KeySecret: "hunter2"}},
		"loopback":                    {config: config{"api_key_endpoint": "http://localhost:1"}, variables: variables, want: &workerpool.SpaceliftCredentials{Endpoint: "http://localhost:1", KeyID: "id", KeySecret: "hunter2"}},
		"empty object":                {config: config{}, attribute: "spacelift.api_key_id", errors: []string{"spacelift.api_key_id is missing", keyIDVariable}},
		"no secret":                   {config: config{"api_key_endpoint": endpoint, "api_key_id": "id"}, attribute: "spacelift.api_key_secret", errors: []string{"spacelift.api_key_secret is missing", secretVariable}},
		"no endpoint":                 {variables: map[string]string{keyIDVariable: "id", secretVariable: "hunter2"}, attribute: "spacelift.api_key_endpoint", errors: []string{"is missing", endpointVariable}},
		"environment over plain http": {variables: map[string]string{endpointVariable: "http://acme.app.spacelift.io", keyIDVariable: "id", secretVariable: "hunter2"}, attribute: "spacelift.api_key_endpoint", errors: []string{endpointVariable, "https URL"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.variables {
				t.Setenv(variable, value)
			}
			c := login(startAWS(t))
			if test.config != nil {
				c["spacelift"] = test.config
			}
			data, diags := configure(t, c)
			if test.errors != nil {
				wantError(t, diags, test.attribute, test.errors...)
				for _, d := range diags {
					if strings.Contains(d.Detail(), "hunter2") {
						t.Errorf("secret in %q", d.Detail())
					}
				}
				return
			}
			if diags.HasError() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(test.want, data.Spacelift); diff != "" {
				t.Error("(-want +got):\n" + diff)
			}
		})
	}
}
