package logit

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// fellows are a light and a strong ridge on all columns, one on half of them, one of fewer rows, and
// one that has no fit.
func fellows() []Problem {
	light := skewed(130_000, 8)
	strong, half, short, none := light, light, skewed(40_000, 3), light
	light.L2, strong.L2 = slices.Repeat([]float64{1}, 8), slices.Repeat([]float64{1e4}, 8)
	half.Columns = half.Columns[:4]
	none.Y = make([]float64, len(none.Y))
	return []Problem{light, strong, half, short, none}
}

// onDisk are problems whose columns have to be read; those that they share are shared there too.
func (c convoy) onDisk(reads *atomic.Int64) convoy {
	c = slices.Clone(c)
	for i, p := range c {
		c[i].Columns, c[i].Source = nil, onDisk{p.Columns, func(int, int) bool {
			reads.Add(1)
			return false
		}}
	}
	return c
}

// convoy are problems that are fitted in step.
type convoy []Problem

// fit fits them all; one place more is never taken.
func (c convoy) fit(t *testing.T) ([]*Fitted, []error) {
	places := NewConvoy(len(c) + 1)
	places[len(c)].Leave()
	fits, errs := make([]*Fitted, len(c)), make([]error, len(c))
	var group sync.WaitGroup
	for i, p := range c {
		group.Go(func() {
			defer places[i].Leave()
			fits[i], errs[i] = Fit(t.Context(), p, Settings{Exact: ExactNever, Place: places[i]})
		})
	}
	group.Wait()
	return fits, errs
}

// What fits go beside changes no bit of what comes out, wherever the columns lie.
func TestFitsInAConvoyAreThoseAlone(t *testing.T) {
	problems := convoy(fellows())
	want, refused := make([]*Fitted, len(problems)), make([]error, len(problems))
	for i, p := range problems {
		want[i], refused[i] = Fit(t.Context(), p, Settings{Exact: ExactNever})
	}
	for _, processors := range []int{1, 2, 8} {
		before := runtime.GOMAXPROCS(processors)
		for where, together := range map[string]convoy{"in memory": problems, "on disk": problems.onDisk(new(atomic.Int64))} {
			got, errs := together.fit(t)
			for i := range problems {
				if refused[i] != nil || errs[i] != nil {
					if !errors.Is(errs[i], refused[i]) {
						t.Errorf("fit %d %s: %v, want %v", i, where, errs[i], refused[i])
					}
				} else if !sameBits(got[i], want[i]) {
					t.Errorf("fit %d %s on %d processors: %v after %d steps, alone %v after %d", i, where, processors, got[i].Coef, got[i].Iterations, want[i].Coef, want[i].Iterations)
				}
			}
		}
		runtime.GOMAXPROCS(before)
	}
}

// Fits that take the same steps read together what one of them reads alone. There is one worker: of
// several it is chance who has at hand, from the pass before, what a pass begins with.
func TestAChunkOnDiskIsReadOnceForAConvoy(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := convoy(fellows()[:1])
	count := func(c convoy) int64 {
		var reads atomic.Int64
		if _, errs := c.onDisk(&reads).fit(t); errors.Join(errs...) != nil {
			t.Fatal(errs)
		}
		return reads.Load()
	}
	alone, together := count(one), count(slices.Repeat(one, 4))
	if chunks := int64(130_000+chunkRows-1) / chunkRows; alone < 5*8*chunks || together != alone {
		t.Errorf("4 fits read %d pieces, one %d", together, alone)
	}
}

// Where one of them cannot read a column that the others do not look at, these end as they would
// alone, whichever piece it is.
func TestAConvoyGoesOnWithoutWhoCannotRead(t *testing.T) {
	problems := convoy(fellows()[:3])
	want := mustFit(t, problems[2], Settings{Exact: ExactNever})
	var reads, fails atomic.Int64
	broken := func(c convoy) convoy {
		c = c.onDisk(new(atomic.Int64))
		c[0].Source = onDisk{problems[0].Columns, func(column, _ int) bool { return column == 7 && reads.Add(1) == fails.Load() }}
		return c
	}
	if _, errs := broken(problems[:1]).fit(t); errs[0] != nil { // nothing fails: its reads are counted
		t.Fatal(errs[0])
	}
	// The last reads may not come: what a worker has at hand from the pass before is chance.
	total := reads.Load() * 3 / 4
	for at := int64(1); at <= total; at += max(1, total/10) {
		reads.Store(0)
		fails.Store(at)
		got, errs := broken(convoy{problems[0], problems[2], problems[2]}).fit(t)
		if !errors.Is(errs[0], errDisk) || errs[1] != nil || errs[2] != nil || !sameBits(got[1], want) || !sameBits(got[2], want) {
			t.Errorf("read %d of %d fails: %v", at, total, errs)
		}
	}
}

// One fit that is called off does not hold up the others, wherever it is.
func TestAConvoyGoesOnWithoutWhoIsCalledOff(t *testing.T) {
	problems := fellows()[:3]
	places := NewConvoy(len(problems))
	called, cancel := context.WithCancel(t.Context())
	cancel()
	errs := make([]error, len(problems))
	var group sync.WaitGroup
	for i, p := range problems {
		ctx := t.Context()
		if i == 1 {
			ctx = called
		}
		group.Go(func() {
			defer places[i].Leave()
			_, errs[i] = Fit(ctx, p, Settings{Exact: ExactNever, Place: places[i]})
		})
	}
	group.Wait()
	if errs[0] != nil || !errors.Is(errs[1], context.Canceled) || errs[2] != nil {
		t.Errorf("errors %v", errs)
	}
}

func TestAPlaceThatWasLeftGoesAlone(t *testing.T) {
	places := NewConvoy(2) // the other one never comes
	places[0].Leave()
	places[0].Leave()
	if _, err := Fit(t.Context(), skewed(5000, 3), Settings{Place: places[0]}); err != nil {
		t.Error(err)
	}
	(*Place)(nil).Leave()
}
