package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// look is how a line of a picture stands out from the others.
type look int

const (
	plain  look = iota
	faint       // a heading
	busy        // an instance whose worker has a run
	coming      // an instance that is not in service yet, or whose worker is to come
	going       // an instance on its way out
)

// line is a line of a picture.
type line struct {
	text string
	look look
}

// indent is how far pictures stand from the margin, where the demo has the time.
const indent = "       "

// mostWords is how many lines the words of a function may take.
const mostWords = 3

// picture shows a situation, with the last words of each function, in at most so
// many columns and lines.
func picture(now awstest.Situation, words map[string]saying, width, height int) (lines []line) {
	for _, part := range [][2]string{
		{"runs", listed(runsOf(now))},
		{"workers", listed(workersOf(now))},
		{"instances", listed(instancesOf(now))},
		{autoscaler, words[autoscaler].text},
		{lifecycle, words[lifecycle].text},
	} {
		label := part[0]
		for _, text := range wrap(part[1], width-len(indent)-len(labeled("")), mostWords) {
			lines = append(lines, line{text: labeled(label) + text})
			label = ""
		}
	}
	if rows := rowsOf(now); len(rows) > 0 {
		lines = append(lines, line{}, line{text: row("instance", "image", "state", "worker"), look: faint})
		if room := max(1, height-len(lines)); len(rows) > room {
			more := len(rows) - room + 1
			rows = append(rows[:room-1], line{text: fmt.Sprintf("and %d more", more)})
		}
		lines = append(lines, rows...)
	}
	lines = lines[:min(len(lines), height)]
	for i, one := range lines {
		lines[i].text = cut(strings.TrimRight(indent+one.text, " "), width)
	}
	return lines
}

func labeled(label string) string { return fmt.Sprintf("%-12s", label) }

// figure is a number of things of a kind.
type figure struct {
	number int
	kind   string
}

// listed are figures in one line.
func listed(figures []figure) string {
	var texts []string
	for _, one := range figures {
		texts = append(texts, fmt.Sprintf("%d %s", one.number, one.kind))
	}
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, ", ")
}

// some are the figures that are not 0.
func some(figures []figure) []figure {
	return slices.DeleteFunc(figures, func(one figure) bool { return one.number == 0 })
}

// runsOf is how many runs are where.
func runsOf(now awstest.Situation) []figure {
	return []figure{{now.Queued, "waiting"}, {now.Running, "busy"}, {now.Finished, "finished"}, {now.CutShort, "cut short"}}
}

// workersOf is how many workers are at what.
func workersOf(now awstest.Situation) []figure {
	idle, drained := 0, 0
	for _, worker := range now.Workers {
		if worker.RunID == "" {
			idle++
		}
		if worker.Drained {
			drained++
		}
	}
	return []figure{{len(now.Workers) - idle, "busy"}, {idle, "idle"}, {drained, "drained"}}
}

// instancesOf is how many instances are in which lifecycle state, in the order of an
// instance's life. What those on their way out wait for is in the table, and in the
// words of the lifecycle manager.
func instancesOf(now awstest.Situation) (figures []figure) {
	for _, one := range now.Instances {
		state, _, _ := strings.Cut(one.State, ":")
		at := slices.IndexFunc(figures, func(f figure) bool { return f.kind == state })
		if at < 0 {
			at, figures = len(figures), append(figures, figure{kind: state})
		}
		figures[at].number++
	}
	slices.SortStableFunc(figures, func(a, b figure) int {
		return cmp.Or(age(a.kind)-age(b.kind), strings.Compare(a.kind, b.kind))
	})
	return figures
}

// statusOf is a situation in one line.
func statusOf(now awstest.Situation) string {
	return fmt.Sprintf("runs: %s; workers: %s; instances: %s", listed(some(runsOf(now))), listed(some(workersOf(now))), listed(instancesOf(now)))
}

// age is how far in its life an instance of a state is.
func age(state string) int {
	switch {
	case strings.HasPrefix(state, "Pending"):
		return 0
	case strings.HasPrefix(state, "Terminat"):
		return 2
	}
	return 1
}

// rowsOf are the instances with their workers.
func rowsOf(now awstest.Situation) (rows []line) {
	workers, begun := map[string]spacelift.Worker{}, map[string]time.Time{}
	for _, worker := range now.Workers {
		workers[worker.InstanceID] = worker
	}
	for _, run := range now.Runs {
		begun[run.ID] = run.StartedAt
	}
	for _, one := range now.Instances {
		worker, known := workers[one.ID]
		text, look := workerOf(worker, now.At.Sub(begun[worker.RunID]))
		switch {
		case age(one.State) == 2:
			look = going
		case !known:
			look = coming
		}
		if !known {
			text = "none"
		}
		rows = append(rows, line{text: row(one.ID, releaseOf(one.Image), one.State, text), look: look})
	}
	return rows
}

// workerOf is what a worker is at, since when.
func workerOf(worker spacelift.Worker, since time.Duration) (text string, look look) {
	text = "idle"
	if worker.RunID != "" {
		text, look = fmt.Sprintf("busy %d s", since/time.Second), busy
	}
	if worker.Drained {
		text = "drained, " + text
	}
	return text, look
}

func row(cells ...any) string { return fmt.Sprintf("%-19s  %-10s  %-19s  %s", cells...) }

// releaseOf is the number in the name of one of Spacelift's images, which tells them
// apart; the name of any other.
func releaseOf(image string) string {
	parts := strings.Split(image, "-")
	if len(parts) == 3 && parts[0] == "spacelift" {
		return parts[1]
	}
	return image
}

// wrap breaks a text between words into at most so many lines.
func wrap(text string, width, most int) (lines []string) {
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		switch {
		case last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= width:
			lines[last] += " " + word
		case last+1 == most:
			lines[last] = cut(lines[last]+" …", width)
			return lines
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// cut shortens a text to so many columns.
func cut(text string, width int) string {
	letters := []rune(text)
	if len(letters) <= width {
		return text
	}
	return string(letters[:max(0, width-1)]) + "…"
}
