package health

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/features"
	"holdfast/models"
)

const (
	groupedAt = 0.8 // factors of at least this |Spearman| form a group
	shownAt   = 0.5 // pairs of at least this are listed
)

// correlate finds numeric factors that say nearly the same: Spearman's correlation of
// each pair, the product moment of their midranks over the examples that have both.
// Ranks, because a log of a factor is the same factor. They are ranks among the examples
// that have the one value, which differs from ranking anew for each pair only where
// values are missing.
//
// With p numbers and n examples it takes O(p^2 n). Each pair is added up by one goroutine, block
// after block, so that their number changes no bit. Errors: those of ctx and of reading stored ranks.
func correlate(ctx context.Context, factors []features.Factor, ranks *rankings) ([]Pair, []Group, error) {
	var numbers []int
	for i := range factors {
		if ranks.has(i) {
			numbers = append(numbers, i)
		}
	}
	sums := make([][]moments, len(numbers))
	for a := range sums {
		sums[a] = make([]moments, a)
	}
	group, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() error { return ranks.addPairs(ctx, numbers, sums, w, workers) })
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	var pairs []Pair
	for a, i := range numbers {
		for b, j := range numbers[a+1:] {
			rho, n := sums[a+1+b][a].correlation()
			if math.Abs(rho) >= shownAt {
				pairs = append(pairs, Pair{A: factors[i].Name, B: factors[j].Name, N: n, Spearman: models.Stat(rho)})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b Pair) int {
		return cmp.Compare(math.Abs(float64(b.Spearman)), math.Abs(float64(a.Spearman)))
	})
	return append([]Pair{}, pairs...), groups(factors, pairs), nil
}

// addPairs adds up every step-th row of the lower triangle of pairs, from the first on, as products
// does for a design. Every worker reads all ranks, once.
func (r *rankings) addPairs(ctx context.Context, numbers []int, sums [][]moments, first, step int) error {
	buffers, pieces := make([]float64, len(numbers)*gramRows), make([][]float64, len(numbers))
	for from := 0; from < r.rows; from += gramRows {
		n := min(gramRows, r.rows-from)
		for a, i := range numbers {
			var err error
			if pieces[a], err = r.piece(i, from, buffers[a*gramRows:a*gramRows+n]); err != nil {
				return err
			}
		}
		middle := float64(r.rows+1) / 2
		for a := first; a < len(numbers); a += step {
			for b := range a {
				sums[a][b].add(pieces[b], pieces[a], middle)
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// moments are the sums that the correlation of two columns is made of, over the rows that have both.
type moments struct {
	n                     int
	sx, sy, sxx, syy, sxy float64
}

// add goes on over some rows, NaN where a column has no value. The sums are about the given
// middle: with ranks it is near enough to the mean not to cancel, so that one pass does. A row
// without both adds zeros, since nobody can foresee which rows these are, a processor least of all.
func (m *moments) add(x, y []float64, middle float64) {
	sums, y := *m, y[:len(x)]
	for i, a := range x {
		a -= middle
		b := y[i] - middle
		both := 0
		if p := a * b; p == p {
			both = 1
		}
		sums.n += both
		mask := -uint64(both)
		a, b = math.Float64frombits(math.Float64bits(a)&mask), math.Float64frombits(math.Float64bits(b)&mask)
		sums.sx, sums.sy = sums.sx+a, sums.sy+b
		sums.sxx, sums.syy, sums.sxy = sums.sxx+a*a, sums.syy+b*b, sums.sxy+a*b
	}
	*m = sums
}

// correlation is the product-moment correlation and the number of rows. It is NaN below three rows,
// where every correlation is 1 or -1, and where one of the two does not vary.
func (m moments) correlation() (rho float64, n int) {
	k := float64(m.n)
	vx, vy := m.sxx-m.sx*m.sx/k, m.syy-m.sy*m.sy/k
	if m.n < 3 || vx <= 0 || vy <= 0 {
		return math.NaN(), m.n
	}
	return max(-1, min(1, (m.sxy-m.sx*m.sy/k)/math.Sqrt(vx*vy))), m.n
}

// groups joins the factors by single linkage: whoever is close to one member belongs.
// Pairs come closest first, so the first pair of a group is its strongest. A category is in
// no pair, and stays alone. Factors are a few dozen: the loops over all of them are nothing
// beside the correlations.
func groups(factors []features.Factor, pairs []Pair) []Group {
	member := make(map[string]int) // factor -> its group, by the index of an early member
	for i, f := range factors {
		member[f.Name] = i
	}
	strongest := make(map[int]models.Stat)
	for _, p := range pairs {
		if math.Abs(float64(p.Spearman)) < groupedAt {
			break
		}
		a, b := member[p.A], member[p.B]
		if a > b {
			a, b = b, a
		}
		for _, f := range factors {
			if member[f.Name] == b {
				member[f.Name] = a
			}
		}
		strongest[a] = strongerOf(strongest[a], strongerOf(strongest[b], p.Spearman))
	}
	out := []Group{}
	for i := range factors {
		var names []string
		for _, f := range factors {
			if member[f.Name] == i {
				names = append(names, f.Name)
			}
		}
		if len(names) > 1 {
			out = append(out, Group{Factors: names, Strongest: strongest[i]})
		}
	}
	return out
}

// strongerOf is the correlation of larger magnitude.
func strongerOf(a, b models.Stat) models.Stat {
	if math.Abs(float64(a)) >= math.Abs(float64(b)) {
		return a
	}
	return b
}
