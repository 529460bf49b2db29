package health

import (
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// robustSDs is how many robust standard deviations from the median a value is an
// outlier: in a normal distribution two of a billion are.
const robustSDs = 6

// madToSD makes the median absolute deviation of a normal distribution its standard
// deviation, 1/Phi^-1(3/4) (Hampel 1974).
const madToSD = 1.4826022185056018

// profileBytes is what profiling a factor takes a row: its values, which become ranks, in
// their order, and sorted.
const profileBytes = 48

// profile describes every factor, one goroutine a factor: each holds one column at a
// time, and as many run at once as the memory budget of the panel allows. profiles are in the
// order of the factors, ranks the midranks of the numbers on the examples, which the caller
// closes. Errors: those of ctx and of evaluating a factor, with its name.
func profile(ctx context.Context, panel *dataset.Panel, f *frame, factors []features.Factor) (profiles []Factor, ranks *rankings, err error) {
	if ranks, err = newRankings(panel.Examples.Table, len(factors)); err != nil {
		return nil, nil, err
	}
	profiles = make([]Factor, len(factors))
	view := panel.Examples.All()
	churned, accounts := panel.Examples.Churned, panel.Examples.Account
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(panel.Examples.Table.AtOnce(profileBytes * int64(view.Len())))
	for i, factor := range factors {
		group.Go(func() error {
			p := Factor{Name: factor.Name, Category: factor.Category, Kind: factor.Kind, Expr: factor.Expr, Policy: factor.Missing, VIF: models.Undefined()}
			if factor.Only != nil {
				p.Segments = factor.Only.In
			}
			values, err := factor.Values(ctx, view.Len(), view.InTurn())
			if err != nil {
				return fmt.Errorf("health: factor %s: %w", dataset.Quote(factor.Name), err)
			}
			if factor.Kind == features.Category {
				p.categories(values, churned, accounts)
			} else {
				if err := ranks.put(i, p.numbers(values.Numbers, churned)); err != nil {
					return err
				}
			}
			values = expr.Vector{}
			if err := p.overTime(ctx, panel, f, factor); err != nil {
				return fmt.Errorf("health: factor %s: %w", dataset.Quote(factor.Name), err)
			}
			profiles[i] = p
			return ctx.Err()
		})
	}
	return profiles, ranks, group.Wait()
}

// numbers describes a numeric factor and returns its midranks, in the memory of x: rank i is
// that of example i among the examples with a value, NaN without one. O(n log n).
func (p *Factor) numbers(x []float64, churned []bool) []float64 {
	sorted := metrics.Midranks(x)
	ranks := x
	p.N, p.Missing = len(x), len(x)-len(sorted)
	p.MissingShare = share(p.Missing, p.N)
	p.AUC = models.Stat(rankAUC(ranks, churned))
	for _, stat := range []*models.Stat{&p.Zero, &p.Min, &p.P1, &p.Median, &p.P99, &p.Max, &p.RobustSD, &p.ModeShare} {
		*stat = models.Undefined()
	}
	if len(sorted) == 0 {
		return ranks
	}
	at := func(q float64) models.Stat { return models.Stat(quantile(sorted, q)) }
	p.Min, p.P1, p.Median, p.P99, p.Max = at(0), at(0.01), at(0.5), at(0.99), at(1)
	zero := sort(sorted, math.SmallestNonzeroFloat64) - sort(sorted, 0)
	p.Zero = share(zero, len(sorted))
	mode, count, distinct := runs(sorted)
	p.Mode, p.ModeShare, p.Distinct = dataset.NumberLevel(mode), share(count, len(sorted)), distinct
	p.outliers(sorted)
	return ranks
}

// sort is the place of the first value that is not below v, by bisection.
func sort(sorted []float64, v float64) int {
	at, _ := slices.BinarySearch(sorted, v)
	return at
}

// runs finds the most frequent value, the smallest of several, how often it occurs, and the
// number of distinct ones. sorted has no NaN and rises.
func runs(sorted []float64) (mode float64, count, distinct int) {
	for from := 0; from < len(sorted); {
		to := from + 1
		for to < len(sorted) && sorted[to] == sorted[from] {
			to++
		}
		if to-from > count {
			mode, count = sorted[from], to-from
		}
		distinct++
		from = to
	}
	return mode, count, distinct
}

// outliers counts the values far from the median, by the median absolute deviation.
// Where more than half of the values are equal the deviation is zero and says nothing: RobustSD
// stays undefined and nothing is an outlier. Not the standard deviation, which one typing error
// of a million makes so large that nothing is beyond it.
func (p *Factor) outliers(sorted []float64) {
	median := float64(p.Median)
	sd := madToSD * medianDeviation(sorted, median)
	if sd == 0 || math.IsInf(sd, 0) {
		return
	}
	p.RobustSD = models.Stat(sd)
	for _, v := range sorted {
		if math.Abs(v-median) > robustSDs*sd {
			p.Outliers++
		}
	}
}

// medianDeviation is the median of the distances from the median. Those of sorted values
// fall up to it and rise after it: the larger end of the rest is the largest of it, and
// when half is gone that is the median, without another copy of the values.
func medianDeviation(sorted []float64, median float64) float64 {
	rest := sorted
	largest := func() float64 {
		low, high := math.Abs(rest[0]-median), math.Abs(rest[len(rest)-1]-median)
		if low > high {
			rest = rest[1:]
			return low
		}
		rest = rest[:len(rest)-1]
		return high
	}
	for range len(sorted) - len(sorted)/2 - 1 {
		largest()
	}
	upper := largest()
	if len(sorted)%2 == 1 {
		return upper
	}
	return quantile([]float64{largest(), upper}, 0.5)
}

// rankAUC is the AUC of a factor alone, higher values taken as riskier, on the rows
// that have a value: (sum of the churned ranks - n1(n1+1)/2) / (n1 n0). The ranks are
// among those rows; their sum is exact.
func rankAUC(ranks []float64, churned []bool) float64 {
	var sum, n1, n0 float64
	for i, r := range ranks {
		switch {
		case r != r:
		case churned[i]:
			sum += r
			n1++
		default:
			n0++
		}
	}
	if n1 == 0 || n0 == 0 {
		return math.NaN()
	}
	return (sum - n1*(n1+1)/2) / (n1 * n0)
}

// quantile is type 7 of Hyndman and Fan (1996), as everywhere in holdfast: at position
// q (n-1) of the n sorted values, counted from 0, interpolated linearly. sorted has at least
// one value and no NaN; q is between 0 and 1.
func quantile(sorted []float64, q float64) float64 {
	h := q * float64(len(sorted)-1)
	low := int(h)
	if low+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[low] + (h-float64(low))*(sorted[low+1]-sorted[low])
}
