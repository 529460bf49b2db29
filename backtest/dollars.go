package backtest

import "holdfast/backtest/metrics"

// dollars are the sums of money that lists are judged by, with the influence of every
// account: what intervals of a few large amounts need beside their replicates; see
// [metrics.Replicates.HeavyTailed].
type dollars struct {
	all tilted   // churned money that could have been listed
	on  []tilted // of it, on the lists of each candidate
}

// dollarsOn adds up the lists of every candidate; nil without values.
func (d *presorted) dollarsOn(capacity int) *dollars {
	if len(d.lists) == 0 || len(d.lists[0].periods) == 0 || d.lists[0].periods[0].value == nil {
		return nil
	}
	lost := make([]float64, len(d.lists[0].stakes))
	for g, stake := range d.lists[0].stakes {
		lost[g] = stake.value
	}
	out := &dollars{all: tilted{sumOf(lost), centred(lost)}, on: make([]tilted, len(d.lists))}
	_ = sideBySide(len(d.lists), func(c int) error { // no task fails
		on, _ := d.lists[c].influenceOnValue(capacity)
		out.on[c] = tilted{d.lists[c].atCapacity(nil, capacity).value, on}
		return nil
	})
	return out
}

// influenceOnValue is how much every account moves the churned money on the lists of all
// periods, and all money on them.
func (l *lists) influenceOnValue(capacity int) (churned, all []float64) {
	return l.influenceOn(capacity, func(p period) []float64 { return p.value })
}

// influenceOn is how much every account moves what the churned rows on the lists of all periods
// add up to, and all rows on them. Without a row in a period it moves nothing there.
func (l *lists) influenceOn(capacity int, of func(p period) []float64) (churned, all []float64) {
	churned, all = make([]float64, len(l.stakes)), make([]float64, len(l.stakes))
	for _, p := range l.periods {
		u := p.ranking.InfluenceOnTop(of(p), capacity)
		for g := range u.All {
			churned[g] += u.Churned[g]
			all[g] += u.All[g]
		}
	}
	return centred(churned), centred(all)
}

// centred is a list less its mean.
func centred(x []float64) []float64 {
	mean, out := sumOf(x)/float64(len(x)), make([]float64, len(x))
	for i, v := range x {
		out[i] = v - mean
	}
	return out
}

// of is a metric of a candidate's lists in money; ok is false for other metrics.
func (d *dollars) of(candidate int, metric string) (t tilted, ok bool) {
	if d == nil {
		return tilted{}, false
	}
	on := d.on[candidate]
	switch metric {
	case ValueCaptured:
		return on, true
	case ValueMissed:
		return d.all.less(on), true
	case ValueCapture:
		return on.over(d.all), true
	}
	return tilted{}, false
}

// over is the ratio t/u.
func (t tilted) over(u tilted) tilted {
	ratio := t.value / u.value
	r := t.less(u.times(ratio)).times(1 / u.value)
	r.value = ratio
	return r
}

// interval is that of replicates of t, which is money.
func (t tilted) interval(replicates []float64, level float64) (low, high float64) {
	return (&metrics.Replicates{Width: 1, Values: replicates}).HeavyTailed(0, t.influence, level)
}

// estimateOf is t with the interval of its replicates.
func (t tilted) estimateOf(replicates []float64, level float64) metrics.Estimate {
	low, high := t.interval(replicates, level)
	return metrics.Estimate{Value: t.value, StdErr: spread(replicates), Low: low, High: high}
}

// leavingOut is t with the influences of accounts that are left out instead of made a little
// less, the jackknife of Tukey (1958): of a ratio one that makes a share h of what it is over
// moves by 1/(1-h) as much, which the linear standard error does not see. weight is what each
// account makes of it. The jackknife's standard error is on the safe side (Efron and Stein
// 1981), as the HC3 of MacKinnon and White (1985) is in a regression.
func (t tilted) leavingOut(weight []float64) tilted {
	all := sumOf(weight)
	share := make([]float64, len(weight))
	for g, w := range weight {
		share[g] = w / all
	}
	return t.without(share)
}

// without is leavingOut by the shares h; one that is all there is has no others to be left.
func (t tilted) without(share []float64) tilted {
	out := tilted{t.value, make([]float64, len(t.influence))}
	for g, u := range t.influence {
		out.influence[g] = u
		if h := share[g]; 0 < h && h < 1 {
			out.influence[g] = u / (1 - h)
		}
	}
	return out
}

// ratioWithout is [ratioOf] with the influences of accounts that are left out: what ratios of
// money take, of which a few accounts may make a good part.
func ratioWithout(over, under []float64) tilted { return ratioOf(over, under).leavingOut(under) }

// share is t, which lies between 0 and 1, with the interval of its influences alone; see
// [metrics.SkewedShare].
func (t tilted) share(level float64) metrics.Estimate {
	return metrics.SkewedShare(t.value, t.influence, level)
}

// skewed is t with the interval of its influences alone.
func (t tilted) skewed(level float64) metrics.Estimate {
	return metrics.Skewed(t.value, t.influence, level)
}
