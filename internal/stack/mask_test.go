package stack

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// key stands for a private key, of several lines and with all that needs quoting.
const key = "line-one'of \"the\" key\nline/two+of&the\\key=\n"

func TestMaskHidesSecretsInEveryForm(t *testing.T) {
	t.Parallel()
	m := newMask([]string{"t0ken-of-the-pool", key, "s3", ""})
	quoted, err := json.Marshal(map[string]string{"KEY": key})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"as it is":                "refused t0ken-of-the-pool.",
		"within a word":           "xt0ken-of-the-poolx",
		"of several lines":        "key: " + key,
		"one of its lines":        "bad line: line/two+of&the\\key=",
		"in JSON":                 string(quoted),
		"in a URL":                "https://example.com/?k=" + url.QueryEscape(key),
		"in a path":               "https://example.com/" + url.PathEscape(key),
		"for a shell":             "export K='" + strings.ReplaceAll(key, "'", `'\''`) + "'",
		"in hexadecimal digits":   hex.EncodeToString([]byte("t0ken-of-the-pool")),
		"in base64":               base64.StdEncoding.EncodeToString([]byte(key)),
		"in base64 of more, 1":    base64.StdEncoding.EncodeToString([]byte("x" + key + "y")),
		"in base64 of more, 2":    base64.StdEncoding.EncodeToString([]byte("u:t0ken-of-the-pool")), // too short to look like a secret
		"in base64 for URLs":      base64.URLEncoding.EncodeToString([]byte(`{"K":"t0ken-of-the-pool"}`)),
		"short, standing alone":   "+ export LEVEL=s3; echo s3 s3",
		"short, at the beginning": "s3\ns3",
	} {
		got := m.of(text)
		for _, leak := range []string{"t0ken", "line-one", "line/two", "line%2Ftwo", "two+of", hex.EncodeToString([]byte("ken-of")), "=s3", " s3", "s3\n"} {
			if strings.Contains(got, leak) {
				t.Errorf("%s: %q is left in %q", name, leak, got)
			}
		}
		for _, part := range strings.FieldsFunc(got, func(r rune) bool { return strings.ContainsRune(" ()\"'.:;", r) }) {
			if plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(part, "=")); err == nil && (strings.Contains(string(plain), "ken-of") || strings.Contains(string(plain), "line")) {
				t.Errorf("%s: base64 of it is left in %q", name, got)
			}
		}
	}
}

func TestMaskHidesWhatLooksLikeASecret(t *testing.T) {
	t.Parallel()
	m := newMask(nil)
	for name, test := range map[string]struct{ text, leak, keeps string }{
		"web token":         {"got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln from", "eyJ", "from"},
		"private key":       {"a\n-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----\nb", "abc", "b"},
		"half a key":        {"a\n-----BEGIN PRIVATE KEY-----\nabc\ndef", "def", "a\n"},
		"access key":        {"key AKIAIOSFODNN7EXAMPLE used", "AKIA", "used"},
		"password in a URL": {"proxy http://me:pa55@proxy.example.com:3128", "pa55", "proxy.example.com:3128"},
		"assignment":        {"+ export SPACELIFT_TOKEN=abc", "abc", "SPACELIFT_TOKEN="},
		"quoted assignment": {`db_password="a b c" next`, "b c", "next"},
		"member":            {`{"apiKey": "abc", "x": 1}`, "abc", `"x": 1`},
		"header":            {"Authorization: Bearer abcdefghij", "abcdefghij", "Authorization"},
		"opaque":            {"sent Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MEFCQ0RFRg== to", "Zm9v", "to"},
		"digits":            {"id 0123456789abcdef0123456789abcdef.", "0123456789abcdef", "id"},
	} {
		got := m.of(test.text)
		if strings.Contains(got, test.leak) || !strings.Contains(got, test.keeps) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// What helps to find a fault is left.
func TestMaskLeavesTheRest(t *testing.T) {
	t.Parallel()
	m := newMask([]string{"t0ken-of-the-pool", "1", "on"})
	for _, text := range []string{
		"/opt/spacelift/launcher: SPACELIFT_TOKEN: unbound variable", "instance i-0123456789abcdef0 in subnet-0a1b2c3d4e5f60718",
		"curl: (28) Failed to connect to downloads.spacelift.io port 443 after 130000 ms", "[  12.345678] cloud-init[1234]: 2026-01-02T03:04:05Z connection refused",
		"You have requested more vCPU capacity than your current vCPU limit of 0 allows", "/var/lib/cloud/instance/scripts/part-001: line 10: aws: command not found",
	} {
		if got := m.of(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
