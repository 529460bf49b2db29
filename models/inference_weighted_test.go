package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"holdfast/dataset"
)

// In a fit with weights the Hessian of an account is that of its weighted rows, whether the
// account has fewer rows than there are coefficients (Woodbury) or more. By either formula it
// is the same step: that of few rows is the identity of Woodbury, which holds for any number.
func TestInfluenceInAWeightedFitIsTheSameByEveryFormula(t *testing.T) {
	tab := repeated(40, 4, 5)
	tab.numbers, tab.texts = tab.numbers[:2], nil
	tab.asOf = make([]dataset.Date, len(tab.churned))
	for i := range tab.asOf {
		tab.asOf[i] = day1 + dataset.Date(20*i%400)
	}
	train := tab.load(t).All()
	m, err := compileOne(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Weigh: Weigh{HalfLife: 60}}}, tab.factors(t)).Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	e := evidenceOf(t, m, train)
	w := leaverAt(t, e)
	lightest, heaviest := math.Inf(1), 0.0
	for from := 0; from+w.k < train.Len(); from += w.k {
		w.take(from, from+w.k)
		weights := e.problem.Weights[from : from+w.k]
		lightest, heaviest = min(lightest, weights[0]), max(heaviest, weights[0])
		many, ok := w.step(w.k)
		few, also := byWoodbury(w, w.k)
		if !ok || !also {
			t.Fatalf("rows from %d: no step", from)
		}
		for j := range w.k {
			if !near(many.AtVec(j), few.AtVec(j), 1e-9) {
				t.Errorf("rows from %d, coefficient %d: %v, and by the other formula %v", from, j, many.AtVec(j), few.AtVec(j))
			}
		}
	}
	if heaviest < 2*lightest {
		t.Fatalf("weights from %v to %v are all alike, so that nothing was tested", lightest, heaviest)
	}
}

// byWoodbury is V u + V A' (I - A V A')^-1 A V u with the rows that were gathered, by the
// general solver.
func byWoodbury(w *leaver, rows int) (*mat.VecDense, bool) {
	v, a := w.e.fitted.Covariance, mat.NewDense(rows, w.k, w.rows[:rows*w.k])
	var av, inner mat.Dense
	av.Mul(a, v)
	inner.Mul(&av, a.T())
	inner.Scale(-1, &inner)
	for i := range rows {
		inner.Set(i, i, inner.At(i, i)+1)
	}
	var delta, pushed, solved, back mat.VecDense
	delta.MulVec(v, w.score)
	pushed.MulVec(a, &delta)
	if solved.SolveVec(&inner, &pushed) != nil {
		return nil, false
	}
	back.MulVec(av.T(), &solved)
	delta.AddVec(&delta, &back)
	return &delta, true
}
