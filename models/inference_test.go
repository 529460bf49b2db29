package models

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

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
		c := compileOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: lambda}}, tab.factors(t))
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
		problem, err := m.likelihood(d, train)
		if err != nil {
			t.Fatal(err)
		}
		full, err := logit.Fit(t.Context(), problem, logit.Settings{})
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

// The number of processors changes no bit.
func TestInferenceIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	m, train := fitAndView(t, repeated(1500, 3, 14))
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	var want string
	for _, procs := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(procs)
		got := jsonOf(t, inferOn(t, m, train, InferenceOptions{}))
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("on %d processors\n%s\non one\n%s", procs, got, want)
		}
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

// A shrunken weight is not 0 on average where its factor says nothing but one like it
// does: a test would find echo, a noisy copy of usage, although it adds nothing.
func TestRidgeHasIntervalsAndErrorsButNoTests(t *testing.T) {
	tab := repeated(200, 2, 6)
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.1}}, tab.factors(t), InferenceOptions{})
	for _, f := range inf.Factors {
		if f.LR.Defined() || f.ClusterP.Defined() {
			t.Errorf("%s: LR %v, clustered p %v; want neither", f.Factor, f.LR, f.ClusterP)
		}
	}
	for _, w := range inf.Weights {
		if !w.ProfileLow.Defined() || !w.ClusterStdErr.Defined() || w.ClusterP.Defined() || w.ClusterLow.Defined() {
			t.Errorf("%+v: want a profile interval and a clustered error, and no clustered test", w)
		}
	}
	if got := codes(inf.Warnings); !slices.Equal(got, []string{"shrunken"}) {
		t.Errorf("warnings %v", got)
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

// Every kind of candidate can be asked, and says no more than it knows.
func TestInferenceOfEveryKind(t *testing.T) {
	tab := noisy(200, 11)
	factors := tab.factors(t)
	factors[0].Expect, factors[1].Expect = features.LowerChurn, features.HigherChurn
	cases := []struct {
		name    string
		c       Candidate
		factors int
		errors  bool
	}{
		{"logistic", Candidate{Kind: Logistic}, 3, true},
		{"hand-set weights", Candidate{Kind: Weights, Weights: []FactorWeight{{"usage", 1}, {"tickets", 3}}}, 2, false},
		{"a vendor's score", Candidate{Kind: Vendor, Column: "usage", HigherIs: features.LowerChurn}, 1, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, inf := inferOne(t, tab, tc.c, compileFactors(t, tab.types(), factors...), InferenceOptions{})
			if len(inf.Factors) != tc.factors {
				t.Fatalf("%d factors, want %d", len(inf.Factors), tc.factors)
			}
			if got := inf.Weights[1].ClusterStdErr.Defined(); got != tc.errors {
				t.Errorf("errors %v, want %v", got, tc.errors)
			}
			if len(inf.Influential) > 0 != tc.errors {
				t.Errorf("%d influential accounts", len(inf.Influential))
			}
		})
	}
	baseline, err := Candidate{Name: BaselineName, Kind: Baseline}.Fit(t.Context(), tab.load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	if inf := inferOn(t, baseline, tab.load(t).All(), InferenceOptions{}); len(inf.Factors)+len(inf.Weights) != 0 {
		t.Errorf("the base rate has factors: %+v", inf)
	}
}

// A candidate without a factor is the candidate of the others, and nothing else.
func TestWithoutAFactorIsTheFitOfTheOthers(t *testing.T) {
	tab := noisy(200, 12)
	c := compileOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t))
	less, ok := c.Without("tickets")
	if !ok || !slices.Equal(less.FactorNames(), []string{"usage", "plan"}) || !slices.Equal(c.FactorNames(), []string{"usage", "tickets", "plan"}) {
		t.Fatalf("%v of %v", less.FactorNames(), c.FactorNames())
	}
	got, err := less.Fit(t.Context(), tab.load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	want := fitOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"usage", "plan"}}, tab.factors(t))
	if text(t, got) != text(t, want) {
		t.Errorf("got\n%s\nwant\n%s", text(t, got), text(t, want))
	}
	for _, absent := range []string{"nps", ""} {
		if _, ok := c.Without(absent); ok {
			t.Errorf("a candidate without %q, which it never had", absent)
		}
	}
	if one, _ := less.Without("plan"); len(one.FactorNames()) != 1 {
		t.Errorf("%v", one.FactorNames())
	} else if _, ok := one.Without("usage"); ok {
		t.Error("the last factor cannot go")
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
