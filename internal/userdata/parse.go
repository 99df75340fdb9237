package userdata

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxUnpacked bounds what is made of compressed user data, which may come from
// anybody: 1 MiB, far above what compresses to MaxSize and is still a script.
const maxUnpacked = 1 << 20

// Parse is the inverse of Render: the Config that a boot script was written from. A text of the user's comes back with a
// newline at its end, whether or not it was given with one, as the script is the same. ok is false for whatever Render did
// not write, a script that somebody edited or that another version of this package wrote included.
func Parse(data []byte) (c Config, ok bool) {
	text, err := unpack(data)
	if err != nil {
		return Config{}, false
	}
	s := scanner{rest: text}
	c = s.config()
	if s.lost {
		return Config{}, false
	}
	again, err := Script(c)
	if err != nil || again != text {
		return Config{}, false
	}
	return c, true
}

// unpack is the inverse of compress, for data that is compressed.
func unpack(data []byte) (string, error) {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) { // https://www.rfc-editor.org/rfc/rfc1952#page-5
		return string(data), nil
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return "", fmt.Errorf("unpacking boot script: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	if err != nil {
		return "", fmt.Errorf("unpacking boot script: %w", err)
	}
	return string(text), nil
}

// scanner reads a script from its first line to its last.
type scanner struct {
	rest string
	lost bool // something was not where it should be
}

func (s *scanner) config() (c Config) {
	var header script
	header.header()
	s.expect(header.String())
	s.settings(&c)
	s.find("boot_after_failure() {\n")
	s.find("}\n\n")
	s.files(&c)
	c.DisableCloudWatchAgent = strings.Contains(s.rest, "systemctl disable --now amazon-cloudwatch-agent")
	if h := c.SelfHosted; h != nil {
		for _, p := range []struct {
			name  string
			value *string
		}{{"HTTP_PROXY", &h.HTTPProxy}, {"HTTPS_PROXY", &h.HTTPSProxy}, {"NO_PROXY", &h.NoProxy}} {
			if export := "\n  export " + p.name + "="; strings.Contains(s.rest, export) {
				s.find(export)
				*p.value = s.word()
			}
		}
	}
	return c
}

func (s *scanner) settings(c *Config) {
	s.expect("boot_group=")
	c.GroupName = s.word()
	if s.have("\nboot_domain=") {
		c.DomainName = s.word()
		s.expect("\nboot_signing_key=" + signingKey)
	} else {
		s.expect("\nboot_s3_uri=")
		c.SelfHosted = &SelfHosted{S3URI: s.word()}
	}
	if s.have("\nboot_secret_arn=") {
		c.Secret = &Secret{ARN: s.word()}
		s.expect("\nboot_secret_region=" + shellQuote(c.Secret.region()) + "\nboot_secret_keys=(")
		for !s.lost && !s.have(")") {
			c.Secret.Keys = append(c.Secret.Keys, s.word())
			s.have(" ")
		}
	}
}

func (s *scanner) files(c *Config) {
	c.PreHook = s.file("boot_write_pre_hook")
	if s.have("boot_write_ca_certificates() {\n") {
		for !s.lost && !s.have("}\n\n") {
			certificate := s.heredoc()
			if c.SelfHosted != nil {
				c.SelfHosted.CACertificates = append(c.SelfHosted.CACertificates, certificate)
			}
		}
	}
	s.file("boot_write_docker_proxy")
	c.Configuration = s.file("boot_write_configuration")
	c.PostHook = s.file("boot_write_post_hook")
	unit := s.file("boot_write_unit")
	if _, seconds, ok := strings.Cut(unit, "; sleep "); ok {
		seconds, _, _ = strings.Cut(seconds, ";")
		c.PoweroffDelay, _ = strconv.ParseInt(seconds, 10, 64) // what is no number makes another script
	}
	if c.SelfHosted != nil {
		c.SelfHosted.RunAsSpaceliftUser = strings.Contains(unit, "\nUser=spacelift\n")
		c.SelfHosted.PowerOffOnError = !strings.Contains(unit, "$$SERVICE_RESULT == success")
	}
}

// file reads the text in a function that script.file wrote, "" when it is not there.
func (s *scanner) file(function string) string {
	if !s.have(function + "() {\n") {
		return ""
	}
	text := s.heredoc()
	s.expect("}\n\n")
	return text
}

// heredoc reads a command with its here-document and returns the document.
func (s *scanner) heredoc() string {
	s.find(" <<'")
	delimiter := s.find("'\n")
	if s.have(delimiter + "\n") {
		return ""
	}
	return s.find("\n"+delimiter+"\n") + "\n"
}

// word reads what shellQuote wrote.
func (s *scanner) word() string {
	s.expect("'")
	value := s.find("'")
	for s.have(`\''`) {
		value += "'" + s.find("'")
	}
	return value
}

// have skips text if it comes next.
func (s *scanner) have(text string) bool {
	rest, ok := strings.CutPrefix(s.rest, text)
	s.rest = rest
	return ok
}

// expect skips text, which has to come next.
func (s *scanner) expect(text string) { s.lost = !s.have(text) || s.lost }

// find skips to behind the next text and returns what was before it.
func (s *scanner) find(text string) string {
	before, rest, ok := strings.Cut(s.rest, text)
	s.rest, s.lost = rest, s.lost || !ok
	return before
}
