package stack

import "time"

// Quickly makes the stack look at workers every few milliseconds, and wait for
// instances that boot as long as grace.
func (s *Stack) Quickly(grace time.Duration) *Stack {
	s.pace = pace{first: 2 * time.Millisecond, most: 5 * time.Millisecond, grace: grace}
	return s
}

// DrainMark is the mark of a destroy at a time.
var DrainMark = drainMark
