package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Control sequences of every terminal of today:
// https://www.ecma-international.org/publications-and-standards/standards/ecma-48/
const (
	eraseLine  = "\x1b[K" // from the cursor to its end
	eraseBelow = "\x1b[J" // from the cursor on
	normal     = "\x1b[0m"
)

var colors = map[look]string{faint: "\x1b[2m", busy: "\x1b[32m", coming: "\x1b[36m", going: "\x1b[33m"}

// screen has lines that stay, and below them a picture that each next one replaces.
// What is no terminal gets the lines only.
type screen struct {
	out   io.Writer
	size  func() (width, height int) // 0, 0: no terminal
	color bool
	drawn []string // the lines of the picture that is there
}

// newScreen is a screen on a file.
func newScreen(file *os.File) *screen {
	s := &screen{out: file, size: func() (int, int) { return 0, 0 }, color: os.Getenv("NO_COLOR") == ""} // https://no-color.org
	if term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb" {
		s.size = func() (int, int) {
			width, height, err := term.GetSize(int(file.Fd()))
			if err != nil || width <= 0 || height <= 0 {
				return 80, 24 // a terminal that does not know, such as one of script(1)
			}
			return width, height
		}
	}
	return s
}

// live says whether the screen shows pictures.
func (s *screen) live() bool {
	width, _ := s.size()
	return width > 0
}

// say writes lines that stay, above the picture.
func (s *screen) say(lines ...string) {
	var b strings.Builder
	s.up(&b)
	if len(s.drawn) > 0 {
		b.WriteString(eraseBelow)
	}
	for _, text := range lines {
		b.WriteString(text + "\n")
	}
	for _, text := range s.drawn {
		b.WriteString(text + "\n")
	}
	_, _ = io.WriteString(s.out, b.String())
}

// draw replaces the picture. Lines must not be wider than the screen, nor more than
// it has but one, where the cursor stays.
func (s *screen) draw(lines []line) {
	if !s.live() {
		return
	}
	var b strings.Builder
	s.up(&b)
	s.drawn = nil
	for _, one := range lines {
		text := one.text
		if code := colors[one.look]; code != "" && s.color {
			text = code + text + normal
		}
		s.drawn = append(s.drawn, text)
		b.WriteString(text + eraseLine + "\n")
	}
	b.WriteString(eraseBelow)
	_, _ = io.WriteString(s.out, b.String())
}

// clear removes the picture.
func (s *screen) clear() { s.draw(nil) }

// up goes to where the picture begins.
func (s *screen) up(b *strings.Builder) {
	if len(s.drawn) > 0 {
		fmt.Fprintf(b, "\x1b[%dA", len(s.drawn))
	}
}
