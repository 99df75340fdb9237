// Package e2e runs the provider as users do: the real binary under a real
// Terraform, against the local cloud.
package e2e
