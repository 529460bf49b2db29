package stages

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// steps is a clock that stands where the list says, each time it is read.
func steps(milliseconds ...int) func() time.Time {
	return func() time.Time {
		at := time.Unix(0, 0).Add(time.Duration(milliseconds[0]) * time.Millisecond)
		milliseconds = milliseconds[1:]
		return at
	}
}

// A clock that did not move gives no rate: 3,000 rows in no time are not infinitely many a second.
func TestAStageOfNoTimeHasNoRate(t *testing.T) {
	var b bytes.Buffer
	New(&b, steps(5, 5)).Done("load", 3000)
	if want := "load                         0.000 s         3000 rows\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// What is below a millisecond would be a line of zeros.
func TestARestThatDoesNotShowHasNoLine(t *testing.T) {
	for name, c := range map[string]struct {
		at   []int
		want []string
	}{
		"nothing is left":             {[]int{0, 1000, 1000}, []string{"load", "all"}},
		"a millisecond is left":       {[]int{0, 1000, 1001}, []string{"load", "rest", "all"}},
		"there were no stages at all": {[]int{0, 1000}, []string{"all"}},
	} {
		var b bytes.Buffer
		clock := New(&b, steps(c.at...))
		if len(c.at) > 2 {
			clock.Done("load", 0)
		}
		clock.Whole()
		var got []string
		for line := range strings.Lines(b.String()) {
			got = append(got, strings.Fields(line)[0])
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: lines %q, want %q", name, got, c.want)
		}
	}
}

// Workers report at once; each stage has one line all the same, and no line is torn.
func TestStagesMayEndInSeveralGoroutines(t *testing.T) {
	var b bytes.Buffer
	var lock sync.Mutex
	at := time.Unix(0, 0)
	c := New(&b, func() time.Time { lock.Lock(); defer lock.Unlock(); at = at.Add(time.Second); return at })
	follow := c.Follow(10, func(string, int, int) {})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { follow("folds", 4, 4) })
	}
	all.Wait()
	if want := "folds                        1.000 s           10 rows           10 rows/s\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
