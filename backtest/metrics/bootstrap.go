package metrics

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Statistic computes a row of numbers from the multiplicities of the accounts:
// count[g] says how often account g was drawn. It must not keep or change count.
type Statistic func(count []int32, out []float64)

// Replicates keep every number, so that any interval, difference of columns or
// picture can be made of them afterwards. They are the results of a bootstrap, replicate r's Width numbers at
// Values[r*Width : (r+1)*Width].
type Replicates struct {
	Width  int
	Values []float64
}

// Bootstrap draws accounts, not rows, with replacement (the cluster bootstrap,
// Davison and Hinkley 1997, section 3.8): each of the replicates draws as many
// accounts as there are clusters and calls the statistic with their
// multiplicities; it writes width numbers.
//
// Replicate r owns the PCG stream (seed, r), and its results have a place of
// their own, so the outcome does not depend on the number of processors. Every
// worker calls newStat once: the statistic it returns is used by that worker
// alone and may own scratch memory, while newStat's shared inputs are only read.
//
// Cancelling ctx stops after the replicates in progress and returns its cause.
// Sizes below one (replicates may be zero) are errors.
func Bootstrap(ctx context.Context, clusters, replicates int, seed uint64, width int, newStat func() Statistic) (*Replicates, error) {
	out, err := newReplicates(clusters, replicates, width)
	if err != nil {
		return nil, err
	}
	err = inParallel(ctx, replicates, func() func(int) {
		stat, count := newStat(), make([]int32, clusters)
		return func(r int) {
			draw(count, rand.NewPCG(seed, uint64(r)))
			stat(count, out.Values[r*width:(r+1)*width])
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// newReplicates makes room for the results, or says what is wrong with the sizes.
func newReplicates(clusters, replicates, width int) (*Replicates, error) {
	if clusters < 1 || clusters > math.MaxInt32 || replicates < 0 || width < 1 {
		return nil, fmt.Errorf("metrics: bootstrap: %d accounts, %d replicates of %d numbers: need accounts, replicates and a width",
			clusters, replicates, width)
	}
	return &Replicates{Width: width, Values: make([]float64, replicates*width)}, nil
}

// inParallel runs the tasks 0..n-1, each once, on a worker per processor, until
// they are done or ctx is. Which worker gets which task is left to chance, so a
// task must depend on its number only.
func inParallel(ctx context.Context, n int, newWorker func() func(task int)) error {
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range min(runtime.GOMAXPROCS(0), n) {
		group.Go(func() error {
			work := newWorker()
			for task := int(next.Add(1)) - 1; task < n; task = int(next.Add(1)) - 1 {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				work(task)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("metrics: bootstrap: stopped early: %w", err)
	}
	return nil
}

// draw fills count with the multiplicities of len(count) accounts drawn with
// replacement. One 64-bit number yields two draws: a 32-bit half times the
// number of accounts has the account in its upper word, and lower words below
// the threshold are redrawn so that all are equally likely (Lemire 2019). Bytes are quicker,
// because more of them fit the cache, but may overflow: see [allDrawn].
func draw[C int32 | uint8](count []C, stream *rand.PCG) {
	clear(count)
	n := uint64(len(count))
	threshold := uint32(-n) % uint32(n)
	for left := len(count); left > 0; {
		u := stream.Uint64()
		first, second := (u>>32)*n, (u&math.MaxUint32)*n
		if left > 1 && min(uint32(first), uint32(second)) >= threshold { // nearly always
			count[first>>32]++
			count[second>>32]++
			left -= 2
			continue
		}
		for _, product := range [2]uint64{first, second} {
			if uint32(product) >= threshold && left > 0 {
				count[product>>32]++
				left--
			}
		}
	}
}

// Percentile is the percentile interval of a column at the level, such as 0.95:
// the quantiles (1-level)/2 and (1+level)/2 of the replicates, interpolated
// linearly between order statistics at position (n-1)q (type 7 of Hyndman and
// Fan 1996, the default of R and numpy). Replicates in which the statistic is
// undefined (NaN) are left out; [Replicates.Undefined] counts them. NaN if none
// is left.
func (r *Replicates) Percentile(col int, level float64) (low, high float64) {
	defined := r.defined(col)
	slices.Sort(defined)
	return quantile(defined, (1-level)/2), quantile(defined, (1+level)/2)
}

// Undefined counts the replicates in which the column is NaN.
func (r *Replicates) Undefined(col int) int {
	return len(r.Values)/r.Width - len(r.defined(col))
}

// defined collects the column's numbers that are not NaN.
func (r *Replicates) defined(col int) []float64 {
	var v []float64
	for i := col; i < len(r.Values); i += r.Width {
		if !math.IsNaN(r.Values[i]) {
			v = append(v, r.Values[i])
		}
	}
	return v
}

// quantile interpolates in sorted values; the last one needs no neighbour.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := float64(len(sorted)-1) * min(max(q, 0), 1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
