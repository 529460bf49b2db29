package metrics

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func mustWeigh(t fataler, eta []float64, churned []bool, weight []float64, cluster []int32) Calibration {
	t.Helper()
	c, err := WeightedCalibrate(eta, churned, weight, cluster, 0.95)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return c
}

// constant is n times the same weight.
func constant(n int, w float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = w
	}
	return out
}

func sameCalibration(a, b Calibration, tolerance float64) bool {
	pairs := [][2]float64{{a.ExpectedOverObserved, b.ExpectedOverObserved}}
	for _, e := range [][2]Estimate{{a.Intercept, b.Intercept}, {a.Slope, b.Slope}, {a.CITL, b.CITL}} {
		pairs = append(pairs, [2]float64{e[0].Value, e[1].Value}, [2]float64{e[0].StdErr, e[1].StdErr}, [2]float64{e[0].Low, e[1].Low}, [2]float64{e[0].High, e[1].High})
	}
	for _, p := range pairs {
		undefined := math.IsNaN(p[0]) && math.IsNaN(p[1])
		if !undefined && !(math.Abs(p[0]-p[1]) <= tolerance*(1+math.Abs(p[0]))) {
			return false
		}
	}
	return true
}

// linesOnly leaves the limits out, which know of weights that differ.
func linesOnly(c Calibration) Calibration {
	for _, e := range []*Estimate{&c.Intercept, &c.Slope, &c.CITL} {
		e.Low, e.High = math.NaN(), math.NaN()
	}
	return c
}

// The lines are those of rows that weigh alike, to the last digit; the intervals hold more,
// because the plain ones take the sandwich for certain.
func TestEqualWeightsGiveThePlainCalibration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		w := math.Ldexp(1, rapid.IntRange(-20, 40).Draw(t, "exponent"))
		got, want := mustWeigh(t, s.eta, s.churned, constant(len(s.eta), w), s.cluster), mustCalibrate(t, s.eta, s.churned, s.cluster)
		if !sameCalibration(linesOnly(got), linesOnly(want), 0) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		if e := got.CITL; e.Low == e.Low && !(e.Low <= e.Value && e.Value <= e.High) {
			t.Fatalf("%+v does not hold its value", e)
		}
		if a, b := WeightedECE(s.eta, s.churned, constant(len(s.eta), w), 0), ECEEqualCount(s.eta, s.churned, 0); math.Abs(a-b) > 1e-14 {
			t.Fatalf("ECE %v, want %v", a, b)
		}
	})
}

// Rows written twice in their account are rows of weight 2, and rows of weight 0 are none.
func TestAWeightOfTwoIsTheRowTwice(t *testing.T) {
	eta, churned := noisyPortfolio(3, 400, 0.2, 0.8)
	cluster := blocksOf(4, 400)
	weight := make([]float64, 400)
	var eta2 []float64
	var churned2 []bool
	var cluster2 []int32
	for i := range eta {
		weight[i] = float64(i % 3)
		for range i % 3 {
			eta2, churned2, cluster2 = append(eta2, eta[i]), append(churned2, churned[i]), append(cluster2, cluster[i])
		}
	}
	got, want := mustWeigh(t, eta, churned, weight, cluster), mustWeigh(t, eta2, churned2, constant(len(eta2), 1), cluster2)
	if !sameCalibration(got, want, 1e-11) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if plain := mustCalibrate(t, eta2, churned2, cluster2); !sameCalibration(linesOnly(got), linesOnly(plain), 1e-11) {
		t.Errorf("got %+v, want the lines of %+v", got, plain)
	}
	for i := range weight {
		weight[i] *= 2
	}
	if twice := mustWeigh(t, eta, churned, weight, cluster); !sameCalibration(twice, got, 0) {
		t.Errorf("doubled weights give %+v, want %+v", twice, got)
	}
}

// Two bins by hand: p is 1/2 throughout; the bins of rows 0-1 and 2-3 cannot be told apart,
// so there is one: |3 (1/2-1) + 1 (1/2) + 1 (1/2) + 1 (1/2)| / 6 = 0.
func TestWeightedECEByHand(t *testing.T) {
	churned := []bool{true, false, false, false}
	if got := WeightedECE(make([]float64, 4), churned, []float64{3, 1, 1, 1}, 2); got != 0 {
		t.Errorf("one tie: %v, want 0", got)
	}
	// p = 1/5, 4/5 in bins of their own: |2 * 1/5| + |1 (4/5-1) + 3 (4/5)| over 6 = (0.4+2.2)/6.
	odds := math.Log(4)
	if got := WeightedECE([]float64{-odds, odds, odds}, []bool{false, true, false}, []float64{2, 1, 3}, 2); math.Abs(got-2.6/6) > 1e-15 {
		t.Errorf("two bins: %v, want %v", got, 2.6/6)
	}
	for name, got := range map[string]float64{
		"no rows":           WeightedECE(nil, nil, nil, 0),
		"nothing weighs":    WeightedECE([]float64{0}, []bool{true}, []float64{0}, 0),
		"a negative weight": WeightedECE([]float64{0}, []bool{true}, []float64{-1}, 0),
		"a NaN":             WeightedECE([]float64{math.NaN()}, []bool{true}, []float64{1}, 0),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: %v, want NaN", name, got)
		}
	}
}

func TestWeightedCalibrateRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		weight []float64
		want   string
	}{
		"too few weights":   {[]float64{1}, "1 weights and 2 rows"},
		"a negative weight": {[]float64{1, -1}, "weight of row 1 is -1"},
		"a NaN":             {[]float64{math.NaN(), 1}, "weight of row 0 is NaN"},
	} {
		if _, err := WeightedCalibrate([]float64{0, 1}, []bool{true, false}, c.weight, nil, 0.95); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := WeightedCalibrate([]float64{math.Inf(1)}, []bool{true}, []float64{1}, nil, 0.95); err == nil {
		t.Error("an infinite eta was accepted")
	}
	if c := mustWeigh(t, []float64{0, 1}, []bool{true, false}, []float64{0, 0}, nil); !math.IsNaN(c.CITL.Value) {
		t.Errorf("nothing weighs anything: %+v", c)
	}
}

// Leaving accounts out by fitting without them, one by one, is what the intervals take from one
// Newton step. The steps miss by the curvature of the likelihood: 1 % of the standard error here.
func TestWeightedIntervalsAreThoseOfAccountsLeftOut(t *testing.T) {
	eta, churned := noisyPortfolio(8, 900, 0.2, 0.8)
	weight, cluster := make([]float64, len(eta)), blocksOf(3, 900)
	for i := range weight {
		weight[i] = 1 + float64(cluster[i]%7)
	}
	estimates := func(c Calibration) []Estimate { return []Estimate{c.CITL, c.Intercept, c.Slope} }
	all := estimates(mustWeigh(t, eta, churned, weight, cluster))
	fall := make([][]float64, len(all))
	for g := range 300 {
		without := slices.Clone(weight)
		for i, of := range cluster {
			if int(of) == g {
				without[i] = 0
			}
		}
		for k, e := range estimates(mustWeigh(t, eta, churned, without, cluster)) {
			fall[k] = append(fall[k], all[k].Value-e.Value)
		}
	}
	for k, e := range all {
		want := Skewed(e.Value, fall[k], 0.95)
		if math.Abs(e.Low-want.Low) > 0.02*want.StdErr || math.Abs(e.High-want.High) > 0.02*want.StdErr {
			t.Errorf("coefficient %d: [%v, %v], want [%v, %v]", k, e.Low, e.High, want.Low, want.High)
		}
	}
}
