package models

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
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

// An account without which some direction is not known any more, or with rows whose information is of
// different orders, has to be solved for, whatever the size.
func TestWhatMayHaveNoSolutionIsNotWithinReach(t *testing.T) {
	v := mat.NewSymDense(3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1})
	for name, a := range map[string]anAccount{
		"half of the information": {v: v, columns: [][]float64{{0}, {0}}, weights: []float64{0.6}, u: []float64{1, 0, 0}},
		"uneven rows":             {v: v, columns: [][]float64{{0, 0}, {0, 0}}, weights: []float64{1e-12, 0.1}, u: []float64{1, 0, 0}},
		"a row of no doubt":       {v: v, columns: [][]float64{{0, 0}, {0, 0}}, weights: []float64{0, 0.1}, u: []float64{1, 0, 0}},
	} {
		if a.within(1e9) {
			t.Errorf("%s: is said to stay below", name)
		}
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
