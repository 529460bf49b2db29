package backtest

import (
	"math"

	"holdfast/backtest/metrics"
)

// Movement is how accounts changed their colour from one snapshot to the next. Bands are
// green, yellow, red. The model changes at every cutoff, and an account may change its
// colour with it: people see that as a change, so it counts.
type Movement struct {
	Steps        int              // pairs of consecutive snapshots
	Counts       [3][3]int        // from, to
	Transition   [3][3]float64    // shares of each row of Counts, which sum to 1; NaN where nobody was
	DwellDays    [3]float64       // mean days in a band until it is left: days seen in it over times left; NaN where nobody left
	Flips        metrics.Estimate // changes of colour per account and year
	AccountYears float64
}

const daysPerYear = 365.25

// measureMovement follows every account of candidate c.
func measureMovement(w *watched, c int, folds []Fold, level float64) *Movement {
	m := &Movement{}
	var days [3]float64
	var left [3]int
	var flips, years []float64 // per account
	for i := range w.row {
		if i == 0 || w.account[i] != w.account[i-1] {
			flips, years = append(flips, 0), append(years, 0)
		}
		if !w.follows(i, folds) {
			continue
		}
		from, to, last := w.band[c][i-1], w.band[c][i], len(flips)-1
		if from == uncoloured || to == uncoloured {
			continue
		}
		span := float64(w.asOf[i] - w.asOf[i-1])
		m.Steps++
		m.Counts[from][to]++
		days[from] += span
		years[last] += span / daysPerYear
		if from != to {
			flips[last]++
			left[from]++
		}
	}
	for from := range m.Counts {
		m.Transition[from] = shareOut(m.Counts[from])
		m.DwellDays[from] = over(days[from], float64(left[from]))
	}
	m.Flips, m.AccountYears = ratio(flips, years, level)
	return m
}

// shareOut divides a row of counts by its sum.
func shareOut(counts [3]int) (share [3]float64) {
	n := counts[0] + counts[1] + counts[2]
	for i, k := range counts {
		share[i] = over(float64(k), float64(n))
	}
	return share
}

// over is a quotient, NaN where there is nothing to divide by.
func over(a, b float64) float64 {
	if b == 0 {
		return nan()
	}
	return a / b
}

func nan() float64 { return math.NaN() }

// ratio is sum a / sum b over accounts as a ratio estimator (Cochran 1977, equation 2.39):
// the variance is G/(G-1) sum (a_g - R b_g)^2 / (sum b)^2. Its interval is normal and does
// not go below 0.
func ratio(a, b []float64, level float64) (e metrics.Estimate, total float64) {
	sum, squares := 0.0, 0.0
	for g := range a {
		sum, total = sum+a[g], total+b[g]
	}
	e.Value = over(sum, total)
	for g := range a {
		d := a[g] - e.Value*b[g]
		squares += d * d
	}
	n := float64(len(a))
	e.StdErr = over(math.Sqrt(over(n, n-1)*squares), total)
	z := math.Sqrt2 * math.Erfinv(level)
	e.Low, e.High = max(0, e.Value-z*e.StdErr), e.Value+z*e.StdErr
	return e, total
}
