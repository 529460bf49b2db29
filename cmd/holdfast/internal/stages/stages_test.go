package stages

import (
	"bytes"
	"testing"
	"time"
)

// ticking is a clock that stands one second later each time it is read.
func ticking() func() time.Time {
	at := time.Unix(0, 0)
	return func() time.Time {
		at = at.Add(time.Second)
		return at
	}
}

func TestAStageBeginsWhereTheOneBeforeEnded(t *testing.T) {
	var b bytes.Buffer
	c := New(&b, ticking())
	c.Done("load", 3000)
	c.Done("look", 0)
	c.Whole()
	want := "load                         1.000 s         3000 rows         3000 rows/s\n" +
		"look                         1.000 s\n" +
		"rest                         1.000 s\n" +
		"all                          3.000 s\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestProgressEndsAStageOnce(t *testing.T) {
	var b bytes.Buffer
	heard := 0
	follow := New(&b, ticking()).Follow(50, func(string, int, int) { heard++ })
	follow("folds", 1, 2)
	follow("folds", 2, 2)
	follow("folds", 2, 2)
	follow("bootstrap", 1, 1)
	want := "folds                        1.000 s           50 rows           50 rows/s\n" +
		"bootstrap                    1.000 s           50 rows           50 rows/s\n"
	if b.String() != want || heard != 4 {
		t.Errorf("heard %d of 4, got\n%swant\n%s", heard, b.String(), want)
	}
}

// Without -v there is no clock, and nobody asks whether there is.
func TestNoClockTellsNothing(t *testing.T) {
	var c *Clock
	c.Done("load", 1)
	c.Whole()
	heard := 0
	c.Follow(1, func(string, int, int) { heard++ })("folds", 1, 1)
	if heard != 1 {
		t.Errorf("progress was heard %d times, want once", heard)
	}
}
