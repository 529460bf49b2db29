package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// The worked example of Riley et al. (BMJ 2020) and of the documentation of R's and
// Stata's pmsampsize: 24 parameters, prevalence 0.174, Cox-Snell R2 0.288.
func TestRileySampleSizeEqualsPmsampsize(t *testing.T) {
	want := SampleSize{Shrinkage: 623, Optimism: 662, Rate: 221, Rows: 662}
	if got := RileySampleSize(24, 0.174, 0.288); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// Riley et al. 2019, table 1: max R2 of Cox and Snell is 0.75 at a rate of 0.5, 0.48 at
// 0.1, 0.33 at 0.05 and 0.11 at 0.01.
func TestMaxCoxSnellEqualsThePublishedTable(t *testing.T) {
	for rate, want := range map[float64]float64{0.5: 0.75, 0.1: 0.48, 0.05: 0.33, 0.01: 0.11} {
		if got := MaxCoxSnell(rate); math.Abs(got-want) > 0.005 {
			t.Errorf("rate %v: %.4f, want %v", rate, got, want)
		}
	}
}

func TestRileySampleSizeOfNothingIsZero(t *testing.T) {
	for _, c := range []struct {
		columns  int
		rate, r2 float64
	}{{5, 0, 0.1}, {5, 1, 0.1}, {5, math.NaN(), 0.1}} {
		if got := RileySampleSize(c.columns, c.rate, c.r2); got != (SampleSize{}) {
			t.Errorf("%+v: %+v", c, got)
		}
	}
	if got := RileySampleSize(0, 0.1, 0.05); got.Shrinkage != 0 || got.Rows != got.Rate {
		t.Errorf("no columns: %+v", got)
	}
}

func TestMoreColumnsNeedMoreRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, rate := rapid.IntRange(1, 200).Draw(t, "columns"), rapid.Float64Range(0.01, 0.99).Draw(t, "rate")
		r2 := rapid.Float64Range(0.05, 0.9).Draw(t, "r2") * MaxCoxSnell(rate)
		if a, b := RileySampleSize(p, rate, r2), RileySampleSize(p+1, rate, r2); b.Shrinkage < a.Shrinkage || b.Optimism < a.Optimism || b.Rows < a.Rows {
			t.Fatalf("%d columns need %+v, one more %+v", p, a, b)
		}
	})
}

// The formula by hand at the area of their example, 0.893 of 51 abnormal and 58 normal
// images (Hanley and McNeil 1982): Q1 .80668, Q2 .84252, so
// (.095551 + 50 (.80668-.797449) + 57 (.84252-.797449)) / 2958 = .00105700.
func TestHanleyMcNeilByHand(t *testing.T) {
	if got := HanleyMcNeil(0.893, 51, 58); math.Abs(got-0.0010570029) > 1e-10 {
		t.Errorf("variance %.8f, want 0.0010570029", got)
	}
	if got := HanleyMcNeil(0.8, 0, 10); !math.IsNaN(got) {
		t.Errorf("without churn %v, want NaN", got)
	}
}

// (1.959963984540054 + 0.8416212335729143) sqrt(V) at correlation one half (scipy).
func TestDetectableAUCIsPowerTimesStandardError(t *testing.T) {
	v := HanleyMcNeil(0.75, 100, 700)
	checkPrinted(t, []printed{
		{"independent", DetectableAUC(0.75, 0.5, 1, 100, 700), 2.8015852181129683 * math.Sqrt(v), 1e-12},
		{"with a design effect of 4", DetectableAUC(0.75, 0.5, 4, 100, 700), 2 * 2.8015852181129683 * math.Sqrt(v), 1e-12},
	})
}

// clusteredShare is the ratio estimator's variance written out.
func clusteredShare(churned []bool, cluster []int32) float64 {
	n, k := map[int32]float64{}, map[int32]float64{}
	total, events := 0.0, 0.0
	for i, g := range cluster {
		n[g]++
		total++
		if churned[i] {
			k[g]++
			events++
		}
	}
	p, sum := events/total, 0.0
	for g := range n {
		sum += (k[g] - p*n[g]) * (k[g] - p*n[g])
	}
	G := float64(len(n))
	return G / (G - 1) * sum / (total * total) / (p * (1 - p) / total)
}

func TestClusteredRateHasTheDesignEffectOfARatio(t *testing.T) {
	stream := rand.New(rand.NewPCG(7, 7))
	var churned []bool
	var cluster []int32
	for g := range 80 {
		own := stream.Float64() < 0.3
		for range 1 + stream.IntN(9) {
			churned, cluster = append(churned, own), append(cluster, int32(g))
		}
	}
	got := ClusteredRate(churned, cluster, 0.95)
	checkPrinted(t, []printed{{"design effect", got.DesignEffect, clusteredShare(churned, cluster), 1e-12}})
	if low, high := Wilson(got.Churned, got.N, 0.95); got.Low >= low || got.High <= high {
		t.Errorf("[%v, %v] is not wider than the row-wise [%v, %v]", got.Low, got.High, low, high)
	}
}

// DEFINITIONS of the interval: Wilson 5/40 is [.054595002509, .261121198389] (statsmodels).
func TestClusteredRateOfIndependentRowsIsWilson(t *testing.T) {
	churned := make([]bool, 40)
	for i := range 5 {
		churned[i] = true
	}
	got := ClusteredRate(churned, nil, 0.95)
	checkPrinted(t, []printed{{"low", got.Low, 0.054595002509, 1e-10}, {"high", got.High, 0.261121198389, 1e-10}})
	if got.DesignEffect != 1 {
		t.Errorf("design effect %v", got.DesignEffect)
	}
}

func TestClusteredRateAtItsEdges(t *testing.T) {
	if got := ClusteredRate(nil, nil, 0.95); !math.IsNaN(got.Value) || !math.IsNaN(got.Low) {
		t.Errorf("no rows: %+v", got)
	}
	// Nobody churned in 12 rows of 3 accounts: worth 3 rows.
	got := ClusteredRate(make([]bool, 12), []int32{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}, 0.95)
	_, high := Wilson(0, 3, 0.95)
	if got.DesignEffect != 4 || !near(got.High, high, 1e-14) {
		t.Errorf("nobody churned: %+v, want design effect 4 and high %v", got, high)
	}
}

// Coverage of the interval where 60 accounts have one to ten alike rows, true rate 0.3:
// clustered and row-wise.
func TestClusteredRateCoversTheTruth(t *testing.T) {
	const runs = 1000
	covered, rowwise := 0, 0
	for r := range runs {
		stream := rand.New(rand.NewPCG(21, uint64(r)))
		var churned []bool
		var cluster []int32
		for g := range 60 {
			own := stream.Float64() < 0.3
			for range 1 + stream.IntN(10) {
				churned, cluster = append(churned, own), append(cluster, int32(g))
			}
		}
		got := ClusteredRate(churned, cluster, 0.95)
		if got.Low <= 0.3 && 0.3 <= got.High {
			covered++
		}
		if low, high := Wilson(got.Churned, got.N, 0.95); low <= 0.3 && 0.3 <= high {
			rowwise++
		}
	}
	t.Logf("coverage %.3f, row-wise %.3f", float64(covered)/runs, float64(rowwise)/runs)
	if c := float64(covered) / runs; c < 0.925 {
		t.Errorf("coverage %.3f at a nominal 0.95", c)
	}
}
