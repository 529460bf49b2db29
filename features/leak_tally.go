package features

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/radix"
)

// Most factors are far from a leak, and to know this takes no distance and no sorting: the coarse
// numbers of the churned and of the renewed bound how far apart their distributions can be.

// tallyFrom is how many rows are so many that counting pays.
const tallyFrom = 1 << 15

// cleared says of each factor whether counting rules out that leak has something to say: never of a
// category, nor of any factor of few rows.
func cleared(ctx context.Context, factors []Factor, view dataset.View, answers []answer) ([]bool, error) {
	honest := make([]bool, len(factors))
	if view.Len() < tallyFrom {
		return honest, nil
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range factors {
		if f.Kind == Category {
			continue
		}
		group.Go(func() (err error) {
			honest[i], err = f.honest(ctx, view, answers)
			return err
		})
	}
	return honest, group.Wait()
}

// honest says of a number that leak has nothing to say, whichever answer is asked about. It may not
// know, and then says no.
func (f Factor) honest(ctx context.Context, view dataset.View, answers []answer) (bool, error) {
	tallies := make([]tally, len(answers))
	for i := range tallies {
		tallies[i] = tally{new(coarseCounts), new(coarseCounts)}
	}
	from := 0
	for b, err := range view.InTurn() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return false, err
		}
		values := f.eval(b).Numbers
		if err := b.Err(); err != nil {
			return false, err
		}
		for i, a := range answers {
			tallies[i].add(values, a, from)
		}
		from += len(values)
	}
	for _, t := range tallies {
		if !t.honest() {
			return false, nil
		}
	}
	return true, nil
}

// tally counts the values of a factor, of the renewed and of the churned.
type tally [2]*coarseCounts

// coarseCounts are how many rows have each coarse number, and how many no number.
type coarseCounts struct {
	values  [radix.CoarseSize]int32
	missing int
}

// add counts the rows of a batch, those that are asked about; from is the first of them.
func (t *tally) add(values []float64, a answer, from int) {
	for i, v := range values {
		if a.asked != nil && !a.asked[from+i] {
			continue
		}
		of := t[0]
		if a.churned[from+i] {
			of = t[1]
		}
		if v != v {
			of.missing++
			continue
		}
		of.values[radix.Coarse(v)]++
	}
}

// honest says that there are values, that neither they nor their absence can be LeakKS apart, or that
// chance could tell so few of them apart.
func (t *tally) honest() bool {
	var present, missing [2]float64
	for class, of := range t {
		missing[class] = float64(of.missing)
		for _, n := range of.values {
			present[class] += float64(n)
		}
	}
	rows := [2]float64{present[0] + missing[0], present[1] + missing[1]}
	if present[0]+present[1] == 0 {
		return false
	}
	if ks, sure := marksApart(rows, missing); sure && ks >= LeakKS {
		return false
	}
	if present[0] == 0 || present[1] == 0 || !BeyondChance(present[1], present[0]) {
		return true
	}
	return t.atMost(present) < LeakKS-1e-9 // rounding is smaller by orders of magnitude
}

// atMost is what their KS distance is at most. Between the ends of a coarse number both distribution
// functions rise from their values at its lower end to those at its upper end, so that the difference
// is at most that of one's upper and the other's lower value.
func (t *tally) atMost(present [2]float64) float64 {
	bound := 0.0
	var below [2]float64 // shares
	for place := range radix.CoarseSize {
		var upTo [2]float64
		for class, of := range t {
			upTo[class] = below[class] + float64(of.values[place])/present[class]
		}
		bound = max(bound, upTo[1]-below[0], upTo[0]-below[1])
		below = upTo
	}
	return bound
}
