package features

import (
	"context"
	"math"

	"holdfast/dataset"
	"holdfast/dataset/radix"
)

// Profile describes the values of one factor over a set of examples, before any policy: what
// is missing is missing here.
type Profile struct {
	Name             string
	Missing          float64 // share of the examples, 0 to 1
	Min, Median, Max float64 // of numbers; NaN for a category, or when all are missing
	Levels           int     // of a category: those that occur; 0 for a number
	KS               float64 // Kolmogorov-Smirnov distance between churned and renewed, 0 to 1; missing values left out
}

// Describe profiles every factor that looks at columns itself on the view: one Profile for
// each of Looking(factors), in that order. It sorts the values of each factor once, in
// O(rows), and holds those of one factor at a time.
func Describe(ctx context.Context, factors []Factor, view dataset.View) ([]Profile, error) {
	churned := view.Happened()
	factors = Looking(factors)
	profiles := make([]Profile, len(factors))
	for i, f := range factors {
		raw, err := f.Values(ctx, view.Len(), view.InTurn())
		if err != nil {
			return nil, err
		}
		// A category has no order of its own: its levels stand in that of their churn rates, so that
		// one distance serves numbers and categories.
		values, missing := riskValues(f, raw, churned)
		ks, _ := distance(values, churned)
		p := Profile{Name: f.Name, KS: ks, Min: math.NaN(), Median: math.NaN(), Max: math.NaN()}
		for _, m := range missing {
			p.Missing += m
		}
		p.Missing /= float64(max(1, len(missing)))
		if f.Kind == Category {
			_, levels := text(raw)
			p.Levels = len(levels)
		} else if ranks := radix.NewRanks(values, 0, 0.5, 1); ranks.Len() > 0 {
			p.Min, p.Median, p.Max = ranks.At(0), ranks.Quantile(0.5), ranks.At(ranks.Len()-1)
		}
		profiles[i] = p
	}
	return profiles, nil
}
