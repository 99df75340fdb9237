// Package function is what the functions have in common: logs, metrics, access to
// AWS and to Spacelift, and the loop within one invocation. It decides nothing.
package function
