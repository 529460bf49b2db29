package metrics

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sample is a random data set small enough for quadratic oracles.
type sample struct {
	score, eta, value []float64
	churned           []bool
	cluster           []int32
}

// drawSample draws scores with many ties, few accounts and both outcomes mostly.
func drawSample(t *rapid.T) sample {
	n := rapid.IntRange(0, 40).Draw(t, "rows")
	levels := rapid.SampledFrom([]int{1, 3, 12, 1 << 40}).Draw(t, "levels")
	accounts := rapid.IntRange(1, 12).Draw(t, "accounts")
	s := sample{churned: make([]bool, n)}
	for i := range n {
		level := rapid.IntRange(-levels, levels).Draw(t, "level")
		s.score = append(s.score, float64(level)/4)
		s.eta = append(s.eta, 6*float64(level)/float64(levels))
		s.value = append(s.value, rapid.Float64Range(0, 1e5).Draw(t, "value"))
		s.churned[i] = rapid.Bool().Draw(t, "churned")
		s.cluster = append(s.cluster, int32(rapid.IntRange(0, accounts-1).Draw(t, "account")))
	}
	return s
}

func TestTheOrderIsThatOfAStableSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		score := rapid.SliceOf(rapid.Float64()).Draw(t, "score")
		churned := make([]bool, len(score))
		rows, ok := descending(score, churned)
		want := make([]int, len(score))
		for i := range want {
			want[i] = i
		}
		slices.SortStableFunc(want, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
		if !ok || len(rows.Rows) != len(want) {
			t.Fatalf("sorted %d of %d rows, ok %v", len(rows.Rows), len(want), ok)
		}
		for i, row := range rows.Rows {
			if int(row) != want[i] {
				t.Fatalf("place %d holds row %d, want %d", i, row, want[i])
			}
		}
	})
}

func TestEqualScoresSortByOutcome(t *testing.T) {
	rows, _ := descending([]float64{1, 1, 2, 1, 1}, bools(1, 0, 1, 1, 0))
	if want := []uint32{2, 1, 4, 0, 3}; !slices.Equal(rows.Rows, want) {
		t.Errorf("order %v, want %v", rows.Rows, want)
	}
}

func TestNegativeZeroTiesWithZero(t *testing.T) {
	negative := math.Copysign(0, -1)
	if auc := AUC([]float64{0, negative}, bools(1, 0)); auc != 0.5 {
		t.Errorf("AUC %v, want 0.5", auc)
	}
	if points := ROC([]float64{negative, 0}, bools(1, 0)); len(points) != 2 || math.Signbit(points[1].Threshold) {
		t.Errorf("ROC %v, want one threshold of plain 0", points)
	}
}

func TestInfiniteScoresRankAtTheEnds(t *testing.T) {
	score := []float64{math.Inf(-1), -1e308, 0, 1e308, math.Inf(1)}
	if auc := AUC(score, bools(0, 0, 0, 1, 1)); auc != 1 {
		t.Errorf("AUC %v, want 1", auc)
	}
}

// Counting an account k times must equal writing its rows k times.
func TestMultiplicityEqualsRepeatedRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		r := NewRanking(s.score, s.churned, s.cluster)
		count := make([]int32, clusterCount(s.cluster))
		for g := range count {
			count[g] = int32(rapid.IntRange(0, 3).Draw(t, "count"))
		}
		var long sample
		for i, g := range s.cluster {
			for range count[g] {
				long.score = append(long.score, s.score[i])
				long.churned = append(long.churned, s.churned[i])
				long.value = append(long.value, s.value[i])
			}
		}
		k := rapid.IntRange(0, 50).Draw(t, "k")
		got, want := r.Curve(count), NewRanking(long.score, long.churned, nil).Curve(nil)
		sameNumbers(t, "AUC", r.AUC(count), AUC(long.score, long.churned))
		sameNumbers(t, "AUC of curve", got.AUC, want.AUC)
		sameNumbers(t, "KS", got.KS, want.KS)
		sameNumbers(t, "AP", got.AveragePrecision, want.AveragePrecision)
		a, b := r.Capacity(count, s.value, k), Capacity(long.score, long.churned, long.value, k)
		if a.K != b.K || !sameBits(a.Precision, b.Precision) || !sameBits(a.Capture, b.Capture) ||
			!sameBits(a.PrecisionBest, b.PrecisionBest) || !sameBits(a.PrecisionWorst, b.PrecisionWorst) {
			t.Fatalf("capacity %+v, want %+v", a, b)
		}
		if !near(a.ValueCaptured, b.ValueCaptured, 1e-13) && !math.IsNaN(b.ValueCaptured) {
			t.Fatalf("value captured %v, want %v", a.ValueCaptured, b.ValueCaptured)
		}
	})
}

// fataler is what testing.T and rapid.T share.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func sameNumbers(t fataler, what string, got, want float64) {
	t.Helper()
	if !sameBits(got, want) {
		t.Fatalf("%s = %v, want %v", what, got, want)
	}
}

func TestMisuseOfRankingsPanics(t *testing.T) {
	y := bools(1, 0)
	for name, misuse := range map[string]func(){
		"fewer scores than outcomes":   func() { AUC([]float64{1}, y) },
		"fewer accounts than outcomes": func() { NewRanking([]float64{1, 2}, y, []int32{0}) },
		"a negative account":           func() { NewRanking([]float64{1, 2}, y, []int32{0, -1}) },
		"counts of other accounts":     func() { NewRanking([]float64{1, 2}, y, nil).AUC([]int32{1}) },
		"values of other rows":         func() { Capacity([]float64{1, 2}, y, []float64{1}, 1) },
		"fewer etas than outcomes":     func() { LogLoss([]float64{1}, y) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			misuse()
		})
	}
}
