package picture

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/bench"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
)

// query draws what a query of Logs Insights gives, newest first.
func (c *canvas) query(at area, w widget, course bench.Course) error {
	fields, filter := clause(w.Properties.Query, "fields"), clause(w.Properties.Query, "filter")
	if fields == "" || filter == "" {
		return fmt.Errorf("the query of %q has no fields or no filter", w.Properties.Title)
	}
	c.box("card", at)
	c.text("title", after, at.x+12, at.y+20, w.Properties.Title)
	columns := strings.Split(fields, ", ")
	places := columnsIn(at.inset(12, 0, 12, 0), columns)
	y := at.y + 42
	for i, column := range columns {
		c.text("head", after, places[i], y, column)
	}
	for _, line := range slices.Backward(course.Lines) {
		y += lineHeight
		if y > at.y+at.height-6 {
			break
		}
		found, err := matches(line, filter)
		if err != nil {
			return fmt.Errorf("the query of %q: %w", w.Properties.Title, err)
		}
		if !found {
			y -= lineHeight
			continue
		}
		c.line("grid", at.x+12, y-12, at.x+at.width-12, y-12)
		for i, column := range columns {
			end := at.x + at.width
			if i+1 < len(columns) {
				end = places[i+1]
			}
			c.text("", after, places[i], y, shorten(value(line, column), end-places[i]-12))
		}
	}
	return nil
}

// clause is what follows a keyword in a query.
func clause(query, keyword string) string {
	for part := range strings.SplitSeq(query, " | ") {
		if rest, found := strings.CutPrefix(part, keyword+" "); found {
			return rest
		}
	}
	return ""
}

// columnsIn is where columns begin. Those of text, at the end, share what the others
// leave.
func columnsIn(at area, columns []string) (places []float64) {
	const pad, bold = 18, 1.25 // headings are bold and larger
	texts := 0
	used := 0.0
	widths := make([]float64, len(columns))
	for i, column := range columns {
		switch column {
		case "message", "error":
			texts++
			continue
		case "@timestamp":
			widths[i] = textWidth("2026-01-05 08:00:00") + pad
		default:
			widths[i] = textWidth(column)*bold + pad
		}
		used += widths[i]
	}
	x := at.x
	for i := range columns {
		places = append(places, x)
		if widths[i] == 0 {
			widths[i] = (at.width - used) / float64(texts)
		}
		x += widths[i]
	}
	return places
}

func value(line bench.Line, column string) string {
	switch column {
	case "@timestamp":
		return model.Start.Add(line.At).Format("2006-01-02 15:04:05")
	case "message":
		return line.Message
	}
	if number, found := line.Numbers[column]; found {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	return line.Texts[column]
}

// matches is the part of the query language that the dashboard uses: counts that are
// more than zero, joined by or, and a level.
func matches(line bench.Line, filter string) (bool, error) {
	if level, found := strings.CutPrefix(filter, "level = "); found {
		return strconv.Quote(line.Level) == level, nil
	}
	for part := range strings.SplitSeq(filter, " or ") {
		name, found := strings.CutSuffix(part, " > 0")
		if !found {
			return false, fmt.Errorf("nothing is known of the filter %q", part)
		}
		if line.Numbers[name] > 0 {
			return true, nil
		}
	}
	return false, nil
}
