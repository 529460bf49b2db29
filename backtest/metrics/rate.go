package metrics

import "math"

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
	r := Rate{N: len(churned), Value: math.NaN(), Low: math.NaN(), High: math.NaN(), DesignEffect: math.NaN()}
	if r.N == 0 {
		return r
	}
	for _, c := range churned {
		if c {
			r.Churned++
		}
	}
	r.Value = float64(r.Churned) / float64(r.N)
	r.DesignEffect = rateDesignEffect(churned, cluster, r.Churned)
	r.Low, r.High = wilson(float64(r.Churned)/r.DesignEffect, float64(r.N)/r.DesignEffect, level)
	return r
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

// rateDesignEffect counts in integers, n^2 (y_g - p n_g)^2 = (n y_g - k n_g)^2, as far
// as float64 holds them.
func rateDesignEffect(churned []bool, cluster []int32, k int) float64 {
	if cluster == nil {
		return 1
	}
	mustMatch(len(churned), len(cluster))
	rows, events := tallyRate(churned, cluster)
	n, accounts := float64(len(churned)), 0
	for _, of := range rows {
		if of > 0 {
			accounts++
		}
	}
	if k == 0 || k == len(churned) || accounts < 2 {
		return n / float64(max(1, accounts))
	}
	p := float64(k) / n
	var squares exactSum
	squares.addEach(len(rows), func(g int) float64 { // 0 of an account without rows
		residual := float64(events[g]) - float64(p*float64(rows[g]))
		return residual * residual
	})
	return max(1, smallSample(accounts)*squares.value()/n/(p*(1-p)))
}

// tallyRate counts rows and churned rows per account.
func tallyRate(churned []bool, cluster []int32) (rows, events []int32) {
	for i, g := range cluster {
		for int(g) >= len(rows) {
			rows, events = append(rows, 0), append(events, 0)
		}
		rows[g]++
		if churned[i] {
			events[g]++
		}
	}
	return rows, events
}
