package metrics

import (
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"
)

// AUCs is the AUC of m candidates on the same rows, with their joint covariance.
type AUCs struct {
	AUC      []float64     // per candidate
	Cov      *mat.SymDense // m x m, of the AUCs
	Clusters int           // accounts that have at least one row

	// What Difference needs is kept apart from AUC and Cov: candidates that rank
	// nearly alike agree in most digits of those, and the digits would cancel.
	won    []int64       // half pairs won, per candidate
	pairs  float64       // half pairs in all, 2 n1 n0
	varGap *mat.SymDense // m x m, Var(AUC_i - AUC_j)
}

// DeLong estimates the AUCs of m candidate scores, each a slice over the same n
// rows, and their covariance with repeated accounts: the clustered estimator of
// Obuchowski (Biometrics 1997, eq. 2-4),
//
//	a_g = sum of V10 over g's churned rows  - m_g AUC
//	b_g = sum of V01 over g's renewed rows - n_g AUC
//	cov_rs = I10/(I10-1) sum a^r a^s / n1^2 + I01/(I01-1) sum b^r b^s / n0^2
//	       + I/(I-1) sum (a^r b^s + a^s b^r) / (n1 n0)
//
// where V10 is the share of renewed rows a churned row beats, V01 the share of
// churned rows that beat a renewed one, ties one half, and I10, I01, I count the
// accounts with a churned row, a renewed row, any row. With every row its own
// account (cluster nil) the third term vanishes and the rest is DeLong, DeLong
// and Clarke-Pearson (Biometrics 1988). One sort per candidate (Sun and Xu 2014).
//
// The estimator allows any dependence within an account and none between. V10 and
// V01 are counted in integers; a and b are rounded once. AUC is NaN if
// either outcome is absent, Cov is NaN if fewer than two accounts have a churned
// or a renewed row. Errors: no candidates, lengths that differ, a NaN score, a
// negative account.
func DeLong(scores [][]float64, churned []bool, cluster []int32) (*AUCs, error) {
	if err := checkDeLong(scores, churned, cluster); err != nil {
		return nil, err
	}
	rows := tallies(churned, cluster)
	return aucsOf(influencesOf(scores, churned, cluster, rows), rows), nil
}

// DeLongOf is [DeLong] of candidates that are ranked already, on the same rows and accounts;
// rankings that differ in accounts are an error.
func DeLongOf(rankings []*Ranking) (*AUCs, error) {
	if _, err := commonAccounts(rankings); err != nil {
		return nil, err
	}
	for c, r := range rankings {
		if r.undefined {
			return nil, fmt.Errorf("metrics: delong: candidate %d has no score (NaN) in some row; leave the row out for all candidates", c)
		}
	}
	candidates := make([]influences, len(rankings))
	sideBySide(len(rankings), func(i int) { candidates[i] = rankings[i].influences() })
	return aucsOf(candidates, rankings[0].account), nil
}

// aucsOf makes estimates of the influences of all candidates; rows are those of each account.
func aucsOf(candidates []influences, rows []counts) *AUCs {
	counts := countClusters(rows)
	out := &AUCs{
		AUC:      make([]float64, len(candidates)),
		Cov:      mat.NewSymDense(len(candidates), nil),
		Clusters: counts.any,
		won:      make([]int64, len(candidates)),
		pairs:    counts.pairs(),
		varGap:   mat.NewSymDense(len(candidates), nil),
	}
	for i, x := range candidates {
		out.won[i] = x.won
		out.AUC[i] = ratio(float64(x.won), out.pairs)
	}
	out.covariances(counts, candidates)
	return out
}

// covariances fills in the matrices, an element each to a goroutine.
func (a *AUCs) covariances(counts clusterCounts, candidates []influences) {
	sideBySide(len(candidates)*len(candidates), func(k int) {
		i, j := k/len(candidates), k%len(candidates)
		x, y := candidates[i], candidates[j]
		if i > j {
			gap := x.minus(y)
			a.varGap.SetSym(j, i, counts.covariance(gap, gap))
			return
		}
		cov := counts.covariance(x, y)
		a.Cov.SetSym(i, j, cov)
		if i == j {
			a.varGap.SetSym(i, i, 0*cov) // 0, but NaN where there is no variance
		}
	})
}

// influencesOf ranks and sweeps the candidates, one goroutine each. They share the counts
// of the accounts' rows.
func influencesOf(scores [][]float64, churned []bool, cluster []int32, rows []counts) []influences {
	out := make([]influences, len(scores))
	sideBySide(len(scores), func(i int) {
		sums, won := placementsOf(scores[i], churned, cluster, len(rows))
		out[i] = centred(sums, won, rows)
	})
	return out
}

// sideBySide runs the tasks 0..n-1 on all processors; each has a place of its own for its
// result, so that it does not matter which comes first.
func sideBySide(n int, task func(int)) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		group.Go(func() error {
			task(i)
			return nil
		})
	}
	_ = group.Wait() // no task fails
}

// checkDeLong says which candidate and row is at fault. A NaN is an error here,
// while [AUC] answers NaN: a comparison in which candidates were judged on
// different rows would be worse than none.
func checkDeLong(scores [][]float64, churned []bool, cluster []int32) error {
	if len(scores) == 0 {
		return fmt.Errorf("metrics: delong: no candidate scores given")
	}
	if cluster != nil && len(cluster) != len(churned) {
		return fmt.Errorf("metrics: delong: %d accounts for %d outcomes", len(cluster), len(churned))
	}
	for c, score := range scores {
		if len(score) != len(churned) {
			return fmt.Errorf("metrics: delong: candidate %d has %d scores for %d outcomes", c, len(score), len(churned))
		}
		for i, s := range score {
			if math.IsNaN(s) {
				return fmt.Errorf("metrics: delong: candidate %d has no score (NaN) in row %d; leave the row out for all candidates", c, i)
			}
		}
	}
	return checkClusters("delong", cluster)
}

// influences is one candidate's half pairs won and its accounts' a_g and b_g.
type influences struct {
	won      int64
	accounts []influence
}

// influence is an account's a_g and b_g in units of 1/(2 n1 n0), in which both
// are integers (exact below 2^53).
type influence struct{ a, b float64 }

// minus is the influences on the difference of two candidates' AUCs.
func (x influences) minus(y influences) influences {
	gap := influences{x.won - y.won, make([]influence, len(x.accounts))}
	for g := range gap.accounts {
		gap.accounts[g].a = x.accounts[g].a - y.accounts[g].a
		gap.accounts[g].b = x.accounts[g].b - y.accounts[g].b
	}
	return gap
}

// placements are an account's sums of V10 and V01 in half pairs.
type placements struct{ won, lost int64 }

// influences are those of a ranking that is there already.
func (r *Ranking) influences() influences {
	sums, won := r.placements()
	return centred(sums, won, r.account)
}

// centred centres the placements: 2 n1 n0 a_g = n1 A_g - m_g W with W the half
// pairs won by all, and likewise for b_g.
func centred(sums []placements, won int64, rows []counts) influences {
	var all tally
	for _, a := range rows {
		all.churned, all.renewed = all.churned+int64(a.churned), all.renewed+int64(a.renewed)
	}
	n1, n0, w := float64(all.churned), float64(all.renewed), float64(won)
	accounts := make([]influence, len(sums))
	for g, s := range sums {
		accounts[g] = influence{
			a: differenceOfProducts(n1, float64(s.won), float64(rows[g].churned), w),
			b: differenceOfProducts(n0, float64(s.lost), float64(rows[g].renewed), w),
		}
	}
	return influences{won, accounts}
}

// placementsOf counts, for every row, the half pairs it takes part in that are in order, and
// adds them up by account and outcome; won is the sum of either kind. No score is NaN. The
// rows are not sorted themselves but their accounts with the outcome as the lowest bit: what
// would have to be looked up at random behind a [Ranking] comes along in sequence.
func placementsOf(score []float64, churned []bool, cluster []int32, accounts int) (sums []placements, won int64) {
	rows, _ := keyedByOutcome(score, churned)
	renewed := int64(len(rows.Rows) - countTrue(churned))
	for i, g := range rows.Rows {
		if cluster != nil {
			g = uint32(cluster[g])
		}
		rows.Rows[i] = g<<1 | uint32(index(int64(i) >= renewed))
	}
	rows, sums = rows.Sort(), make([]placements, accounts)
	var above tally
	for i := 0; i < len(rows.Rows); {
		end := rows.TieEnd(i)
		tied := tally{}
		for _, code := range rows.Rows[i:end] {
			tied.add(code&1 == 1)
		}
		below := renewed - above.renewed - tied.renewed
		hit, miss := 2*below+tied.renewed, 2*above.churned+tied.churned
		for _, code := range rows.Rows[i:end] {
			if s := &sums[code>>1]; code&1 == 1 {
				s.won += hit
			} else {
				s.lost += miss
			}
		}
		won += tied.churned * hit
		above.churned += tied.churned
		above.renewed += tied.renewed
		i = end
	}
	return sums, won
}

// placements is [placementsOf] of a ranking.
func (r *Ranking) placements() (sums []placements, won int64) {
	sums = make([]placements, len(r.account))
	ones := r.weights(nil)
	renewed := r.totals(ones).renewed
	var above tally
	for i := 0; i < len(r.code); {
		end, t := r.block(i, ones)
		below := renewed - above.renewed - t.renewed
		hit, miss := 2*below+t.renewed, 2*above.churned+t.churned
		for _, c := range r.code[i:end] {
			if s := &sums[c>>accountShift]; c&churnedBit != 0 {
				s.won += hit
			} else {
				s.lost += miss
			}
		}
		won += t.churned * hit
		above.churned += t.churned
		above.renewed += t.renewed
		i = end
	}
	return sums, won
}

// clusterCounts are the sizes Obuchowski's estimator needs.
type clusterCounts struct {
	rows                  tally
	churned, renewed, any int // accounts with at least one such row
}

// countClusters adds up what tallies counted. Account numbers without rows do not
// count as accounts.
func countClusters(accounts []counts) clusterCounts {
	var c clusterCounts
	for _, a := range accounts {
		c.rows.churned += int64(a.churned)
		c.rows.renewed += int64(a.renewed)
		if a.churned > 0 {
			c.churned++
		}
		if a.renewed > 0 {
			c.renewed++
		}
		if a.churned+a.renewed > 0 {
			c.any++
		}
	}
	return c
}

// pairs is 2 n1 n0, the number of half pairs.
func (c clusterCounts) pairs() float64 {
	return 2 * float64(c.rows.churned) * float64(c.rows.renewed)
}

// covariance is cov_rs of [DeLong] from both candidates' influences. The sums over
// accounts are exact, so neither row order nor numbering shows. An account
// without rows has influences of zero and drops out by itself.
//
// The third sum is what an account's churned and renewed rows have in common. It
// may be negative; with accounts of one row each all its terms are zero.
func (c clusterCounts) covariance(x, y influences) float64 {
	if c.churned < 2 || c.renewed < 2 {
		return math.NaN()
	}
	var aa, bb, ab exactSum
	n := len(x.accounts)
	aa.addEach(n, func(g int) float64 { return x.accounts[g].a * y.accounts[g].a })
	bb.addEach(n, func(g int) float64 { return x.accounts[g].b * y.accounts[g].b })
	ab.addEach(n, func(g int) float64 {
		u, v := x.accounts[g], y.accounts[g]
		return float64(u.a*v.b) + float64(u.b*v.a)
	})
	n1, n0 := float64(c.rows.churned), float64(c.rows.renewed)
	var sum exactSum
	sum.add(smallSample(c.churned) * aa.value() / (n1 * n1))
	sum.add(smallSample(c.renewed) * bb.value() / (n0 * n0))
	sum.add(smallSample(c.any) * ab.value() / (n1 * n0))
	return sum.value() / c.pairs() / c.pairs()
}

// smallSample is the factor I/(I-1) of a variance over I accounts.
func smallSample(accounts int) float64 {
	return float64(accounts) / float64(accounts-1)
}

// Interval is candidate i's AUC with its normal interval at the level, such as
// 0.95. The limits are not clipped to [0,1]: an interval that sticks out says
// that the normal approximation is strained.
func (a *AUCs) Interval(i int, level float64) Estimate {
	return wald(a.AUC[i], math.Sqrt(a.Cov.At(i, i)), level)
}

// Difference is a comparison of two candidates: the value with its standard
// error, the two-sided test of zero and the interval.
type Difference struct{ Value, StdErr, Z, P, Low, High float64 }

// Difference compares AUC_i - AUC_j, counting the candidates' covariance. Equal
// candidates have difference 0, standard error 0, z 0 and p 1. The z test relies
// on large samples: with some 30 churned accounts the simulation in the
// tests rejects equal scores in 7 % of the runs at a nominal 5 %. Only an AUCs made by [DeLong]
// knows differences.
func (a *AUCs) Difference(i, j int, level float64) Difference {
	value := ratio(float64(a.won[i]-a.won[j]), a.pairs)
	e := wald(value, math.Sqrt(a.varGap.At(i, j)), level)
	d := Difference{Value: value, StdErr: e.StdErr, Low: e.Low, High: e.High, P: 1}
	if value != 0 || e.StdErr != 0 {
		d.Z = value / e.StdErr
		d.P = twoSided(d.Z)
	}
	return d
}
