package main

import (
	"context"
	"errors"
	"math"
	"sync"
)

// mostAhead is how many bytes a group may have ready before its turn, among many workers. Of
// a few it is less (turns.ahead): they fall into step, each waiting once, and a group of w
// workers in step has (w-1)/w of its bytes ready when its turn comes. Without the limit two
// workers go side by side, and one holds whole groups.
const mostAhead = 24 << 20

// turns lets groups that are worked on at once write one after the other. It is made by
// newTurns and stopped after use.
type turns struct {
	mu     sync.Mutex
	moved  sync.Cond
	next   int // the next group to begin
	now    int // the group that may write
	seen   int // the group that may look at what was before it
	failed int // the first group that has failed
	ahead  int // bytes that a group may have ready before its turn
	err    error
	ctx    context.Context
	stop   func() bool
}

// turn is that of one group.
type turn struct {
	*turns
	number  int
	pending []func() error
	size    int
}

// errStopped ends a group behind one that has failed.
var errStopped = errors.New("an earlier group has failed")

func newTurns(ctx context.Context) *turns {
	t := &turns{failed: math.MaxInt, ctx: ctx}
	t.moved.L = &t.mu
	t.stop = context.AfterFunc(ctx, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.moved.Broadcast()
	})
	return t
}

// each works on all groups with a number of workers, each made by worker. The error is that
// of the first group, by number, that has one: it does not depend on timing.
func (t *turns) each(workers, groups int, worker func() (do func(*turn) error, done func(), err error)) error {
	t.ahead = mostAhead / max(workers, 1) * (workers - 1)
	var running sync.WaitGroup
	for range workers {
		do, done, err := worker()
		if err != nil {
			t.fail(-1, err)
			break
		}
		running.Go(func() {
			defer done()
			for number := t.begin(groups); number >= 0; number = t.begin(groups) {
				one := &turn{turns: t, number: number}
				err := do(one)
				if err == nil {
					err = one.end()
				}
				if err != nil {
					t.fail(number, err)
				}
			}
		})
	}
	running.Wait()
	if t.err == nil {
		return t.ctx.Err()
	}
	return t.err
}

// begin is the next group to work on, -1 if there is none.
func (t *turns) begin(groups int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next == groups || t.next > t.failed || t.ctx.Err() != nil {
		return -1
	}
	t.next++
	return t.next - 1
}

// fail ends the groups behind one that has failed.
func (t *turns) fail(number int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if number < t.failed {
		t.failed, t.err = number, err
	}
	t.moved.Broadcast()
}

// write writes something of a group when its turn has come. Before that it is kept, and the
// group waits once it is too much.
func (t *turn) write(size int, do func() error) error {
	t.pending, t.size = append(t.pending, do), t.size+size
	t.mu.Lock()
	ours := t.now == t.number
	t.mu.Unlock()
	if !ours && t.size <= t.ahead {
		return nil
	}
	return t.flush()
}

// flush waits for the turn and writes what was kept.
func (t *turn) flush() error {
	t.mu.Lock()
	for t.now != t.number && t.failed > t.number && t.ctx.Err() == nil {
		t.moved.Wait()
	}
	stopped := t.failed <= t.number
	t.mu.Unlock()
	if stopped {
		return errStopped
	}
	if err := t.ctx.Err(); err != nil {
		return err
	}
	for _, do := range t.pending {
		if err := do(); err != nil {
			return err
		}
	}
	t.pending, t.size = nil, 0
	return nil
}

// mayLook says whether look would not wait.
func (t *turn) mayLook() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen == t.number
}

// look waits until the groups before have looked at what was before them: what rows become
// depends on the rows of those groups. Writing waits for a turn of its own.
func (t *turn) look() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.seen != t.number && t.failed > t.number && t.ctx.Err() == nil {
		t.moved.Wait()
	}
	if t.failed <= t.number {
		return errStopped
	}
	return t.ctx.Err()
}

// looked lets the next group look.
func (t *turn) looked() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen++
	t.moved.Broadcast()
}

// end writes what is left and gives the turn to the next group.
func (t *turn) end() error {
	if err := t.flush(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now++
	t.moved.Broadcast()
	return nil
}
