package metrics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
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
	if err := checkDrift(bin, period, cluster, bins, periods); err != nil {
		return nil, err
	}
	if len(weight) != len(bin) {
		return nil, fmt.Errorf("metrics: drift: %d weights for %d rows: they must be equally many", len(weight), len(bin))
	}
	for i, w := range weight {
		if !isWeight(w) {
			return nil, fmt.Errorf("metrics: drift: the weight of row %d is %v; weights must be finite and not negative", i, w)
		}
	}
	d := newWeightedDrifting(period, weight, bins, periods)
	for _, run := range clusterRuns(cluster) {
		d.account(bin, period, run)
	}
	return d.sums().stabilities(), nil
}

// weightedDrifting is [drifting] of weights that are brought to 1 in the mean of each
// period. Its sums are exact, because weights round where counts do not.
type weightedDrifting struct {
	bins           int
	weight         []float64
	rows           []int     // per period
	unit           []float64 // per period: what a weight is multiplied by
	accounts, both []int
	count          [][]exactSum
	self, cross    [][]exactSum

	own [][]inBin // scratch, per period: the account's weight in its bins, by rising bin
}

// inBin is the weight that an account has in a bin.
type inBin struct {
	bin    int32
	weight float64
}

func newWeightedDrifting(period []int32, weight []float64, bins, periods int) *weightedDrifting {
	d := &weightedDrifting{bins: bins, weight: weight, rows: make([]int, periods+1), unit: make([]float64, periods+1),
		accounts: make([]int, periods+1), both: make([]int, periods+1), own: make([][]inBin, periods+1)}
	all := make([]exactSum, periods+1)
	for i, k := range period {
		if k >= 0 && weight[i] > 0 {
			d.rows[k]++
			all[k].add(weight[i])
		}
	}
	for k := range d.unit {
		d.unit[k] = ratio(float64(d.rows[k]), all[k].value())
		d.count = append(d.count, make([]exactSum, bins))
		d.self, d.cross = append(d.self, make([]exactSum, bins*bins)), append(d.cross, make([]exactSum, bins*bins))
	}
	return d
}

// account adds the rows of one account, those of a bin by rising weight: their order
// does not show.
func (d *weightedDrifting) account(bin, period, rows []int32) {
	slices.SortFunc(rows, func(i, j int32) int {
		return cmp.Or(cmp.Compare(bin[i], bin[j]), cmp.Compare(d.weight[i], d.weight[j]))
	})
	for k := range d.own {
		d.own[k] = d.own[k][:0]
	}
	for _, i := range rows {
		if k := period[i]; k >= 0 && d.weight[i] > 0 {
			d.put(k, bin[i], d.weight[i]*d.unit[k])
		}
	}
	for k, own := range d.own {
		if len(own) == 0 {
			continue
		}
		d.accounts[k]++
		if len(d.own[0]) > 0 {
			d.both[k]++
		}
		for _, x := range own {
			d.count[k][x.bin].add(x.weight)
			d.products(d.self[k], x, d.own[k])
			d.products(d.cross[k], x, d.own[0])
		}
	}
}

// put adds a weight to the last bin of the account's, or opens the next.
func (d *weightedDrifting) put(k, bin int32, weight float64) {
	if n := len(d.own[k]); n > 0 && d.own[k][n-1].bin == bin {
		d.own[k][n-1].weight += weight
		return
	}
	d.own[k] = append(d.own[k], inBin{bin, weight})
}

// products adds a weight times each of others.
func (d *weightedDrifting) products(sum []exactSum, x inBin, others []inBin) {
	for _, o := range others {
		sum[int(x.bin)*d.bins+int(o.bin)].add(x.weight * o.weight)
	}
}

// sums rounds what was collected, once.
func (d *weightedDrifting) sums() driftSums {
	s := driftSums{bins: d.bins, rows: d.rows, accounts: d.accounts, both: d.both}
	for k := range d.count {
		s.count, s.self, s.cross = append(s.count, rounded(d.count[k])), append(s.self, rounded(d.self[k])), append(s.cross, rounded(d.cross[k]))
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
