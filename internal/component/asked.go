package component

import (
	"context"
	"sync"
)

// Asker is a component that can ask AWS for what its Read takes before that of the
// components it depends on has ended: an object in the inventory is found by what
// that says. A Read of the pool takes as long as its slowest component then, and not
// as long as the longest chain of them.
type Asker interface {
	// Ask hands its calls to begin, which does not wait for them, and returns. The next
	// Read takes the answers. It must not be called while a component of the pool is
	// being read: it looks at those that it depends on.
	Ask(ctx context.Context, begin func(func()))
}

// question is a call, or some at the same time, that looks at no component.
type question[T any] func(context.Context) (T, error)

// asked is the answer to a question that was asked ahead, if one was.
type asked[T any] struct {
	answer func() (T, error)
}

func (a *asked[T]) ask(ctx context.Context, begin func(func()), q question[T]) {
	done := make(chan struct{})
	var value T
	var err error
	begin(func() {
		defer close(done)
		value, err = q(ctx)
	})
	a.answer = func() (T, error) {
		<-done
		return value, err
	}
}

// take is the answer of the question asked ahead, which serves once, else that of q.
func (a *asked[T]) take(ctx context.Context, q question[T]) (T, error) {
	if answer := a.answer; answer != nil {
		a.answer = nil
		return answer()
	}
	return q(ctx)
}

// shared is the answer to a question that several components have. It is asked once,
// with a context that ends with none of them.
type shared[T any] struct {
	answer func() (T, error)
}

func share[T any](ctx context.Context, q question[T]) shared[T] {
	return shared[T]{sync.OnceValues(func() (T, error) { return q(ctx) })}
}
