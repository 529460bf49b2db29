package metrics

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// The coverage table of CONTRIBUTING is that of 1,000 companies:
//
//	go test ./backtest/metrics -run Coverage -companies=1000 -v
var (
	companies = flag.Int("companies", 40, "simulated companies of the coverage test")
	accounts  = flag.Int("accounts", 600, "accounts of each")
)

// simulatedCompany has accounts of one to twelve snapshots. An account's own risk stays
// with it, so that its outcomes are alike, and both scores see that risk through noise of
// their own, part of which stays with the account.
func simulatedCompany(rng *rand.Rand, accounts int) (x, y []float64, churned []bool, cluster []int32) {
	for g := range accounts {
		risk, biasX, biasY := rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()
		for range 1 + rng.IntN(12) {
			churned = append(churned, rng.Float64() < sigmoid(1.2*risk-1.5))
			x = append(x, risk+0.7*biasX+0.4*rng.NormFloat64())
			y = append(y, risk+1.0*biasY+0.4*rng.NormFloat64())
			cluster = append(cluster, int32(g))
		}
	}
	return x, y, churned, cluster
}

// coverages counts how often each kind of interval held the truth.
type coverages struct {
	kind []string
	held map[string]int
}

func (c *coverages) note(kind string, low, high, truth float64) {
	if _, seen := c.held[kind]; !seen {
		c.kind = append(c.kind, kind)
		c.held[kind] = 0
	}
	if low <= truth && truth <= high {
		c.held[kind]++
	}
}

// truths are the metrics of a company so large that its own error does not matter: some
// percent of the error of the companies measured against it.
type truths struct {
	rate    float64
	metrics [2][]float64 // of both scores
}

const listShare = 10 // lists hold a tenth of the rows

// The percentile interval of KS is shown but not held to anything: KS is the largest of many
// gaps, so it is too high on the whole, and its replicates are once more. BCa mends it.
const biased = "KS, percentile"

func findTruths(t *testing.T) truths {
	t.Helper()
	x, y, churned, cluster := simulatedCompany(rand.New(rand.NewPCG(99, 0)), 200_000)
	var out truths
	out.rate = float64(countTrue(churned)) / float64(len(churned))
	m := RankMetrics{Lists: []int{len(churned) / listShare}}
	for i, score := range [2][]float64{x, y} {
		out.metrics[i] = m.Of(NewRanking(score, churned, cluster), nil)
	}
	return out
}

// Coverage is the share of companies whose 95 % interval holds the truth: it should be 95 %,
// and lie between 93 and 97 % over 1,000 companies, where its own standard error is 0.7 %.
// The default of a few companies finds gross errors only: the band below is four standard
// errors wide beyond [0.93, 0.97], which a sound interval leaves once in 10,000 seeds (and
// the seed is fixed).
func TestCoverageOfEveryKindOfInterval(t *testing.T) {
	truth := findTruths(t)
	c := &coverages{held: map[string]int{}}
	for r := range *companies {
		coverOne(t, c, truth, rand.New(rand.NewPCG(31, uint64(r))))
	}
	slack := 4 * math.Sqrt(0.95*0.05/float64(*companies))
	if *companies >= 1000 {
		slack = 0
	}
	for _, kind := range c.kind {
		share := float64(c.held[kind]) / float64(*companies)
		t.Logf("%-48s %5.1f %%", kind, 100*share)
		if kind != biased && (share < 0.93-slack || share > 0.97+slack) {
			t.Errorf("%s: coverage %.3f of a nominal 0.95", kind, share)
		}
	}
}

// coverOne measures one company in every way.
func coverOne(t *testing.T, c *coverages, truth truths, rng *rand.Rand) {
	t.Helper()
	x, y, churned, cluster := simulatedCompany(rng, *accounts)
	rate := ClusteredRate(churned, cluster, 0.95)
	c.note("churn rate, Wilson with design effect", rate.Low, rate.High, truth.rate)

	a := mustDeLong(t, [][]float64{x, y}, churned, cluster)
	auc, gap := a.Interval(0, 0.95), a.Difference(0, 1, 0.95)
	trueGap := truth.metrics[0][ColumnAUC] - truth.metrics[1][ColumnAUC]
	c.note("AUC, clustered DeLong", auc.Low, auc.High, truth.metrics[0][ColumnAUC])
	c.note("AUC difference, clustered DeLong", gap.Low, gap.High, trueGap)

	m := RankMetrics{Lists: []int{len(churned) / listShare}}
	rankings := []*Ranking{NewRanking(x, churned, cluster), NewRanking(y, churned, cluster)}
	boot, err := BootstrapRanks(t.Context(), rankings, m, 1000, rng.Uint64())
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"AUC", "KS", "average precision", "precision of a tenth", "lift of a tenth", "capture of a tenth"}
	estimate := m.Of(rankings[0], nil)
	influence := m.Influence(rankings[0])
	for j, name := range names {
		low, high := boot.Percentile(j, 0.95)
		c.note(name+", percentile", low, high, truth.metrics[0][j])
		low, high, _ = boot.BCa(j, estimate[j], Acceleration(influence[j]), 0.95)
		c.note(name+", BCa", low, high, truth.metrics[0][j])
	}
	coverDifferences(t, c, truth, m, rankings, boot)
}

// coverDifferences does the same for the paired differences of the two scores.
func coverDifferences(t *testing.T, c *coverages, truth truths, m RankMetrics, rankings []*Ranking, boot *Replicates) {
	t.Helper()
	ap, capture := ColumnAP, m.ColumnCapture(0)
	gaps, err := boot.Contrast([2]int{ap, m.Width() + ap}, [2]int{capture, m.Width() + capture})
	if err != nil {
		t.Fatal(err)
	}
	first, second := m.Of(rankings[0], nil), m.Of(rankings[1], nil)
	u, v := m.Influence(rankings[0]), m.Influence(rankings[1])
	for j, column := range [2]int{ap, capture} {
		name := fmt.Sprint([2]string{"average precision", "capture"}[j], " difference")
		want := truth.metrics[0][column] - truth.metrics[1][column]
		low, high := gaps.Percentile(j, 0.95)
		c.note(name+", percentile", low, high, want)
		between := make([]float64, len(u[column]))
		for g := range between {
			between[g] = u[column][g] - v[column][g]
		}
		low, high, _ = gaps.BCa(j, first[column]-second[column], Acceleration(between), 0.95)
		c.note(name+", BCa", low, high, want)
	}
}
