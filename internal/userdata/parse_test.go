package userdata

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// normal is c as Parse returns it: texts of the user's end in a newline, and a self-hosted script names no domain.
func normal(c Config) Config {
	end := func(text string) string {
		if text == "" || strings.HasSuffix(text, "\n") {
			return text
		}
		return text + "\n"
	}
	c.Configuration, c.PreHook, c.PostHook = end(c.Configuration), end(c.PreHook), end(c.PostHook)
	if c.SelfHosted != nil {
		hosted := *c.SelfHosted
		hosted.CACertificates = nil
		for _, certificate := range c.SelfHosted.CACertificates {
			hosted.CACertificates = append(hosted.CACertificates, end(certificate))
		}
		c.SelfHosted, c.DomainName = &hosted, ""
	}
	return c
}

// parsed parses what c renders to, and expects c.
func parsed(t *testing.T, c Config) {
	t.Helper()
	data, err := Render(c)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := Parse(data)
	if !ok {
		t.Fatalf("does not know its own script of %+v", c)
	}
	if diff := cmp.Diff(normal(c), got); diff != "" {
		t.Errorf("rendered (-) and parsed (+):\n%s", diff)
	}
}

func TestParseIsTheInverseOfRender(t *testing.T) {
	t.Parallel()
	cases := maps.Clone(variants)
	cases["compressed"] = with(saas(), func(c *Config) { c.Configuration = strings.Repeat("export A=1\n", 5000) })
	cases["text that looks like the script"] = with(saas(), func(c *Config) {
		script, err := Script(variants["saas_everything"])
		if err != nil {
			t.Fatal(err)
		}
		c.PreHook, c.Configuration, c.PostHook = script, "}\n\nboot_write_post_hook() {\n", "boot() (\n"
	})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parsed(t, c)
		})
	}
}

// Any values come back, whatever a shell would make of them.
func TestParseOfAnyValues(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"'", `\`, "\n", " ", "END_OF_CONFIGURATION", "<<'", "a", "%", "}\n\n", "\"", "=", "é", "$", `\''`, "export NO_PROXY='x'"}
	text := func() string {
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 2000 {
		c := Config{GroupName: text(), Configuration: text(), DomainName: text(), PoweroffDelay: random.Int64N(86400), PreHook: text(), PostHook: text()}
		c.DisableCloudWatchAgent = random.IntN(2) == 0
		if random.IntN(2) == 0 {
			c.Secret = &Secret{ARN: managedARN + text()}
			if random.IntN(2) == 0 {
				c.Secret.Keys = []string{"A", "SPACELIFT_TOKEN"}
			}
		}
		if random.IntN(2) == 0 {
			c.SelfHosted = &SelfHosted{S3URI: text(), HTTPProxy: text(), HTTPSProxy: text(), NoProxy: text()}
			c.SelfHosted.RunAsSpaceliftUser, c.SelfHosted.PowerOffOnError = random.IntN(2) == 0, random.IntN(2) == 0
			c.SelfHosted.CACertificates = slices.Repeat([]string{pem}, random.IntN(3))
		}
		parsed(t, c)
	}
}

func TestParseRefusesOtherScripts(t *testing.T) {
	t.Parallel()
	ours, err := Script(variants["saas_everything"])
	if err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{
		"nothing":          "",
		"somebody's":       "#!/bin/bash\nyum update -y\n",
		"edited":           strings.Replace(ours, "--max-time 120", "--max-time 60", 1),
		"with a line more": ours + "reboot\n",
		"cut off":          ours[:len(ours)-1],
		"broken gzip":      "\x1f\x8b\x08",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c, ok := Parse([]byte(script)); ok {
				t.Errorf("took it for that of %+v", c)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range variants {
		script, err := Script(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(script))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, ok := Parse(data)
		if !ok {
			return
		}
		text, err := unpack(data)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Script(c); err != nil || again != text {
			t.Errorf("parsed what it would not write: %v", err)
		}
	})
}
