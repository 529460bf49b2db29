package metrics

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What a forecast says of the rows is what the functions say that know of no other metric.
func TestAForecastMeasuresAsTheFunctionsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		f := NewForecast(s.eta, s.churned)
		for name, of := range map[string][2]float64{
			"log loss":          {f.LogLoss(), LogLoss(s.eta, s.churned)},
			"Brier":             {f.Brier(), Brier(s.eta, s.churned)},
			"weighted log loss": {f.over(inPlaces(s.value, f.order), f.losses), WeightedLogLoss(s.eta, s.churned, s.value)},
			"weighted Brier":    {f.over(inPlaces(s.value, f.order), f.squaredMisses), WeightedBrier(s.eta, s.churned, s.value)},
		} {
			if !sameBits(of[0], of[1]) {
				t.Fatalf("%s: %v, want %v", name, of[0], of[1])
			}
		}
		mean, terms, own := 0.0, NewTerms(s.eta, s.churned), f.Terms()
		for i, e := range s.eta {
			p, loss, brier := terms.P[i], terms.LogLoss[i], terms.Brier[i]
			if p != sigmoid(e) || loss != RowLogLoss(e, s.churned[i]) || brier != RowBrier(e, s.churned[i]) ||
				own.P[i] != p || own.LogLoss[i] != loss || own.Brier[i] != brier {
				t.Fatalf("row of eta %v: %v, %v, %v", e, p, loss, brier)
			}
			mean += p / float64(len(s.eta))
		}
		if got, want := f.P(), terms.P; !slices.Equal(got, want) {
			t.Fatalf("p %v, want %v", got, want)
		}
		got, err := f.Calibrate(s.cluster, 0.9)
		if want, _ := Calibrate(s.eta, s.churned, s.cluster, 0.9); err != nil || !sameCalibration(got, want, 0) {
			t.Fatalf("lines %+v (%v), want %+v", got, err, want)
		}
		for i := range s.eta {
			if row := f.row(i); f.residual(i) != residual(s.eta[row], s.churned[row]) {
				t.Fatalf("place %d has the residual %v", i, f.residual(i))
			}
		}
		if len(s.eta) > 0 && math.Abs(f.MeanP()-mean) > 1e-14 {
			t.Fatalf("mean p %v, want %v", f.MeanP(), mean)
		}
	})
}

// The last Newton step is not taken where it would find nothing to do: a fit of so many rows
// that it starts from gathered ones must end where one from nowhere does.
func TestTheLastStepThatIsLeftOutChangesNothing(t *testing.T) {
	_, eta, churned, cluster := company(40_000) // above four times coarseCells
	f := newLineFit(NewForecast(eta, churned), cluster, nil)
	if len(f.small) != 1 {
		t.Fatalf("%d gathered designs, want one", len(f.small))
	}
	line := f.slope()
	gradient, information := f.rows.derivatives([2]float64{line.a, line.b}, nil)
	for k, off := range solve(information, gradient) { // what is left of the way, in coefficients of order 1
		if math.Abs(off) > 1e-14 {
			t.Errorf("coefficient %d is %v from the maximum", k, off)
		}
	}
	offset := f.offset()
	g, h := f.rows.holding().derivatives([2]float64{offset.a, 1}, nil)
	if off := g[0] / h[0]; math.Abs(off) > 1e-14 {
		t.Errorf("the offset is %v from the maximum", off)
	}
}

func TestAStepHasArrivedWhenTheNextWouldFindNothing(t *testing.T) {
	for _, c := range []struct {
		decrement, reach float64
		want             bool
	}{
		{1e-21, 3, true},     // as far as it must
		{1e-10, 1e-10, true}, // the next is below 1e-30
		{1e-10, 1e-8, false}, // the next may be 1e-26
		{1e-20 * 1.1, 0.6, false},
	} {
		if got := arrived(c.decrement, c.reach); got != c.want {
			t.Errorf("decrement %v at reach %v: %v", c.decrement, c.reach, got)
		}
	}
}
