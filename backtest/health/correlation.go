package health

import (
	"cmp"
	"math"
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
// With p numbers and n examples it takes O(p^2 n), a row of pairs per goroutine on so many
// workers; each pair is added up by one of them, so that no bit depends on their number. A
// worker holds two columns of ranks where those are stored. Errors: those of reading them.
func correlate(factors []features.Factor, ranks *rankings, workers int) ([]Pair, []Group, error) {
	var numbers []int
	for i := range factors {
		if ranks.has(i) {
			numbers = append(numbers, i)
		}
	}
	rows := make([][]Pair, len(numbers))
	var group errgroup.Group
	group.SetLimit(workers)
	for a, i := range numbers {
		group.Go(func() error {
			x, err := ranks.get(i, nil)
			if err != nil {
				return err
			}
			var buffer []float64
			for _, j := range numbers[a+1:] {
				y, err := ranks.get(j, buffer)
				if err != nil {
					return err
				}
				buffer = y
				rho, n := correlation(x, y)
				rows[a] = append(rows[a], Pair{A: factors[i].Name, B: factors[j].Name, N: n, Spearman: models.Stat(rho)})
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	pairs := slices.DeleteFunc(slices.Concat(rows...), func(p Pair) bool { return !(math.Abs(float64(p.Spearman)) >= shownAt) })
	slices.SortStableFunc(pairs, func(a, b Pair) int {
		return cmp.Compare(math.Abs(float64(b.Spearman)), math.Abs(float64(a.Spearman)))
	})
	return append([]Pair{}, pairs...), groups(factors, pairs), nil
}

// correlation is the product-moment correlation over the rows where neither is NaN, and their
// number. It is NaN below three rows, where every correlation is 1 or -1, and where one of the
// two does not vary. The sums are about the middle rank, which is near enough to the mean not
// to cancel: one pass does. A row without both adds zeros, since nobody can foresee which rows
// these are, a processor least of all.
func correlation(x, y []float64) (rho float64, n int) {
	middle := float64(len(x)+1) / 2
	var sx, sy, sxx, syy, sxy float64
	y = y[:len(x)]
	for i, a := range x {
		a -= middle
		b := y[i] - middle
		both := 0
		if p := a * b; p == p {
			both = 1
		}
		n += both
		mask := -uint64(both)
		a, b = math.Float64frombits(math.Float64bits(a)&mask), math.Float64frombits(math.Float64bits(b)&mask)
		sx, sy = sx+a, sy+b
		sxx, syy, sxy = sxx+a*a, syy+b*b, sxy+a*b
	}
	k := float64(n)
	vx, vy := sxx-sx*sx/k, syy-sy*sy/k
	if n < 3 || vx <= 0 || vy <= 0 {
		return math.NaN(), n
	}
	return max(-1, min(1, (sxy-sx*sy/k)/math.Sqrt(vx*vy))), n
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
