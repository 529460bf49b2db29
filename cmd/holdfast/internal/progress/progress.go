// Package progress answers: how far is it? A bar on a terminal for work of more
// than a second, and nothing at all when the output is piped.
//
// A command makes one Bar (New) and hands Bar.Set or Bar.Stage to the work, which calls it
// from as many goroutines as it likes; Done takes the bar away before the result is printed.
// The clock is read here and for the bar only.
package progress

import (
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// patience is how long work may take before a bar appears.
const patience = time.Second

// Bar shows the progress of one piece of work. A nil Bar shows nothing. It may be used by
// several goroutines.
type Bar struct {
	w     io.Writer
	begun time.Time

	mu   sync.Mutex
	what string                   // the stage that is shown
	bar  *progressbar.ProgressBar // nil until work has taken longer than patience
}

// New returns a bar that draws on w, or nil when visible is false.
func New(w io.Writer, what string, visible bool) *Bar {
	if !visible {
		return nil
	}
	return &Bar{w: w, what: what, begun: time.Now()}
}

// Set reports that done of total is done in the stage that is under way.
func (b *Bar) Set(done, total int) {
	if b.waits() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.draw(b.what, done, total)
}

// Stage reports that done of total is done in one stage of the work; a new stage
// starts the bar anew.
func (b *Bar) Stage(stage string, done, total int) {
	if b.waits() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.draw(stage, done, total)
}

// waits says whether there is nothing to show yet, or ever.
func (b *Bar) waits() bool { return b == nil || time.Since(b.begun) < patience }

// draw is Stage of who has the lock.
func (b *Bar) draw(stage string, done, total int) {
	if stage != b.what && b.bar != nil {
		b.bar.Clear()
		b.bar = nil
	}
	b.what = stage
	if b.bar == nil {
		b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.w), progressbar.OptionSetDescription(b.what),
			progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	b.bar.ChangeMax(total)
	b.bar.Set(done)
}

// Done removes the bar. The work may still report after it, and the bar comes back.
func (b *Bar) Done() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bar != nil {
		b.bar.Clear()
	}
}
