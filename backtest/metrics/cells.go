package metrics

import "math"

// cells are rows brought together by rising p: tallies that are as many whatever the rows, and
// normal where these are many. They are fine enough for what they stand in for: within a hundredth
// of the rows a calibration curve is straight, and an isotonic regression pools more than that. A
// distance from the rates is a number made of them, and what chance does to it is made of their
// covariance.
type cells struct {
	mass []float64 // shares of the weight
	p    []float64 // mean probability, over weight
	gap  []float64 // rate less p
	odds []float64 // log-odds of p

	hat   []float64 // the loess of [SmoothCalibration] as a matrix: its row i makes the curve at cell i of rates
	curve []float64 // that of the gaps

	moments cellMoments // of the accounts
	all     float64     // what the rows weigh together
	uneven  bool        // not all rows weigh the same
}

// newCells brings rows together in a grouping.
func newCells(r *countedRows, grouping int) *cells {
	c := new(cells)
	for _, s := range r.spans[grouping] {
		mass, p, gap := r.tally(s)
		c.mass, c.p, c.gap, c.odds = append(c.mass, mass), append(c.p, p), append(c.gap, gap), append(c.odds, oddsOf(p))
	}
	c.smooth()
	c.moments, c.all, c.uneven = r.moments(grouping, c.curve), r.all, r.uneven()
	return c
}

// oddsOf is the log-odds of a probability; those of certainties are large, but finite.
func oddsOf(p float64) float64 {
	const certain = 1e-9
	p = min(max(p, certain), 1-certain)
	return math.Log(p / (1 - p))
}

// smooth finds the matrix of the loess and the curve of the gaps. The local polynomials hand p
// back as it is, so that the curve of the gaps is that of the rates less p.
func (c *cells) smooth() {
	n := len(c.mass)
	at := make([]place, n)
	for k := range at {
		at[k] = place{c.p[k], c.mass[k], c.gap[k]}
	}
	s := smoother{at: at, nearest: loessSpan * (1 - roundingOfSums), degree: loessDegree}.counted()
	c.hat = make([]float64, n*n)
	for k := range n {
		s.kernel(k, c.hat[k*n:][:n])
	}
	c.curve = c.smoothed(c.gap)
}

// smoothed is the curve of a number of every cell.
func (c *cells) smoothed(of []float64) []float64 { return times(c.hat, of) }

// The smoothing of [SmoothCalibration].
const (
	loessSpan   = 0.75
	loessDegree = 2
)
