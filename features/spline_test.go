package features

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The values are those of the formula for knots 1, 2 and 3, by hand: at 2.5 it gives
// (1.5^3 - 2*0.5^3) / 4, at 4 (27 - 2*8 + 1) / 4.
func TestABendIsHarrellsTerm(t *testing.T) {
	knots := []float64{1, 2, 3}
	for x, want := range map[float64]float64{-9: 0, 1: 0, 2: 0.25, 2.5: 0.78125, 3: 1.5, 4: 3, 5: 4.5, 6: 6} {
		if got := bend(knots, 1, x); got != want {
			t.Errorf("at %v: %v, want %v", x, got, want)
		}
	}
}

func TestABendIsALineOutsideItsKnotsAndSmoothInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var knots []float64
		at := rapid.Float64Range(-100, 100).Draw(t, "first")
		for range rapid.IntRange(3, 7).Draw(t, "knots") {
			knots = append(knots, at)
			at += rapid.Float64Range(0.5, 20).Draw(t, "gap")
		}
		j := rapid.IntRange(1, len(knots)-2).Draw(t, "term")
		f := func(x float64) float64 { return bend(knots, j, x) }
		last, width := knots[len(knots)-1], knots[len(knots)-1]-knots[0]
		if f(knots[0]) != 0 || f(knots[0]-width) != 0 {
			t.Fatal("it is not 0 below the first knot")
		}
		// Beyond the last knot second differences vanish.
		if second := f(last+3*width) - 2*f(last+2*width) + f(last+width); math.Abs(second) > 1e-9*math.Abs(f(last+3*width)) {
			t.Fatalf("it bends by %v beyond the last knot", second)
		}
		// At every knot value, slope and curvature are the same from both sides.
		h := 1e-4 * width
		for _, k := range knots {
			left, right := f(k)-2*f(k-h)+f(k-2*h), f(k+2*h)-2*f(k+h)+f(k)
			if math.Abs(left-right) > 1e-9*width {
				t.Fatalf("the curvature jumps at %v: %v and %v", k, left, right)
			}
		}
	})
}

func TestASplineHasAColumnForEveryTerm(t *testing.T) {
	x := make([]float64, 101)
	for i := range x {
		x[i] = float64(i)
	}
	e := examples(t, some(101), column{name: "tenure", numbers: x})
	encoder, d, _ := fit(t, e, Standardised, Factor{Name: "tenure", Expr: "tenure", Kind: Spline})
	// The percentiles 5, 35, 65 and 95 of 0 to 100 are these numbers.
	if got := encoder.Factors[0].Knots; !slices.Equal(got, []float64{5, 35, 65, 95}) {
		t.Errorf("knots %v", got)
	}
	if got := names(encoder); !slices.Equal(got, []string{"tenure=linear", "tenure=bend 1", "tenure=bend 2"}) || len(d.Columns) != 3 {
		t.Errorf("columns %v", got)
	}
	c := encoder.Kept()[1]
	if want := (bend([]float64{5, 35, 65, 95}, 1, 100) - c.Mean) / c.SD; d.Columns[1][100] != want {
		t.Errorf("the bend at 100 is %v, want %v", d.Columns[1][100], want)
	}
	_, scores, _ := fit(t, e, Scores, Factor{Name: "tenure", Expr: "tenure", Kind: Spline, Expect: LowerChurn})
	_, plain, _ := fit(t, e, Scores, Factor{Name: "tenure", Expr: "tenure", Expect: LowerChurn})
	if !sameBits(scores.Columns, plain.Columns) {
		t.Error("as a score a curve is the number itself")
	}
}

func TestKnotsAreWhereTheyWereAskedFor(t *testing.T) {
	e := examples(t, some(6), column{name: "x", numbers: []float64{0, 1, 3, 7, 15, nan}})
	encoder, _, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "x", Kind: Spline, Scale: Log1p, Missing: Own, Spline: &Knots{At: []float64{1, 3, 7}}})
	want := []float64{math.Log1p(1), math.Log1p(3), math.Log1p(7)}
	if got := encoder.Factors[0].Knots; !slices.Equal(got, want) {
		t.Errorf("knots %v, want %v, on the scale of the factor", got, want)
	}
	if got := names(encoder); !slices.Equal(got, []string{"x=linear", "x=bend 1", "x=(missing)"}) {
		t.Errorf("columns %v", got)
	}
}

func TestValuesThatRepeatLeaveAStraightLine(t *testing.T) {
	e := examples(t, some(8), column{name: "x", numbers: []float64{0, 0, 0, 0, 0, 0, 1, 1}})
	encoder, _, warnings := fit(t, e, Standardised, Factor{Name: "x", Expr: "x", Kind: Spline})
	if got := names(encoder); !slices.Equal(got, []string{"x=linear"}) || len(warnings) != 1 || warnings[0].Code != "knots" {
		t.Errorf("columns %v, warnings %v", got, warnings)
	}
}

// 1e110 beyond knots that are 2 apart the cubes of a bend overflow, although it is a straight line there.
func TestACurveThatOverflowsIsRefused(t *testing.T) {
	e := examples(t, some(20), column{name: "revenue", numbers: draw(20, func(i int) float64 { return float64(i) * 1e110 })})
	factors := compile(t, e, Factor{Name: "curve", Expr: "revenue", Kind: Spline, Spline: &Knots{At: []float64{0, 1, 2}}})
	if _, _, _, err := Fit(t.Context(), factors, e.All(), Standardised); err == nil || !strings.Contains(err.Error(), `"curve": it goes beyond all numbers; clip`) {
		t.Errorf("error %v", err)
	}
}

func TestKnotsThatMeanNothingAreRefused(t *testing.T) {
	for name, k := range map[string]Knots{
		"two":           {Count: 2},
		"eight":         {Count: 8},
		"two places":    {At: []float64{1, 2}},
		"out of order":  {At: []float64{1, 3, 2}},
		"both ways":     {Count: 4, At: []float64{1, 2, 3}},
		"too far apart": {At: []float64{-1e300, 0, 1e300}},
		"too close":     {At: []float64{0, 1e-300, 2e-300}},
		"no number":     {At: []float64{0, nan, 2}},
	} {
		if k.problem() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
