package metrics

import (
	"math"
	"slices"
)

// DesignEffect is how many rows of repeating accounts say as much about the shares of the
// bins as one independent row: the trace of their covariance over that of independent rows,
//
//	tr(D^-1 V) / ((B-1)/n),   V = G/(G-1) sum_g u_g u_g',   u_g = (x_g - |x_g| a)/n
//
// with the counts x_g of account g, the shares a, D = diag(a) and the B bins that are in use
// (the mean generalised design effect of Rao and Scott 1981). It is what [Drift] finds of
// both sides together, for one side that is to be compared with others later, when its rows
// are gone. Rows are those of period 0. NaN with fewer than two accounts or bins in use. Errors: a
// number of bins that is not that of the rows, and a bin out of range.
func (d *DriftRows) DesignEffect(bin []int32, bins int) (float64, error) {
	if err := d.check(bin, bins); err != nil {
		return math.NaN(), err
	}
	if !slices.ContainsFunc(bin, func(b int32) bool { return b != bin[0] }) {
		return math.NaN(), nil // as of a factor that is never missing: nothing need be counted
	}
	counts := d.count(bin, bins)
	sums := counts.sums()
	n, used := float64(sums.rows[0]), usedBins(counts.count[0], counts.count[0])
	if counts.accounts[0] < 2 || used < 2 {
		return math.NaN(), nil
	}
	v, trace := sums.centred(sums.self[0], 0, 0, n*n), 0.0
	for b, a := range sums.shares(0) {
		if a > 0 {
			trace += v[b*bins+b] / a
		}
	}
	return smallSample(counts.accounts[0]) * trace / (float64(used-1) / n), nil
}

// Against is the [Stability] of counts against a reference of which only the counts and
// their [DesignEffect] were kept, effect; the rows of the later side are of an account each.
// The null is that of [PSINull] with n/effect reference rows. Accounts that are on both
// sides would make it lower by a covariance that is not known any more: the point is
// conservative where they are alike.
func Against(reference, later []int, effect float64) Stability {
	s := Stability{PSI: PSI(reference, later, PSIPrior), N: total(later), M: total(reference),
		Null95: math.NaN(), P: math.NaN(), DesignEffect: effect}
	freedom := float64(usedBins(reference, later) - 1)
	if s.N == 0 || s.M == 0 || freedom < 1 || effect != effect {
		return s
	}
	scale := 1/float64(s.N) + effect/float64(s.M)
	s.Null95 = scale * chiSquareQuantile(freedom, 0.95)
	s.P = chiSquareTail(freedom, s.PSI/scale)
	return s
}
