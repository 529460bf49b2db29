package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestGainsByHand(t *testing.T) {
	score := []float64{9, 8, 8, 7, 6, 5}
	y := bools(1, 1, 0, 0, 1, 0)
	value := []float64{100, 40, 10, 10, 60, 10}
	got := Gains(score, y, value, 3)
	// The first cut falls into the tie at 8: half of its churned row and of its 40.
	want := []Gain{
		{2, 2, 1.5, .75, 1.5, 120, .75, 1.5, .5, .6, .5 - .5/3},
		{4, 2, .5, .25, .5, 20, .5, 1, 2.0 / 3, .7, 0},
		{6, 2, 1, .5, 1, 60, .5, 1, 1, 1, 0},
	}
	if len(got) != len(want) {
		t.Fatalf("%d slices, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if math.Abs(g.KS-w.KS) > 1e-15 {
			t.Errorf("slice %d: KS %v, want %v", i, g.KS, w.KS)
		}
		if g.KS = w.KS; g != w {
			t.Errorf("slice %d: %+v, want %+v", i, g, w)
		}
	}
}

func TestGainsAreTheListsOfCapacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		parts := rapid.IntRange(1, 12).Draw(t, "slices")
		rows, hits := 0.0, 0.0
		for _, g := range Gains(s.score, s.churned, s.value, parts) {
			rows, hits = rows+g.Rows, hits+g.Churned
			at := Capacity(s.score, s.churned, s.value, g.K)
			for _, m := range [][2]float64{
				{g.Precision, at.Precision}, {g.CumulativeLift, at.Lift}, {g.Capture, at.Capture}, {g.ValueCapture, at.ValueCapture},
			} {
				if math.Abs(m[0]-m[1]) > 1e-12*max(1, math.Abs(m[1])) {
					t.Fatalf("%+v, capacity %+v", g, at)
				}
			}
		}
		if math.Abs(rows-float64(len(s.score))) > 1e-9 || math.Abs(hits-float64(countTrue(s.churned))) > 1e-9 {
			t.Fatalf("%v rows and %v churned in the slices of %d and %d", rows, hits, len(s.score), countTrue(s.churned))
		}
	})
}

func TestGainsWithoutMeaningAreNil(t *testing.T) {
	for fact, got := range map[string][]Gain{
		"no rows":         Gains(nil, nil, nil, 10),
		"no slices":       Gains([]float64{1}, bools(1), nil, 0),
		"a missing score": Gains([]float64{1, math.NaN()}, bools(1, 0), nil, 10),
	} {
		if got != nil {
			t.Errorf("%s: %+v", fact, got)
		}
	}
	if got := Gains([]float64{2, 1}, bools(0, 1), nil, 10); len(got) != 2 {
		t.Errorf("two rows fill %d slices", len(got))
	}
	if got := Gains([]float64{2, 1}, bools(0, 1), nil, 2); !math.IsNaN(got[0].ValueCapture) {
		t.Errorf("no values, yet %v of them captured", got[0].ValueCapture)
	}
}
