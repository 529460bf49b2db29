package logit

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// The last column is 1 - 2a + b of the others and a share that is new: of its square, some 6, they
// leave share^2, a part of 1.7e-7 and of 1.5e-10, beside the 1e-8 that float64 is trusted with.
func TestTheCheapTestSuspectsWhatFloat64CannotTell(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for trial := range 50 {
		for _, c := range []struct {
			share float64
			want  bool
		}{{1, false}, {1e-3, false}, {3e-5, true}, {0, true}} {
			const n = 200
			q := 2 + trial%3
			rows := mat.NewDense(n, q, nil)
			for i := range n {
				a, b := rng.NormFloat64(), rng.NormFloat64()
				all := []float64{1, a, b}[:q-1]
				last := c.share * rng.NormFloat64()
				for j, x := range all {
					rows.Set(i, j, x)
					last += float64(1-3*(j%2)) * x
				}
				rows.Set(i, q-1, last)
			}
			if q == 4 {
				rows.Apply(func(_, j int, v float64) float64 { return v * []float64{1, 1e3, 1e-3, 1}[j] }, rows)
			}
			var gram mat.Dense
			gram.Mul(rows.T(), rows)
			if got := suspicious(gram.RawMatrix().Data, q); got != c.want {
				t.Errorf("%d columns, a share of %g is new: suspicious %v", q, c.share, got)
			}
		}
	}
	if !suspicious([]float64{1, 0, 0, math.NaN()}, 2) {
		t.Error("NaN passes")
	}
}

func TestAliasedColumnsAreDroppedByRsRule(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	const n = 200
	a, b, y := make([]float64, n), make([]float64, n), make([]float64, n)
	var d [3][]float64
	for k := range d {
		d[k] = make([]float64, n)
	}
	for i := range n {
		a[i], b[i] = rng.NormFloat64(), 5+rng.ExpFloat64()
		d[rng.IntN(3)][i] = 1
		y[i] = float64(rng.IntN(2))
	}
	combine := func(c0, ca, cb float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = c0 + ca*a[i] + cb*b[i]
		}
		return out
	}
	cases := []struct {
		name        string
		columns     [][]float64
		noIntercept bool
		want        []Alias
	}{
		{"a sum of two", [][]float64{a, b, combine(0, 1, 1)}, false, []Alias{{2, []int{0, 1}}}},
		{"the sum first, then its parts", [][]float64{combine(0, 1, 1), a, b}, false, []Alias{{2, []int{0, 1}}}},
		{"a change of units", [][]float64{b, a, combine(0, 0, 0.1)}, false, []Alias{{2, []int{0}}}},
		{"a change of units with an origin", [][]float64{b, a, combine(32, 0, 1.8)}, false, []Alias{{2, []int{-1, 0}}}},
		{"the same on top of a large mean", [][]float64{b, combine(1e6, 0, 1)}, false, []Alias{{1, []int{-1, 0}}}},
		{"a constant", [][]float64{a, combine(0.1, 0, 0), b}, false, []Alias{{1, []int{-1}}}},
		{"all zero", [][]float64{a, combine(0, 0, 0)}, false, []Alias{{1, []int{-1}}}},
		{"one dummy too many", [][]float64{a, d[0], d[1], d[2]}, false, []Alias{{3, []int{-1, 1, 2}}}},
		{"a column twice, and again", [][]float64{a, a, b, a}, false, []Alias{{1, []int{0}}, {3, []int{0}}}},
		{"all dummies are fine without an intercept", [][]float64{d[0], d[1], d[2]}, true, nil},
		{"so is a constant", [][]float64{a, combine(7, 0, 0)}, true, nil},
		{"zeros are not", [][]float64{a, combine(0, 0, 0)}, true, []Alias{{1, nil}}},
		{"independent columns", [][]float64{a, b, d[0], d[1]}, false, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := Problem{Columns: c.columns, Y: y, NoIntercept: c.noIntercept}
			f := mustFit(t, p, Settings{})
			if !reflect.DeepEqual(f.Aliased, c.want) {
				t.Fatalf("got %v, want %v", f.Aliased, c.want)
			}
			assertSameAsWithout(t, p, f)
		})
	}
}

// assertSameAsWithout fits again without the aliased columns and expects the
// same bits for everything else.
func assertSameAsWithout(t *testing.T, p Problem, f *Fitted) {
	t.Helper()
	gone := make(map[int]bool)
	for _, a := range f.Aliased {
		gone[a.Column] = true
	}
	reduced := p
	reduced.Columns = nil
	for j, c := range p.Columns {
		if !gone[j] {
			reduced.Columns = append(reduced.Columns, c)
		}
	}
	want := mustFit(t, reduced, Settings{})
	k := 0
	for j := range p.Columns {
		if gone[j] {
			if f.Coef[j] != 0 || !math.IsNaN(f.StdErr[j]) || f.Covariance.At(j+1, j+1) != 0 {
				t.Errorf("aliased column %d: coefficient %v, standard error %v", j, f.Coef[j], f.StdErr[j])
			}
			continue
		}
		if f.Coef[j] != want.Coef[k] || f.StdErr[j] != want.StdErr[k] {
			t.Errorf("column %d: %v (%v) with aliases, %v (%v) without", j, f.Coef[j], f.StdErr[j], want.Coef[k], want.StdErr[k])
		}
		k++
	}
}

func TestAllDummiesAreEstimableUnderARidge(t *testing.T) {
	p := Problem{
		Columns: [][]float64{{1, 1, 1, 0, 0, 0, 0, 0}, {0, 0, 0, 1, 1, 1, 1, 1}},
		Y:       []float64{1, 0, 0, 1, 1, 1, 0, 1},
		L2:      []float64{0.5, 0.5},
	}
	f := mustFit(t, p, Settings{})
	if len(f.Aliased) != 0 {
		t.Fatalf("aliased %v", f.Aliased)
	}
	// The score of the intercept minus the scores of both dummies is zero
	// row by row, so the penalties must balance: b0 + b1 = 0.
	if math.Abs(f.Coef[0]+f.Coef[1]) > 1e-15 {
		t.Errorf("coefficients %v do not balance", f.Coef)
	}
}

func TestErrorsThatCallersTellApart(t *testing.T) {
	y := []float64{0, 1, 0, 1}
	x := []float64{1, 2, 3, 4}
	_, err := Fit(context.Background(), Problem{Columns: [][]float64{x, {1, 2, math.NaN(), math.Inf(1)}}, Y: y}, Settings{})
	var bad *NonFiniteError
	if !errors.As(err, &bad) || *bad != (NonFiniteError{Column: 1, Row: 2}) {
		t.Errorf("NaN: got %v", err)
	}
	for _, one := range [][]float64{{0, 0, 0, 0}, {1, 1, 1, 1}} {
		if _, err := Fit(context.Background(), Problem{Columns: [][]float64{x}, Y: one}, Settings{}); !errors.Is(err, ErrOneClass) {
			t.Errorf("responses %v: got %v", one, err)
		}
	}
	weights := []float64{1, 0, 1, 0}
	if _, err := Fit(context.Background(), Problem{Columns: [][]float64{x}, Y: y, Weights: weights}, Settings{}); !errors.Is(err, ErrOneClass) {
		t.Errorf("one class left by weights: got %v", err)
	}
	_, err = Fit(context.Background(), Problem{Columns: [][]float64{x}, Y: []float64{0, 1, 1, 0}}, Settings{Tolerance: 1e-300})
	var slow *ConvergenceError
	if err != nil && !errors.As(err, &slow) {
		t.Errorf("impossible tolerance: got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(ctx, Problem{Columns: [][]float64{x}, Y: y}, Settings{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}
