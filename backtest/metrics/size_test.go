package metrics

import (
	"math/rand/v2"
	"testing"
)

// repeatedAccounts simulates accounts with several snapshots each: an account
// either churns in all of them or in none, and both scores see the same signal
// through account noise that stays and row noise that changes. The two are
// equally good by construction.
func repeatedAccounts(rng *rand.Rand, accounts, rows int) (x, y []float64, churned []bool, cluster []int32) {
	for g := range accounts {
		label := rng.Float64() < 0.3
		signal := 0.0
		if label {
			signal = 1
		}
		ax, ay := rng.NormFloat64(), rng.NormFloat64()
		for range rows {
			x = append(x, signal+ax+0.5*rng.NormFloat64())
			y = append(y, signal+ay+0.5*rng.NormFloat64())
			churned = append(churned, label)
			cluster = append(cluster, int32(g))
		}
	}
	return x, y, churned, cluster
}

// The size of a test is how often it cries difference where there is none. With
// 600 repetitions at a true 5 % the rejections are binomial with mean 30 and
// standard deviation 5.34; the band of four of those is [9, 51], which a correct
// test leaves once in about 10,000 seeds (and the seed is fixed). The normal
// approximation with about 30 churned accounts adds a little, well inside it.
func TestClusteredTestHoldsItsSizeWhereTheRowWiseOneDoesNot(t *testing.T) {
	const repetitions, accounts, rows = 600, 100, 6
	rowWise, clustered := 0, 0
	for r := range repetitions {
		x, y, churned, cluster := repeatedAccounts(rand.New(rand.NewPCG(11, uint64(r))), accounts, rows)
		scores := [][]float64{x, y}
		if mustDeLong(t, scores, churned, nil).Difference(0, 1, 0.95).P < 0.05 {
			rowWise++
		}
		if mustDeLong(t, scores, churned, cluster).Difference(0, 1, 0.95).P < 0.05 {
			clustered++
		}
	}
	t.Logf("of %d tests of equal scores, clustered rejects %d, row-wise %d", repetitions, clustered, rowWise)
	if clustered < 9 || clustered > 51 {
		t.Errorf("the clustered test rejects %d of %d, want 9 to 51", clustered, repetitions)
	}
	// Six rows that say nearly the same make the row-wise error too small by up to
	// sqrt(6): size up to P(|Z| > 1.96/2.45) = 42 %.
	if rowWise < 150 {
		t.Errorf("the row-wise test rejects %d of %d: this simulation no longer shows why accounts matter", rowWise, repetitions)
	}
}

// The bootstrap over accounts must agree with the clustered closed form: both
// estimate the same standard error.
func TestAccountBootstrapAgreesWithClusteredDeLong(t *testing.T) {
	x, _, churned, cluster := repeatedAccounts(rand.New(rand.NewPCG(12, 0)), 400, 6)
	closed := mustDeLong(t, [][]float64{x}, churned, cluster).Interval(0, 0.95)
	r, err := BootstrapAUC(t.Context(), []*Ranking{NewRanking(x, churned, cluster)}, 2000, 5)
	if err != nil {
		t.Fatal(err)
	}
	low, high := r.Percentile(0, 0.95)
	// A percentile of 2,000 replicates has a standard error of about 0.06 standard
	// errors of the AUC; a quarter leaves room for the skewness of 120 events.
	for _, c := range []struct{ boot, wald float64 }{{low, closed.Low}, {high, closed.High}} {
		if off := (c.boot - c.wald) / closed.StdErr; off > 0.25 || off < -0.25 {
			t.Errorf("bootstrap [%v, %v], clustered %+v", low, high, closed)
		}
	}
}
