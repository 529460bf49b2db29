package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"holdfast/dataset"
	"holdfast/models/logit"
)

// One step against the whole way: leaving an account out and fitting again.
func TestInfluenceIsThatOfLeavingTheAccountOut(t *testing.T) {
	const accounts = 40
	tab := repeated(accounts, 4, 5)
	tab.numbers = tab.numbers[:2]
	tab.texts = nil
	c := compileOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.01}}, tab.factors(t))
	train := tab.load(t).All()
	m, err := c.Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	inf := inferOn(t, m, train, InferenceOptions{ProfileRows: -1, Influential: accounts})
	if len(inf.Influential) != accounts {
		t.Fatalf("%d accounts, want %d", len(inf.Influential), accounts)
	}
	d, _, err := m.Encoder.EncodeView(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	problem, err := m.likelihood(d, train)
	if err != nil {
		t.Fatal(err)
	}
	full, err := logit.Fit(t.Context(), problem, logit.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	var worst, xy, xx, yy float64
	for _, x := range inf.Influential {
		p := problem
		p.Weights = make([]float64, train.Len())
		for i, row := range train.Rows {
			p.Weights[i] = oneIf(train.Examples.Accounts[train.Examples.Account[row]] != x.Account)
		}
		left, err := logit.Fit(t.Context(), p, logit.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		exact := append([]float64{left.Intercept - full.Intercept}, left.Coef...)
		for j := range full.Coef {
			exact[j+1] -= full.Coef[j]
		}
		for j, move := range x.Moves {
			want := exact[j] / math.Sqrt(full.Covariance.At(j, j))
			worst = max(worst, math.Abs(float64(move)-want))
			xy, xx, yy = xy+float64(move)*want, xx+float64(move)*float64(move), yy+want*want
		}
	}
	t.Logf("dfbetas of %d accounts, one step against refits: cosine %.6f, worst gap %.4f standard errors", accounts, xy/math.Sqrt(xx*yy), worst)
	if cosine := xy / math.Sqrt(xx*yy); cosine < 0.995 || worst > 0.1 {
		t.Errorf("cosine %.6f, worst gap %.4f standard errors", cosine, worst)
	}
	for i := range inf.Influential[1:] {
		if math.Abs(float64(inf.Influential[i].InSE)) < math.Abs(float64(inf.Influential[i+1].InSE)) {
			t.Errorf("account %d of the list moves less than the next", i)
		}
	}
}

// Pregibon's (1981) closed form for a single row is V x r/(1-h), with h the leverage; and
// few rows and many give the same by either way of solving.
func TestInfluenceIsTheSameByEveryFormula(t *testing.T) {
	m, train := fitAndView(t, noisy(120, 8))
	e := evidenceOf(t, m, train)
	w := leaverAt(t, e)
	for i := range 20 {
		for rows := 1; rows <= 3; rows++ {
			w.take(i, i+rows)
			few, ok := w.step(rows)
			want := mat.NewVecDense(w.k, nil)
			w.hess.Zero()
			for r := range rows {
				w.hess.SymRankOne(w.hess, w.curvature[r], mat.NewVecDense(w.k, w.rows[r*w.k:(r+1)*w.k]))
			}
			many, also := w.manyRows()
			if !ok || !also {
				t.Fatalf("row %d: no step", i)
			}
			if rows == 1 {
				x := mat.NewVecDense(w.k, w.rows)
				want.MulVec(e.fitted.Covariance, w.score)
				want.ScaleVec(1/(1-w.curvature[0]*mat.Inner(x, e.fitted.Covariance, x)), want)
			} else {
				want.CopyVec(many)
			}
			for j := range w.k {
				if !near(few.AtVec(j), want.AtVec(j), 1e-12) || !near(many.AtVec(j), want.AtVec(j), 1e-12) {
					t.Errorf("%d rows from %d, coefficient %d: %v and %v, want %v", rows, i, j, few.AtVec(j), many.AtVec(j), want.AtVec(j))
				}
			}
		}
	}
}

// leaverAt has all rows in memory, of accounts of any size.
func leaverAt(t testing.TB, e *evidence) *leaver {
	t.Helper()
	w, all := newLeaver(e, e.train.Accounts(), nil), logit.Span{To: e.train.Len()}
	if err := w.load(all); err != nil {
		t.Fatal(err)
	}
	w.measure(all)
	return w
}

// take makes an account of the rows [from, to).
func (w *leaver) take(from, to int) {
	w.addScores(from, to)
	w.gather(from, to)
}

func fitAndView(t testing.TB, tab table) (*Model, dataset.View) {
	t.Helper()
	train := tab.load(t).All()
	m, err := compileOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t)).Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	return m, train
}

func evidenceOf(t testing.TB, m *Model, train dataset.View) *evidence {
	t.Helper()
	d, _, err := m.Encoder.EncodeView(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	problem, err := m.likelihood(d, train)
	if err != nil {
		t.Fatal(err)
	}
	e := &evidence{m: m, o: InferenceOptions{}.withDefaults(), train: train, design: d, problem: problem}
	if ok, err := e.atMaximum(t.Context()); !ok || err != nil {
		t.Fatalf("not at the maximum: %v", err)
	}
	return e
}

// The only one of six flagged accounts that churned keeps the weight of the flag finite:
// without it the flag separates. One step cannot go all the way, but it says who.
func TestAccountThatAloneKeepsAWeightFiniteIsNamedFirst(t *testing.T) {
	tab := noisy(60, 4)
	flag := make([]float64, 60)
	for i := range 6 {
		flag[i], tab.churned[i] = 1, i == 0
	}
	tab.numbers, tab.texts = []numberColumn{{"usage", tab.numbers[0].values}, {"flag", flag}}, nil
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t), InferenceOptions{ProfileRows: -1})
	if first := inf.Influential[0]; first.Account != "A0000000" || first.Factor != "flag" || !(first.InSE < -0.5) {
		t.Errorf("first is %s with %s by %.2f standard errors, want A0000000 and a flag that falls", first.Account, first.Factor, first.InSE)
	}
}
