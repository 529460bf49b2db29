package logit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"holdfast/models/logit/logittest"
)

// For a 2x2 table the coefficient is the log odds ratio and its variance
// 1/a + 1/b + 1/c + 1/d (Woolf 1955).
func TestTwoByTwoTableGivesTheLogOddsRatio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 1000)
		a, b := float64(count.Draw(t, "churned, x=1")), float64(count.Draw(t, "renewed, x=1"))
		c, d := float64(count.Draw(t, "churned, x=0")), float64(count.Draw(t, "renewed, x=0"))
		f := fitDrawn(t, Problem{Columns: [][]float64{{1, 1, 0, 0}}, Y: []float64{1, 0, 1, 0}, Weights: []float64{a, b, c, d}})
		near(t, "coefficient", 1e-14, f.all(), []float64{math.Log(c / d), math.Log(a * d / (b * c))})
		near(t, "standard error", 1e-14, f.allStdErr(), []float64{math.Sqrt(1/c + 1/d), math.Sqrt(1/a + 1/b + 1/c + 1/d)})
	})
}

// From the base rate the first Newton step overshoots here by so much that the
// curvature left is 1e-15, and the second step is 1e15 too long.
func TestAnOvershootIsWalkedBack(t *testing.T) {
	f := mustFit(t, Problem{Columns: [][]float64{{1, 1, 0, 0}}, Y: []float64{1, 0, 1, 0}, Weights: []float64{1, 10, 1000, 1}}, Settings{})
	agree(t, "coefficient", 1e-14, f.Coef, []float64{math.Log(1.0 / (10 * 1000))})
}

// A model with one dummy per level reproduces every level's rate.
func TestSaturatedModelReproducesTheRates(t *testing.T) {
	rates := []float64{0.01, 0.2, 0.5, 0.97}
	p := Problem{Y: rates, Weights: []float64{300, 50, 10, 200}, NoIntercept: true}
	for j := range rates {
		c := make([]float64, len(rates))
		c[j] = 1
		p.Columns = append(p.Columns, c)
	}
	f := mustFit(t, p, Settings{})
	for j, r := range rates {
		agree(t, "coefficient", 1e-14, f.Coef[j:j+1], []float64{math.Log(r / (1 - r))})
		agree(t, "standard error", 1e-15, f.StdErr[j:j+1], []float64{1 / math.Sqrt(p.Weights[j]*r*(1-r))})
	}
	agree(t, "deviance", 1e-12, []float64{f.Deviance}, []float64{0})
}

// k of m as one fraction is the same as k ones and m-k zeros.
func TestGroupedRowsEqualExpandedRows(t *testing.T) {
	churned, of := []float64{1, 4, 2, 9}, []float64{8, 8, 16, 16} // eighths are exact
	x := []float64{1, 2, 3, 5}
	grouped := Problem{Columns: [][]float64{x}, Weights: of}
	expanded := Problem{Columns: [][]float64{nil}}
	for i, k := range churned {
		grouped.Y = append(grouped.Y, k/of[i])
		for r := range int(of[i]) {
			y := 0.0
			if float64(r) < k {
				y = 1
			}
			expanded.Y = append(expanded.Y, y)
			expanded.Columns[0] = append(expanded.Columns[0], x[i])
		}
	}
	g, e := mustFit(t, grouped, Settings{}), mustFit(t, expanded, Settings{})
	agree(t, "coefficient", 1e-15, g.all(), e.all())
	agree(t, "standard error", 1e-15, g.allStdErr(), e.allStdErr())
	agree(t, "log likelihood", 1e-13, []float64{g.LogLik}, []float64{e.LogLik})
	agree(t, "drop in deviance", 1e-13, []float64{g.NullDeviance - g.Deviance}, []float64{e.NullDeviance - e.Deviance})
}

// Greene's printed table for Spector and Mazzeo: z and two-sided p.
func TestWaldTestsOfSpector(t *testing.T) {
	tab := logittest.ReadTable(t, "spector.csv")
	f := mustFit(t, Problem{Columns: tab.Pick("GPA", "TUCE", "PSI"), Y: tab["GRADE"]}, Settings{})
	w := f.Wald(0.95)
	if len(w) != 4 {
		t.Fatalf("%d intervals", len(w))
	}
	for i, want := range []struct{ z, p, low, high float64 }{
		{-2.641, 0.008, -22.687, -3.356}, // statsmodels summary(), printed digits
		{2.238, 0.025, 0.351, 5.301},
		{0.672, 0.501, -0.182, 0.373},
		{2.234, 0.025, 0.292, 4.465},
	} {
		agree(t, "z, p, low, high", 5.1e-4, []float64{w[i].Z, w[i].P, w[i].Low, w[i].High}, []float64{want.z, want.p, want.low, want.high})
	}
	if x := f.Wald(0.99)[1]; !(x.Low < w[1].Low && x.High > w[1].High) {
		t.Errorf("99 %% interval %v does not contain the 95 %% one %v", x, w[1])
	}
}

func TestTerribleStartsStillArrive(t *testing.T) {
	p := skewed(500, 5)
	want := mustFit(t, p, Settings{})
	for _, start := range []float64{-1e4, -50, 50, 1e4, 1e300, math.MaxFloat64} {
		s := make([]float64, 6)
		for j := range s {
			s[j] = start * math.Cos(float64(j))
		}
		agree(t, "coefficient", 1e-14, mustFit(t, p, Settings{Start: s}).all(), want.all())
		free, err := FitConstrained(t.Context(), p, Constraints{}, Settings{Start: s})
		if err != nil {
			t.Fatal(err)
		}
		agree(t, "coefficient without limits", 1e-10, free.all(), want.all())
	}
}

func TestTooFewIterationsAreAnErrorAndNotAnAnswer(t *testing.T) {
	_, err := Fit(context.Background(), skewed(500, 5), Settings{MaxIterations: 2})
	var slow *ConvergenceError
	if !errors.As(err, &slow) || slow.Iterations != 2 || slow.Gradient <= slow.Tolerance {
		t.Errorf("got %v", err)
	}
	p := skewed(100, 1)
	p.Offset, p.Columns = p.Columns[0], nil // nothing but an intercept
	if _, err = Fit(context.Background(), p, Settings{MaxIterations: 1}); !errors.As(err, &slow) || slow.Iterations != 1 {
		t.Errorf("of an intercept alone: %v", err)
	}
}

// A fit large enough for the warm-up on subsets ends where it would without.
func TestWarmUpChangesThePathAndNotTheAnswer(t *testing.T) {
	p := skewed(33*8*chunkRows/8, 4)
	f := mustFit(t, p, Settings{Exact: ExactNever})
	g := mustFit(t, p, Settings{})
	if f.Iterations > 7 || f.Gradient > 1e-10 {
		t.Errorf("%d iterations to gradient %g", f.Iterations, f.Gradient)
	}
	agree(t, "coefficient", 1e-13, f.all(), g.all())
	d, err := newDesign(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	// The way over subsets and chords ends so near that the first Hessian of all rows is the last.
	if n, err := prepare(t.Context(), d, Settings{}.withDefaults(false)); err != nil || n.slope(n.now) > 1e-10 {
		t.Errorf("slope %g where the first Hessian of all rows is taken: %v", n.slope(n.now), err)
	}
	for _, start := range [][]float64{g.all(), {50, -50, 3, 0, 10}} {
		h := mustFit(t, p, Settings{Exact: ExactNever, Start: start})
		agree(t, "coefficient from a start", 1e-13, h.all(), g.all())
	}
}

func ExampleFit() {
	usage := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}
	churned := []float64{1, 1, 0, 1, 0, 1, 0, 0}
	f, err := Fit(context.Background(), Problem{Columns: [][]float64{usage}, Y: churned}, Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := f.Wald(0.9)[1]
	fmt.Printf("log-odds of churn per unit of usage: %.3f, 90 %% interval %.2f to %.2f, p = %.2f\n", w.Estimate, w.Low, w.High, w.P)

	churned = []float64{1, 1, 1, 1, 0, 0, 0, 0}
	_, err = Fit(context.Background(), Problem{Columns: [][]float64{usage}, Y: churned}, Settings{})
	var separated *SeparationError
	fmt.Println(errors.As(err, &separated), separated.Columns, separated.Complete)
	// Output:
	// log-odds of churn per unit of usage: -5.941, 90 % interval -13.05 to 1.17, p = 0.17
	// true [0] true
}
