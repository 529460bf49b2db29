// Package progress answers: how far is it? A bar on a terminal for work of more
// than a second, and nothing at all when the output is piped.
package progress

import (
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// patience is how long work may take before a bar appears.
const patience = time.Second

// Bar shows the progress of one piece of work. A nil Bar shows nothing.
type Bar struct {
	mu    sync.Mutex
	w     io.Writer
	what  string
	begun time.Time
	bar   *progressbar.ProgressBar
}

// New returns a bar that draws on w, or nil when visible is false.
func New(w io.Writer, what string, visible bool) *Bar {
	if !visible {
		return nil
	}
	return &Bar{w: w, what: what, begun: time.Now()}
}

// Set reports that done of total is done.
func (b *Bar) Set(done, total int) {
	if b != nil {
		b.Stage(b.what, done, total)
	}
}

// Stage reports that done of total is done in one stage of the work; a new stage
// starts the bar anew.
func (b *Bar) Stage(stage string, done, total int) {
	if b == nil || time.Since(b.begun) < patience {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
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

// Done removes the bar.
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
