package provider

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
)

func describeGroups(t *testing.T, data *workerpool.ProviderData, region string) {
	t.Helper()
	if _, err := data.Factory.In(region).AutoScaling.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{}); err != nil {
		t.Fatalf("describing groups: %v", err)
	}
}

func TestCustomCABundle(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ file, want string }{
		"missing":        {filepath.Join(t.TempDir(), "missing.pem"), "no such file"},
		"no certificate": {empty, "no certificate"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startAWS(t)
			_, diags := configure(t, login(fake).with(config{"custom_ca_bundle": test.file}))
			wantError(t, diags, "custom_ca_bundle", test.file, test.want, "PEM")
			if calls := fake.actions(); len(calls) > 0 {
				t.Errorf("called %v", calls)
			}
		})
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	fake := &fakeAWS{}
	server := httptest.NewUnstartedServer(fake)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of the client that does not trust it
	server.StartTLS()
	t.Cleanup(server.Close)
	fake.URL = server.URL
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, trust := range map[string]config{"bundle": {"custom_ca_bundle": bundle}, "insecure": {"insecure": true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			describeGroups(t, mustConfigure(t, login(fake).with(trust)), "")
		})
	}
	t.Run("untrusted", func(t *testing.T) {
		t.Parallel()
		_, diags := configure(t, login(fake))
		wantError(t, diags, "", "Invalid AWS credentials", "certificate")
	})
}

// Which proxy a request takes is asked of the transport: the hosts do not exist.
func TestProxy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config      config
		http, https string // the proxies
	}{
		"none":                        {config{}, "", ""},
		"http":                        {config{"http_proxy": "http://p:1"}, "http://p:1", "http://p:1"},
		"http, and none for https":    {config{"http_proxy": "http://p:1", "https_proxy": ""}, "http://p:1", ""},
		"https":                       {config{"https_proxy": "http://p:2"}, "", "http://p:2"},
		"both":                        {config{"http_proxy": "http://p:1", "https_proxy": "http://p:2"}, "http://p:1", "http://p:2"},
		"both, but not for this host": {config{"http_proxy": "http://p:1", "https_proxy": "http://p:2", "no_proxy": ".invalid"}, "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := mustConfigure(t, login(startAWS(t)).with(test.config))
			client, ok := data.Factory.Config.HTTPClient.(*awshttp.BuildableClient)
			if !ok {
				t.Fatalf("got a %T", data.Factory.Config.HTTPClient)
			}
			for scheme, want := range map[string]string{"http": test.http, "https": test.https} {
				proxy, err := client.GetTransport().Proxy(httptest.NewRequestWithContext(t.Context(), http.MethodGet, scheme+"://ec2.invalid", nil))
				if err != nil {
					t.Fatal(err)
				}
				if got := fmt.Sprint(proxy); got != want && (proxy != nil || want != "") {
					t.Errorf("%s: got proxy %s, want %q", scheme, got, want)
				}
			}
		})
	}
}

func TestProxyGetsCalls(t *testing.T) {
	t.Parallel()
	fake := startAWS(t) // as the proxy
	mustConfigure(t, login(fake).with(config{"http_proxy": fake.URL, "endpoints": config{"sts": "http://sts.invalid"}}))
	if calls := fake.seen(); len(calls) != 1 || calls[0].Host != "sts.invalid" {
		t.Errorf("got %+v", calls)
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	for retries, want := range map[any]int{0: 1, 2: 3, nil: 26} {
		data := mustConfigure(t, login(startAWS(t)).with(config{"max_retries": retries, "retry_mode": "adaptive"}))
		if got := data.Factory.Config.Retryer().MaxAttempts(); got != want {
			t.Errorf("max_retries %v: %d attempts, want %d", retries, got, want)
		}
		if mode := data.Factory.Config.RetryMode; mode != "adaptive" {
			t.Errorf("retry mode %q", mode)
		}
	}
}
