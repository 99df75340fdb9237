package function

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// No secret is in a line, wherever it was; and a line stays JSON.
func TestLogsHoldNoSecret(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJub25lIn0.eyJuIjoiMSJ9.c2lnbmF0dXJl"
	rapid.Check(t, func(r *rapid.T) {
		secret := rapid.OneOf(
			rapid.StringMatching(`[0-9a-f]{64}`),
			rapid.StringMatching(`[!-~]{12,40}`),
			rapid.StringN(12, 40, -1).Filter(func(s string) bool { return strings.ToValidUTF8(s, "") == s }),
		).Draw(r, "secret")
		var out bytes.Buffer
		f := newFunction(environ(""), &out)
		f.mask.hide(secret)
		err := fmt.Errorf("asking: %w", errors.Join(errors.New(secret), &url.Error{Op: "Get", URL: "https://host/?q=" + url.QueryEscape(secret), Err: errors.New(token)}))
		for _, hidden := range []string{secret, token, awsSecret, "swordfish", "session-token"} {
			f.log.Info(hidden, "plain", hidden, "error", err, "any", map[string]any{"deep": []string{hidden}}, slog.Group("group", "quoted", fmt.Sprintf("%q", hidden)))
		}
		f.log.With("before", secret).WithGroup("inner").Warn("x", "bytes", []byte("nothing"))
		for _, line := range lines(t, &out) {
			text := fmt.Sprint(line)
			for _, hidden := range []string{secret, token, "eyJ", awsSecret, "swordfish", "session-token"} {
				if strings.Contains(text, hidden) {
					r.Fatalf("%s holds %q", out.String(), hidden)
				}
			}
		}
	})
}

func TestMask(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		hide       []string
		text, want string
	}{
		"nothing":         {nil, "a hunter2 b", "a hunter2 b"},
		"secret":          {[]string{"hunter2"}, "a hunter2 b hunter2", "a (secret) b (secret)"},
		"rotated":         {[]string{"hunter2", "hunter3"}, "hunter2 hunter3", "(secret) (secret)"},
		"in another":      {[]string{"hunter2", "hunter2hunter"}, "hunter2hunter", "(secret)"},
		"in a URL":        {[]string{"p&ss word"}, "?q=p%26ss+word /p&ss%20word", "?q=(secret) /(secret)"},
		"too short":       {[]string{"", "abc"}, "abc", "abc"},
		"token":           {nil, "Bearer eyJhbGci.eyJh-_.c2ln!", "Bearer (token)!"},
		"half a token":    {nil, "eyJhbGci.", "(token)"},
		"no token at all": {nil, "greyJay", "greyJay"},
	}
	for name, test := range tests {
		m := newMask()
		for _, secret := range test.hide {
			m.hide(secret)
		}
		if got := m.of(test.text); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
