package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestCalibrationBinsByHand(t *testing.T) {
	eta := logits([]float64{.1, .2, .2, .2, .6, .8})
	got := CalibrationBins(eta, bools(0, 0, 1, 0, 1, 1), nil, 3, 0.95)
	// Percentile edges at ranks 5/3 and 10/3: the ties at .2 (ranks 1-3) reach past
	// the first edge and go to the second bin together.
	want := []CalibrationBin{
		// Binomial: P(X=0) = 0.9 of one; P(X<=1) = 0.896 of three; P(X=0) = 0.09 of two.
		{N: 1, Churned: 0, MeanP: .1, Rate: 0, ConsistentHigh: 1},
		{N: 3, Churned: 1, MeanP: .2, Rate: 1.0 / 3, ConsistentHigh: 2.0 / 3},
		{N: 2, Churned: 2, MeanP: .7, Rate: 1, ConsistentHigh: 1},
	}
	if len(got) != len(want) {
		t.Fatalf("%d bins, want %d: %+v", len(got), len(want), got)
	}
	for i, w := range want {
		w.Low, w.High = Wilson(w.Churned, w.N, 0.95)
		g := got[i]
		if !near(g.MeanP, w.MeanP, 3e-16) {
			t.Errorf("bin %d: mean p %v, want %v", i, g.MeanP, w.MeanP)
		}
		g.MeanP = w.MeanP
		if g != w {
			t.Errorf("bin %d: %+v, want %+v", i, g, w)
		}
	}
}

func TestCalibrationBinsPartitionTheRowsAndKeepTies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		bins := rapid.IntRange(1, 12).Draw(t, "bins")
		got := CalibrationBins(s.eta, s.churned, nil, bins, 0.9)
		n, churned, edge := 0, 0, math.Inf(-1)
		for _, b := range got {
			n, churned = n+b.N, churned+b.Churned
			if b.MeanP < edge {
				t.Fatalf("bins out of order: %+v", got)
			}
			edge = b.MeanP
		}
		if n != len(s.eta) || churned != countTrue(s.churned) || len(got) > bins {
			t.Fatalf("%d rows and %d churned in %d bins, want %d and %d in at most %d",
				n, churned, len(got), len(s.eta), countTrue(s.churned), bins)
		}
		distinct := map[float64]bool{}
		for _, e := range s.eta {
			distinct[e] = true
		}
		if len(got) > len(distinct) {
			t.Fatalf("%d bins of %d distinct etas: a tie was split", len(got), len(distinct))
		}
	})
}

func TestEqualCountBinsOfDistinctScoresDifferByOneRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, bins := rapid.IntRange(2, 500).Draw(t, "n"), rapid.IntRange(1, 20).Draw(t, "bins")
		eta := make([]float64, n)
		for i := range eta {
			eta[i] = float64(i) / 100
		}
		least, most := n, 0
		for _, b := range CalibrationBins(eta, make([]bool, n), nil, bins, 0.9) {
			least, most = min(least, b.N), max(most, b.N)
		}
		// The last bin is closed and holds the highest rank besides its share.
		if most-least > 2 {
			t.Fatalf("bins of %d to %d rows", least, most)
		}
	})
}

func TestExpectedCalibrationErrorByHand(t *testing.T) {
	eta := logits([]float64{.05, .15, .15, .95})
	y := bools(0, 1, 0, 1)
	// |0.05 - 0| + |0.3 - 1| + |0.95 - 1| over four rows.
	if got := ECEEqualWidth(eta, y, 0); !near(got, 0.2, 1e-15) {
		t.Errorf("equal widths: %v, want 0.2", got)
	}
	// Two bins from the median 0.15 on: |0.05 - 0| and |1.25 - 2|.
	if got := ECEEqualCount(eta, y, 2); !near(got, 0.2, 1e-15) {
		t.Errorf("equal counts: %v, want 0.2", got)
	}
}

func TestCalibrationErrorVanishesWhereRatesAreStated(t *testing.T) {
	eta, y := make([]float64, 100), make([]bool, 100)
	for i := range eta {
		eta[i], y[i] = -math.Log(3), i%4 == 0
	}
	for name, got := range map[string]float64{
		"equal width": ECEEqualWidth(eta, y, 10), "equal count": ECEEqualCount(eta, y, 0),
	} {
		if got > 1e-15 {
			t.Errorf("%s: %v, want 0", name, got)
		}
	}
}

func TestBinsWithoutMeaning(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		eta  []float64
		bins int
	}{
		{"no rows", nil, 10}, {"a missing eta", []float64{1, nan}, 10}, {"a negative number of bins", []float64{1, 2}, -1},
	} {
		y := make([]bool, len(c.eta))
		if v := ECEEqualWidth(c.eta, y, c.bins); !math.IsNaN(v) {
			t.Errorf("%s: equal-width error %v, want NaN", c.name, v)
		}
		if v := ECEEqualCount(c.eta, y, c.bins); !math.IsNaN(v) {
			t.Errorf("%s: equal-count error %v, want NaN", c.name, v)
		}
		if b := CalibrationBins(c.eta, y, nil, c.bins, 0.95); b != nil {
			t.Errorf("%s: bins %v, want none", c.name, b)
		}
	}
}

// Certified case MT10 in words: the doubles nearest 0.3 and 0.7 lie below the
// tenths, those nearest 0.1 and 0.2 above.
func TestBinEdgesCompareTheExactDouble(t *testing.T) {
	for _, c := range []struct {
		p    float64
		want int
	}{{0, 0}, {.1, 1}, {.2, 2}, {.3, 2}, {.5, 5}, {.6, 5}, {.7, 6}, {.8, 8}, {.9, 9}, {1, 9}} {
		if got := widthBin(c.p, 10); got != c.want {
			t.Errorf("p = %v in bin %d, want %d", c.p, got, c.want)
		}
	}
}

func TestCubeRootIsTheFloor(t *testing.T) {
	for _, c := range []struct{ n, want int }{{0, 0}, {1, 1}, {7, 1}, {8, 2}, {26, 2}, {27, 3}, {999_999, 99}, {1_000_000, 100}} {
		if got := cubeRoot(c.n); got != c.want {
			t.Errorf("cube root of %d: %d, want %d", c.n, got, c.want)
		}
	}
}
