package metrics

import (
	"fmt"
	"math"
)

// WeightedPSI is [PSI] of shares of weight, of money for example, instead of shares of rows:
// expected and actual are the weight in each bin, of m and of n rows. The prior is in rows of mean
// weight, (n s_b + prior) / (n + prior B) with the share s_b of the weight, so that the index is
// the same in dollars and in cents, and that of PSI where all rows weigh the same. Without
// a prior a row of weight 2 is the row twice. NaN if a side weighs nothing, and for a
// weight that is negative or not finite.
func WeightedPSI(expected, actual []float64, m, n int, prior float64) float64 {
	mustMatch(len(expected), len(actual))
	for b := range expected {
		if !isWeight(expected[b]) || !isWeight(actual[b]) {
			return math.NaN()
		}
	}
	e, a := ratio(float64(m), sumUp(expected)), ratio(float64(n), sumUp(actual))
	if !isWeight(e) || !isWeight(a) {
		return math.NaN()
	}
	return psiOf(scaled(expected, e), scaled(actual, a), prior)
}

// scaled multiplies all elements.
func scaled(list []float64, by float64) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = v * by
	}
	return out
}

// WeightedDrift is [Drift] of rows that weigh differently: the [WeightedPSI] of every period
// against the reference, and what it would be if nothing had changed. The covariance is that of
// Drift with an account's weight in each bin for its count of rows,
//
//	V = G/(G-1) sum_g u_g u_g',   u_g = (x_g - |x_g| a)/sum x - (r_g - |r_g| e)/sum r
//
// so that a few large accounts raise the null point as they should: their moves are
// chance. Rows without weight are left out, N and M count the others, and the design effect
// is against independent rows of equal weight. Only ratios of weights within a period matter.
// Errors: those of Drift, weights of another number, and one that is negative or not finite.
func WeightedDrift(bin, period, cluster []int32, weight []float64, bins, periods int) ([]Stability, error) {
	if len(weight) != len(bin) {
		return nil, fmt.Errorf("metrics: drift: %d weights for %d rows: they must be equally many", len(weight), len(bin))
	}
	rows, err := NewDriftRows(period, cluster, weight, periods)
	if err != nil {
		return nil, err
	}
	return rows.WeightedDrift(bin, bins)
}

// WeightedDrift is [WeightedDrift] of the rows in bins. It is an error if they have no weights.
func (d *DriftRows) WeightedDrift(bin []int32, bins int) ([]Stability, error) {
	if d.weight == nil && len(d.period) > 0 {
		return nil, fmt.Errorf("metrics: drift: no weights were given to compare shares of")
	}
	if err := d.check(bin, bins); err != nil {
		return nil, err
	}
	sums := newWeightedDrifting(d, bins)
	for _, run := range d.runs.all() {
		sums.account(bin, run)
	}
	return sums.sums().stabilities(), nil
}

// weightedDrifting is [drifting] of weights that are brought to 1 in the mean of each
// period. Its sums are exact, because weights round where counts do not.
type weightedDrifting struct {
	*DriftRows
	bins           int
	rows           []int     // per period
	unit           []float64 // per period: what a weight is multiplied by
	accounts, both []int
	count          [][]exactSum
	self, cross    [][]exactSum // of self what lies in the bins b <= c; there is no cross of the reference

	own     [][]float64 // scratch: the account's weight per period and bin
	touched [][]int32   // scratch: the bins of own that are not zero
}

func newWeightedDrifting(of *DriftRows, bins int) *weightedDrifting {
	n := of.periods + 1
	d := &weightedDrifting{DriftRows: of, bins: bins, rows: make([]int, n), unit: make([]float64, n),
		accounts: make([]int, n), both: make([]int, n), touched: make([][]int32, n)}
	all := make([]exactSum, n)
	for i, k := range of.period {
		if k >= 0 && of.weight[i] > 0 {
			d.rows[k]++
			all[k].add(of.weight[i])
		}
	}
	for k := range d.unit {
		d.unit[k] = ratio(float64(d.rows[k]), all[k].value())
		d.count, d.own = append(d.count, make([]exactSum, bins)), append(d.own, make([]float64, bins))
		d.self, d.cross = append(d.self, make([]exactSum, bins*bins)), append(d.cross, make([]exactSum, bins*bins))
	}
	return d
}

// account adds the rows of one account, which come by rising weight.
func (d *weightedDrifting) account(bin, rows []int32) {
	for _, i := range rows {
		k := d.period[i]
		if k < 0 {
			continue
		}
		if w := d.weight[i] * d.unit[k]; w > 0 {
			b := bin[i]
			if d.own[k][b] == 0 {
				d.touched[k] = append(d.touched[k], b)
			}
			d.own[k][b] += w
		}
	}
	for k, bins := range d.touched {
		if len(bins) == 0 {
			continue
		}
		d.accounts[k]++
		if len(d.touched[0]) > 0 {
			d.both[k]++
		}
		d.products(k)
	}
	for k, bins := range d.touched {
		for _, b := range bins {
			d.own[k][b] = 0
		}
		d.touched[k] = bins[:0]
	}
}

// products adds the account's weights in period k, times each other and those in the reference.
func (d *weightedDrifting) products(k int) {
	own := d.own[k]
	for _, b := range d.touched[k] {
		d.count[k][b].add(own[b])
		for _, c := range d.touched[k] {
			if b <= c {
				d.self[k][int(b)*d.bins+int(c)].add(own[b] * own[c])
			}
		}
		if k == 0 {
			continue
		}
		for _, c := range d.touched[0] {
			d.cross[k][int(b)*d.bins+int(c)].add(own[b] * d.own[0][c])
		}
	}
}

// sums rounds what was collected, once.
func (d *weightedDrifting) sums() driftSums {
	s := driftSums{bins: d.bins, rows: d.rows, accounts: d.accounts, both: d.both}
	for k := range d.count {
		self := rounded(d.self[k])
		for b := range d.bins {
			for c := range b {
				self[b*d.bins+c] = self[c*d.bins+b]
			}
		}
		s.count, s.self, s.cross = append(s.count, rounded(d.count[k])), append(s.self, self), append(s.cross, rounded(d.cross[k]))
	}
	return s
}

// rounded are the values of sums.
func rounded(sums []exactSum) []float64 {
	out := make([]float64, len(sums))
	for i := range sums {
		out[i] = sums[i].value()
	}
	return out
}
