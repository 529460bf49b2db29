package metrics

import (
	"math"
	"slices"

	"holdfast/models/isotonic"
)

// tallied are cells at a place of a path: the rates there, their curve, and scratch memory for
// what noise makes of them.
type tallied struct {
	*cells
	rates []float64
	bent  []float64 // the curve of the rates, less p

	offsets []float64
	offs    []weighedOff
	steps   []isotonic.Step
}

// weighedOff is how far off some weight is.
type weighedOff struct{ by, weight float64 }

// tallied are the cells as they are.
func (c *cells) tallied() *tallied {
	n := len(c.mass)
	return &tallied{cells: c, rates: make([]float64, n), bent: make([]float64, n), offsets: make([]float64, n), offs: make([]weighedOff, n)}
}

// rate is the mean rate of the cells.
func (c *cells) rate() (mean float64) {
	for k, m := range c.mass {
		mean += float64(m * (c.p[k] + c.gap[k]))
	}
	return mean
}

// bend finds the curve of the rates.
func (t *tallied) bend() {
	for k, r := range t.rates {
		t.offsets[k] = r - t.p[k]
	}
	copy(t.bent, t.smoothed(t.offsets))
}

// meanGap is the [ECEEqualCount] of the cells.
func (t *tallied) meanGap(noise disturbance) (sum float64) {
	for k, r := range t.rates {
		sum += float64(noise.mass[k] * math.Abs(r+noise.gap[k]-t.p[k]))
	}
	return sum
}

// meanOff is the ICI; the noise of gaps is that of their curve, which is linear in them, so that it
// is smoothed once for all places of the path.
func (t *tallied) meanOff(noise disturbance) (sum float64) {
	for k, off := range t.bent {
		sum += float64(noise.mass[k] * math.Abs(off+noise.gap[k]))
	}
	return sum
}

// medianOff is the E50, nearlyMostOff the E90.
func (t *tallied) medianOff(noise disturbance) float64     { return t.offAt(0.5, noise) }
func (t *tallied) nearlyMostOff(noise disturbance) float64 { return t.offAt(0.9, noise) }

// offAt is how far off the curve is at most for a share of the mass, linear between the middles of
// cells.
func (t *tallied) offAt(share float64, noise disturbance) float64 {
	for k, off := range t.bent {
		t.offs[k] = weighedOff{math.Abs(off + noise.gap[k]), noise.mass[k]}
	}
	slices.SortFunc(t.offs, func(a, b weighedOff) int {
		switch {
		case a.by < b.by:
			return -1
		case a.by > b.by:
			return 1
		}
		return 0
	})
	var below, before float64
	last := t.offs[0].by
	for k, o := range t.offs {
		middle := below + o.weight/2
		if middle >= share {
			if k == 0 {
				return o.by
			}
			return last + (o.by-last)*(share-before)/(middle-before)
		}
		below, before, last = below+o.weight, middle, o.by
	}
	return last
}

// cellLoss is what CORP takes of a score: a cell's loss at a rate is none[k] + slope[k] rate, and
// own is the loss of a rate against itself: nothing for one outside of 0 and 1, which noise may make of
// a pool, as for a certainty.
type cellLoss struct {
	none, slope []float64
	own         func(rate float64) float64
}

// brierLoss is that of the Brier score.
func (c *cells) brierLoss() cellLoss {
	l := cellLoss{own: func(rate float64) float64 { return max(0, rate*(1-rate)) }}
	for _, p := range c.p {
		l.none, l.slope = append(l.none, p*p), append(l.slope, 1-2*p)
	}
	return l
}

// entropyLoss is that of log loss.
func (c *cells) entropyLoss() cellLoss {
	l := cellLoss{own: func(rate float64) float64 {
		if !(rate > 0 && rate < 1) {
			return 0
		}
		return -float64(rate*math.Log(rate)) - float64((1-rate)*math.Log1p(-rate))
	}}
	for _, x := range c.odds {
		l.none, l.slope = append(l.none, softplus(x)), append(l.slope, -x)
	}
	return l
}

// recalibrated are the losses of p, of the isotonic regression, and of the mean rate for all.
func (t *tallied) recalibrated(noise disturbance, l cellLoss) (p, best, mean float64) {
	steps, all := t.steps[:0], 0.0
	for k, r := range t.rates {
		m := noise.mass[k]
		r += noise.gap[k]
		p += float64(m * (l.none[k] + float64(l.slope[k]*r)))
		next := isotonic.Step{Sum: float64(m * r), Weight: m}
		all += next.Sum
		for n := len(steps) - 1; n >= 0 && steps[n].Sum*next.Weight >= next.Sum*steps[n].Weight; n-- {
			next.Sum, next.Weight = next.Sum+steps[n].Sum, next.Weight+steps[n].Weight
			steps = steps[:n]
		}
		steps = append(steps, next)
	}
	for _, s := range steps {
		best += float64(s.Weight * l.own(s.Mean()))
	}
	t.steps = steps
	return p, best, l.own(all)
}

// miscalibration and discrimination are those of a [Decomposition], and not below 0, as rounding
// and rates beyond their limits could make them.
func (t *tallied) miscalibration(l cellLoss) func(noise disturbance) float64 {
	return func(noise disturbance) float64 {
		p, best, _ := t.recalibrated(noise, l)
		return max(0, p-best)
	}
}

func (t *tallied) discrimination(l cellLoss) func(noise disturbance) float64 {
	return func(noise disturbance) float64 {
		_, best, mean := t.recalibrated(noise, l)
		return max(0, mean-best)
	}
}

// widest is KS: how far the shares of churned and of renewed weight below a cell lie apart.
func (t *tallied) widest(noise disturbance) (most float64) {
	var rate, below, churned float64
	for k, r := range t.rates {
		rate += float64(noise.mass[k] * (r + noise.gap[k]))
	}
	for k, r := range t.rates {
		below += noise.mass[k]
		churned += float64(noise.mass[k] * (r + noise.gap[k]))
		most = max(most, math.Abs(churned-float64(rate*below)))
	}
	return most / (rate * (1 - rate)) // C/r - (B-C)/(1-r) = (C - rB) / (r (1-r))
}
