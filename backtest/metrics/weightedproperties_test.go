package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// byWeight is what is said of a sample with its values as weights; exact are the numbers in
// which a row of weight 2 is the row twice in its account, rest those in which it is not: errors
// that depend on the number of rows, tests, and priors.
func byWeight(t fataler, s sample) (exact, rest []float64) {
	t.Helper()
	z, x2 := WeightedSpiegelhalter(s.eta, s.churned, s.value, s.cluster), WeightedHosmerLemeshow(s.eta, s.churned, s.value, 4, false)
	alone := WeightedSpiegelhalter(s.eta, s.churned, s.value, nil)
	smooth, rate := WeightedSmoothCalibration(s.eta, s.churned, s.value, 0), WeightedRate(s.churned, s.value, s.cluster, 0.95)
	exact = append(exact, z.Statistic, z.P, smooth.ICI, smooth.E50, smooth.E90, smooth.EMax, rate.Value)
	rest = append(rest, alone.Statistic, x2.Statistic, x2.P, rate.Low, rate.High)
	for _, g := range WeightedGains(s.score, s.churned, s.value, s.cluster, 4, 0.95) {
		exact = append(exact, g.Share, g.Rate, g.Lift, g.Precision, g.KS, g.Capture.Value, g.CumulativeLift.Value)
		rest = append(rest, g.Capture.StdErr, g.CumulativeLift.StdErr)
	}
	list, err := WeightedDrift(s.bins(), s.periods(), s.cluster, s.value, 4, 1)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return exact, append(rest, list[0].PSI, list[0].Null95, list[0].P, list[0].DesignEffect, float64(list[0].N), float64(list[0].M))
}

// bins and periods cut a sample by its scores and accounts, whatever the order of rows.
func (s sample) bins() []int32 {
	out := make([]int32, len(s.score))
	for i, v := range s.score {
		out[i] = BinOf([]float64{-0.25, 0, 0.5}, v)
	}
	return out
}

func (s sample) periods() []int32 {
	out := make([]int32, len(s.score))
	for i := range out {
		out[i] = int32(index(s.churned[i])) ^ s.cluster[i]&1
	}
	return out
}

func TestShufflingRowsWithWeightsChangesNoBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		s.value = s.weighed(t)
		other := s.shuffled(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		for i := range other.cluster { // the parity, by which periods are cut, stays
			other.cluster[i] = other.cluster[i] ^ 2
		}
		a, b := byWeight(t, s)
		c, d := byWeight(t, other)
		sameFingerprint(t, append(c, d...), append(a, b...))
	})
}

func TestRowsThatWeighNothingHaveNoSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		s.value = s.weighed(t)
		var kept []int32
		for i, w := range s.value {
			if w > 0 {
				kept = append(kept, int32(i))
			}
		}
		a, b := byWeight(t, s.taken(kept))
		c, d := byWeight(t, s)
		if len(kept) > 0 {
			sameFingerprint(t, append(c, d...), append(a, b...))
		}
	})
}

// Dollars or cents: a power of two keeps every bit.
func TestOnlyRatiosOfWeightsMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		s.value = s.weighed(t)
		a, b := byWeight(t, s)
		other := s
		other.value = scaled(s.value, 1024)
		c, d := byWeight(t, other)
		sameFingerprint(t, append(c, d...), append(a, b...))
	})
}

// A row of weight 2 is the row twice, in the same account.
func TestWholeWeightsAreRepeatedRowsThroughout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		var again []int32
		for i := range s.value {
			times := rapid.IntRange(0, 3).Draw(t, "times")
			s.value[i] = float64(times)
			again = append(again, slices.Repeat([]int32{int32(i)}, times)...)
		}
		repeatsItsRows(t, s, again)
	})
	s := manyRows()
	var again []int32
	for i := range s.value {
		s.value[i] = float64(i % 3)
		again = append(again, slices.Repeat([]int32{int32(i)}, i%3)...)
	}
	repeatsItsRows(t, s, again)
}

func repeatsItsRows(t fataler, s sample, again []int32) {
	t.Helper()
	repeated := s.taken(again)
	for i := range repeated.value {
		repeated.value[i] = 1
	}
	got, _ := byWeight(t, s)
	want, _ := byWeight(t, repeated)
	if len(again) > 0 {
		sameUpToRounding(t, append(got, weightedNumbers(s, s.value)...), append(want, weightedNumbers(repeated, repeated.value)...))
	}
}

// manyRows are more than are added up at a time: in all, in every group, and in three ties.
func manyRows() sample {
	rng := rand.New(rand.NewPCG(61, 0))
	var s sample
	for i := range 12 * gatherBlock {
		eta := 4*rng.Float64() - 4
		if i%2 == 0 {
			eta = -float64(1 + rng.IntN(3))
		}
		s.eta, s.score, s.value = append(s.eta, eta), append(s.score, eta), append(s.value, 1)
		s.churned, s.cluster = append(s.churned, rng.Float64() < sigmoid(eta)), append(s.cluster, int32(i%(3*gatherBlock)))
	}
	return s
}

func sameUpToRounding(t fataler, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d numbers, want %d", len(got), len(want))
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 1e-9*max(1, math.Abs(want[i])) || (got[i] != got[i]) != (want[i] != want[i]) {
			t.Fatalf("number %d: %v, want %v", i, got[i], want[i])
		}
	}
}

// With equal weights all of it is what it is without. Numbers of rows that 4 divides let the
// slices, and the rows of the span, be whole.
func TestEqualWeightsAreNoWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		n := len(s.value) / 4 * 4
		s = s.shuffled(rand.New(rand.NewPCG(1, 2))).taken(everyRow(n))
		if n == 0 {
			t.Skip("no rows: nothing was compared")
		}
		equalWeightsAreNone(t, s)
	})
	equalWeightsAreNone(t, manyRows())
}

func equalWeightsAreNone(t fataler, s sample) {
	t.Helper()
	fill(s.value, 512)
	plainZ, z := Spiegelhalter(s.eta, s.churned, s.cluster), WeightedSpiegelhalter(s.eta, s.churned, s.value, s.cluster)
	plainX, x := HosmerLemeshow(s.eta, s.churned, 4, true), WeightedHosmerLemeshow(s.eta, s.churned, s.value, 4, true)
	plainAlone, alone := Spiegelhalter(s.eta, s.churned, nil), WeightedSpiegelhalter(s.eta, s.churned, s.value, nil)
	smooth, rate := SmoothCalibration(s.eta, s.churned, 0), ClusteredRate(s.churned, s.cluster, 0.95)
	same := WeightedSmoothCalibration(s.eta, s.churned, s.value, 0)
	weighted := WeightedRate(s.churned, s.value, s.cluster, 0.95)
	sameUpToRounding(t, []float64{z.Statistic, alone.Statistic, x.Statistic, x.P, float64(x.Freedom), same.ICI, same.EMax, weighted.Value},
		[]float64{plainZ.Statistic, plainAlone.Statistic, plainX.Statistic, plainX.P, float64(plainX.Freedom), smooth.ICI, smooth.EMax, rate.Value})
	if rate.Churned > 0 && rate.Churned < rate.N {
		sameUpToRounding(t, []float64{weighted.Low, weighted.High, weighted.DesignEffect}, []float64{rate.Low, rate.High, rate.DesignEffect})
	}
	plainDrift, err := Drift(s.bins(), s.periods(), s.cluster, 4, 1)
	if err != nil {
		t.Fatalf("%v", err)
	}
	drift, err := WeightedDrift(s.bins(), s.periods(), s.cluster, s.value, 4, 1)
	if err != nil {
		t.Fatalf("%v", err)
	}
	sameUpToRounding(t, []float64{drift[0].PSI, drift[0].Null95, drift[0].P, drift[0].DesignEffect},
		[]float64{plainDrift[0].PSI, plainDrift[0].Null95, plainDrift[0].P, plainDrift[0].DesignEffect})
	table, plain := WeightedGains(s.score, s.churned, s.value, s.cluster, 4, 0.95), Gains(s.score, s.churned, nil, 4)
	for i, g := range table {
		sameUpToRounding(t, []float64{g.Weight / 512, g.Churned / 512, g.Rate, g.Lift, g.Precision, g.Capture.Value, g.CumulativeLift.Value, g.KS},
			[]float64{plain[i].Rows, plain[i].Churned, plain[i].Rate, plain[i].Lift, plain[i].Precision, plain[i].Capture, plain[i].CumulativeLift, plain[i].KS})
	}
}

func TestWeightsWithoutMeaningGiveNoNumbers(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		fact   string
		eta    []float64
		weight []float64
	}{
		{"a negative weight", []float64{1, 2}, []float64{1, -1}},
		{"an infinite weight", []float64{1, 2}, []float64{1, math.Inf(1)}},
		{"a missing weight", []float64{1, 2}, []float64{1, nan}},
		{"a missing eta", []float64{1, nan}, []float64{1, 1}},
		{"nothing weighs anything", []float64{1, 2}, []float64{0, 0}},
		{"no rows", nil, nil},
	} {
		y := make([]bool, len(c.eta))
		for _, v := range []float64{WeightedSpiegelhalter(c.eta, y, c.weight, nil).Statistic, WeightedHosmerLemeshow(c.eta, y, c.weight, 2, false).P,
			WeightedSmoothCalibration(c.eta, y, c.weight, 0).ICI} {
			if !math.IsNaN(v) {
				t.Errorf("%s: %v, want NaN", c.fact, v)
			}
		}
		if table := WeightedGains(c.eta, y, c.weight, nil, 2, 0.95); table != nil {
			t.Errorf("%s: %+v, want no table", c.fact, table)
		}
		if r := WeightedRate(y, c.weight, nil, 0.95); c.fact != "a missing eta" && !math.IsNaN(r.Value) {
			t.Errorf("%s: rate %+v, want NaN", c.fact, r)
		}
		if v := WeightedPSI(c.weight, c.weight, 2, 2, 0); c.fact != "a missing eta" && !math.IsNaN(v) {
			t.Errorf("%s: PSI %v, want NaN", c.fact, v)
		}
	}
	for fact, weight := range map[string][]float64{"a negative one": {-1, 1}, "one that is missing": {1, nan}, "another number of them": {1}} {
		if _, err := WeightedDrift([]int32{0, 1}, []int32{0, 1}, []int32{0, 1}, weight, 2, 1); err == nil {
			t.Errorf("drift took %s", fact)
		}
	}
}
