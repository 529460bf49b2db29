// Package stages answers: where did the time go? A line for each stage of a command as it
// ends, with what it took and over how many rows. The lines are for who watches: no output
// of a run depends on the clock.
//
//	load                         1.204 s      1200000 rows       996678 rows/s
//	folds                        8.310 s      1200000 rows       144404 rows/s
//	rest                         0.022 s
//	all                          9.536 s
//
// Stages follow each other without a gap: one begins where the one before it ended, so that
// the lines add up to the last one and no time is lost between them.
package stages

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Clock tells the time between one stage and the next. A nil Clock tells nothing, and may be
// asked all the same. It may be used by several goroutines.
type Clock struct {
	mu     sync.Mutex
	w      io.Writer
	now    func() time.Time
	begun  time.Time       // the clock
	latest time.Time       // the stage that is under way
	said   map[string]bool // stages that have a line
}

// New starts a clock that writes to w and reads the time from now.
func New(w io.Writer, now func() time.Time) *Clock {
	at := now()
	return &Clock{w: w, now: now, begun: at, latest: at, said: make(map[string]bool)}
}

// Done says that a stage has ended, which began where the one before it ended, and how many
// rows it was about; 0 where rows are not what it is about.
func (c *Clock) Done(stage string, rows int) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done(stage, rows)
}

// done is Done of who has the lock.
func (c *Clock) done(stage string, rows int) {
	at := c.now()
	c.line(stage, at.Sub(c.latest), rows)
	c.latest = at
}

// Whole ends the clock with a line for all of it, and one before it for what came after the
// last stage, if that was a millisecond or more.
func (c *Clock) Whole() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.now()
	if rest := at.Sub(c.latest); len(c.said) > 0 && rest >= time.Millisecond {
		c.line("rest", rest, 0)
	}
	c.line("all", at.Sub(c.begun), 0)
}

// Follow listens to the progress of work over so many rows: each stage of it is one of the
// clock, which ends when all of it is done. next hears everything too.
func (c *Clock) Follow(rows int, next func(stage string, done, total int)) func(stage string, done, total int) {
	if c == nil {
		return next
	}
	return func(stage string, done, total int) {
		next(stage, done, total)
		c.mu.Lock()
		defer c.mu.Unlock()
		if done == total && !c.said[stage] {
			c.done(stage, rows)
		}
	}
}

// line writes a line of the table: name, seconds, rows, and rows a second; no rate where the
// clock did not move. An error of the writer is left alone: the lines are no output.
func (c *Clock) line(stage string, took time.Duration, rows int) {
	c.said[stage] = true
	line := fmt.Sprintf("%-24s %9.3f s", stage, took.Seconds())
	if rows > 0 {
		line += fmt.Sprintf(" %12d rows", rows)
		if took > 0 {
			line += fmt.Sprintf(" %12.0f rows/s", float64(rows)/took.Seconds())
		}
	}
	fmt.Fprintln(c.w, line)
}
