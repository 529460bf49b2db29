package synth

import (
	"context"
	"iter"
)

// ahead generates the blocks in a second goroutine, one ahead of the consumer:
// generating and encoding then take turns on two cores with two blocks in
// memory. The sequence ends early when ctx does; its goroutine never outlives
// it.
func (w *world) ahead(ctx context.Context, accounts int) iter.Seq[*Block] {
	return func(yield func(*Block) bool) {
		ctx, cancel := context.WithCancel(ctx)
		// Two blocks circle between free and full: one is filled while the other
		// is consumed.
		free, full := make(chan *Block, 2), make(chan *Block)
		free <- w.newBlock()
		free <- w.newBlock()
		go w.generate(ctx, accounts, free, full)
		// Whatever ends the loop, the goroutine is stopped and waited for: full is
		// closed by its last act.
		defer func() {
			cancel()
			for range full {
			}
		}()
		for block := range full {
			if ctx.Err() != nil || !yield(block) {
				return
			}
			free <- block
		}
	}
}

// generate fills free blocks and sends them on, in order, until all accounts are
// done or ctx is.
func (w *world) generate(ctx context.Context, accounts int, free <-chan *Block, full chan<- *Block) {
	defer close(full)
	m := newMaker(w)
	for first := 0; first < w.Accounts; first += accounts {
		var block *Block
		select {
		case block = <-free:
		case <-ctx.Done():
			return
		}
		m.fill(block, first, min(accounts, w.Accounts-first))
		select {
		case full <- block:
		case <-ctx.Done():
			return
		}
	}
}
