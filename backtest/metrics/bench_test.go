package metrics

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// company simulates n rows of about n/5.26 accounts (190,000 for a million
// rows) with two correlated scores and 12 % churn.
func company(n int) (a, b []float64, churned []bool, cluster []int32) {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	a, b = make([]float64, n), make([]float64, n)
	churned, cluster = make([]bool, n), make([]int32, n)
	for i := range churned {
		churned[i] = rng.Float64() < 0.12
		signal := rng.NormFloat64()
		if churned[i] {
			signal++
		}
		a[i], b[i] = signal+0.5*rng.NormFloat64(), signal+0.6*rng.NormFloat64()
		cluster[i] = int32(rng.IntN(max(1, n*19/100)))
	}
	return a, b, churned, cluster
}

func bySize(b *testing.B, run func(b *testing.B, n int)) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			run(b, n)
		})
	}
}

func BenchmarkAUC(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		score, _, churned, _ := company(n)
		for b.Loop() {
			AUC(score, churned)
		}
	})
}

func BenchmarkLogLoss(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		eta, _, churned, _ := company(n)
		for b.Loop() {
			LogLoss(eta, churned)
		}
	})
}

func BenchmarkDeLongOfTwo(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		x, y, churned, cluster := company(n)
		for b.Loop() {
			if _, err := DeLong([][]float64{x, y}, churned, cluster); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCalibrate(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		eta, _, churned, cluster := company(n)
		for b.Loop() {
			if _, err := Calibrate(eta, churned, cluster, 0.95); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// One operation is 1,000 replicates of the AUC, sort included.
func BenchmarkThousandAUCReplicates(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		score, _, churned, cluster := company(n)
		for b.Loop() {
			r := NewRanking(score, churned, cluster)
			stat := func() Statistic {
				return func(count []int32, out []float64) { out[0] = r.AUC(count) }
			}
			if _, err := Bootstrap(context.Background(), clusterCount(cluster), 1000, 1, 1, stat); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkThousandPackedAUCReplicates(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		score, _, churned, cluster := company(n)
		for b.Loop() {
			r := NewRanking(score, churned, cluster)
			if _, err := BootstrapAUC(context.Background(), []*Ranking{r}, 1000, 1); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDraw(b *testing.B) {
	count := make([]int32, 190_000)
	for b.Loop() {
		draw(count, rand.NewPCG(1, 1))
	}
}

func BenchmarkNewRanking(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		score, _, churned, cluster := company(n)
		for b.Loop() {
			NewRanking(score, churned, cluster)
		}
	})
}

// One operation is 1,000 replicates of AUC, KS, average precision and two lists.
func BenchmarkThousandRankReplicates(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		score, _, churned, cluster := company(n)
		m := RankMetrics{Lists: []int{50, n / 100}}
		for b.Loop() {
			r := NewRanking(score, churned, cluster)
			if _, err := BootstrapRanks(context.Background(), []*Ranking{r}, m, 1000, 1); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkInfluence(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		score, _, churned, cluster := company(n)
		r := NewRanking(score, churned, cluster)
		for b.Loop() {
			RankMetrics{Lists: []int{50}}.Influence(r)
		}
	})
}

func BenchmarkSmoothCalibration(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		eta, _, churned, _ := company(n)
		for b.Loop() {
			SmoothCalibration(eta, churned, 0)
		}
	})
}

func BenchmarkDecomposeBrier(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		eta, _, churned, _ := company(n)
		for b.Loop() {
			DecomposeBrier(eta, churned, nil)
		}
	})
}

func BenchmarkWeightedCurve(b *testing.B) {
	bySize(b, func(b *testing.B, n int) {
		score, weight, churned, _ := company(n)
		for i, w := range weight {
			weight[i] = 1 + w*w
		}
		for b.Loop() {
			WeightedCurve(score, churned, weight)
		}
	})
}
