package backtest

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

// sizeCompanies is how many companies TestPairedTestHoldsItsSize simulates:
//
//	go test ./backtest -run PairedTest -v -size-companies=1000
//
// The ordinary run is short and its band wide.
var sizeCompanies = flag.Int("size-companies", 40, "companies simulated to measure the size of the paired test")

// renewals are those of one company whose accounts come back six to twelve times.
// What an account is like persists (its own level has twice the variance of what
// changes between renewals), and it moves the outcome: rows of an account are far
// from independent.
// Two candidates see the same truth through equally large errors of their own, which
// persist as well: they are equally good, and only chance tells them apart.
func renewals(rng *rand.Rand, accounts int) *Predictions {
	p := &Predictions{Score: make([][]float64, 2)}
	for a := range accounts {
		level := math.Sqrt2 * rng.NormFloat64()
		bias := [2]float64{1.5 * rng.NormFloat64(), 1.5 * rng.NormFloat64()}
		for k := range 6 + rng.IntN(7) {
			truth := level + rng.NormFloat64()
			p.Fold = append(p.Fold, int32(k))
			p.Account = append(p.Account, int32(a))
			p.Churned = append(p.Churned, rng.Float64() < models.Probability(-1.5+truth))
			for c := range p.Score {
				p.Score[c] = append(p.Score[c], truth+bias[c]+0.5*rng.NormFloat64())
			}
		}
	}
	return p
}

// The size of a test is how often it sees a difference where there is none: it must
// be the 5 % that are promised. With N companies the share has a standard error of
// sqrt(0.05 * 0.95 / N); the band is that of the promise, 3-7 %, and never narrower
// than four standard errors.
func TestPairedTestHoldsItsSize(t *testing.T) {
	n := *sizeCompanies
	var clustered, rowWise int
	for i := range n {
		p := renewals(rand.New(rand.NewPCG(2026, uint64(i))), 300)
		s := p.take(every[int32](len(p.Fold)))
		if rejects(t, p.Score, s.churned, s.cluster) {
			clustered++
		}
		if rejects(t, p.Score, s.churned, nil) {
			rowWise++
		}
	}
	share, naive := float64(clustered)/float64(n), float64(rowWise)/float64(n)
	t.Logf("%d companies: the clustered test rejects %.1f %%, the row-wise one %.1f %% at a nominal 5 %%", n, 100*share, 100*naive)
	if band := max(0.02, 4*math.Sqrt(0.05*0.95/float64(n))); math.Abs(share-0.05) > band {
		t.Errorf("the clustered test rejects %.1f %%, want 5 %% within %.1f", 100*share, 100*band)
	}
	if naive < share {
		t.Errorf("the row-wise test rejects %.1f %%, less than the clustered one: this simulation no longer shows why accounts matter", 100*naive)
	}
}

// rejects is the comparison that a run makes, at 5 %.
func rejects(t *testing.T, scores [][]float64, churned []bool, cluster []int32) bool {
	t.Helper()
	aucs, err := metrics.DeLong(scores, churned, cluster)
	if err != nil {
		t.Fatal(err)
	}
	return compareAUC(aucs, 0, 1, 0.95, 0.95).P < 0.05
}
