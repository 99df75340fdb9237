package workerpool

import (
	"strings"
	"testing"
)

// No message quotes a text that may hold a secret.
func TestValidateHidesSecrets(t *testing.T) {
	t.Parallel()
	const key = "-----BEGIN EC PRIVATE KEY-----\nhunter2=\n-----END EC PRIVATE KEY-----\n"
	for name, change := range map[string]object{
		"proxy":                      hosted(object{"http_proxy_config": "gopher://user:hunter2@proxy:3128"}),
		"proxy for HTTPS":            hosted(object{"https_proxy_config": "https://user:hunter2@"}),
		"proxy that does not parse":  hosted(object{"https_proxy_config": "http://user:hunter2@proxy:port%"}),
		"proxy with a quote":         hosted(object{"http_proxy_config": "http://user:hunter2'@proxy"}),
		"proxy where hosts belong":   hosted(object{"no_proxy_config": "http://user:hunter2@proxy:3128 "}),
		"private key":                hosted(object{"ca_certificates": []any{key}}),
		"private key after the rest": hosted(object{"ca_certificates": []any{testCertificate + key}}),
		"no certificate":             hosted(object{"ca_certificates": []any{"hunter2"}}),
		"text after a certificate":   hosted(object{"ca_certificates": []any{testCertificate + "hunter2"}}),
		"configuration":              {"configuration": "export PASSWORD=hunter2\x00"},
		"hook before":                {"boot_hooks": object{"pre": "hunter2\x00"}},
		"hook after":                 {"boot_hooks": object{"post": "hunter2\x00"}},
		"key of a variable":          {"secure_env_vars": object{"A B": "hunter2"}},
		"key of a write-only one":    writeOnlyPool(object{"secure_env_vars_wo": object{"A B": "hunter2"}}),
		"write-only beside a null":   writeOnlyPool(object{"secure_env_vars_wo": object{"A": "hunter2", "B": nil}}),
		"write-only, no version":     writeOnlyPool(object{"secure_env_vars_wo": object{"A": "hunter2"}, "secure_env_vars_wo_version": nil}),
		"variable beside a null":     {"secure_env_vars": object{"A": "hunter2", "B": nil}},
		"API key":                    credentials(object{"api_key_secret": "hunter2 "}),
		"write-only API key":         writeOnlyKey(object{"api_key_secret_wo": "hunter2\n"}),
		"API key twice":              writeOnlyKey(object{"api_key_secret_wo": "hunter2", "api_key_secret_wo_version": nil}),
		"account with a password":    writeOnlyKey(object{"api_key_endpoint": "https://user:hunter2@acme.app.spacelift.io"}),
		"variable of the autoscaler": variables(object{"A B": "hunter2"}),
		"key for a bundle":           withKey(object{"ca_bundle": key}),
		"variables too large":        {"secure_env_vars": object{"A": strings.Repeat("hunter2", 10000)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diagnostics := validated(t, right().with(change))
			if text := describe(diagnostics); len(errorsIn(diagnostics)) != 1 || strings.Contains(text, "hunter2") {
				t.Errorf("want one error without the secret, got:\n%s", text)
			}
		})
	}
}
