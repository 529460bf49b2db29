package models

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"holdfast/dataset"
	"holdfast/features"
)

// Influence is how the weights would move if one account were left out, by one Newton step
// (influential). Examples and Churned are the account's among the training rows.
type Influence struct {
	Account  string `json:"account"`
	Examples int    `json:"examples"`
	Churned  int    `json:"churned"`

	// The weight that moves most, counted in its own standard errors; Intercept is the
	// log-odds of the average account.
	Factor string `json:"factor"`
	Level  string `json:"level,omitempty"`
	Change Stat   `json:"change"`    // of Weight.PerSD: without the account, less with it
	InSE   Stat   `json:"change_se"` // Change in standard errors (dfbetas); undefined: without the account there is no finite weight

	Moves []Stat `json:"moves"` // of every coefficient of the design in standard errors, the intercept first
}

// influential leaves out every account in thought and returns those that move a weight
// most. One Newton step from the maximum without account g's rows (Pregibon 1981 for
// single rows; Preisser and Qaqish 1996 for clusters),
//
//	delta_g = -V (I - H_g V)^-1 u_g,   V = H^-1,
//
// needs nothing but the account's own score u_g and Hessian H_g. A step is not the whole
// way: it falls short where an account moves weights far, but such an account is on
// top of the list all the same.
func (e *evidence) influential(ctx context.Context) ([]Influence, error) {
	top := []Influence{}
	if e.o.Influential < 0 {
		return top, nil
	}
	w := newLeaver(e)
	for i, from := 0, 0; from < len(e.train.Rows); i++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		to := from + 1
		for to < len(e.train.Rows) && e.account(to) == e.account(from) {
			to++
		}
		if err := w.gather(from, to); err != nil {
			return nil, fmt.Errorf("models: inference: %w", err)
		}
		top = keepLargest(top, w.leave(from, to), e.o.Influential)
		from = to
	}
	return top, nil
}

// Rows of an account are neighbours in the canonical order, so that one walk over the
// rows, a block at a time, meets every account once and holds the rows of one only.

// account is the account of a row of the training view.
func (e *evidence) account(row int) int32 { return e.train.Examples.Account[e.train.Rows[row]] }

// keepLargest inserts one account in the order of its largest move. Equal ones stay in
// the order of accounts; one without which there is no fit at all comes first.
func keepLargest(top []Influence, x Influence, most int) []Influence {
	size := func(x Influence) float64 {
		if !x.InSE.Defined() {
			return math.Inf(1)
		}
		return math.Abs(float64(x.InSE))
	}
	at, _ := slices.BinarySearchFunc(top, x, func(a, b Influence) int {
		if size(a) == size(b) {
			return -1
		}
		return cmp.Compare(size(b), size(a))
	})
	if at == most {
		return top
	}
	top = slices.Insert(top, at, x)
	return top[:min(len(top), most)]
}

// leaver holds the memory for leaving out one account after the other. Its products are laid
// out with the intercept first, as the covariance of the fit is.
type leaver struct {
	e     *evidence
	names []features.Name
	k     int // coefficients, the intercept first

	rows      []float64 // of the account, k numbers each
	curvature []float64 // p(1-p) of each, times its weight
	score     *mat.VecDense
	hess      *mat.SymDense // of an account of at least k rows; else it is not needed

	from    int // first row of the block in memory
	block   [][]float64
	buffers [][]float64
}

// newLeaver makes room for a block of rows and for one account of any size.
func newLeaver(e *evidence) *leaver {
	k := len(e.fitted.Coef) + 1
	w := &leaver{e: e, names: e.m.Encoder.Names(), k: k, score: mat.NewVecDense(k, nil), hess: mat.NewSymDense(k, nil), from: -1}
	for range e.fitted.Coef {
		w.buffers = append(w.buffers, make([]float64, dataset.BatchRows))
	}
	w.block = make([][]float64, k-1)
	return w
}

// gather adds up score and Hessian of the rows [from, to), which are those of one account:
// u = sum w (y - p) x and H = sum w p(1-p) x x'. What is left of the account before is
// forgotten.
func (w *leaver) gather(from, to int) error {
	w.rows, w.curvature = w.rows[:0], w.curvature[:0]
	w.score.Zero()
	w.hess.Zero()
	for i := from; i < to; i++ {
		if err := w.load(i); err != nil {
			return err
		}
		eta := w.e.fitted.Intercept
		w.rows = append(w.rows, 1)
		for j, b := range w.e.fitted.Coef {
			z := w.block[j][i-w.from]
			w.rows = append(w.rows, z)
			eta += float64(b * z)
		}
		weight := 1.0
		if w.e.problem.Offset != nil {
			eta += w.e.problem.Offset[i]
		}
		if w.e.problem.Weights != nil {
			weight = w.e.problem.Weights[i]
		}
		p := Probability(eta)
		// An account that is predicted without doubt has no curvature left; the
		// smallest normal number keeps its inverse finite.
		w.curvature = append(w.curvature, max(weight*p*(1-p), 0x1p-1022))
		x := mat.NewVecDense(w.k, w.rows[len(w.rows)-w.k:])
		w.score.AddScaledVec(w.score, weight*(w.e.problem.Y[i]-p), x)
		if to-from >= w.k {
			w.hess.SymRankOne(w.hess, weight*p*(1-p), x)
		}
	}
	return nil
}

// load reads the block that holds a row.
func (w *leaver) load(row int) error {
	if w.from >= 0 && row < w.from+dataset.BatchRows {
		return nil
	}
	w.from = row / dataset.BatchRows * dataset.BatchRows
	n := min(dataset.BatchRows, w.e.design.Rows-w.from)
	for j := range w.block {
		var err error
		if w.block[j], err = w.e.design.Piece(j, w.from, w.buffers[j][:n]); err != nil {
			return err
		}
	}
	return nil
}

// leave is the influence of the account whose rows [from, to) were gathered.
func (w *leaver) leave(from, to int) Influence {
	x := Influence{Account: w.e.train.Examples.Accounts[w.e.account(from)], Examples: to - from, Factor: Intercept, Change: Undefined(), InSE: Undefined()}
	for _, y := range w.e.problem.Y[from:to] {
		x.Churned += int(y)
	}
	delta, ok := w.step(to - from)
	if ok {
		x.Change, x.InSE = 0, 0
	}
	largest := 0.0
	for j := range w.k {
		move, stdErr := Undefined(), math.Sqrt(w.e.fitted.Covariance.At(j, j))
		if ok && stdErr > 0 {
			move = Stat(-delta.AtVec(j) / stdErr)
		}
		x.Moves = append(x.Moves, move)
		if size := math.Abs(float64(move)); size > largest {
			largest = size
			x.InSE, x.Change = move, Stat(-delta.AtVec(j))
			x.Factor, x.Level = Intercept, ""
			if j > 0 {
				name := w.names[j-1]
				x.Factor, x.Level = name.Factor, name.Level
			}
		}
	}
	return x
}

// leftNothing is how small a part of the information may be left before it counts as
// none.
const leftNothing = 1e-10

// step solves for V (I - H_g V)^-1 u_g, and reports whether there is a solution: not where the
// other accounts leave less than leftNothing of the information in some direction. With A
// the rows of the account and W their weighted p(1-p), fewer rows than coefficients are less
// work the other way round (Woodbury):
//
//	V (I - H_g V)^-1 u = V u + V A' (W^-1 - A V A')^-1 A V u
func (w *leaver) step(rows int) (*mat.VecDense, bool) {
	v, delta := w.e.fitted.Covariance, mat.NewVecDense(w.k, nil)
	delta.MulVec(v, w.score)
	if rows >= w.k {
		return w.manyRows()
	}
	a := mat.NewDense(rows, w.k, w.rows[:rows*w.k])
	var av mat.Dense // A V
	av.Mul(a, v)
	left := mat.NewSymDense(rows, nil)
	for i := range rows {
		for j := range i + 1 {
			left.SetSym(i, j, -mat.Dot(av.RowView(i), a.RowView(j)))
		}
		left.SetSym(i, i, left.At(i, i)+1/w.curvature[i])
	}
	var root mat.Cholesky
	var pushed, solved, back mat.VecDense
	pushed.MulVec(a, delta)
	if !root.Factorize(left) || root.Cond() > 1/leftNothing || root.SolveVecTo(&solved, &pushed) != nil {
		return nil, false
	}
	back.MulVec(av.T(), &solved)
	delta.AddVec(delta, &back)
	return delta, true
}

// manyRows is step for an account with as many rows as there are coefficients, or more: a
// system of the size of the coefficients, whatever the number of rows. I - H V is not
// symmetric, hence LU.
func (w *leaver) manyRows() (*mat.VecDense, bool) {
	v, delta := w.e.fitted.Covariance, mat.NewVecDense(w.k, nil)
	left := mat.NewDense(w.k, w.k, nil)
	left.Mul(w.hess, v)
	left.Scale(-1, left)
	for j := range w.k {
		left.Set(j, j, left.At(j, j)+1)
	}
	var lu mat.LU
	lu.Factorize(left)
	var solved mat.VecDense
	if !(lu.Cond() < 1/leftNothing) || lu.SolveVecTo(&solved, false, w.score) != nil {
		return nil, false
	}
	delta.MulVec(v, &solved)
	return delta, true
}
