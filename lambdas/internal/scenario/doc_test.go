// Package scenario plays what happens to a worker pool in hours, in milliseconds:
// the two functions as they are deployed, on a schedule and with the time limits of
// Lambda, against our own Auto Scaling, EC2 and Spacelift, on the clock of a
// testing/synctest bubble.
//
// A scenario is one test: play with settings, then a story in the words of
// words_test.go. What must hold in every story, judge checks at its end.
package scenario
