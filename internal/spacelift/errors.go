package spacelift

import (
	"fmt"
	"time"
)

// EndpointError says that the endpoint is not the URL of a Spacelift account.
type EndpointError struct {
	Endpoint string
	Reason   string
}

func (e *EndpointError) Error() string {
	return fmt.Sprintf("%s is not the URL of a Spacelift account: %s. Set the endpoint to your account's own URL, such as https://acme.app.spacelift.io, without /graphql",
		e.Endpoint, e.Reason)
}

// KeyError says that the account does not accept the API key.
type KeyError struct {
	Account string // URL
	KeyID   string
	Reason  string
}

func (e *KeyError) Error() string {
	return fmt.Sprintf("%s does not accept API key %s: %s. Check the key's id and secret, that the key has not been deleted, and that it belongs to this account",
		e.Account, e.KeyID, e.Reason)
}

// RightsError says that the API key is accepted, but may not do what was asked. Roles of
// keys: https://docs.spacelift.io/concepts/authorization/assigning-roles-api-keys
type RightsError struct {
	Account string // URL
	Reason  string
}

func (e *RightsError) Error() string {
	return fmt.Sprintf("the API key has too few rights in %s: %s. Give the key a role with the actions Space:Read and Worker Pool:Drain Worker in the worker pool's space",
		e.Account, e.Reason)
}

// PoolNotFoundError says that there is no such worker pool, or the API key may not see it.
type PoolNotFoundError struct {
	Account string // URL
	PoolID  string
}

func (e *PoolNotFoundError) Error() string {
	return fmt.Sprintf("worker pool %s does not exist in %s, or the API key may not see it. Check the id, and that the key has the action Space:Read in the pool's space",
		e.PoolID, e.Account)
}

// WorkerNotFoundError says that the pool has no such worker, any more. Its instance has
// gone, or its launcher has ended.
type WorkerNotFoundError struct {
	PoolID   string
	WorkerID string
}

func (e *WorkerNotFoundError) Error() string {
	return fmt.Sprintf("worker pool %s has no worker %s: its instance has gone, or its launcher has ended", e.PoolID, e.WorkerID)
}

// ServiceError says that Spacelift, or the network on the way to it, fails for the
// moment.
type ServiceError struct {
	Account    string // URL
	Attempts   int
	Took       time.Duration
	Reason     string        // of the last attempt
	RetryAfter time.Duration // what the service asked for in the end; zero if it did not
}

func (e *ServiceError) Error() string {
	when := "in a few minutes"
	if e.RetryAfter > 0 {
		when = fmt.Sprintf("in %s, as it asks", e.RetryAfter)
	}
	return fmt.Sprintf("%s is not available (attempts: %d in %s): %s. Try again %s, and check that this machine can reach it",
		e.Account, e.Attempts, e.Took.Round(time.Second), e.Reason, when)
}

// AnswerError says that Spacelift refused the request with a message of its own, or
// answered something else than was asked for.
type AnswerError struct {
	Account string // URL
	Message string
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("%s answered: %s", e.Account, e.Message)
}
