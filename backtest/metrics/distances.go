package metrics

import "math"

// Distances are intervals of what is said of the distance between probabilities and rates, and of
// discrimination. See [Forecast.Distances].
type Distances struct {
	ECE, ICI, E50, E90                           Limits
	BrierMiscalibration, BrierDiscrimination     Limits
	LogLossMiscalibration, LogLossDiscrimination Limits
	KS                                           Limits // of the order of p; see [WidestGap]
}

// Limits are the ends of an interval; NaN where there is none.
type Limits struct{ Low, High float64 }

// Rows are brought together in cells of at least cellRows where there are so many, in mostCells at
// most and fewestCells at least.
const (
	cellRows    = 20
	fewestCells = 8
	mostCells   = 100
)

func cellsOf(rows int) int { return min(mostCells, max(fewestCells, rows/cellRows)) }

// Distances are intervals, of a level such as 0.95, of the true [ECEEqualCount] (in as many bins,
// cut at the same shares of the rows), of ICI, E50 and E90 of [SmoothCalibration], and of the parts of
// [DecomposeBrier] and [DecomposeLogLoss]: what these would be in an endless company of the same
// accounts. Chance makes all of them too large, most of all where the truth is near 0, so that a
// value may lie above its interval: it is then what chance alone makes of the truth, and draws of the
// accounts, which show the value with chance once more, are of no use. The intervals
// turn a test around instead ([family.invert]):
//
//  1. The rows are brought together in cells of rising p, and the covariance of the cells' masses
//     and gaps is made of the accounts' residuals (newCells). The losses are those of the mean
//     probabilities of cells; what differs within them does not count.
//  2. The truth is looked for along a path: the recalibration line through the cells, from where
//     nothing is off to where all is ([cells.line]). For E90, of all lines that have it, it is the
//     most likely one (nearestLine).
//  3. At each place of the path normal noise with that covariance shows what would be observed there;
//     the interval holds the places for which that is not too far from what was. ECE has noise of
//     its own (workingNoise), and so has miscalibration where rows weigh differently.
//
// cluster is the account of each row as it came, numbered from 0, or nil for rows that are accounts
// of their own. seed is that of the noise. NaN where an outcome is absent, for less than two
// accounts, and for a NaN in eta. The time beyond a pass over the rows is that of some
// hundred thousand sweeps over a hundred cells: less than a tenth of a second.
func (f *Forecast) Distances(cluster []int32, level float64, seed uint64) Distances {
	cells, _ := f.inPlacesOf(cellsOf(len(f.eta)))
	r, ok := f.counted(cluster, nil, float64(len(f.eta)), cells, f.ofEqualCount(eceBins(len(f.eta))))
	if !ok {
		return noDistances()
	}
	return r.distances(level, seed)
}

// Distances is [Forecast.Distances] over weight: of [WeightedECE], [WeightedSmoothCalibration] and
// the parts of losses over weight. NaN also where weights are none.
func (f *WeightedForecast) Distances(cluster []int32, level float64, seed uint64) Distances {
	if !f.kept.ok {
		return noDistances()
	}
	cells, _ := f.kept.inPlacesOf(cellsOf(len(f.weight)))
	r, ok := f.kept.counted(cluster, f.weight, f.all, cells, f.spansWithin(f.whole.ofEqualCount(eceBins(len(f.weighs)))))
	if !ok {
		return noDistances()
	}
	return r.distances(level, seed)
}

// eceBins is how many bins [ECEEqualCount] takes.
func eceBins(rows int) int { return max(5, cubeRoot(rows)) }

// distances are those of rows that are grouped in cells, and in the bins of ECE.
func (r *countedRows) distances(level float64, seed uint64) Distances {
	d := newCells(r, 0).distances(level, seed)
	bins := newCells(r, 1)
	t := bins.tallied()
	a, b := bins.line()
	d.ECE = t.limits(t.meanGap, func(s float64) { bins.off(t.rates, a, b, s) }, bins.workingNoise(seed), level)
	return d
}

// noDistances are intervals of nothing.
func noDistances() Distances {
	none := Limits{math.NaN(), math.NaN()}
	return Distances{none, none, none, none, none, none, none, none, none}
}

// limits are those of a distance, by the path to places off and what noise there is.
func (t *tallied) limits(of func(disturbance) float64, at func(s float64), noise []disturbance, level float64) Limits {
	for k, g := range t.gap {
		t.rates[k], t.bent[k] = t.p[k]+g, t.curve[k]
	}
	quiet := t.quiet()
	low, high := family{at, of, noise, quiet}.invert(of(quiet), level)
	return Limits{low, high}
}

// distances are those of rows in cells, but for ECE. What a curve is off has wide noise, because
// the variance is known only as well as the accounts tell; what an isotonic regression fits to noise
// is a sum over many cells, whose variances are off in all directions.
func (c *cells) distances(level float64, seed uint64) (d Distances) {
	t := c.tallied()
	a, b := c.line()
	off := func(s float64) { c.off(t.rates, a, b, s) }
	bent := func(s float64) { off(s); t.bend() }
	noise := c.disturbances(c.covariance(c.moments), seed)
	wide := c.widened(noise, level)
	curved := make([]disturbance, len(wide))
	for k, e := range wide {
		curved[k] = disturbance{e.mass, c.smoothed(e.gap)}
	}
	nearest, unsteady := t.nearest(t.nearlyMostOff), noise
	if c.uneven {
		unsteady = c.workingNoise(seed)
	}
	mean := c.rate()
	spread := func(s float64) { c.spread(t.rates, b, s, mean) }
	brier, entropy := c.brierLoss(), c.entropyLoss()
	return Distances{
		ICI: t.limits(t.meanOff, bent, curved, level), E50: t.limits(t.medianOff, bent, curved, level),
		E90:                   t.limits(t.nearlyMostOff, nearest.at, curved, level),
		BrierMiscalibration:   t.limits(t.miscalibration(brier), off, unsteady, level),
		LogLossMiscalibration: t.limits(t.miscalibration(entropy), off, unsteady, level),
		BrierDiscrimination:   t.limits(t.discrimination(brier), spread, wide, level),
		LogLossDiscrimination: t.limits(t.discrimination(entropy), spread, wide, level),
		KS:                    c.widestGap(wide, level),
	}
}
