package userdata

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestRenderKeepsSmallScriptReadable(t *testing.T) {
	t.Parallel()
	script, err := Script(saas())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Render(saas())
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != script {
		t.Error("user data is not the script itself")
	}
}

func TestRenderCompressesLargeScript(t *testing.T) {
	t.Parallel()
	config := with(saas(), func(c *Config) { c.Configuration = strings.Repeat("export A=1\n", 5000) })
	script, err := Script(config)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Render(config)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) > MaxSize {
		t.Errorf("takes %d bytes", len(got))
	}
	reader, err := gzip.NewReader(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if string(unpacked) != script {
		t.Error("does not unpack to the script")
	}
	again, err := Render(config)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, again) {
		t.Error("the same inputs made other bytes")
	}
}

func TestRenderCompressesOnlyAboveTheLimit(t *testing.T) {
	t.Parallel()
	script, err := Script(with(saas(), func(c *Config) { c.Configuration = "#" }))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		size       int
		compressed bool
	}{
		"at the limit":    {MaxSize, false},
		"above the limit": {MaxSize + 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			comment := strings.Repeat("#", 1+test.size-len(script))
			got, err := Render(with(saas(), func(c *Config) { c.Configuration = comment }))
			if err != nil {
				t.Fatal(err)
			}
			if compressed := got[0] == 0x1f; compressed != test.compressed {
				t.Errorf("compressed: %v, want %v", compressed, test.compressed)
			}
		})
	}
}

func TestRenderRefusesWhatStaysTooLarge(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	for range 20000 {
		text.WriteByte(byte('!' + random.IntN(94)))
	}
	_, err := Render(with(saas(), func(c *Config) { c.Configuration = text.String() }))
	var tooLarge *TooLargeError
	if !errors.As(err, &tooLarge) {
		t.Fatalf("got %v, want a TooLargeError", err)
	}
	if tooLarge.Size <= MaxSize || !strings.Contains(err.Error(), strconv.Itoa(tooLarge.Size)) {
		t.Errorf("does not say its size, %d: %v", tooLarge.Size, err)
	}
}

func TestScriptRefusesWhatNoShellHolds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config Config
		want   string
	}{
		"NUL in the configuration": {with(saas(), func(c *Config) { c.Configuration = "s3cret\x00" }), "configuration"},
		"NUL in a proxy":           {with(selfHosted(), func(c *Config) { c.SelfHosted.NoProxy = "s3cret\x00" }), "proxy"},
		"negative delay":           {with(saas(), func(c *Config) { c.PoweroffDelay = -1 }), "-1"},
		"ARN without region":       {with(saas(), func(c *Config) { c.Secret = &Secret{ARN: "a-name"} }), "a-name"},
		"key that is no name": {
			with(saas(), func(c *Config) { c.Secret = &Secret{ARN: managedARN, Keys: []string{"A", "B;reboot"}} }), "B;reboot",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Render(test.config)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error about %s", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("quotes a value that may be secret: %v", err)
			}
		})
	}
}
