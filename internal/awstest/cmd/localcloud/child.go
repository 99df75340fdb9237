package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// child is a command that runs while somebody watches.
type child struct {
	lines chan string // of its output, as they come; closed at its end
	err   error       // how it ended, once lines is closed
}

// start runs a command, which ends with ctx, whatever it is at: nothing of what it
// works on outlives the demo.
func start(ctx context.Context, arguments []string) (*child, error) {
	cmd := exec.CommandContext(ctx, arguments[0], arguments[1:]...)
	endAll(cmd)
	cmd.WaitDelay = 5 * time.Second // for what it has started elsewhere
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", arguments[0], err)
	}
	c := &child{lines: make(chan string)}
	go func() { _ = writer.CloseWithError(cmd.Wait()) }() // Wait's error is the reader's
	go func() {
		defer close(c.lines)
		output := bufio.NewReader(reader)
		for {
			text, err := output.ReadString('\n')
			if text != "" {
				c.lines <- strings.TrimRight(text, "\r\n")
			}
			if err != nil {
				if err != io.EOF {
					c.err = fmt.Errorf("running %s: %w", strings.Join(arguments, " "), err)
				}
				return
			}
		}
	}()
	return c, nil
}

// excerpt picks the lines of a command's output that are worth showing.
type excerpt struct {
	show *regexp.Regexp
	all  []string
}

// take is what to show of a line, if anything.
func (e *excerpt) take(text string) []string {
	e.all = append(e.all, text)
	if !e.show.MatchString(text) {
		return nil
	}
	return []string{strings.TrimRight(indent+text, " ")}
}
