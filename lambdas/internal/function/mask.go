package function

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// shortestSecret is ours, in bytes: to hide less would garble lines and save
// nobody. Keys of Spacelift have 64.
const shortestSecret = 6

// webToken is what a JWT looks like: its header starts with `{"`.
var webToken = regexp.MustCompile(`eyJ[\w-]+\.[\w-]*(\.[\w-]*)?`)

// mask hides secrets in text. Safe for concurrent use.
type mask struct {
	mu    sync.RWMutex
	forms []string // of all secrets, the longest first
}

// newMask hides what the environment of the process has of secrets: credentials of
// AWS, and passwords of proxies.
func newMask() *mask {
	m := &mask{}
	m.hide(os.Getenv("AWS_SECRET_ACCESS_KEY"))
	m.hide(os.Getenv("AWS_SESSION_TOKEN"))
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if proxy, err := url.Parse(os.Getenv(name)); err == nil && proxy.User != nil {
			password, _ := proxy.User.Password()
			m.hide(password)
		}
	}
	return m
}

// hide keeps secret out of all later texts, plain and in the forms that it has
// within JSON, Go's quotes and URLs. A secret that is replaced stays hidden.
func (m *mask) hide(secret string) {
	if len(secret) < shortestSecret {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	quoted := strconv.Quote(secret)
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), quoted[1 : len(quoted)-1]} {
		m.forms = append(m.forms, form)
		m.forms = append(m.forms, inJSON(form)...)
	}
	slices.SortFunc(m.forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	m.forms = slices.Compact(m.forms)
}

// inJSON are the forms that text has within a line of the log, which differ in how
// they escape: as a string of slog's, within a value that slog has encoded, and
// within one that encodes itself.
func inJSON(text string) []string {
	var line strings.Builder
	slog.New(slog.NewJSONHandler(&line, nil)).Info(text, "", []string{text})
	_, rest, _ := strings.Cut(line.String(), `"msg":"`)
	first, rest, _ := strings.Cut(rest, `","":["`)
	second, _, _ := strings.Cut(rest, `"]}`)
	third, _ := json.Marshal(text)
	return []string{first, second, string(third[1 : len(third)-1])}
}

// of is text without secrets and anything that looks like a token.
func (m *mask) of(text string) string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, form := range m.forms {
		text = strings.ReplaceAll(text, form, "(secret)")
	}
	if strings.Contains(text, "eyJ") {
		text = webToken.ReplaceAllString(text, "(token)")
	}
	return text
}
