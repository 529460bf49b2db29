package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Errors of 0.1, -0.1 and 0.1: mean 1/30, s = sqrt((0.03 - 3/900) / 2) = 0.1154701, and with
// t = 4.302653 of two degrees of freedom half the interval of one more is t s sqrt(4/3) = 0.573687.
func TestOneMoreErrorLikeThoseOfThePastByHand(t *testing.T) {
	e := NewPastErrors([]float64{0.1, -0.1, 0.1})
	if math.Abs(e.Bias-1.0/30) > 1e-15 || math.Abs(e.Typical-0.1) > 1e-15 {
		t.Errorf("%+v", e)
	}
	const value, unit = 0.8, 1 / (0.8 * 0.2) // log-odds to one of the value
	got := e.Around(value, 0.95)
	logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
	if math.Abs((logit(got.High)-logit(got.Low))/2-unit*0.573687) > 1e-5 || math.Abs((logit(got.High)+logit(got.Low))/2-(logit(value)-unit/30)) > 1e-9 {
		t.Errorf("%+v", got)
	}
	for _, few := range [][]float64{nil, {0.1}, {0.1, 0.2}} {
		if got := NewPastErrors(few).Around(value, 0.95); got.Low == got.Low || got.High == got.High {
			t.Errorf("of %d errors: %+v, want no interval", len(few), got)
		}
	}
}

// Small errors move an estimate by themselves: value - bias -+ half, and nothing leaves 0 to 1.
func TestPastErrorsKeepEstimatesBetweenZeroAndOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		errors := rapid.SliceOfN(rapid.Float64Range(-0.5, 0.5), 3, 12).Draw(t, "errors")
		value := rapid.Float64Range(1e-6, 1-1e-6).Draw(t, "value")
		if e := NewPastErrors(errors).Around(value, 0.95); !(0 <= e.Low && e.Low <= e.High && e.High <= 1) {
			t.Fatalf("%+v", e)
		}
		for i := range errors {
			errors[i] *= 1e-4
		}
		small := NewPastErrors(errors)
		e := small.Around(0.6, 0.95)
		if middle := (e.Low + e.High) / 2; math.Abs(middle-(0.6-small.Bias)) > 1e-5 {
			t.Fatalf("%+v is not around 0.6 less %v", e, small.Bias)
		}
	})
}
