package stack

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// masked is what stands in for a secret.
const masked = "(secret)"

// minFreeSecret is the length from which a secret is masked wherever it occurs. A
// shorter one, such as "1", is masked where it stands alone: it would tear every
// text to pieces.
const minFreeSecret = 6

// tokens are what looks like a secret whoever made it: PEM blocks, web tokens,
// AWS access keys, passwords in URLs, authorization headers.
var tokens = []*regexp.Regexp{
	regexp.MustCompile(`(?s)-----BEGIN [A-Z ]+-----.*?(-----END [A-Z ]+-----|$)`),
	regexp.MustCompile(`eyJ[\w-]{8,}(\.[\w-]*)*`),
	regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{16}\b`),
	regexp.MustCompile(`://[^/\s:@]+:[^/\s@]+@`),
	regexp.MustCompile(`(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}`),
}

// assignment is a variable, or a member of a JSON object, with a telling name.
var assignment = regexp.MustCompile(`(?i)(\b\w*(?:token|secret|passw(?:or)?d|private_?key|api_?key|credentials?)(?:=|["']\s*[:=]\s*))("[^"]*"|'[^']*'|\S+)`)

// opaque is a long run of the characters of base64 or of hexadecimal digits.
var opaque = regexp.MustCompile(`[A-Za-z0-9+/=_-]{32,}`)

// mask hides secrets in texts that others have written.
type mask struct {
	free  *strings.Replacer // wherever they occur
	alone *regexp.Regexp    // where they stand alone; nil for none
}

// newMask makes a mask of secrets, in each of the forms in which a shell, a
// program or its log may show them.
func newMask(secrets []string) mask {
	var free, alone []string
	for _, secret := range secrets {
		for _, form := range forms(secret) {
			if len(form) >= minFreeSecret {
				free = append(free, form)
			} else if form != "" {
				alone = append(alone, regexp.QuoteMeta(form))
			}
		}
	}
	// The longest first: a replacer takes the first that matches.
	slices.SortFunc(free, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(free))
	for _, form := range free {
		pairs = append(pairs, form, masked)
	}
	m := mask{free: strings.NewReplacer(pairs...)}
	if len(alone) > 0 {
		m.alone = regexp.MustCompile(`(^|\W)(` + strings.Join(alone, "|") + `)(\W|$)`)
	}
	return m
}

// forms are the ways in which a secret may be written: as it is, each of its
// lines, as JSON, for a shell, in a URL, in hexadecimal digits and in base64, of
// which the ends depend on what stands around.
func forms(secret string) []string {
	all := []string{secret, strings.TrimSpace(secret), url.QueryEscape(secret), url.PathEscape(secret), strings.ReplaceAll(secret, `'`, `'\''`)}
	if text, err := json.Marshal(secret); err == nil {
		all = append(all, strings.Trim(string(text), `"`))
	}
	for line := range strings.Lines(secret) {
		if line = strings.TrimSpace(line); len(line) >= minFreeSecret {
			all = append(all, line)
		}
	}
	if len(secret) >= minFreeSecret {
		all = append(all, hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))))
		all = append(all, base64Forms(secret)...)
	}
	return all
}

// base64Forms are the characters of base64 that a text makes at each of the three
// places where it may begin within a larger one, without those at its ends that
// its neighbors have a share in.
func base64Forms(text string) (all []string) {
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			bits := encoding.EncodeToString(append(make([]byte, before), text...))
			first := (before*8 + 5) / 6 // characters that hold bits of what is before
			last := (before + len(text)) * 8 / 6
			if last-first >= minFreeSecret {
				all = append(all, bits[first:last])
			}
		}
	}
	return all
}

// of is text without secrets and anything that looks like one.
func (m mask) of(text string) string {
	text = m.free.Replace(text)
	if m.alone != nil {
		for range 2 { // neighbors share what stands between them
			text = m.alone.ReplaceAllString(text, "${1}"+masked+"${3}")
		}
	}
	for _, token := range tokens {
		text = token.ReplaceAllString(text, masked)
	}
	text = assignment.ReplaceAllString(text, "${1}"+masked)
	return opaque.ReplaceAllStringFunc(text, func(run string) string {
		digits, upper, lower := strings.ContainsAny(run, "0123456789"), strings.ToLower(run) != run, strings.ToUpper(run) != run
		if digits && (upper && lower || strings.Trim(strings.ToLower(run), "0123456789abcdef") == "") {
			return masked
		}
		return run
	})
}
