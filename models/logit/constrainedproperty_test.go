package logit

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// What constrained fits must keep under other writings of the same problem, and how they
// answer to more room. Their conditions of optimality are checked in constrained_test.go.

func TestAConstrainedFitTakesWeightTwoForTheRowTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		p.NoIntercept = rapid.Bool().Draw(t, "no intercept")
		c := drawConstraints(t, len(p.Columns))
		var list []int
		for i, w := range p.Weights {
			for range int(w) {
				list = append(list, i)
			}
		}
		expanded := p.rows(list)
		expanded.Weights = nil
		a, b := fitConstrained(t, expanded, c), fitConstrained(t, p, c)
		near(t, "coefficient", 1e-7, a.all(), b.all())
		near(t, "log likelihood", 1e-9, []float64{a.LogLik}, []float64{b.LogLik})
	})
}

// Without an intercept the columns are not centred: another code path, the same conditions.
func TestConstrainedFitsWithoutAnInterceptMeetTheConditionsToo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		p.NoIntercept = true
		c := drawConstraints(t, len(p.Columns))
		f := fitConstrained(t, p, c)
		if f.Intercept != 0 {
			t.Fatalf("intercept %v", f.Intercept)
		}
		for j, x := range p.Columns {
			slope := -f.Bounds[j] // of the mean log likelihood, uphill, balanced by the limits
			for i, w := range p.Weights {
				eta := p.Offset[i]
				for k, b := range f.Coef {
					eta += b * p.Columns[k][i]
				}
				slope += w * (p.Y[i] - sigmoid(eta)) * x[i] / f.SumWeights
			}
			for k, l := range c.Linear {
				slope -= f.Linear[k] * l.Coef[j]
			}
			if math.Abs(slope) > 1e-9 {
				t.Fatalf("column %d: slope %g is not balanced", j, slope)
			}
			checkLimit(t, f.Coef[j], c.Low[j], c.High[j], f.Bounds[j], 1e-9)
		}
	})
}

func TestMoreRoomIsNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		tight := drawConstraints(t, len(p.Columns))
		wide := Constraints{Linear: tight.Linear}
		for j := range tight.Low {
			wide.Low, wide.High = append(wide.Low, tight.Low[j]-.1), append(wide.High, tight.High[j]+.1)
		}
		narrow, roomy, free := fitConstrained(t, p, tight), fitConstrained(t, p, wide), fitDrawn(t, p)
		if narrow.LogLik > roomy.LogLik+1e-9 || roomy.LogLik > free.LogLik+1e-9 {
			t.Fatalf("log likelihood %v within tight limits, %v within wider ones, %v without", narrow.LogLik, roomy.LogLik, free.LogLik)
		}
	})
}

// The multiplier of a limit is the slope of the mean log likelihood in that limit: the
// envelope theorem, checked by a difference of fits.
func TestAMultiplierIsWhatALimitCosts(t *testing.T) {
	p := skewed(400, 3)
	free := mustFit(t, p, Settings{})
	at := func(high float64) *Constrained {
		inf := math.Inf(1)
		f, err := FitConstrained(t.Context(), p, Constraints{Low: []float64{-inf, -inf, -inf}, High: []float64{high, inf, inf}}, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	const h = 1e-4
	limit := free.Coef[0] - .3
	slope := (at(limit+h).LogLik - at(limit-h).LogLik) / (2 * h * free.SumWeights)
	agree(t, "multiplier", 1e-7, []float64{at(limit).Bounds[0]}, []float64{slope})
}

func TestAConstrainedFitForgetsUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		c := drawConstraints(t, len(p.Columns))
		scale := math.Ldexp(1, rapid.IntRange(-8, 8).Draw(t, "exponent"))
		scaled := p.rows(order(len(p.Y)))
		for i := range scaled.Columns[0] {
			scaled.Columns[0][i] *= scale
		}
		s := Constraints{Low: append([]float64(nil), c.Low...), High: append([]float64(nil), c.High...)}
		s.Low[0], s.High[0] = s.Low[0]/scale, s.High[0]/scale
		for _, l := range c.Linear {
			coef := append([]float64(nil), l.Coef...)
			coef[0] *= scale
			s.Linear = append(s.Linear, Linear{Coef: coef, Low: l.Low, High: l.High})
		}
		got := fitConstrained(t, scaled, s).all()
		got[1] *= scale
		near(t, "coefficient", 1e-7, got, fitConstrained(t, p, c).all())
	})
}
