package logit

import (
	"math"
	"runtime"
	"testing"

	"pgregory.net/rapid"
)

// drawProblem makes a small problem whose estimate exists: every row appears
// with both outcomes, in unequal weights.
func drawProblem(t *rapid.T) Problem {
	n := rapid.IntRange(8, 40).Draw(t, "rows")
	p := rapid.IntRange(1, 3).Draw(t, "columns")
	value := rapid.Float64Range(-3, 3)
	prob := Problem{}
	for j := range p {
		half := rapid.SliceOfN(value, n, n).Draw(t, "column")
		half[j] += 4 // no column is constant, no two are proportional
		prob.Columns = append(prob.Columns, append(half, half...))
	}
	prob.Offset = make([]float64, 2*n)
	for i := range 2 * n {
		prob.Y = append(prob.Y, float64(i/n))
		prob.Weights = append(prob.Weights, float64(rapid.IntRange(1, 5).Draw(t, "weight")))
		prob.Offset[i] = rapid.Float64Range(-1, 1).Draw(t, "offset")
	}
	return prob
}

// rows builds the problem of the listed rows.
func (p Problem) rows(list []int) Problem {
	out := p
	out.Y, out.Weights, out.Offset = gather(p.Y, list), gather(p.Weights, list), gather(p.Offset, list)
	out.Columns = nil
	for _, c := range p.Columns {
		out.Columns = append(out.Columns, gather(c, list))
	}
	return out
}

func near(t *rapid.T, what string, tol float64, got, want []float64) {
	t.Helper()
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= tol*(1+math.Abs(w))) && !(math.IsNaN(got[i]) && math.IsNaN(w)) {
			t.Fatalf("%s %d: got %.17g, want %.17g", what, i, got[i], w)
		}
	}
}

func fitDrawn(t *rapid.T, p Problem) *Fitted {
	f, err := Fit(t.Context(), p, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// same compares everything that does not count rows.
func same(t *rapid.T, got, want *Fitted, tol float64) {
	t.Helper()
	near(t, "coefficient", tol, got.all(), want.all())
	near(t, "standard error", tol, got.allStdErr(), want.allStdErr())
	near(t, "log likelihood", tol, []float64{got.LogLik, got.NullLogLik}, []float64{want.LogLik, want.NullLogLik})
}

func TestWeightTwoIsTheRowTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		var list []int
		for i, w := range p.Weights {
			for range int(w) {
				list = append(list, i)
			}
		}
		expanded := p.rows(list)
		expanded.Weights = nil
		same(t, fitDrawn(t, expanded), fitDrawn(t, p), 2e-14)
	})
}

func TestWeightZeroIsNoRowBitForBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		n := len(p.Y)
		with := p.rows(append(order(n), 0, n-1, n/2))
		copy(with.Weights[n:], []float64{0, 0, 0})
		same(t, fitDrawn(t, with), fitDrawn(t, p), 0)
	})
}

func order(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// The refinement fixes 30 digits and rounds once, so that the order of rows
// shows in the last bit at most.
func TestOrderOfRowsShowsInTheLastBitAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		shuffled := p.rows(rapid.Permutation(order(len(p.Y))).Draw(t, "order"))
		a, b := fitDrawn(t, shuffled), fitDrawn(t, p)
		near(t, "coefficient", 2.3e-16, a.all(), b.all())
		near(t, "standard error", 2.3e-16, a.allStdErr(), b.allStdErr())
	})
}

func TestScalingAColumnScalesItsCoefficientBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		f := fitDrawn(t, p)
		scale := math.Ldexp(1, rapid.IntRange(-60, 60).Draw(t, "exponent"))
		scaled := p.rows(order(len(p.Y)))
		for i := range scaled.Columns[0] {
			scaled.Columns[0][i] *= scale
		}
		g := fitDrawn(t, scaled)
		g.Coef[0] *= scale
		g.StdErr[0] *= scale
		same(t, g, f, 0) // powers of two are exact
	})
}

func TestShiftingAColumnMovesOnlyTheIntercept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		for i, x := range p.Columns[0] {
			p.Columns[0][i] = math.Round(x * 1024) // so that the shift is exact
		}
		p.Columns[0][0], p.Columns[0][len(p.Y)/2] = 5000, 5000
		f := fitDrawn(t, p)
		shift := float64(rapid.IntRange(-1<<30, 1<<30).Draw(t, "shift"))
		shifted := p.rows(order(len(p.Y)))
		for i := range shifted.Columns[0] {
			shifted.Columns[0][i] += shift
		}
		near(t, "coefficient", 1e-15, fitDrawn(t, shifted).Coef, f.Coef)
	})
}

// Moving b_0 x_0 into the offset takes b_0 out of the coefficient.
func TestOffsetIsACoefficientHeldFixed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		f := fitDrawn(t, p)
		held := p.rows(order(len(p.Y)))
		b := rapid.Float64Range(-2, 2).Draw(t, "held")
		for i, x := range p.Columns[0] {
			held.Offset[i] += b * x
		}
		g := fitDrawn(t, held)
		g.Coef[0] += b
		near(t, "coefficient", 1e-13, g.all(), f.all())
		near(t, "standard error", 1e-13, g.allStdErr(), f.allStdErr())
	})
}

func TestSwappingTheOutcomesTurnsEverySign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		f := fitDrawn(t, p)
		for i := range p.Y {
			p.Y[i], p.Offset[i] = 1-p.Y[i], -p.Offset[i]
		}
		g := fitDrawn(t, p)
		g.Intercept = -g.Intercept
		for j := range g.Coef {
			g.Coef[j] = -g.Coef[j]
		}
		// Either side is right to 1e-15, so the two may differ by twice that.
		same(t, g, f, 2e-15)
	})
}

func TestAWarmStartChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		start := rapid.SliceOfN(rapid.Float64Range(-2, 2), len(p.Columns)+1, len(p.Columns)+1).Draw(t, "start")
		g, err := Fit(t.Context(), p, Settings{Start: start})
		if err != nil {
			t.Fatal(err)
		}
		same(t, g, fitDrawn(t, p), 1e-15)
	})
}

// Whatever the other fit was of, the answer is this problem's.
func TestGoingOnFromAnotherFitChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		other := p
		other.Weights = make([]float64, len(p.Y))
		for i := range other.Weights {
			other.Weights[i] = float64(rapid.IntRange(1, 5).Draw(t, "other weight"))
		}
		if rapid.Bool().Draw(t, "of the other outcome") {
			other.Y = make([]float64, len(p.Y))
			for i, y := range p.Y {
				other.Y[i] = 1 - y
			}
		}
		s := Settings{From: fitDrawn(t, other)}
		if n := len(p.Columns); rapid.Bool().Draw(t, "with fewer columns") {
			s.Kept = rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 1, n, rapid.ID[int]).Draw(t, "kept")
			columns, penalties := p.Columns, p.L2
			p.Columns, p.L2 = nil, nil
			for _, j := range s.Kept {
				if p.Columns = append(p.Columns, columns[j]); penalties != nil {
					p.L2 = append(p.L2, penalties[j])
				}
			}
		}
		g, err := Fit(t.Context(), p, s)
		if err != nil {
			t.Fatal(err)
		}
		same(t, g, fitDrawn(t, p), 1e-15)
	})
}

func TestMoreRidgeMeansSmallerWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		last := math.Inf(1)
		for _, lambda := range []float64{0, 1e-3, 1, 1e3, 1e9} {
			p.L2 = make([]float64, len(p.Columns))
			for j := range p.L2 {
				p.L2[j] = lambda
			}
			norm := 0.0
			for _, b := range fitDrawn(t, p).Coef {
				norm += b * b
			}
			if norm > last*(1+1e-12) {
				t.Fatalf("lambda %g: squared norm %g after %g", lambda, norm, last)
			}
			last = norm
		}
		if last > 1e-10 {
			t.Fatalf("lambda 1e9 leaves %g", last)
		}
	})
}

// At the optimum the sum of w (y - mu) x equals lambda b, column by column.
func TestGradientVanishesAtTheAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		lambda := rapid.Float64Range(0, 10).Draw(t, "lambda")
		p.L2 = make([]float64, len(p.Columns))
		p.L2[0] = lambda
		f := fitDrawn(t, p)
		sum := scoresOf(p, f, order(len(p.Y)))
		sum[1] -= lambda * f.Coef[0]
		near(t, "gradient", 1e-12, sum, make([]float64, len(sum)))
	})
}

func TestAnyNumberOfProcessorsGivesTheSameBits(t *testing.T) {
	p := skewed(30_000, 7)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, mode := range []ExactMode{ExactNever, ExactAlways} {
		var want *Fitted
		for _, procs := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(procs)
			f := mustFit(t, p, Settings{Exact: mode})
			if want == nil {
				want = f
			}
			agree(t, "coefficient", 0, f.all(), want.all())
			agree(t, "standard error", 0, f.allStdErr(), want.allStdErr())
			agree(t, "log likelihood", 0, []float64{f.LogLik, f.Gradient}, []float64{want.LogLik, want.Gradient})
		}
	}
}

// Float64 alone is good to its tolerance on honest data.
func TestFastAnswerAgreesWithTheRefinedOne(t *testing.T) {
	p := skewed(20_000, 24)
	fast, exact := mustFit(t, p, Settings{Exact: ExactNever}), mustFit(t, p, Settings{})
	if fast.Refined || !exact.Refined {
		t.Errorf("refined: %v, %v", fast.Refined, exact.Refined)
	}
	agree(t, "coefficient", 1e-12, fast.all(), exact.all())
	agree(t, "standard error", 1e-11, fast.allStdErr(), exact.allStdErr())
	agree(t, "log likelihood", 1e-9, []float64{fast.LogLik}, []float64{exact.LogLik})
}
