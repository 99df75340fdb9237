// Package picture draws what the documentation shows of the model of a pool, as
// SVG. The same model gives the same bytes, so that a check can tell whether a
// picture is out of date.
//
// A plotting library would do, but for the dark mode: the libraries write colors
// into each element, where a style sheet cannot change them with the reader's
// preference.
package picture

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// canvas is an SVG image in the making. Shapes have a class of the style sheet, or a
// color that is readable on light and on dark ground.
type canvas struct {
	strings.Builder
	width, height float64
}

// style has the colors of all but the data. An image in a page follows the reader's
// preference as the page does:
// https://developer.mozilla.org/en-US/docs/Web/CSS/@media/prefers-color-scheme
const style = `text{font-family:-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif;font-size:11px;fill:#57606a}
.title{font-size:14px;font-weight:600;fill:#1f2328}
.head{font-size:12px;font-weight:600;fill:#1f2328}
.page{fill:#f6f8fa}
.card{fill:#fff;stroke:#d0d7de}
.grid{stroke:#e6e9ec}
.axis{stroke:#8c959f}
@media (prefers-color-scheme:dark){
text{fill:#9198a1}
.title,.head{fill:#f0f6fc}
.page{fill:#0d1117}
.card{fill:#161b22;stroke:#30363d}
.grid{stroke:#262c34}
.axis{stroke:#656c76}
}`

// finish is the image. Screen readers read the title and the description.
func (c *canvas) finish(title, description string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]s %[2]s" width="%[1]s" height="%[2]s" role="img">
<title>%[3]s</title>
<desc>%[4]s</desc>
<style>%[5]s</style>
<rect class="page" width="%[1]s" height="%[2]s" rx="6"/>
%[6]s</svg>
`, number(c.width), number(c.height), html.EscapeString(title), html.EscapeString(description), style, c.String())
}

func (c *canvas) box(class string, at area) {
	fmt.Fprintf(c, `<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="4"/>`+"\n", class, number(at.x), number(at.y), number(at.width), number(at.height))
}

// chip is a spot of color in a legend.
func (c *canvas) chip(color string, x, y float64) {
	fmt.Fprintf(c, `<rect x="%s" y="%s" width="10" height="10" rx="2" fill="%s"/>`+"\n", number(x), number(y), color)
}

// anchor is where a text is, of the point that it is written at.
type anchor string

const (
	after  anchor = "start"
	before anchor = "end"
	around anchor = "middle"
)

func (c *canvas) text(class string, where anchor, x, y float64, text string) {
	if class != "" {
		class = ` class="` + class + `"`
	}
	if where != after {
		class += ` text-anchor="` + string(where) + `"`
	}
	fmt.Fprintf(c, `<text%s x="%s" y="%s">%s</text>`+"\n", class, number(x), number(y), html.EscapeString(text))
}

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(c, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`+"\n", class, number(x1), number(y1), number(x2), number(y2))
}

// shape is a path, filled or stroked with a color.
func (c *canvas) shape(path, color string, filled bool) {
	if filled {
		fmt.Fprintf(c, `<path d="%s" fill="%s" fill-opacity=".85"/>`+"\n", path, color)
		return
	}
	fmt.Fprintf(c, `<path d="%s" fill="none" stroke="%s" stroke-width="1.8" stroke-linejoin="round"/>`+"\n", path, color)
}

// number is a coordinate to a tenth of a pixel.
func number(v float64) string {
	const tenths = 10
	return strconv.FormatFloat(math.Round(v*tenths)/tenths, 'f', -1, 64)
}

// textWidth is about how wide a text of 11 pixels is.
func textWidth(text string) float64 {
	const each = 5.7
	return each * float64(len([]rune(text)))
}

// shorten cuts a text to a width.
func shorten(text string, width float64) string {
	runes := []rune(text)
	for len(runes) > 1 && textWidth(text) > width {
		runes = runes[:len(runes)-1]
		text = strings.TrimRight(string(runes), " ") + "…"
	}
	return text
}

// area is a rectangle.
type area struct{ x, y, width, height float64 }

func (a area) inset(left, top, right, bottom float64) area {
	return area{a.x + left, a.y + top, a.width - left - right, a.height - top - bottom}
}
