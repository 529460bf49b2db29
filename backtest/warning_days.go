package backtest

import (
	"context"
	"slices"

	"holdfast/backtest/metrics"
)

// waits are numbers of days, -1 for never, and what each of them weighs; nil where that is not known.
type waits struct {
	days   []int
	weight []float64
}

// median is that of the days that are not -1, over weight, with account number[i] counted
// count[number[i]] times; times is scratch memory.
func (w waits) median(number, count []int32, times []float64) float64 {
	clear(times)
	for i, d := range w.days {
		if d >= 0 {
			times[d] += float64(count[number[i]]) * w.weight[i]
		}
	}
	return middle(times)
}

// medianDays is the median of the days that are not -1, with a percentile interval over
// draws of accounts.
func medianDays(ctx context.Context, days []int, number []int32, o Options) (metrics.Estimate, error) {
	medians, err := mediansOf(ctx, number, []waits{{days, slices.Repeat([]float64{1}, len(days))}}, o)
	if err != nil {
		return metrics.Estimate{}, err
	}
	return medians[0], nil
}

// mediansOf are medians with percentile intervals over draws of accounts, the same for all;
// undefined without days or weights.
func mediansOf(ctx context.Context, number []int32, list []waits, o Options) ([]metrics.Estimate, error) {
	out, known, longest := make([]metrics.Estimate, len(list)), []int(nil), 0
	for k, w := range list {
		out[k] = metrics.Estimate{Value: nan(), StdErr: nan(), Low: nan(), High: nan()}
		if len(w.days) > 0 && w.weight != nil {
			known, longest = append(known, k), max(longest, slices.Max(w.days))
		}
	}
	if len(known) == 0 {
		return out, nil
	}
	newMedians := func() metrics.Statistic {
		times := make([]float64, longest+1)
		return func(count []int32, to []float64) {
			for column, k := range known {
				to[column] = list[k].median(number, count, times)
			}
		}
	}
	once, points := slices.Repeat([]int32{1}, int(number[len(number)-1])+1), make([]float64, len(known))
	newMedians()(once, points)
	replicates, err := metrics.Bootstrap(ctx, len(once), min(o.Replicates, intervalDraws), o.Seed, len(known), newMedians)
	if err != nil {
		return nil, err
	}
	for column, k := range known {
		out[k] = drawnEstimate(points[column], replicates, column, o.Level)
	}
	return out, nil
}

// middle is the median of whole numbers of which times says how often each occurs, or what
// it weighs: the mean of the two on either side where half of all lies exactly below; NaN of none.
func middle(times []float64) float64 {
	n := sumOf(times)
	lower, seen := nan(), 0.0
	for v, k := range times {
		seen += k
		if lower != lower && n > 0 && 2*seen >= n {
			lower = float64(v)
		}
		if 2*seen > n {
			return (lower + float64(v)) / 2
		}
	}
	return nan()
}
