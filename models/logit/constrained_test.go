package logit

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawConstraints makes limits that at least one point, also drawn, is within.
func drawConstraints(t *rapid.T, columns int) Constraints {
	value := rapid.Float64Range(-1, 1)
	inside := rapid.SliceOfN(value, columns, columns).Draw(t, "inside")
	c := Constraints{Low: make([]float64, columns), High: make([]float64, columns)}
	for j := range columns {
		c.Low[j], c.High[j] = drawLimits(t, inside[j])
	}
	for range rapid.IntRange(0, 3).Draw(t, "sums") {
		l := Linear{Coef: rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, -1, 0.5, -0.25}), columns, columns).Draw(t, "sum")}
		at := 0.0
		for j, a := range l.Coef {
			at += a * inside[j]
		}
		l.Low, l.High = drawLimits(t, at)
		c.Linear = append(c.Linear, l)
	}
	return c
}

// drawLimits makes an interval of each kind that holds x.
func drawLimits(t *rapid.T, x float64) (low, high float64) {
	room := rapid.Float64Range(0, 0.5)
	low, high = x-room.Draw(t, "below"), x+room.Draw(t, "above")
	switch rapid.SampledFrom([]string{"both", "low", "high", "none", "equal"}).Draw(t, "limits") {
	case "low":
		high = math.Inf(1)
	case "high":
		low = math.Inf(-1)
	case "none":
		low, high = math.Inf(-1), math.Inf(1)
	case "equal":
		low, high = x, x
	}
	return low, high
}

// checkKKT computes the conditions from the rows as they were given, with nothing of the
// solver's.
func checkKKT(t *rapid.T, p Problem, c Constraints, f *Constrained, tol float64) {
	scores := scoresOf(p, f.Fitted, order(len(p.Y)))
	if g := scores[0] / f.SumWeights; math.Abs(g) > tol {
		t.Fatalf("the intercept has slope %g", g)
	}
	for j, s := range scores[1:] {
		g := (s - penaltyAt(p.L2, j)*f.Coef[j]) / f.SumWeights // of the mean log likelihood, uphill
		g -= f.Bounds[j]
		for k, l := range c.Linear {
			g -= f.Linear[k] * l.Coef[j]
		}
		if math.Abs(g) > tol {
			t.Fatalf("column %d: slope %g is not balanced", j, g)
		}
		low, high := orElse(c.Low, j, math.Inf(-1)), orElse(c.High, j, math.Inf(1))
		checkLimit(t, f.Coef[j], low, high, f.Bounds[j], tol)
		if b := f.Coef[j]; b < low || b > high {
			t.Fatalf("column %d: %v is outside of %v to %v, if only by rounding", j, b, low, high)
		}
	}
	for k, l := range c.Linear {
		at := 0.0
		for j, a := range l.Coef {
			at += a * f.Coef[j]
		}
		checkLimit(t, at, l.Low, l.High, f.Linear[k], tol)
	}
	if k := f.KKT; k.Stationarity > tol || k.Feasibility > tol || k.Complementarity > tol {
		t.Fatalf("the certificate says %+v", k)
	}
}

// checkLimit asks for feasibility, the sign of the multiplier, and complementarity.
func checkLimit(t *rapid.T, at, low, high, multiplier, tol float64) {
	if at < low-tol || at > high+tol {
		t.Fatalf("%g is outside of %g to %g", at, low, high)
	}
	if low == high {
		return // an equation has a multiplier of either sign
	}
	if multiplier > 0 && !(high-at <= tol) || multiplier < 0 && !(at-low <= tol) {
		t.Fatalf("multiplier %g at %g, between %g and %g", multiplier, at, low, high)
	}
}

func fitConstrained(t *rapid.T, p Problem, c Constraints) *Constrained {
	f, err := FitConstrained(t.Context(), p, c, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestConstrainedFitsMeetTheConditionsOfTheirOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		if lambda := rapid.SampledFrom([]float64{0, 0.1, 10}).Draw(t, "ridge"); lambda > 0 {
			p.L2 = make([]float64, len(p.Columns))
			for j := range p.L2 {
				p.L2[j] = lambda
			}
		}
		c := drawConstraints(t, len(p.Columns))
		checkKKT(t, p, c, fitConstrained(t, p, c), 1e-9)
	})
}

func TestConstraintsThatDoNotBindChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		want := fitDrawn(t, p)
		c := Constraints{Linear: []Linear{{Coef: make([]float64, len(p.Columns)), Low: math.Inf(-1), High: 1e6}}}
		for j, b := range want.Coef {
			c.Low, c.High = append(c.Low, b-1), append(c.High, b+1)
			c.Linear[0].Coef[j] = 1
		}
		got := fitConstrained(t, p, c)
		same(t, got.Fitted, want, 1e-9)
		near(t, "multiplier", 0, got.Bounds, make([]float64, len(want.Coef)))
	})
}

// A pinned coefficient is an offset, also for the errors of the others.
func TestPinnedCoefficientIsAnOffset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		b := rapid.Float64Range(-1, 1).Draw(t, "pinned")
		low, high := make([]float64, len(p.Columns)), make([]float64, len(p.Columns))
		for j := range low {
			low[j], high[j] = math.Inf(-1), math.Inf(1)
		}
		low[0], high[0] = b, b
		got := fitConstrained(t, p, Constraints{Low: low, High: high})
		if got.Coef[0] != b || !math.IsNaN(got.StdErr[0]) {
			t.Fatalf("pinned at %v: coefficient %v, error %v", b, got.Coef[0], got.StdErr[0])
		}
		held := p.rows(order(len(p.Y)))
		for i, x := range p.Columns[0] {
			held.Offset[i] += b * x
		}
		held.Columns = held.Columns[1:]
		want := fitDrawn(t, held)
		near(t, "intercept", 1e-9, []float64{got.Intercept, got.InterceptStdErr}, []float64{want.Intercept, want.InterceptStdErr})
		near(t, "coefficient", 1e-9, got.Coef[1:], want.Coef)
		near(t, "standard error", 1e-9, got.StdErr[1:], want.StdErr)
	})
}

// An equation b_0 = b_1 is the fit of the sum of both columns, errors included.
func TestEqualCoefficientsAreThatOfTheSum(t *testing.T) {
	p := skewed(500, 3)
	c := Constraints{Linear: []Linear{{Coef: []float64{1, -1, 0}}}}
	got, err := FitConstrained(t.Context(), p, c, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	sum := make([]float64, len(p.Y))
	for i := range sum {
		sum[i] = p.Columns[0][i] + p.Columns[1][i]
	}
	want := mustFit(t, Problem{Columns: [][]float64{sum, p.Columns[2]}, Y: p.Y, Weights: p.Weights, Offset: p.Offset}, Settings{})
	agree(t, "coefficient", 1e-10, got.Coef, []float64{want.Coef[0], want.Coef[0], want.Coef[1]})
	agree(t, "standard error", 1e-9, got.StdErr, []float64{want.StdErr[0], want.StdErr[0], want.StdErr[1]})
}

// scipy 1.17 SLSQP, polished by Newton's method on the active set, on the low birth weights
// of Hosmer and Lemeshow with columns standardised by 1/n: age, lwt, smoke, ptl, ht, ui.
// Errors are the root of the diagonal of V - VN(N'VN)^-1 N'V in numpy.
func TestConstrainedBirthWeightFitIsThatOfScipy(t *testing.T) {
	tab, p := birthwt(t)
	p.Columns = nil
	for _, name := range []string{"age", "lwt", "smoke", "ptl", "ht", "ui"} {
		p.Columns = append(p.Columns, standardised(tab[name]))
	}
	free := math.Inf(1)
	f, err := FitConstrained(t.Context(), p, Constraints{
		Low:    []float64{-0.1, -free, 0.2, -free, 0.3, -free},
		High:   []float64{free, -0.5, free, free, 0.3, free},
		Linear: []Linear{{Coef: []float64{0, 0, 1, 1, 1, 1}, Low: -free, High: 1}},
	}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "coefficient", 1e-7, f.all(), []float64{-0.88157602, -0.1, -0.5, 0.23988149, 0.24529635, 0.3, 0.21482215})
	agree(t, "mean loss", 1e-12, []float64{-f.LogLik / f.SumWeights}, []float64{0.5571016479822147})
	agree(t, "multiplier", 1e-6, append(f.Bounds, f.Linear...), []float64{-0.01910247, 0.01389184, 0, 0, 0.02903138, 0, 0.00695821})
	for j, want := range map[int]float64{2: 1.37174093e-01, 3: 1.47728816e-01, 5: 1.35576020e-01} {
		agree(t, "standard error", 1e-7, []float64{f.InterceptStdErr, f.StdErr[j]}, []float64{1.65976975e-01, want})
	}
	for _, j := range []int{0, 1, 4} {
		if !math.IsNaN(f.StdErr[j]) {
			t.Errorf("column %d rests at its limit and has the error %v", j, f.StdErr[j])
		}
	}
	t.Logf("conditions hold to %+v", f.KKT)
}

// Three limits meet in one point of two coefficients, 0.1 + 0.2 beside 0.3: whichever two the fit
// rests at, rounding carries it across the third, which a report must not show.
func TestLimitsThatMeetInOnePointAreKeptToTheLastBit(t *testing.T) {
	p := skewed(200, 2)
	for _, high := range []float64{0.3, 0.1 + 0.2, 0.30000000000000016} {
		for _, sign := range []float64{1, -1} {
			low, top := []float64{0.1, 0.2}, []float64{2, 2}
			sum := Linear{Coef: []float64{1, 1}, Low: math.Inf(-1), High: high}
			if sign < 0 {
				low, top, sum = []float64{-2, -2}, []float64{-0.1, -0.2}, Linear{Coef: []float64{1, 1}, Low: -high, High: math.Inf(1)}
			}
			f, err := FitConstrained(t.Context(), p, Constraints{Low: low, High: top, Linear: []Linear{sum}}, Settings{})
			if err != nil {
				t.Fatal(err)
			}
			agree(t, "coefficient", 1e-12, f.Coef, []float64{sign * 0.1, sign * 0.2})
			for j, b := range f.Coef {
				if b < low[j] || b > top[j] {
					t.Errorf("column %d: %v is outside of %v to %v", j, b, low[j], top[j])
				}
			}
		}
	}
}

// standardised has mean 0 and standard deviation 1, with divisor n.
func standardised(x []float64) []float64 {
	n, mean, square := float64(len(x)), 0.0, 0.0
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		square += (v - mean) * (v - mean) / n
	}
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = (v - mean) / math.Sqrt(square)
	}
	return out
}

func TestConstraintsThatExcludeEachOtherAreRefused(t *testing.T) {
	p := skewed(100, 2)
	for name, c := range map[string]Constraints{
		"no coefficients fulfil all constraints": {High: []float64{0, 0}, Linear: []Linear{{Coef: []float64{1, 1}, Low: 1, High: 2}}},
		"no number is from 2 to 1":               {Linear: []Linear{{Coef: []float64{1, 1}, Low: 2, High: 1}}},
		"the lower limit 1 is above":             {Low: []float64{1, 0}, High: []float64{0, 0}},
		"give one per column":                    {Linear: []Linear{{Low: 0, High: 1}}},
		"1 coefficients of constraint 0 given":   {Linear: []Linear{{Coef: []float64{1}, High: 1}}},
	} {
		if _, err := FitConstrained(t.Context(), p, c, Settings{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
	firth, missing, one, short, far := p, p, p, p, p
	firth.Firth = true
	missing.Columns = [][]float64{p.Columns[0], append([]float64{math.NaN()}, p.Columns[1][1:]...)}
	one.Y, short.Weights = make([]float64, 100), []float64{1}
	far.Offset = append(slices.Repeat([]float64{1e308}, 50), slices.Repeat([]float64{-1e308}, 50)...)
	for name, p := range map[string]Problem{
		"Firth": firth, "column 1, row 0": missing, "both outcomes": one, "1 weights given, 100 expected": short,
		"no convergence after 0": far,
	} {
		if _, err := FitConstrained(t.Context(), p, Constraints{}, Settings{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}

// The first column separates the outcomes, upwards. A limit makes the estimate exist, one
// that leaves the way open does not.
func TestSeparationIsRefusedOnlyWhereTheConstraintsLeaveTheWayOpen(t *testing.T) {
	p := Problem{Columns: [][]float64{{1, 2, 3, 4, 5, 6}, {1, 0, 1, 1, 0, 1}}, Y: []float64{0, 0, 0, 1, 1, 1}}
	free := math.Inf(1)
	var separation *SeparationError
	_, err := FitConstrained(t.Context(), p, Constraints{Low: []float64{0, -1}, High: []float64{free, 1}}, Settings{})
	if !errors.As(err, &separation) {
		t.Errorf("the way is open: %v", err)
	}
	_, err = FitConstrained(t.Context(), p, Constraints{}, Settings{MaxIterations: 3})
	if !errors.As(err, &separation) {
		t.Errorf("the way is open, after three steps: %v", err)
	}
	var slow *ConvergenceError
	_, err = FitConstrained(t.Context(), skewed(500, 3), Constraints{}, Settings{MaxIterations: 2})
	if !errors.As(err, &slow) || slow.Iterations != 2 || slow.Gradient <= slow.Tolerance {
		t.Errorf("an estimate exists, after two steps: %v", err)
	}
	for _, high := range []float64{60, 20, 3, 0} { // where slopes are below the tolerance on the way, and nowhere
		f, err := FitConstrained(t.Context(), p, Constraints{Low: []float64{-free, -1}, High: []float64{high, 1}}, Settings{})
		if err != nil || f.Coef[0] != high || !(f.Bounds[0] > 0) {
			t.Errorf("held at %v: %+v, %v", high, f, err)
		}
	}
}

func TestAnAliasedColumnStaysAtZeroOrIsNamed(t *testing.T) {
	p := skewed(200, 2)
	p.Columns = append(p.Columns, p.Columns[1])
	free := math.Inf(1)
	f, err := FitConstrained(t.Context(), p, Constraints{Low: []float64{-free, -free, -free}, High: []float64{0, 0, 0}}, Settings{})
	if err != nil || f.Coef[2] != 0 || len(f.Aliased) != 1 {
		t.Errorf("%+v, %v", f, err)
	}
	_, err = FitConstrained(t.Context(), p, Constraints{Low: []float64{-free, -free, 1}, High: []float64{0, 0, 2}}, Settings{})
	if err == nil || !strings.Contains(err.Error(), "column 2") {
		t.Errorf("got %v", err)
	}
	_, err = FitConstrained(t.Context(), p, Constraints{Linear: []Linear{{Coef: []float64{0, 0, 1}, Low: 1, High: 2}}}, Settings{})
	if err == nil || !strings.Contains(err.Error(), "a linear constraint") {
		t.Errorf("got %v", err)
	}
}
