package metrics

import (
	"math"
	"slices"
)

// Rate is a share of rows with an interval that respects accounts.
type Rate struct {
	N, Churned   int
	Value        float64 // Churned / N
	Low, High    float64
	DesignEffect float64 // variance with accounts over that of independent rows; at least 1
}

// ClusteredRate is the churn rate with Wilson's interval at the effective number of
// rows n/deff (Korn and Graubard 1998; Dean and Pagano 2015, section 2.3), where deff
// is the variance of the rate as a ratio estimator over accounts,
//
//	G/(G-1) sum_g (y_g - p n_g)^2 / n^2
//
// over the p(1-p)/n of independent rows (Kish 1965), but never below 1: a design that
// seems to help by chance is not trusted. A rate of 0 or 1 says nothing about deff;
// it is then the mean rows of an account, the most that repetition can do. NaN without
// rows. cluster is nil or the account of each row, numbered from 0.
func ClusteredRate(churned []bool, cluster []int32, level float64) Rate {
	t := newRateTally(cluster, len(churned))
	for i, y := range churned {
		if y {
			t.add(i)
		}
	}
	return t.rate(level)
}

// ClusteredRates is [ClusteredRate] of the rows whose number is at least d, for d = 0..most: of
// days of warning, for example. It counts the rows of an account once for all of them.
func ClusteredRates(number []int, cluster []int32, most int, level float64) []Rate {
	t, out := newRateTally(cluster, len(number)), make([]Rate, most+1)
	for d, rows := range slices.Backward(rowsAtMost(number, most)) {
		for _, i := range rows {
			t.add(int(i))
		}
		out[d] = t.rate(level)
	}
	return out
}

// rowsAtMost lists the rows of every number from 0 to most, in which greater ones are counted as
// that; numbers below 0 are on no list.
func rowsAtMost(number []int, most int) [][]int32 {
	rows := make([][]int32, most+1)
	for i, n := range number {
		if n >= 0 {
			n = min(n, most)
			rows[n] = append(rows[n], int32(i))
		}
	}
	return rows
}

// ShareInterval is Wilson's interval of a share with a standard error of its own, at the
// number of independent trials that would have that error, share (1 - share) / stdErr^2
// (Korn and Graubard 1998): a share of a few accounts then stays within 0 and 1. A share of
// 0 or 1 has an error of 0, which says nothing; it counts as one of n trials. A share that
// cannot vary, such as one of ties alone, has itself as both ends.
func ShareInterval(share, stdErr, n, level float64) (low, high float64) {
	spread := share * (1 - share)
	if !(spread > 0) {
		return wilson(share*n, n, level)
	}
	if stdErr == 0 {
		return share, share
	}
	n = spread / (stdErr * stdErr)
	return wilson(share*n, n, level)
}

// rateTally counts rows and churned rows per account.
type rateTally struct {
	cluster      []int32 // nil: every row is an account
	rows, events []int32 // nil likewise
	accounts     int     // with rows
	n, churned   int
}

// newRateTally counts rows of which none churned yet.
func newRateTally(cluster []int32, n int) *rateTally {
	t := &rateTally{cluster: cluster, n: n}
	if cluster == nil {
		return t
	}
	mustMatch(n, len(cluster))
	t.rows = make([]int32, clusterCount(cluster))
	t.events = make([]int32, len(t.rows))
	for _, g := range cluster {
		if t.rows[g]++; t.rows[g] == 1 {
			t.accounts++
		}
	}
	return t
}

// add counts row i as churned.
func (t *rateTally) add(i int) {
	t.churned++
	if t.cluster != nil {
		t.events[t.cluster[i]]++
	}
}

// rate is that of the rows which churned so far.
func (t *rateTally) rate(level float64) Rate {
	r := Rate{N: t.n, Churned: t.churned, Value: math.NaN(), Low: math.NaN(), High: math.NaN(), DesignEffect: math.NaN()}
	if t.n == 0 {
		return r
	}
	r.Value, r.DesignEffect = float64(t.churned)/float64(t.n), t.designEffect()
	r.Low, r.High = wilson(float64(t.churned)/r.DesignEffect, float64(t.n)/r.DesignEffect, level)
	return r
}

// designEffect counts in integers, n^2 (y_g - p n_g)^2 = (n y_g - k n_g)^2, as far
// as float64 holds them.
func (t *rateTally) designEffect() float64 {
	if t.cluster == nil {
		return 1
	}
	n := float64(t.n)
	if t.churned == 0 || t.churned == t.n || t.accounts < 2 {
		return n / float64(max(1, t.accounts))
	}
	p := float64(t.churned) / n
	var squares exactSum
	squares.addBlocks(len(t.rows), func(to []float64, from int) { // 0 of an account without rows
		rows, events := t.rows[from:][:len(to)], t.events[from:][:len(to)]
		for g := range to {
			residual := float64(events[g]) - float64(p*float64(rows[g]))
			to[g] = residual * residual
		}
	})
	return max(1, smallSample(t.accounts)*squares.value()/n/(p*(1-p)))
}
