package logit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"holdfast/models/logit/logittest"
)

func TestSeparatedOutcomesAreRefusedByName(t *testing.T) {
	ramp := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	noise := []float64{3, 1, 4, 1, 5, 9, 2, 6}
	half := []float64{0, 0, 0, 0, 1, 1, 1, 1}
	cases := []struct {
		name string
		p    Problem
		want SeparationError
	}{
		{"a threshold splits the outcomes", Problem{Columns: [][]float64{noise, ramp}, Y: half}, SeparationError{[]int{1}, true}},
		{"a threshold with both outcomes on it", Problem{
			Columns: [][]float64{{1, 2, 3, 4, 4, 5, 6, 7}, {3, 1, 4, 5, 5, 9, 2, 6}}, Y: half}, SeparationError{[]int{0}, false}},
		{"a level that only churned", Problem{
			Columns: [][]float64{noise, {0, 0, 0, 0, 0, 0, 1, 1}}, Y: []float64{0, 1, 0, 1, 1, 0, 1, 1}}, SeparationError{[]int{1}, false}},
		{"a level that only renewed", Problem{
			Columns: [][]float64{noise, {0, 0, 0, 0, 0, 0, 1, 1}}, Y: []float64{0, 1, 0, 1, 1, 0, 0, 0}}, SeparationError{[]int{1}, false}},
		{"a difference of two columns", Problem{
			Columns: [][]float64{{1, 2, 3, 4, 5, 6, 7, 8}, {2, 1, 4, 3, 6, 5, 8, 7}}, Y: []float64{0, 1, 0, 1, 0, 1, 0, 1}}, SeparationError{[]int{0, 1}, true}},
		{"no intercept and one sign per outcome", Problem{
			Columns: [][]float64{{-1, -2, -3, -1, 1, 2, 3, 1}}, Y: half, NoIntercept: true}, SeparationError{[]int{0}, true}},
		{"weights and offsets do not hide it", Problem{Columns: [][]float64{noise, ramp}, Y: half,
			Weights: noise, Offset: []float64{9, 0, 0, 0, 0, 0, 0, -9}}, SeparationError{[]int{1}, true}},
		{"a row of weight zero does not save it", Problem{Columns: [][]float64{ramp}, Y: []float64{0, 0, 0, 0, 1, 1, 1, 0},
			Weights: []float64{1, 1, 1, 1, 1, 1, 1, 0}}, SeparationError{[]int{0}, true}},
		{"a penalty elsewhere does not cure it", Problem{Columns: [][]float64{noise, ramp}, Y: half,
			L2: []float64{1, 0}}, SeparationError{[]int{1}, true}},
		{"units do not matter", Problem{Columns: [][]float64{{1e30, 2e30, 3e30, 4e30, 5e30, 6e30, 7e30, 8e30}}, Y: half}, SeparationError{[]int{0}, true}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, err := Fit(context.Background(), c.p, Settings{})
			var got *SeparationError
			if !errors.As(err, &got) {
				t.Fatalf("want separation, got %v, %v", f, err)
			}
			if !reflect.DeepEqual(*got, c.want) {
				t.Errorf("got %+v, want %+v", *got, c.want)
			}
		})
	}
}

func TestWhatHasAnEstimateIsNotRefused(t *testing.T) {
	ramp := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	half := []float64{0, 0, 0, 0, 1, 1, 1, 1}
	cases := []struct {
		name string
		p    Problem
	}{
		{"separation under a penalty", Problem{Columns: [][]float64{ramp}, Y: half, L2: []float64{1e-3}}},
		{"separation under a penalty on each of two columns", Problem{Columns: [][]float64{ramp, {0, 1, 0, 1, 0, 1, 0, 1}}, Y: half, L2: []float64{1e-3, 1e-2}}},
		{"separation by the one of two columns that has a penalty", Problem{Columns: [][]float64{{3, 1, 4, 1, 5, 9, 2, 6}, ramp}, Y: half, L2: []float64{0, 1e-6}}},
		{"one row on the wrong side", Problem{Columns: [][]float64{ramp}, Y: []float64{0, 0, 0, 1, 0, 1, 1, 1}}},
		{"a wrong row a thousandth from the threshold", Problem{Columns: [][]float64{{1, 2, 3, 4.001, 4, 6, 7, 8}}, Y: half}},
		{"a wrong row a millionth from the threshold", Problem{Columns: [][]float64{{1, 2, 3, 4.000001, 4, 6, 7, 8}}, Y: half}},
		{"a fraction on one side", Problem{Columns: [][]float64{ramp}, Y: []float64{0, 0, 0, 0, 1, 1, 1, 0.9}}},
		{"an offset that predicts perfectly", Problem{Columns: [][]float64{{1, 0, 1, 0, 1, 0, 1, 0}}, Y: []float64{0, 0, 0, 1, 0, 1, 1, 1},
			Offset: []float64{-40, -30, -20, -10, 10, 20, 30, 40}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := mustFit(t, c.p, Settings{})
			if f.Gradient > 1e-10 || math.IsNaN(f.Coef[0]) {
				t.Errorf("gradient %g, coefficients %v", f.Gradient, f.Coef)
			}
			t.Logf("%v in %d iterations", f.Coef, f.Iterations)
		})
	}
}

// A ridge on one of two columns does not hold the other, however strong it is.
func TestAColumnWithoutARidgeSeparatesBesideOneThatHasIt(t *testing.T) {
	ramp, other := []float64{1, 2, 3, 4, 5, 6, 7, 8}, []float64{0, 1, 0, 1, 1, 1, 0, 1}
	var separated *SeparationError
	_, err := Fit(t.Context(), Problem{Columns: [][]float64{other, ramp}, Y: []float64{0, 0, 0, 0, 1, 1, 1, 1}, L2: []float64{10, 0}}, Settings{})
	if !errors.As(err, &separated) || !slices.Equal(separated.Columns, []int{1}) {
		t.Errorf("got %v, want column 1 to be blamed", err)
	}
}

// Heinze and Schemper (2002): neovasculation NV quasi-separates the
// endometrial cancer data; R's glm stops at 18.19 with standard error 1716.
func TestEndometrialIsRefusedByItsNV(t *testing.T) {
	tab := logittest.ReadTable(t, "endometrial.csv")
	p := Problem{Columns: tab.Pick("NV", "PI", "EH"), Y: tab["HG"]}
	_, err := Fit(context.Background(), p, Settings{})
	var got *SeparationError
	if !errors.As(err, &got) || !reflect.DeepEqual(*got, SeparationError{[]int{0}, false}) {
		t.Fatalf("got %v", err)
	}
	p.L2 = []float64{1e-3, 0, 0}
	mustFit(t, p, Settings{})
}

// LR24 is ridge on perfectly separated rows: without the ridge there is
// nothing to find.
func TestCertifiedSeparableProblemWithoutItsRidgeIsRefused(t *testing.T) {
	for _, c := range logittest.Certified(t) {
		if !strings.HasPrefix(c.Name, "LR24 ") {
			continue
		}
		p := from(c)
		p.L2 = nil
		_, err := Fit(context.Background(), p, Settings{})
		var got *SeparationError
		if !errors.As(err, &got) || !got.Complete {
			t.Errorf("got %v", err)
		}
	}
}

// A small training fold with many dummies: a level that saw no churn hides
// among columns that are fine.
func TestSeparatedLevelInSmallFoldIsNamed(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 7))
		const n, p, bad = 150, 8, 5
		prob := Problem{Columns: make([][]float64, p), Y: make([]float64, n)}
		for j := range prob.Columns {
			prob.Columns[j] = make([]float64, n)
		}
		for i := range n {
			for j := range p {
				prob.Columns[j][i] = rng.NormFloat64()
			}
			prob.Columns[bad][i] = 0
			prob.Y[i] = float64(i % 5 / 4)
			if prob.Y[i] == 0 && rng.IntN(10) == 0 {
				prob.Columns[bad][i] = 1
			}
		}
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			_, err := Fit(context.Background(), prob, Settings{})
			var got *SeparationError
			if !errors.As(err, &got) || !reflect.DeepEqual(*got, SeparationError{[]int{bad}, false}) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Many rows take the way over subsets and chord steps, on which slopes fall to nothing
// too: it must not end there.
func TestSeparationOfManyRowsIsStillFound(t *testing.T) {
	n := 26 * chunkRows
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = float64(i*7919%n) / float64(n)
		if x[i] > 0.6 {
			y[i] = 1
		}
	}
	var separated *SeparationError
	if _, err := Fit(t.Context(), Problem{Columns: [][]float64{x}, Y: y}, Settings{}); !errors.As(err, &separated) || !separated.Complete {
		t.Errorf("got %v", err)
	}
}
