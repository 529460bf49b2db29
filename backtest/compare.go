package backtest

import (
	"math"

	"holdfast/backtest/metrics"
)

// compared are the metrics in which candidates are set against the champion, and
// whether less is better.
var compared = []struct {
	name string
	less bool
}{{LogLoss, true}, {AUC, false}, {Brier, true}, {AveragePrecision, false}, {Capture, false}, {ValueCapture, false}}

// compare sets every candidate against the champion.
func compare(r *Result, boot *resampled, aucs *metrics.AUCs) {
	family := r.family()
	for c := range r.Candidates {
		if c != r.Champion {
			r.Comparisons = append(r.Comparisons, comparisons(r, boot, aucs, c, r.Champion, family)...)
		}
	}
}

// comparisons set one candidate against another in every metric that is defined for both.
// AUC differences have the clustered DeLong covariance; all others are paired
// account-bootstrap differences on the same draws.
func comparisons(r *Result, boot *resampled, aucs *metrics.AUCs, challenger, champion int, family float64) []Comparison {
	var list []Comparison
	for _, m := range compared {
		var cmp Comparison
		if m.name == AUC {
			cmp = compareAUC(aucs, challenger, champion, r.Options.Level, family)
		} else {
			cmp = compareBy(r, boot, challenger, champion, m.name, m.less, family)
		}
		if math.IsNaN(cmp.Gain) {
			continue
		}
		cmp.Challenger, cmp.Champion, cmp.Metric = r.Candidates[challenger].Name, r.Candidates[champion].Name, m.name
		list = append(list, cmp)
	}
	return list
}

// family is the level at which all intervals hold together: Bonferroni over the challengers.
func (r *Result) family() float64 {
	return 1 - (1-r.Options.Level)/float64(max(1, len(r.challengers())))
}

// challengers are the candidates that could replace the champion.
func (r *Result) challengers() []int {
	var list []int
	for c := range r.Candidates {
		if c != r.Champion && r.Candidates[c].Kind != baseline {
			list = append(list, c)
		}
	}
	return list
}

// compareAUC is the difference in AUC with its clustered DeLong covariance.
func compareAUC(aucs *metrics.AUCs, challenger, champion int, level, family float64) Comparison {
	d := aucs.Difference(challenger, champion, level)
	wide := aucs.Difference(challenger, champion, family)
	return Comparison{Gain: d.Value, StdErr: d.StdErr, Low: d.Low, High: d.High, P: d.P,
		FamilyLow: wide.Low, FamilyHigh: wide.High, Method: byDeLong}
}

// compareBy is the paired bootstrap difference of one metric. Its p-value is that
// of the normal approximation with the bootstrap standard error.
func compareBy(r *Result, boot *resampled, challenger, champion int, metric string, less bool, family float64) Comparison {
	sign := 1.0
	if less {
		sign = -1
	}
	gain := boot.of(challenger, metric).less(boot.of(champion, metric)).times(sign)
	pooled := func(c int) float64 { return Find(r.Candidates[c].Pooled, metric).Value }
	c := Comparison{Gain: sign * (pooled(challenger) - pooled(champion)), StdErr: spread(gain.replicates)}
	c.Low, c.High, c.Method = gain.interval(r.Options.Level)
	c.FamilyLow, c.FamilyHigh, _ = gain.interval(family)
	c.P = math.Erfc(math.Abs(c.Gain/c.StdErr) / math.Sqrt2)
	if c.Gain == 0 && c.StdErr == 0 {
		c.P = 1 // candidates that predict the same are no different
	}
	return c
}

// spread is the standard deviation of the replicates that are defined; NaN when
// fewer than two are.
func spread(values []float64) float64 {
	n, mean := 0.0, 0.0
	for _, v := range values {
		if v == v {
			n++
			mean += v
		}
	}
	if n < 2 {
		return math.NaN()
	}
	mean /= n
	squares := 0.0
	for _, v := range values {
		if v == v {
			squares += (v - mean) * (v - mean)
		}
	}
	return math.Sqrt(squares / (n - 1))
}

// comparison finds the comparison of a challenger in one metric.
func (r *Result) comparison(challenger, metric string) (Comparison, bool) {
	for _, c := range r.Comparisons {
		if c.Challenger == challenger && c.Metric == metric {
			return c, true
		}
	}
	return Comparison{}, false
}
