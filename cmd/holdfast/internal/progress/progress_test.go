package progress

import (
	"bytes"
	"sync"
	"testing"
	"time"
)

func TestInvisibleBarWritesNothing(t *testing.T) {
	var b bytes.Buffer
	bar := New(&b, "work", false)
	bar.Set(1, 2)
	bar.Done()
	if b.Len() != 0 {
		t.Errorf("a piped run got %q", b.String())
	}
}

func TestQuickWorkShowsNoBar(t *testing.T) {
	var b bytes.Buffer
	bar := New(&b, "work", true)
	bar.Set(1, 2)
	bar.Done()
	if b.Len() != 0 {
		t.Errorf("work of no time got %q", b.String())
	}
}

func TestLongWorkShowsItsNameAndClearsTheLine(t *testing.T) {
	var b bytes.Buffer
	bar := New(&b, "backtest", true)
	bar.begun = bar.begun.Add(-2 * patience)
	bar.Set(1, 4)
	if !bytes.Contains(b.Bytes(), []byte("backtest")) {
		t.Errorf("after %v of work the bar shows %q", 2*patience, b.String())
	}
	b.Reset()
	bar.Done()
	if !bytes.HasSuffix(b.Bytes(), []byte("\r")) {
		t.Errorf("the line was not cleared: %q", b.String())
	}
}

// Workers report from many goroutines; run with -race.
func TestSetMayBeCalledConcurrently(t *testing.T) {
	var b bytes.Buffer
	bar := New(&b, "work", true)
	bar.begun = time.Now().Add(-2 * patience)
	var all sync.WaitGroup
	for i := range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			bar.Set(i, 8)
		}()
	}
	all.Wait()
	bar.Done()
	if b.Len() == 0 {
		t.Error("nothing was drawn")
	}
}
