package features

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// leakKS is the Kolmogorov-Smirnov distance between the churned and the renewed at
// and above which one factor alone is taken to know the answer. Honest factors of
// churn stay far below it.
const leakKS = 0.98

// Leaks finds factors that know the answer: a value, a level or the mere absence
// of a value that tells churned from renewed almost without error, and categories
// that name single accounts. The findings are reasons to refuse the data.
func Leaks(ctx context.Context, factors []Factor, view dataset.View) ([]dataset.Warning, error) {
	churned := view.Churned()
	raw, err := rawValues(ctx, factors, view)
	if err != nil {
		return nil, err
	}
	var findings []dataset.Warning
	for i, f := range factors {
		if message := f.leak(raw[i], churned); message != "" {
			findings = append(findings, dataset.Warning{Code: "leak", Where: "factor " + f.Name, Message: message})
		}
	}
	return findings, nil
}

func (f Factor) leak(raw expr.Vector, churned []bool) string {
	if share := identifies(f, raw); share > 0.5 {
		return fmt.Sprintf("%q has a level of its own for %.0f %% of the examples: it names accounts instead of describing them; leave it out", f.Expr, 100*share)
	}
	values, missing := riskValues(f, raw, churned)
	if ks := distance(values, churned); ks >= leakKS {
		return fmt.Sprintf("%q alone tells churned from renewed (KS %.3f): it was probably recorded after the outcome; leave it out", f.Expr, ks)
	}
	if ks := distance(missing, churned); ks >= leakKS {
		return fmt.Sprintf("whether %q is missing tells churned from renewed (KS %.3f): it was probably filled in after the outcome; leave it out", f.Expr, ks)
	}
	return ""
}

// identifies is the share of examples whose level of a category is theirs alone.
func identifies(f Factor, raw expr.Vector) float64 {
	if f.Kind != Category {
		return 0
	}
	codes, levels := text(raw)
	counts := make([]int, len(levels))
	for _, code := range codes {
		if code >= 0 {
			counts[code]++
		}
	}
	alone := 0
	for _, n := range counts {
		if n == 1 {
			alone++
		}
	}
	return float64(alone) / float64(max(1, len(codes)))
}

// riskValues returns a number per example to split on: the value, or for a
// category the churn rate of the level; and whether it is missing.
func riskValues(f Factor, raw expr.Vector, churned []bool) (values, missing []float64) {
	missing = make([]float64, len(churned))
	if f.Kind != Category {
		for i, v := range raw.Numbers {
			missing[i] = indicator(v != v)
		}
		return raw.Numbers, missing
	}
	codes, levels := text(raw)
	events, counts := make([]float64, len(levels)), make([]float64, len(levels))
	for i, code := range codes {
		if code >= 0 {
			counts[code]++
			events[code] += indicator(churned[i])
		}
	}
	values = make([]float64, len(codes))
	for i, code := range codes {
		values[i] = math.NaN()
		missing[i] = indicator(code < 0)
		if code >= 0 {
			values[i] = events[code] / counts[code]
		}
	}
	return values, missing
}

// distance is the largest difference between the distribution functions of the
// churned and the renewed, over distinct values; missing values are left out.
func distance(values []float64, churned []bool) float64 {
	order := make([]int32, 0, len(values))
	var events, others float64
	for i, v := range values {
		if v != v {
			continue
		}
		order = append(order, int32(i))
		if churned[i] {
			events++
		} else {
			others++
		}
	}
	if events == 0 || others == 0 {
		return 0
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(values[a], values[b]) })
	var largest, f1, f0 float64
	for k, i := range order {
		if churned[i] {
			f1++
		} else {
			f0++
		}
		if k+1 == len(order) || values[order[k+1]] != values[i] {
			largest = max(largest, math.Abs(f1/events-f0/others))
		}
	}
	return largest
}
