package csvio

import (
	"context"
	"errors"
	"io"

	"golang.org/x/sync/errgroup"
)

// task is a block on its way through ordered.
type task[T any] struct {
	block *block
	found chan found[T]
}

// found is what look made of a block.
type found[T any] struct {
	value T
	err   error
}

// ordered cuts a sheet into blocks, lets workers look at them, and uses what they found in the order
// of the blocks. The error returned is the first in that order, whoever met his first.
//
// One goroutine cuts, workers call look, and one calls use. At most 2*workers blocks exist, so memory
// is bounded however far the workers fall behind. Every task goes to work and to inOrder; its own
// channel, which holds one result, is where the two meet again.
func ordered[T any](ctx context.Context, s *sheet, workers int, look func(*block) (T, error), use func(T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	// Two blocks for each worker: one to look at and one that waits, so that none stands still while text is cut.
	free := make(chan *block, 2*workers)
	for range cap(free) {
		free <- &block{}
	}
	work, inOrder := make(chan task[T], cap(free)), make(chan task[T], cap(free))
	g.Go(func() error {
		defer close(work)
		defer close(inOrder)
		return cut(ctx, s, free, work, inOrder)
	})
	for range workers {
		g.Go(func() error {
			for t := range work {
				value, err := look(t.block)
				// The block is free before its result is used: found holds nothing of its text.
				free <- t.block
				t.found <- found[T]{value, err}
			}
			return nil
		})
	}
	g.Go(func() error {
		for t := range inOrder {
			f := <-t.found
			if f.err != nil {
				return f.err
			}
			if err := use(f.value); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

// cut sends the blocks of a sheet to the workers and, in their order, to whoever uses them. An error of reading takes its
// place in that order.
func cut[T any](ctx context.Context, s *sheet, free <-chan *block, work, inOrder chan<- task[T]) error {
	for ctx.Err() == nil {
		var b *block
		select {
		case b = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		t := task[T]{b, make(chan found[T], 1)}
		err := s.next(b, maxRows)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			t.found <- found[T]{err: err}
		} else {
			work <- t
		}
		select {
		case inOrder <- t:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err != nil {
			return nil
		}
	}
	return ctx.Err()
}
