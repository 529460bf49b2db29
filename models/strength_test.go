package models

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
)

// standardised are columns with mean 0 and variance 1 by 1/n, as glmnet has them
// inside.
func standardised(x []float64) []float64 {
	var sum, squares float64
	for _, v := range x {
		sum += v
	}
	mean := sum / float64(len(x))
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	sd := math.Sqrt(squares / float64(len(x)))
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = (v - mean) / sd
	}
	return out
}

// The minimum of -(1/n) l(b) + lambda/2 |b|^2 is where, for every standardised
// column, (1/n) sum_i (y_i - p_i) z_ij = lambda b_j, and the mean residual is 0
// (Friedman, Hastie and Tibshirani 2010, eq. 13 with alpha = 0). The conditions are
// recomputed here from the predictions alone.
func TestRidgeMeetsTheConditionsOfItsMinimum(t *testing.T) {
	tab := noisy(300, 11)
	factors := compileFactors(t, tab.types(), features.Factor{Name: "usage", Expr: "usage"}, features.Factor{Name: "tickets", Expr: "tickets"})
	for _, lambda := range []float64{1e-4, 0.05, 1, 30} {
		m := fitOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: lambda}}, factors)
		if m.Penalty.Strength != lambda {
			t.Errorf("the model says ridge %v, want %v", m.Penalty.Strength, lambda)
		}
		eta := predict(t, m, tab).Eta
		residual := make([]float64, len(eta))
		mean := 0.0
		for i, e := range eta {
			residual[i] = indicator(tab.churned[i]) - Probability(e)
			mean += residual[i] / float64(len(eta))
		}
		if !near(mean, 0, 1e-12) {
			t.Errorf("lambda %v: mean residual %v: the intercept must be free", lambda, mean)
		}
		for j, c := range tab.numbers {
			gradient := 0.0
			for i, z := range standardised(c.values) {
				gradient += residual[i] * z / float64(len(eta))
			}
			if !near(gradient, lambda*m.Coef[j], 1e-12) {
				t.Errorf("lambda %v, %s: gradient %v, penalty %v", lambda, c.name, gradient, lambda*m.Coef[j])
			}
		}
	}
}

func TestRidgeOfDoubledRowsIsTheSameRidge(t *testing.T) {
	once := noisy(120, 12)
	twice := table{churned: append(slices.Clone(once.churned), once.churned...)}
	for _, c := range once.numbers {
		twice.numbers = append(twice.numbers, numberColumn{c.name, append(slices.Clone(c.values), c.values...)})
	}
	c := Candidate{Kind: Logistic, Factors: []string{"usage", "tickets"}, Penalty: Penalty{Kind: Ridge, Strength: 0.1}}
	a, b := fitOne(t, once, c, once.factors(t)), fitOne(t, twice, c, twice.factors(t))
	for j := range a.Coef {
		if !near(a.Coef[j], b.Coef[j], 1e-12) {
			t.Errorf("coefficient %d: %v once, %v twice: lambda is of the mean log likelihood", j, a.Coef[j], b.Coef[j])
		}
	}
}

func autoRidge(t *testing.T, tab table) Candidate {
	return compileOne(t, tab, Candidate{Name: "auto", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Auto: true}}, tab.factors(t))
}

func TestRidgeAutoIsTheBestOfTheGridInTimeOrder(t *testing.T) {
	tab := noisy(600, 13)
	c := autoRidge(t, tab)
	all := tab.load(t).All()
	chosen, warning, err := c.chosenStrength(t.Context(), all)
	if err != nil || warning != nil {
		t.Fatal(err, warning)
	}
	// The same by brute force: a fixed-ridge candidate per window and strength.
	best, least := 0.0, math.Inf(1)
	for _, lambda := range halfDecades(0, -4) {
		loss := 0.0
		for _, w := range slices.Collect(innerSplits(all)) {
			fixed := c
			fixed.Penalty = Penalty{Kind: Ridge, Strength: lambda}
			m, err := fixed.Fit(t.Context(), w.train)
			if err != nil {
				t.Fatal(err)
			}
			p, _, err := m.Predict(t.Context(), w.test.Len(), w.test.Batches())
			if err != nil {
				t.Fatal(err)
			}
			for i, churned := range w.test.Churned() {
				q := Probability(p.Eta[i])
				loss -= math.Log(indicator(churned)*q + indicator(!churned)*(1-q))
			}
		}
		if loss < least {
			best, least = lambda, loss
		}
	}
	if chosen != best {
		t.Errorf("chose %v, the brute force %v", chosen, best)
	}
	if m, err := c.Fit(t.Context(), all); err != nil || m.Penalty.Strength != chosen {
		t.Errorf("the model has ridge %v, want %v (%v)", m.Penalty.Strength, chosen, err)
	}
}

func TestRidgeAutoShrinksNoiseMoreThanSignal(t *testing.T) {
	signal := noisy(900, 14)
	noise := noisy(900, 15)
	noise.churned = noisy(900, 16).churned // outcomes of other accounts: nothing to learn
	strengths := make(map[string]float64)
	for name, tab := range map[string]table{"signal": signal, "noise": noise} {
		lambda, _, err := autoRidge(t, tab).chosenStrength(t.Context(), tab.load(t).All())
		if err != nil {
			t.Fatal(err)
		}
		strengths[name] = lambda
	}
	if !(strengths["noise"] > strengths["signal"]) {
		t.Errorf("strengths %v, want more on noise", strengths)
	}
}

func TestInnerSplitsLearnFromLabelsKnownBeforeWhatTheyJudge(t *testing.T) {
	tab := noisy(500, 17)
	for i := range tab.asOf { // labels become known 1 to 90 days later
		tab.known = append(tab.known, tab.asOf[i]+1+dataset.Date(i%90))
	}
	e := tab.load(t)
	splits := slices.Collect(innerSplits(e.All()))
	if len(splits) != 3 {
		t.Fatalf("%d splits, want 3", len(splits))
	}
	judged := make(map[int32]bool)
	for k, s := range splits {
		newest, oldest := dataset.NoDate, dataset.Date(math.MaxInt32)
		for _, r := range s.train.Rows {
			newest = max(newest, e.Known[r])
		}
		for _, r := range s.test.Rows {
			oldest = min(oldest, e.AsOf[r])
			if judged[r] {
				t.Errorf("row %d is judged twice", r)
			}
			judged[r] = true
		}
		if newest > oldest {
			t.Errorf("split %d learns a label known on %s and judges %s", k, newest, oldest)
		}
	}
	last := slices.Max(e.AsOf)
	for r, d := range e.AsOf {
		if d == last && !judged[int32(r)] {
			t.Errorf("the last date %s is never judged", d)
		}
	}
}

// Poison: everything a fit may not see is changed, and it must not notice.
func TestRidgeAutoDoesNotSeeRowsOutsideItsView(t *testing.T) {
	tab := noisy(600, 18)
	cutoff := day1 + 400
	inside := func(tab table) (*Model, error) {
		return autoRidge(t, tab).Fit(t.Context(), tab.load(t).All().KnownBy(cutoff, dataset.NoDate))
	}
	clean, err := inside(tab)
	if err != nil {
		t.Fatal(err)
	}
	for i := range tab.churned {
		if tab.asOf[i]+1 > cutoff {
			tab.churned[i] = !tab.churned[i]
			tab.numbers[0].values[i], tab.numbers[1].values[i] = 1e6*float64(i), math.NaN()
			tab.texts[0].values[i] = "basic"
		}
	}
	poisoned, err := inside(tab)
	if err != nil {
		t.Fatal(err)
	}
	if text(t, clean) != text(t, poisoned) {
		t.Error("the model changed with rows that were not in its training view")
	}
}

func TestInnerFitsDoNotSeeRowsAfterTheirCutoff(t *testing.T) {
	tab := noisy(600, 19)
	c := autoRidge(t, tab)
	fits := func(tab table) [][]float64 {
		var coefs [][]float64
		for _, s := range slices.Collect(innerSplits(tab.load(t).All())) {
			fixed := c
			fixed.Penalty = Penalty{Kind: Ridge, Strength: 0.01}
			m, err := fixed.Fit(t.Context(), s.train)
			if err != nil {
				t.Fatal(err)
			}
			coefs = append(coefs, append([]float64{m.Intercept}, m.Coef...))
		}
		return coefs
	}
	clean := fits(tab)
	first := slices.Collect(innerSplits(tab.load(t).All()))[0]
	cutoff := slices.MinFunc(first.test.Rows, func(a, b int32) int {
		return int(first.test.Examples.AsOf[a] - first.test.Examples.AsOf[b])
	})
	from := first.test.Examples.AsOf[cutoff]
	for i := range tab.churned {
		if tab.asOf[i] >= from {
			tab.numbers[0].values[i] *= -3
			tab.churned[i] = i%2 == 0
		}
	}
	poisoned := fits(tab)
	if !slices.Equal(clean[0], poisoned[0]) {
		t.Errorf("the first inner fit changed from %v to %v with rows after its cutoff", clean[0], poisoned[0])
	}
	if slices.Equal(clean[2], poisoned[2]) {
		t.Error("the last inner fit did not change: this test poisons nothing")
	}
}

// On one day there is no later one to judge by. Of 60 columns that say nothing beside one that says much, on
// 240 rows, a ridge of one row's worth is next to none: its probabilities are worse than the rate. What is
// chosen between accounts is better than both on rows of other accounts.
func TestRidgeAutoWithoutDatesIsChosenBetweenAccounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 1))
	tab := table{churned: make([]bool, 1240)}
	for j := range 61 {
		values := make([]float64, len(tab.churned))
		for i := range values {
			values[i] = rng.NormFloat64()
		}
		tab.numbers = append(tab.numbers, numberColumn{fmt.Sprintf("x%02d", j), values})
	}
	for i := range tab.churned {
		tab.churned[i] = rng.Float64() < Probability(tab.numbers[0].values[i])
	}
	factors, e := tab.factors(t), tab.load(t)
	train, test := e.All().Where(func(r int32) bool { return r < 240 }), e.All().Where(func(r int32) bool { return r >= 240 })
	loss := func(penalty Penalty) (float64, *Model) {
		m, err := compileOne(t, tab, Candidate{Name: "auto", Kind: Logistic, Penalty: penalty}, factors).Fit(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.PredictView(t.Context(), test, nil)
		if err != nil {
			t.Fatal(err)
		}
		return addLoss(0, p.Eta, test, 0) / float64(test.Len()), m
	}
	chosen, m := loss(Penalty{Kind: Ridge, Auto: true})
	usual, _ := loss(Penalty{Kind: Ridge, Strength: 1.0 / 240})
	if !(chosen < usual-0.05 && chosen < math.Ln2) {
		t.Errorf("log loss %.4f with ridge %v, %.4f with 1/n, %.4f without a model", chosen, m.Penalty.Strength, usual, math.Ln2)
	}
	if got := codes(m.Warnings); !slices.Equal(got, []string{"strength_by_accounts"}) {
		t.Errorf("warnings %q", got)
	}
}

func TestAccountSplitsKeepAccountsTogether(t *testing.T) {
	tab := noisy(600, 22)
	for i := range tab.churned {
		tab.account, tab.asOf[i] = append(tab.account, i/3), day1+dataset.Date(i%3)
	}
	all := tab.load(t).All()
	tested := make(map[int32]int)
	n := 0
	for s := range accountSplits(all) {
		n++
		if s.train.Len()+s.test.Len() != all.Len() || s.test.Len() < all.Len()/8 {
			t.Errorf("part %d: %d and %d of %d rows", n, s.train.Len(), s.test.Len(), all.Len())
		}
		learned := make(map[int32]bool)
		for _, a := range s.train.Accounts() {
			learned[a] = true
		}
		for k, a := range s.test.Accounts() {
			tested[s.test.Rows[k]]++
			if learned[a] {
				t.Fatalf("account %d is on both sides", a)
			}
		}
	}
	if n != accountParts || len(tested) != all.Len() {
		t.Errorf("%d parts, %d of %d rows are judged", n, len(tested), all.Len())
	}
}

// Nothing is known before the last day, and there is one account.
func TestRidgeAutoOfOneAccountIsOneOverNWithAWarning(t *testing.T) {
	tab := noisy(200, 20)
	tab.account, tab.known = make([]int, 200), slices.Repeat([]dataset.Date{day1 + 1000}, 200)
	for i := range tab.asOf {
		tab.asOf[i] = day1 + dataset.Date(i)
	}
	m := fitOne(t, tab, Candidate{Name: "auto", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Auto: true}}, tab.factors(t))
	if m.Penalty.Strength != 1.0/200 {
		t.Errorf("ridge %v, want 1/n = %v", m.Penalty.Strength, 1.0/200)
	}
	if len(m.Warnings) != 1 || m.Warnings[0].Code != "ridge_default" || m.Warnings[0].Where != "candidate auto" {
		t.Errorf("warnings %v, want ridge_default", m.Warnings)
	}
}

// A level that appears only in later windows cannot be scored with unseen: error.
// Its rows have no probability and must not decide, by a NaN, for the strongest
// penalty.
func TestRidgeAutoChoosesByTheRowsThatCanBeScored(t *testing.T) {
	tab := noisy(900, 14)
	plain := compileFactors(t, tab.types(), features.Factor{Name: "usage", Expr: "usage"}, features.Factor{Name: "tickets", Expr: "tickets"},
		features.Factor{Name: "plan", Expr: "plan", Kind: features.Category, Unseen: features.UnseenError})
	c := compileOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Auto: true}}, plain)
	want, _, err := c.chosenStrength(t.Context(), tab.load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	last := slices.Max(tab.asOf)
	for i := range tab.asOf {
		if tab.asOf[i] == last {
			tab.texts[0].values[i] = "brand new"
		}
	}
	got, _, err := c.chosenStrength(t.Context(), tab.load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	if got != want || got == halfDecades(0, -4)[0] {
		t.Errorf("one unseen level on the last day moves the strength from %v to %v", want, got)
	}
}

// The one-standard-error rule by brute force: mean log loss and its account-clustered
// error (Cochran 1977, eq. 6.9, with the accounts as sampling units) from the predictions
// of fits on every window.
func TestTheRuleTakesTheStrongestWithinOneStandardErrorOfTheBest(t *testing.T) {
	tab := noisy(600, 21)
	for i := range tab.churned {
		tab.account, tab.asOf[i] = append(tab.account, i/3), day1+dataset.Date(i%3)
	}
	all := tab.load(t).All()
	for _, p := range []Penalty{{Kind: Ridge}, {Kind: Lasso}, {Kind: ElasticNet, Alpha: 0.5}} {
		p.Auto = true
		c := compileOne(t, tab, Candidate{Kind: Logistic, Penalty: p}, tab.factors(t))
		grid, err := c.strengths(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		best, _, err := c.chosenStrength(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		c.Penalty.OneSE = true
		chosen, _, err := c.chosenStrength(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		losses := make([]map[int32][]float64, len(grid)) // by account
		mean := make([]float64, len(grid))
		n := 0.0
		for k, strength := range grid {
			losses[k] = make(map[int32][]float64)
			fixed := c
			fixed.Penalty = Penalty{Kind: p.Kind, Alpha: p.Alpha, Strength: strength}
			n = 0
			for w := range innerSplits(all) {
				m, err := fixed.Fit(t.Context(), w.train)
				if err != nil {
					t.Fatal(err)
				}
				scored, _, err := m.Predict(t.Context(), w.test.Len(), w.test.Batches())
				if err != nil {
					t.Fatal(err)
				}
				for i, r := range w.test.Rows {
					loss := logLoss(scored.Eta[i], w.test.HappenedAt(r))
					losses[k][w.test.Examples.Account[r]] = append(losses[k][w.test.Examples.Account[r]], loss)
					mean[k] += loss
					n++
				}
			}
			mean[k] /= n
		}
		at := slices.Index(grid, best)
		if least := slices.Min(mean); mean[at] > least+1e-6 {
			t.Errorf("%s: the best strength %v has %v, the least is %v", p.Kind, best, mean[at], least)
		}
		square, groups := 0.0, float64(len(losses[at]))
		for _, list := range losses[at] {
			u := 0.0
			for _, loss := range list {
				u += loss - mean[at]
			}
			square += u * u
		}
		limit := mean[at] + math.Sqrt(groups/(groups-1)*square)/n
		if first := slices.IndexFunc(mean, func(m float64) bool { return m <= limit }); grid[first] != chosen || chosen <= best {
			t.Errorf("%s: chose %v, by brute force %v; the best is %v", p.Kind, chosen, grid[first], best)
		}
	}
}

// A lasso drops what is noise in most draws of the accounts and keeps what is not.
func TestTheBootstrapSaysHowOftenALassoChoosesAFactor(t *testing.T) {
	tab := noisy(500, 22)
	tab.numbers = append(tab.numbers, numberColumn{"noise", noisy(500, 23).numbers[0].values})
	train := tab.load(t).All()
	c := compileOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"usage", "tickets", "noise"}, Penalty: Penalty{Kind: Lasso, Auto: true}}, tab.factors(t))
	m, err := c.Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Stability(t.Context(), m, train, 25, 1)
	if err != nil {
		t.Fatal(err)
	}
	if usage, noise := s.Weights[0].Chosen, s.Weights[2].Chosen; usage < 0.95 || noise > usage-0.2 {
		t.Errorf("usage is chosen in %v of the draws, noise in %v", usage, noise)
	}
	if inf := inferOn(t, m, train, InferenceOptions{}); !slices.Equal(codes(inf.Warnings), []string{"chosen_weights"}) {
		t.Errorf("inference of a lasso: %v", inf.Warnings)
	}
}
