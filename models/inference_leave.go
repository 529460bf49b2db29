package models

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"holdfast/features"
	"holdfast/models/logit"
)

// leaver leaves out one account after the other (influential), and keeps those that move a weight most.
// Rows of an account are neighbours, so that it goes through them a span of whole accounts at a time. Its
// products are laid out with the intercept first, as the covariance of the fit is.
type leaver struct {
	e        *evidence
	accounts []int32 // of all rows
	reach    *reach  // nil: every account is solved for
	names    []features.Name
	k        int // coefficients, the intercept first
	top      []mover
	solved   int // accounts that were, and not just found to stay below those of the list

	from        int // first row of the span in memory
	block       [][]float64
	buffers     [][]float64 // of a stored design one per column; else one for all, never written
	residuals   []float64   // w (y - p) of the rows of the span
	information []float64   // w p(1-p)
	lengths     []float64   // reach.lengths

	rows  []float64 // of the account, k numbers each, times the root of its information
	score *mat.VecDense
	hess  *mat.SymDense // of an account of at least k rows; else it is not needed
}

// newLeaver makes a leaver whose list is empty.
func newLeaver(e *evidence, accounts []int32, r *reach) *leaver {
	k := len(e.fitted.Coef) + 1
	w := &leaver{e: e, accounts: accounts, reach: r, names: e.m.Encoder.Names(), k: k, score: mat.NewVecDense(k, nil), hess: mat.NewSymDense(k, nil)}
	w.block, w.buffers = make([][]float64, k-1), make([][]float64, k-1)
	return w
}

// walk leaves out the accounts of a span.
func (w *leaver) walk(span logit.Span) error {
	if err := w.load(span); err != nil {
		return err
	}
	w.measure(span)
	for from := span.From; from < span.To; {
		to := from + 1
		for to < span.To && w.accounts[to] == w.accounts[from] {
			to++
		}
		w.addScores(from, to)
		if !w.staysBelow(from, to) {
			w.gather(from, to)
			w.top = keepLargest(w.top, mover{w.leave(from, to), from}, w.e.o.Influential)
			w.solved++
		}
		from = to
	}
	return nil
}

// load reads the rows of a span.
func (w *leaver) load(span logit.Span) error {
	w.from = span.From
	for j := range w.block {
		at := j
		if !w.e.design.Stored() {
			at = 0
		}
		w.buffers[at] = resized(w.buffers[at], span.To-span.From)
		var err error
		if w.block[j], err = w.e.design.Piece(j, span.From, w.buffers[at]); err != nil {
			return err
		}
	}
	return nil
}

// resized is room for n numbers, that of the buffer where it is enough.
func resized(buffer []float64, n int) []float64 { return slices.Grow(buffer[:0], n)[:n] }

// measure fills in what is known of single rows, going down the columns.
func (w *leaver) measure(span logit.Span) {
	n := span.To - span.From
	w.residuals, w.information = resized(w.residuals, n), resized(w.information, n)
	eta := w.residuals
	for i := range eta {
		eta[i] = w.e.fitted.Intercept
	}
	for j, column := range w.block {
		b := w.e.fitted.Coef[j]
		for i, z := range column {
			eta[i] += float64(b * z)
		}
	}
	for i := range eta {
		weight := 1.0
		if w.e.problem.Offset != nil {
			eta[i] += w.e.problem.Offset[span.From+i]
		}
		if w.e.problem.Weights != nil {
			weight = w.e.problem.Weights[span.From+i]
		}
		p := Probability(eta[i])
		w.information[i] = weight * p * (1 - p)
		w.residuals[i] = weight * (w.e.problem.Y[span.From+i] - p)
	}
	if w.reach != nil {
		w.lengths = resized(w.lengths, n)
		w.reach.measure(w.block, w.lengths)
	}
}

// addScores adds up the score of the rows [from, to), which are those of one account:
// u = sum w (y - p) x. That of the account before is forgotten.
func (w *leaver) addScores(from, to int) {
	residuals, u := w.residuals[from-w.from:to-w.from], w.score.RawVector().Data
	clear(u)
	for _, r := range residuals {
		u[0] += r
	}
	for j, column := range w.block {
		sum := 0.0
		for i, z := range column[from-w.from : to-w.from] {
			sum += float64(residuals[i] * z)
		}
		u[j+1] = sum
	}
}

// staysBelow says of the account whose scores were added that it cannot be among the largest.
func (w *leaver) staysBelow(from, to int) bool {
	if w.reach == nil || len(w.top) < w.e.o.Influential {
		return false
	}
	last, from, to := w.top[len(w.top)-1], from-w.from, to-w.from
	return w.reach.within(last.size(), w.score.RawVector().Data, w.information[from:to], w.lengths[from:to])
}

// gather takes the rows [from, to) of the account whose scores were added, and its Hessian
// H = sum w p(1-p) x x'.
func (w *leaver) gather(from, to int) {
	w.rows = w.rows[:0]
	w.hess.Zero()
	for i := from - w.from; i < to-w.from; i++ {
		root := math.Sqrt(w.information[i])
		w.rows = append(w.rows, root)
		for _, column := range w.block {
			w.rows = append(w.rows, root*column[i])
		}
		if to-from >= w.k {
			w.hess.SymRankOne(w.hess, 1, mat.NewVecDense(w.k, w.rows[len(w.rows)-w.k:]))
		}
	}
}

// leave is the influence of the account whose rows [from, to) were gathered.
func (w *leaver) leave(from, to int) Influence {
	x := Influence{Account: w.e.train.Examples.Accounts[w.accounts[from]], Examples: to - from, Factor: Intercept, Change: Undefined(), InSE: Undefined()}
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
// the rows of the account, each times the root of its w p(1-p), fewer rows than coefficients are less
// work the other way round (Woodbury):
//
//	V (I - H_g V)^-1 u = V u + V A' (I - A V A')^-1 A V u
//
// What is solved for is what the others leave of the information: a row without any, as one of no
// weight, takes no part.
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
		left.SetSym(i, i, left.At(i, i)+1)
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
