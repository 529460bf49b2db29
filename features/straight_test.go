package features

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The short way of a number gives the bits of the long one, for every policy that may take it.
func TestTheStraightWayGivesTheSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &Encoding{Factor: Factor{Name: "x", Scale: rapid.SampledFrom([]Scale{Linear, Log1p, Asinh}).Draw(t, "scale")},
			Fill: rapid.Float64Range(0, 9).Draw(t, "fill"), Columns: []Column{{Mean: rapid.Float64Range(-9, 9).Draw(t, "mean"), SD: rapid.Float64Range(0.1, 9).Draw(t, "sd")}}}
		if f.Factor.Scale == Log1p || rapid.Bool().Draw(t, "clipped") {
			low := rapid.Float64Range(-0.9, 1).Draw(t, "low")
			f.Low = &low
		}
		if rapid.Bool().Draw(t, "capped") {
			high := rapid.Float64Range(1, 50).Draw(t, "high")
			f.High = &high
		}
		if !f.straight(Standardised, 0) {
			t.Fatal("a plain number is not straight")
		}
		x := rapid.SliceOf(rapid.OneOf(rapid.Float64Range(-100, 100), rapid.SampledFrom([]float64{math.NaN(), 0, math.Copysign(0, -1)}))).Draw(t, "x")
		out := make([]float64, len(x))
		f.encodeStraight(0, x, out)
		for i, v := range x {
			if want := f.number(Standardised, 0, v); math.Float64bits(out[i]) != math.Float64bits(want) {
				t.Fatalf("%v became %v, want %v", v, out[i], want)
			}
		}
	})
}
