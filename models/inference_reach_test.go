package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// anAccount is one of any size beside a covariance with standard errors of any size.
type anAccount struct {
	v       *mat.SymDense
	columns [][]float64 // without that of the intercept
	weights []float64   // w p(1-p)
	u       []float64
}

func drawAccount(t *rapid.T, k, rows int) anAccount {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	a := anAccount{v: mat.NewSymDense(k, nil), columns: make([][]float64, k-1), u: make([]float64, k)}
	scale := make([]float64, k)
	for j := range k {
		scale[j] = math.Pow(10, rapid.Float64Range(-2, 0).Draw(t, "standard error"))
		a.u[j] = rng.NormFloat64()
	}
	for range k + rapid.IntRange(0, 3).Draw(t, "more directions") {
		x := make([]float64, k)
		for j := range x {
			x[j] = scale[j] * rng.NormFloat64()
		}
		a.v.SymRankOne(a.v, 1, mat.NewVecDense(k, x))
	}
	for j := range a.columns {
		for range rows {
			a.columns[j] = append(a.columns[j], rng.NormFloat64())
		}
	}
	for range rows {
		a.weights = append(a.weights, 0.25*rng.Float64()*rapid.SampledFrom([]float64{1, 0.1, 1e-4}).Draw(t, "information"))
	}
	return a
}

// move is the largest of |V (I - H V)^-1 u| in standard errors, by the general solver.
func (a anAccount) move() float64 {
	k := len(a.u)
	left, solved, delta := mat.NewDense(k, k, nil), mat.NewVecDense(k, nil), mat.NewVecDense(k, nil)
	hess := mat.NewSymDense(k, nil)
	for i, w := range a.weights {
		x := []float64{1}
		for _, column := range a.columns {
			x = append(x, column[i])
		}
		hess.SymRankOne(hess, w, mat.NewVecDense(k, x))
	}
	left.Mul(hess, a.v)
	left.Scale(-1, left)
	for j := range k {
		left.Set(j, j, left.At(j, j)+1)
	}
	if solved.SolveVec(left, mat.NewVecDense(k, a.u)) != nil {
		return math.Inf(1)
	}
	delta.MulVec(a.v, solved)
	largest := 0.0
	for j := range k {
		largest = max(largest, math.Abs(delta.AtVec(j))/math.Sqrt(a.v.At(j, j)))
	}
	return largest
}

// within asks the reach, as a leaver does.
func (a anAccount) within(size float64) bool {
	r, lengths := newReach(a.v), make([]float64, len(a.weights))
	r.measure(a.columns, lengths)
	return r.within(size, a.u, a.weights, lengths)
}

func TestNoAccountMovesAWeightBeyondItsReach(t *testing.T) {
	known := 0
	rapid.Check(t, func(t *rapid.T) {
		a := drawAccount(t, rapid.IntRange(1, 5).Draw(t, "coefficients"), rapid.IntRange(1, 8).Draw(t, "rows"))
		move := a.move()
		if a.within(move) {
			t.Fatalf("%+v moves a weight by %v and is said to stay below", a, move)
		}
		if a.within(1e6 * move) {
			known++
		}
	})
	if known == 0 {
		t.Error("nothing is known of any account")
	}
}

// Of a single coefficient the bound is the step: nothing is given away.
func TestTheReachOfOneCoefficientIsItsMove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAccount(t, 1, 1)
		a.weights[0] *= min(1, 1/a.v.At(0, 0))
		if move := a.move(); !a.within(1.01 * move) {
			t.Fatalf("%+v moves the weight by %v and is not known to stay below %v", a, move, 1.01*move)
		}
	})
}

func TestNothingIsKnownWithoutACovariance(t *testing.T) {
	unknown := mat.NewSymDense(2, []float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()})
	if newReach(unknown) != nil || newReach(mat.NewSymDense(2, nil)) != nil {
		t.Error("there is a reach")
	}
}

// An account without which some direction is not known any more has to be solved for, whatever the
// size; rows that say next to nothing change nothing.
func TestWhatMayHaveNoSolutionIsNotWithinReach(t *testing.T) {
	v := mat.NewSymDense(3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1})
	within := func(weights ...float64) bool {
		rows := make([]float64, len(weights))
		return anAccount{v: v, columns: [][]float64{rows, rows}, weights: weights, u: []float64{1, 0, 0}}.within(1e9)
	}
	if within(0.6) || within(0.3, 0.3) {
		t.Error("an account with most of the information is said to stay below")
	}
	if !within(0.1) || !within(0, 0.1) || !within(1e-12, 0.1) {
		t.Error("an account with little of it is not known to stay below")
	}
}
