package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestNetBenefitByHand(t *testing.T) {
	eta := logits([]float64{.9, .6, .6, .3, .1})
	y := bools(1, 1, 0, 0, 1)
	for _, c := range []struct {
		fact      string
		threshold float64
		want      NetBenefit
	}{
		{"at 0 everyone is worked for nothing", 0, NetBenefit{0, .6, .6, 1}},
		{"a row at the threshold is worked", .6, NetBenefit{.6, 2.0/5 - 1.0/5*1.5, 3.0/5 - 2.0/5*1.5, .6}},
		{"between two rows", .5, NetBenefit{.5, .2, .2, .6}},
		{"above all rows nobody is worked", .95, NetBenefit{.95, 0, .6 - .4*19, 0}},
	} {
		got := DecisionCurve(eta, y, nil, []float64{c.threshold})[0]
		if math.Abs(got.Model-c.want.Model) > 1e-14 || math.Abs(got.All-c.want.All) > 1e-13 || got.Worked != c.want.Worked {
			t.Errorf("%s: %+v, want %+v", c.fact, got, c.want)
		}
	}
}

// The definition with a loop per threshold, any order and repetition of thresholds.
func TestDecisionCurveEqualsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		w := s.weighed(t)
		thresholds := rapid.SliceOf(rapid.SampledFrom([]float64{0, .02, .1, .5, .5, .7, .99})).Draw(t, "thresholds")
		for i, got := range DecisionCurve(s.eta, s.churned, w, thresholds) {
			at := thresholds[i]
			var hits, misses, all, events float64
			for k, e := range s.eta {
				all += w[k]
				if s.churned[k] {
					events += w[k]
				}
				if e < math.Log(at)-math.Log1p(-at) {
					continue
				}
				if s.churned[k] {
					hits += w[k]
				} else {
					misses += w[k]
				}
			}
			if all == 0 {
				if !math.IsNaN(got.Model) {
					t.Fatalf("nothing weighs anything: %+v", got)
				}
				continue
			}
			odds := at / (1 - at)
			for _, m := range [][2]float64{
				{got.Model, (hits - odds*misses) / all}, {got.All, (events - odds*(all-events)) / all}, {got.Worked, (hits + misses) / all},
			} {
				if math.Abs(m[0]-m[1]) > 1e-11*max(1, odds) {
					t.Fatalf("threshold %v: %+v, want %v", at, got, m[1])
				}
			}
		}
	})
}

func TestDecisionCurveWithoutMeaningIsNaN(t *testing.T) {
	y := bools(1, 0)
	for fact, got := range map[string][]NetBenefit{
		"a threshold of 1":     DecisionCurve([]float64{1, 2}, y, nil, []float64{1}),
		"a missing threshold":  DecisionCurve([]float64{1, 2}, y, nil, []float64{math.NaN()}),
		"a negative threshold": DecisionCurve([]float64{1, 2}, y, nil, []float64{-0.1}),
		"a missing eta":        DecisionCurve([]float64{1, math.NaN()}, y, nil, []float64{0.5}),
		"no rows":              DecisionCurve(nil, nil, nil, []float64{0.5}),
		"a negative weight":    DecisionCurve([]float64{1, 2}, y, []float64{1, -1}, []float64{0.5}),
	} {
		if len(got) != 1 || !math.IsNaN(got[0].Model) || !math.IsNaN(got[0].All) || !math.IsNaN(got[0].Worked) {
			t.Errorf("%s: %+v", fact, got)
		}
	}
	// Thresholds that mean nothing leave the others as they are.
	eta := []float64{-1, 0.5, 2, -3}
	all := DecisionCurve(eta, bools(1, 0, 1, 0), nil, []float64{-0.1, 0.3, 1, 0.7, 2, 0.1, math.NaN()})
	for _, i := range []int{1, 3, 5} {
		if alone := DecisionCurve(eta, bools(1, 0, 1, 0), nil, []float64{all[i].Threshold})[0]; all[i] != alone {
			t.Errorf("%+v beside thresholds that mean nothing, %+v alone", all[i], alone)
		}
	}
	if got := DecisionCurve([]float64{1, 2}, y, nil, nil); len(got) != 0 {
		t.Errorf("no thresholds: %+v", got)
	}
}
