package function

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// bundleOf are the certificates that a server is known by.
func bundleOf(server *httptest.Server) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func get(t *testing.T, client *http.Client, address string) (*http.Response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return client.Do(request)
}

func TestPrivateCA(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	for name, test := range map[string]struct {
		bundle string
		trusts bool
	}{
		"without": {"", false},
		"with":    {bundleOf(server), true},
	} {
		client, err := newHTTP(test.bundle)
		if err != nil {
			t.Fatal(err)
		}
		response, err := get(t, client, server.URL)
		var distrust *tls.CertificateVerificationError
		if test.trusts != (err == nil) || err != nil && !errors.As(err, &distrust) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			_ = response.Body.Close()
		}
		client.CloseIdleConnections()
	}
	if _, err := newHTTP("MIIB"); err == nil {
		t.Error("a bundle without certificates passes")
	}
}

// The bundle of the secret is trusted once it is read, and another one when that
// has changed.
func TestBundleOfSecret(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	synctest.Test(t, func(t *testing.T) {
		const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ca-AbCdEf"
		w := &world{bundle: bundleOf(server)}
		f := newFunction(environ(arn), nil)
		read := func() error {
			f.access.http = &http.Client{Transport: w}
			_, err := f.connect(t.Context())
			return err
		}
		if err := read(); err != nil || f.access.bundle != w.bundle || !strings.Contains(w.bodies[0], arn) {
			t.Fatalf("%v, %q, %v", err, f.access.bundle, w.bodies)
		}
		first := w.bundle
		w.bundle += "\n" + first
		if err := read(); err != nil || f.access.bundle != first {
			t.Errorf("%v, asked %d times", err, len(w.bodies))
		}
		<-time.After(cacheTime)
		if err := read(); err != nil || f.access.bundle != w.bundle {
			t.Errorf("%v, asked %d times", err, len(w.bodies))
		}
		<-time.After(cacheTime)
		w.bundle = ""
		if err := read(); err == nil || !strings.Contains(err.Error(), arn) {
			t.Error(err)
		}
	})
}

// Whoever redirects gets no credentials.
func TestNoRedirect(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusFound))
	defer server.Close()
	client, err := newHTTP("")
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	response, err := get(t, client, server.URL)
	if err != nil || response.StatusCode != http.StatusFound {
		t.Fatal(response, err)
	}
	_ = response.Body.Close()
}

func TestProxy(t *testing.T) {
	t.Parallel()
	client, err := newHTTP("")
	if err != nil {
		t.Fatal(err)
	}
	transport := client.Transport.(*http.Transport)
	for address, want := range map[string]string{"https://acme.app.spacelift.io/graphql": "http://somebody:swordfish@127.0.0.1:1", "https://127.0.0.1": ""} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, nil)
		proxy, err := transport.Proxy(request)
		got := ""
		if proxy != nil {
			got = proxy.String()
		}
		if err != nil || got != want {
			t.Errorf("%s: proxy %q, %v", address, got, err)
		}
	}
}
