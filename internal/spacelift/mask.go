package spacelift

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// mask are the secrets that a text of the server, or of the network, may repeat.
type mask []string

// webToken is what a JWT looks like: its header starts with `{"`.
var webToken = regexp.MustCompile(`eyJ[\w-]*(\.[\w-]*)*`)

// textLimit bounds what an error quotes, in bytes.
const textLimit = 500

// of is text on one line, without the secrets and anything that looks like a
// token.
func (m mask) of(text string) string {
	for _, secret := range m {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "(secret)")
		}
	}
	text = strings.Join(strings.Fields(webToken.ReplaceAllString(text, "(token)")), " ")
	if len(text) <= textLimit {
		return text
	}
	text = text[:textLimit]
	for !utf8.ValidString(text) && len(text) > textLimit-utf8.UTFMax {
		text = text[:len(text)-1]
	}
	return text + "…"
}
