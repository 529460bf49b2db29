package progress

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A new stage takes the old one's line away before it draws its own.
func TestANewStageBeginsTheBarAnew(t *testing.T) {
	var b bytes.Buffer
	bar := New(&b, "work", true)
	bar.begun = time.Now().Add(-2 * patience)
	bar.Stage("folds", 4, 4)
	b.Reset()
	bar.Stage("bootstrap", 1, 9)
	if text := b.String(); !strings.Contains(text, "bootstrap") || strings.Contains(text, "folds") {
		t.Errorf("after the second stage the bar shows %q", text)
	}
	b.Reset()
	bar.Set(5, 9)
	if bar.what != "bootstrap" {
		t.Errorf("Set went on with %q", bar.what)
	}
}
