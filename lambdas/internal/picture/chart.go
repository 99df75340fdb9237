package picture

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/model"
)

// series are values at even intervals, from the start of the chart on. NaN is none.
type series struct {
	label, color string
	values       []float64
	front        bool // a line in front of a stack
}

// chart is values over time.
type chart struct {
	title, unit string
	length      time.Duration
	stacked     bool
	most        float64 // the least end of the axis; 0 for none
	series      []series
	lacking     string // what is said where there are no values
}

// Room around the plot of a chart.
const (
	roomLeft, roomTop, roomRight, roomBottom = 42, 34, 14, 24

	lineHeight = 16
)

func (c *canvas) chart(at area, chart chart) {
	c.box("card", at)
	c.text("title", after, at.x+12, at.y+20, chart.title)
	if len(chart.series) == 0 {
		c.text("", around, at.x+at.width/2, at.y+at.height/2, chart.lacking)
		return
	}
	rows := c.legend(at, chart.series)
	plot := at.inset(roomLeft, roomTop, roomRight, roomBottom+float64(rows)*lineHeight)
	end := c.grid(plot, chart)
	below := make([]float64, chart.points())
	for _, one := range chart.series {
		if chart.stacked && !one.front {
			above := sum(below, one.values)
			c.shape(band(plot, end, below, above), one.color, true)
			below = above
		}
	}
	for _, one := range chart.series {
		if !chart.stacked || one.front {
			c.shape(stairs(plot, end, one.values, "M"), one.color, false)
		}
	}
}

// legend is below a chart, in as many rows as it takes.
func (c *canvas) legend(at area, all []series) (rows int) {
	const gap, chip = 16, 15
	type place struct{ x, row float64 }
	places := make([]place, len(all))
	x, row := 0.0, 0.0
	room := at.width - roomLeft - roomRight
	for i, one := range all {
		width := chip + textWidth(one.label)
		if x > 0 && x+width > room {
			x, row = 0, row+1
		}
		places[i] = place{x, row}
		x += width + gap
	}
	for i, one := range all {
		y := at.y + at.height - 10 - (row-places[i].row)*lineHeight
		c.chip(one.color, at.x+roomLeft+places[i].x, y-9)
		c.text("", after, at.x+roomLeft+places[i].x+chip, y, one.label)
	}
	return int(row) + 1
}

// grid draws the axes and returns the value at the top.
func (c *canvas) grid(plot area, chart chart) float64 {
	const parts = 4
	step := tidy(math.Max(chart.highest(), chart.most) / parts)
	end := math.Max(1, math.Ceil(math.Max(chart.highest(), chart.most)/step)) * step
	for value := 0.0; value <= end; value += step {
		y := plot.y + plot.height*(1-value/end)
		c.line("grid", plot.x, y, plot.x+plot.width, y)
		c.text("", before, plot.x-6, y+4, strconv.FormatFloat(value, 'f', -1, 64))
	}
	if chart.unit != "" {
		c.text("", before, plot.x+plot.width, plot.y-8, chart.unit)
	}
	const apart = 70 // pixels
	for at, step := time.Duration(0), even(chart.length, plot.width/apart); at <= chart.length; at += step {
		x := plot.x + plot.width*float64(at)/float64(chart.length)
		c.line("axis", x, plot.y+plot.height, x, plot.y+plot.height+4)
		where := around
		if at == chart.length {
			where = before // there is no room behind the plot
		}
		c.text("", where, x, plot.y+plot.height+16, model.Start.Add(at).Format("15:04"))
	}
	c.line("axis", plot.x, plot.y+plot.height, plot.x+plot.width, plot.y+plot.height)
	return end
}

// tidy is the next number up that people count in: 1, 2, 5, 10, 20 and so on.
func tidy(least float64) float64 {
	for power := 1.0; ; power *= 10 {
		for _, digit := range []float64{1, 2, 5} {
			if digit*power >= least {
				return digit * power
			}
		}
	}
}

// even is the least step of the clock that divides a length into at most so many.
func even(length time.Duration, most float64) time.Duration {
	for _, minutes := range []int{5, 10, 15, 30, 60, 120} {
		if step := time.Duration(minutes) * time.Minute; float64(length)/float64(step) <= most {
			return step
		}
	}
	return length
}

func (c chart) points() int { return len(c.series[0].values) }

// highest is the highest value, of the stack where there is one.
func (c chart) highest() (highest float64) {
	stack := make([]float64, c.points())
	for _, one := range c.series {
		line := one.values
		if c.stacked && !one.front {
			stack = sum(stack, one.values)
			line = stack
		}
		for _, value := range line {
			if value > highest { // not so of NaN
				highest = value
			}
		}
	}
	return highest
}

// sum is a stack with one more on it.
func sum(stack, more []float64) []float64 {
	all := slices.Clone(stack)
	for i, value := range more {
		if !math.IsNaN(value) {
			all[i] += value
		}
	}
	return all
}

// band is the path around what is between two lines.
func band(plot area, end float64, below, above []float64) string {
	back := slices.Clone(below)
	slices.Reverse(back)
	mirrored := area{plot.x + plot.width, plot.y, -plot.width, plot.height}
	return stairs(plot, end, above, "M") + stairs(mirrored, end, back, "L") + "z"
}

// stairs is the path of values that hold until the next one, interrupted where there
// are none. Those that stay the same are drawn once.
func stairs(plot area, end float64, values []float64, begin string) string {
	var path strings.Builder
	each := plot.width / float64(len(values))
	last := math.NaN()
	for i, value := range values {
		x, y := number(plot.x+each*float64(i)), number(plot.y+plot.height*(1-value/end))
		switch {
		case value == last || math.IsNaN(value) && math.IsNaN(last):
			continue
		case math.IsNaN(value):
			path.WriteString("H" + x)
		case math.IsNaN(last):
			path.WriteString(begin + x + " " + y)
		default:
			path.WriteString("H" + x + "V" + y)
		}
		last = value
	}
	if !math.IsNaN(last) {
		path.WriteString("H" + number(plot.x+plot.width))
	}
	return path.String()
}
