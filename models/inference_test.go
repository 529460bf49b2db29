package models

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// repeated is a company with accounts that come up again and again: usage and size stay
// with the account, so its rows are alike, and so does a liking for leaving that no
// factor knows. echo is usage with noise.
func repeated(accounts, rows int, seed uint64) table {
	rng := rand.New(rand.NewPCG(seed, 1))
	var tab table
	columns := map[string][]float64{}
	plans := []string{}
	for a := range accounts {
		usage, size, liking, plan := rng.NormFloat64(), rng.ExpFloat64(), 0.8*rng.NormFloat64(), rng.IntN(3)
		for r := range rows {
			x := usage + 0.3*rng.NormFloat64()
			eta := -1 - 0.8*x + 0.4*size + liking
			if plan == 2 {
				eta += 0.7
			}
			tab.account, tab.asOf = append(tab.account, a), append(tab.asOf, day1+dataset.Date(120*r+rng.IntN(100)))
			tab.churned = append(tab.churned, rng.Float64() < Probability(eta))
			for name, v := range map[string]float64{"usage": x, "size": size, "echo": x + rng.NormFloat64()*0.5, "junk": rng.NormFloat64()} {
				columns[name] = append(columns[name], v)
			}
			plans = append(plans, []string{"basic", "pro", "team"}[plan])
		}
	}
	for _, name := range []string{"usage", "size", "echo", "junk"} {
		tab.numbers = append(tab.numbers, numberColumn{name, columns[name]})
	}
	tab.texts = []textColumn{{"plan", plans}}
	return tab
}

// The definition, and nothing else: held at an end of its interval by a fit of its own in
// double-double arithmetic, a weight costs exactly half a chi-squared quantile of log
// likelihood.
func TestProfileEndsAreWhereTheLikelihoodRatioRejects(t *testing.T) {
	tab := noisy(400, 3)
	for _, lambda := range []float64{0, 0.02} {
		train := tab.load(t).All()
		c := compileOne(t, tab, Candidate{Kind: Logistic, Ridge: Ridge{Lambda: lambda}}, tab.factors(t))
		m, err := c.Fit(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		inf := inferOn(t, m, train, InferenceOptions{Level: 0.9})
		critical := distuv.ChiSquared{K: 1}.Quantile(0.9)
		d, _, err := m.Encoder.EncodeView(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		y := responses(train)
		penalised := func(f *logit.Fitted, own float64) float64 {
			cost := own * own
			for _, b := range f.Coef {
				cost += b * b
			}
			return f.LogLik - lambda*float64(len(y))/2*cost
		}
		full, err := solve(t.Context(), d, y, lambda, logit.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		for j, w := range inf.Weights[1:] {
			for _, end := range []float64{float64(w.ProfileLow), float64(w.ProfileHigh)} {
				b := end * float64(w.SD)
				p := logit.Problem{Y: y, Offset: make([]float64, len(y)), L2: make([]float64, len(d.Columns)-1)}
				for k, column := range d.Columns {
					if k != j {
						p.Columns = append(p.Columns, column)
					}
				}
				for k := range p.L2 {
					p.L2[k] = lambda * float64(len(y))
				}
				for i, x := range d.Columns[j] {
					p.Offset[i] = b * x
				}
				held, err := logit.Fit(t.Context(), p, logit.Settings{Exact: logit.ExactAlways})
				if err != nil {
					t.Fatal(err)
				}
				if got := 2 * (penalised(full, 0) - penalised(held, b)); !near(got, critical, 1e-7) {
					t.Errorf("ridge %v, %s %s at %v: likelihood ratio %.9f, want %.9f", lambda, w.Factor, w.Level, end, got, critical)
				}
			}
		}
	}
}

// Known truth: with an account effect that no factor knows, weights of what stays with the
// account scatter as the clustered error says, and more than the model-based one does.
func TestClusteredErrorsAreTheSpreadOverCompanies(t *testing.T) {
	const companies = 60
	var weights, clustered, naive []float64
	for k := range companies {
		tab := repeated(150, 6, uint64(100+k))
		m, inf := inferOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"usage", "size"}}, tab.factors(t), InferenceOptions{ProfileRows: -1, Influential: -1})
		weights = append(weights, float64(m.Weights[2].Weight))
		clustered, naive = append(clustered, float64(inf.Weights[2].ClusterStdErr)), append(naive, float64(m.Weights[2].StdErr))
	}
	_, spread := meanAndSpread(weights)
	c, _ := meanAndSpread(clustered)
	n, _ := meanAndSpread(naive)
	t.Logf("size: spread %.4f over %d companies; clustered error %.4f, model-based %.4f on average", spread, companies, c, n)
	// 60 companies know a spread to 1/sqrt(2*59) = 9 %: two of these are allowed.
	if math.Abs(c/spread-1) > 0.2 {
		t.Errorf("clustered error %.4f, spread %.4f", c, spread)
	}
	if n >= c {
		t.Errorf("the model-based error %.4f is not below the clustered one %.4f although rows of an account are alike", n, c)
	}
}

func meanAndSpread(x []float64) (mean, spread float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		spread += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, math.Sqrt(spread)
}

// One step against the whole way: leaving an account out and fitting again.
func TestInfluenceIsThatOfLeavingTheAccountOut(t *testing.T) {
	const accounts = 40
	tab := repeated(accounts, 4, 5)
	tab.numbers = tab.numbers[:2]
	tab.texts = nil
	c := compileOne(t, tab, Candidate{Kind: Logistic, Ridge: Ridge{Lambda: 0.01}}, tab.factors(t))
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
	full, err := solve(t.Context(), d, responses(train), m.Penalty, logit.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	var worst, xy, xx, yy float64
	for _, x := range inf.Influential {
		p := m.likelihood(d, responses(train))
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
	w := newLeaver(e)
	for i := range 20 {
		for rows := 1; rows <= 3; rows++ {
			if err := w.gather(i, i+rows); err != nil {
				t.Fatal(err)
			}
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
	e := &evidence{m: m, o: InferenceOptions{}.withDefaults(), train: train, design: d, problem: m.likelihood(d, responses(train))}
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

// Shares of random models: each split sums to 1, over factors and over categories, and a
// category's does not depend on which of its levels is the reference.
func TestSharesSumToOneAndDoNotDependOnTheReference(t *testing.T) {
	tab := repeated(120, 3, 9)
	train := tab.load(t).All()
	var before []FactorInference
	for _, reference := range []string{"basic", "team"} {
		factors := tab.factors(t)
		for i := range factors {
			factors[i].Category = []string{"use", "money", "use", "", "money"}[i]
			if factors[i].Kind == features.Category {
				factors[i].Reference = reference
			}
		}
		factors = compileFactors(t, tab.types(), factors...)
		m, err := compileOne(t, tab, Candidate{Kind: Logistic}, factors).Fit(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		inf := inferOn(t, m, train, InferenceOptions{ProfileRows: -1})
		sums := map[string]Shares{}
		for _, f := range inf.Factors {
			sums["factors"] = plusShares(sums["factors"], f.Shares)
		}
		for _, c := range inf.Categories {
			sums["categories"] = plusShares(sums["categories"], c.Shares)
		}
		for over, s := range sums {
			for kind, sum := range map[string]Stat{"share": s.Share, "explained": s.Explained, "dominance": s.Dominance} {
				if !near(float64(sum), 1, 1e-12) {
					t.Errorf("%s over %s sums to %v", kind, over, sum)
				}
			}
		}
		if len(inf.Categories) != 3 {
			t.Errorf("%d categories, want 3", len(inf.Categories))
		}
		for i := range before {
			a, b := before[i], inf.Factors[i]
			for kind, pair := range map[string][2]Stat{"share": {a.Share, b.Share}, "dominance": {a.Dominance, b.Dominance}, "LR": {a.LR, b.LR}, "GVIF": {a.GVIF, b.GVIF}, "Wald": {a.ClusterChi2, b.ClusterChi2}} {
				if !near(float64(pair[0]), float64(pair[1]), 1e-7*(1+math.Abs(float64(pair[0])))) {
					t.Errorf("%s of %s: %v with reference basic, %v with team", kind, a.Factor, pair[0], pair[1])
				}
			}
		}
		before = inf.Factors
	}
}

func plusShares(a, b Shares) Shares {
	return Shares{a.Share + b.Share, a.Explained + b.Explained, a.Dominance + b.Dominance}
}

// With numbers only, a factor's share is that of its weight in weights.csv.
func TestShareOfANumberIsThatOfItsWeight(t *testing.T) {
	tab := repeated(100, 2, 12)
	tab.texts = nil
	m, inf := inferOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t), InferenceOptions{ProfileRows: -1})
	for i, f := range inf.Factors {
		if w := m.Weights[i+1]; !near(float64(f.Share), float64(w.Share), 1e-12) {
			t.Errorf("%s: factor share %v, weight share %v", f.Factor, f.Share, w.Share)
		}
	}
}

// Two correlated numbers by hand (Lindeman, Merenda and Gold): with correlation r and
// weights a, b per SD, the first explains ((a+rb)^2 + a^2(1-r^2))/2 of a^2+2rab+b^2.
func TestDominanceOfTwoFactorsIsTheClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, a, b := rapid.Float64Range(-0.95, 0.95).Draw(t, "r"), rapid.Float64Range(0.1, 3).Draw(t, "a"), rapid.Float64Range(0.1, 3).Draw(t, "b")
		if rapid.Bool().Draw(t, "minus") {
			b = -b
		}
		cov := mat.NewSymDense(2, []float64{1, r, r, 1})
		got := dominate(cov, []float64{a, b}, []term{{from: 0, to: 1}, {from: 1, to: 2}})
		total := a*a + 2*r*a*b + b*b
		want := ((a+r*b)*(a+r*b) + a*a*(1-r*r)) / 2 / total
		if !near(got[0], want, 1e-9) || !near(got[0]+got[1], 1, 1e-12) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// Sampled orders come close to all of them.
func TestSampledOrdersAgreeWithAllOrders(t *testing.T) {
	const k = 8
	cov := make([]float64, k*k)
	coef, terms := make([]float64, k), make([]term, k)
	for i := range k {
		coef[i], terms[i] = float64(i+1)/k, term{from: i, to: i + 1}
		for j := range k {
			cov[i*k+j] = math.Pow(0.6, math.Abs(float64(i-j)))
		}
	}
	got := dominate(mat.NewSymDense(k, cov), coef, terms)
	exact, total := make([]float64, k), 0.0
	order := []int{0, 1, 2, 3, 4, 5, 6, 7}
	permute(order, 0, func(order []int) bool {
		for i, v := range increments(mat.NewSymDense(k, cov), coef, order) {
			exact[order[i]] += v
			total += v
		}
		return true
	})
	for i := range exact {
		if !near(got[i], exact[i]/total, 0.005) {
			t.Errorf("factor %d: %.4f of sampled orders, %.4f of all", i, got[i], exact[i]/total)
		}
	}
}

// Inference of stored columns and of columns in memory is the same to the bit.
func TestInferenceOfStoredColumnsIsTheSameToTheBit(t *testing.T) {
	tab := repeated(1500, 3, 13) // more than one batch
	c := compileOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t))
	var seen []string
	for _, memory := range []int64{0, 1} {
		e := tab.loadIn(t, memory)
		defer e.Table.Close()
		m, err := c.Fit(t.Context(), e.All())
		if err != nil {
			t.Fatal(err)
		}
		effects, err := m.Effects(t.Context(), e.All())
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, jsonOf(t, inferOn(t, m, e.All(), InferenceOptions{}))+jsonOf(t, effects))
	}
	if seen[0] != seen[1] {
		t.Errorf("stored\n%s\nin memory\n%s", seen[1], seen[0])
	}
}

func TestWarningsSayWhichFigureToTrust(t *testing.T) {
	cases := []struct {
		name string
		tab  table
		opts InferenceOptions
		want []string
	}{
		{"accounts repeat", repeated(60, 3, 2), InferenceOptions{}, []string{"repeated_accounts"}},
		{"few accounts", repeated(20, 20, 2), InferenceOptions{}, []string{"few_accounts", "repeated_accounts"}},
		{"every row an account", noisy(200, 2), InferenceOptions{}, nil},
		{"too many rows for profiles", noisy(200, 2), InferenceOptions{ProfileRows: 100}, []string{"no_profile"}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, inf := inferOne(t, tc.tab, Candidate{Kind: Logistic}, tc.tab.factors(t), tc.opts)
			if got := codes(inf.Warnings); !slices.Equal(got, tc.want) {
				t.Errorf("warnings %v, want %v", got, tc.want)
			}
		})
	}
}

// A model that stands beside the maximum, as a bounded or chosen one does, gets no errors.
func TestModelBesideTheMaximumHasSharesOnly(t *testing.T) {
	m, train := fitAndView(t, noisy(300, 5))
	m.Coef[0] *= 0.9
	inf := inferOn(t, m, train, InferenceOptions{})
	if got := codes(inf.Warnings); !slices.Equal(got, []string{"not_maximum"}) {
		t.Errorf("warnings %v", got)
	}
	for _, w := range inf.Weights {
		if w.ClusterStdErr.Defined() || w.ProfileLow.Defined() {
			t.Errorf("%s has an error", w.Factor)
		}
	}
	if !inf.Factors[0].Share.Defined() || inf.Factors[0].LR.Defined() {
		t.Error("want a share and no test")
	}
}

// A factor that others can replace has no likelihood ratio, and takes none from others.
func TestAliasedFactorHasNoLikelihoodRatio(t *testing.T) {
	tab := repeated(100, 2, 6)
	usage, size := tab.numbers[0].values, tab.numbers[1].values
	sum := make([]float64, len(usage))
	for i := range sum {
		sum[i] = usage[i] + size[i]
	}
	tab.numbers, tab.texts = append(tab.numbers[:2:2], numberColumn{"sum", sum}), nil
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t), InferenceOptions{})
	for _, f := range inf.Factors {
		if f.DF != 0 || f.LR.Defined() {
			t.Errorf("%s: LR %v with %d degrees of freedom; the other two say all of it", f.Factor, f.LR, f.DF)
		}
	}
	if w := inf.Weights[3]; w.ProfileLow.Defined() || w.ClusterStdErr.Defined() {
		t.Errorf("the column that was left out has an interval: %+v", w)
	}
}

func TestRidgeHasNoLikelihoodRatios(t *testing.T) {
	tab := noisy(300, 6)
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic, Ridge: Ridge{Lambda: 0.1}}, tab.factors(t), InferenceOptions{})
	for _, f := range inf.Factors {
		if f.LR.Defined() || !f.ClusterP.Defined() {
			t.Errorf("%s: LR %v, clustered p %v; want the second alone", f.Factor, f.LR, f.ClusterP)
		}
	}
}

// Hand-set weights are declared: how far each moves the score is all there is to say. A
// weight of 50 on a factor that hardly varies moves little.
func TestHandSetWeightsHaveSharesOnly(t *testing.T) {
	tab := noisy(300, 7)
	tab.texts = nil
	factors := tab.factors(t)
	for i := range factors {
		factors[i].Expect = features.HigherChurn
	}
	c := Candidate{Kind: Weights, Weights: []FactorWeight{{"usage", 50}, {"tickets", 50}}}
	_, inf := inferOne(t, tab, c, compileFactors(t, tab.types(), factors...), InferenceOptions{})
	if len(inf.Factors) != 2 || !near(float64(inf.Factors[0].Share+inf.Factors[1].Share), 1, 1e-12) || inf.Factors[0].LR.Defined() {
		t.Errorf("factors %+v", inf.Factors)
	}
	if len(inf.Influential) != 0 || inf.Weights[1].ClusterStdErr.Defined() {
		t.Error("declared weights have no errors")
	}
}

// jsonOf is what --json prints.
func jsonOf(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
