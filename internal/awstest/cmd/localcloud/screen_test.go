package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show plays what a terminal shows: of the control sequences, those that a screen uses.
func show(t *testing.T, text string) []string {
	t.Helper()
	lines, row := []string{""}, 0
	for text != "" {
		switch {
		case strings.HasPrefix(text, eraseLine):
			lines[row] = lines[row][:0]
			t.Fatal("a line is erased before it is written") // the cursor stands at its end
		case strings.HasPrefix(text, eraseBelow):
			lines = append(lines[:row], "")
			text = text[len(eraseBelow):]
		case strings.HasPrefix(text, "\x1b["):
			up, rest, _ := strings.Cut(text[2:], "A")
			row -= int(up[0] - '0')
			text = rest
		default:
			written, rest, found := strings.Cut(text, "\n")
			if !found {
				t.Fatalf("no end of line: %q", text)
			}
			// What a longer line had there before stays, unless it is erased.
			kept, erased := strings.CutSuffix(written, eraseLine)
			if !erased && len(lines[row]) > len(kept) {
				kept += lines[row][len(kept):]
			}
			lines[row], text = kept, rest
			if row++; row == len(lines) {
				lines = append(lines, "")
			}
		}
	}
	return lines[:len(lines)-1]
}

func TestScreenKeepsLinesAbovePictures(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	s := &screen{out: &out, size: func() (int, int) { return 80, 24 }}
	check := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, show(t, out.String())); diff != "" {
			t.Errorf("%s\nof %q", diff, out.String())
		}
	}
	s.say("first")
	check("first")
	s.draw([]line{{text: "a long line of a picture"}, {text: "and another"}, {text: "and a third"}})
	check("first", "a long line of a picture", "and another", "and a third")
	s.draw([]line{{text: "shorter"}, {text: "picture"}})
	check("first", "shorter", "picture")
	s.say("second, longer than the picture", "third")
	check("first", "second, longer than the picture", "third", "shorter", "picture")
	s.draw([]line{{text: "x"}})
	check("first", "second, longer than the picture", "third", "x")
	s.clear()
	s.say("fourth")
	check("first", "second, longer than the picture", "third", "fourth")
}

func TestScreenColors(t *testing.T) {
	t.Parallel()
	for name, color := range map[string]bool{"with": true, "without": false} {
		var out strings.Builder
		s := &screen{out: &out, color: color, size: func() (int, int) { return 80, 24 }}
		s.draw([]line{{text: "plain"}, {text: "a busy one", look: busy}})
		want := "plain" + eraseLine + "\na busy one" + eraseLine + "\n" + eraseBelow
		if color {
			want = "plain" + eraseLine + "\n" + colors[busy] + "a busy one" + normal + eraseLine + "\n" + eraseBelow
		}
		if out.String() != want {
			t.Errorf("%s colors: %q", name, out.String())
		}
	}
}

func TestNoTerminalGetsLinesOnly(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	s := &screen{out: &out, size: func() (int, int) { return 0, 0 }}
	s.draw([]line{{text: "a picture"}})
	s.say("a line")
	s.clear()
	if out.String() != "a line\n" {
		t.Errorf("%q", out.String())
	}
}
