package models

import (
	"math"
	"runtime"
	"slices"
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
				w.hess.SymRankOne(w.hess, 1, mat.NewVecDense(w.k, w.rows[r*w.k:(r+1)*w.k]))
			}
			many, also := w.manyRows()
			if !ok || !also {
				t.Fatalf("row %d: no step", i)
			}
			if rows == 1 {
				x := mat.NewVecDense(w.k, w.rows)
				want.MulVec(e.fitted.Covariance, w.score)
				want.ScaleVec(1/(1-mat.Inner(x, e.fitted.Covariance, x)), want)
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

// A row of no weight says nothing: its account is left out as if it were not there.
func TestARowWithoutWeightDoesNotMatter(t *testing.T) {
	m, train := fitAndView(t, noisy(120, 8))
	e := evidenceOf(t, m, train)
	e.problem.Weights = slices.Repeat([]float64{1}, train.Len())
	e.problem.Weights[1] = 0
	w := leaverAt(t, e)
	w.take(0, 1)
	want, _ := w.step(1)
	w.take(0, 2)
	got, ok := w.step(2)
	if !ok || !mat.EqualApprox(got, want, 1e-15) {
		t.Errorf("a step of %v, without the row %v", got, want)
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

// twice has every account of a table two times, so that moves are equal.
func twice(tab table) table {
	out := table{account: slices.Clone(tab.account), asOf: slices.Concat(tab.asOf, tab.asOf), churned: slices.Concat(tab.churned, tab.churned)}
	for _, a := range tab.account {
		out.account = append(out.account, a+slices.Max(tab.account)+1)
	}
	for _, c := range tab.numbers {
		out.numbers = append(out.numbers, numberColumn{c.name, slices.Concat(c.values, c.values)})
	}
	return out
}

// The list without a reach is that of solving for every account.
func TestTheListIsThatOfSolvingForEveryAccount(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	few, many := repeated(3000, 2, 5), repeated(1500, 7, 6)
	few.texts, many.texts = nil, nil
	doubtless := wide(2500, 2)
	for i := range doubtless.churned {
		doubtless.numbers[3].values[i] += 8 * (2*oneIf(doubtless.churned[i]) - 1) * oneIf(i%40 > 0)
	}
	for name, c := range map[string]struct {
		tab  table
		most int // accounts solved for on one processor; 0: any number
	}{
		"fewer rows than coefficients": {few, 500},
		"more rows":                    {many, 300},
		"24 factors":                   {wide(3000, 3), 1200},
		"equal accounts":               {twice(few), 500},
		"rows of no doubt":             {doubtless, 0},
	} {
		t.Run(name, func(t *testing.T) {
			train := c.tab.load(t).All()
			m, err := compileOne(t, c.tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.01}}, c.tab.factors(t)).Fit(t.Context(), train)
			if err != nil {
				t.Fatal(err)
			}
			e := evidenceOf(t, m, train)
			want := solvedList(t, e)
			for _, procs := range []int{1, 2, 8} {
				runtime.GOMAXPROCS(procs)
				got, err := e.influential(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if jsonOf(t, got) != jsonOf(t, want) {
					t.Errorf("on %d processors\n%s\nwant\n%s", procs, jsonOf(t, got), jsonOf(t, want))
				}
			}
			runtime.GOMAXPROCS(1)
			leavers, err := e.leaveOut(t.Context(), newReach(e.fitted.Covariance))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d of %d accounts were solved for", leavers[0].solved, m.Training.Accounts)
			if c.most > 0 && leavers[0].solved > c.most {
				t.Errorf("%d of %d accounts were solved for, want %d at most", leavers[0].solved, m.Training.Accounts, c.most)
			}
		})
	}
}

// solvedList is the list of a stable sort of all accounts by their largest moves.
func solvedList(t *testing.T, e *evidence) []Influence {
	t.Helper()
	w := leaverAt(t, e)
	var all []mover
	for from := 0; from < e.train.Len(); {
		to := from + 1
		for to < e.train.Len() && w.accounts[to] == w.accounts[from] {
			to++
		}
		w.take(from, to)
		all = append(all, mover{w.leave(from, to), from})
		from = to
	}
	slices.SortStableFunc(all, func(a, b mover) int {
		switch {
		case a.size() > b.size():
			return -1
		case a.size() < b.size():
			return 1
		}
		return 0
	})
	var listed []Influence
	for _, x := range all[:e.o.Influential] {
		listed = append(listed, x.Influence)
	}
	return listed
}
