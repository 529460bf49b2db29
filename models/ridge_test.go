package models

import (
	"math"
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
		m := fitOne(t, tab, Candidate{Kind: Logistic, Ridge: Ridge{Lambda: lambda}}, factors)
		if m.Penalty != lambda {
			t.Errorf("the model says ridge %v, want %v", m.Penalty, lambda)
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
	c := Candidate{Kind: Logistic, Factors: []string{"usage", "tickets"}, Ridge: Ridge{Lambda: 0.1}}
	a, b := fitOne(t, once, c, once.factors(t)), fitOne(t, twice, c, twice.factors(t))
	for j := range a.Coef {
		if !near(a.Coef[j], b.Coef[j], 1e-12) {
			t.Errorf("coefficient %d: %v once, %v twice: lambda is of the mean log likelihood", j, a.Coef[j], b.Coef[j])
		}
	}
}

func autoRidge(t *testing.T, tab table) Candidate {
	return compileOne(t, tab, Candidate{Name: "auto", Kind: Logistic, Ridge: Ridge{Auto: true}}, tab.factors(t))
}

func TestRidgeAutoIsTheBestOfTheGridInTimeOrder(t *testing.T) {
	tab := noisy(600, 13)
	c := autoRidge(t, tab)
	all := tab.load(t).All()
	chosen, warning, err := c.chooseRidge(t.Context(), all)
	if err != nil || warning != nil {
		t.Fatal(err, warning)
	}
	// The same by brute force: a fixed-ridge candidate per window and strength.
	best, least := 0.0, math.Inf(1)
	for _, lambda := range ridgeGrid() {
		loss := 0.0
		for _, w := range slices.Collect(innerSplits(all)) {
			fixed := c
			fixed.Ridge = Ridge{Lambda: lambda}
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
	if m, err := c.Fit(t.Context(), all); err != nil || m.Penalty != chosen {
		t.Errorf("the model has ridge %v, want %v (%v)", m.Penalty, chosen, err)
	}
}

func TestRidgeAutoShrinksNoiseMoreThanSignal(t *testing.T) {
	signal := noisy(900, 14)
	noise := noisy(900, 15)
	noise.churned = noisy(900, 16).churned // outcomes of other accounts: nothing to learn
	strengths := make(map[string]float64)
	for name, tab := range map[string]table{"signal": signal, "noise": noise} {
		lambda, _, err := autoRidge(t, tab).chooseRidge(t.Context(), tab.load(t).All())
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
			fixed.Ridge = Ridge{Lambda: 0.01}
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

func TestRidgeAutoWithoutDatesIsOneOverNWithAWarning(t *testing.T) {
	tab := noisy(200, 20)
	tab.asOf = nil
	m := fitOne(t, tab, Candidate{Name: "auto", Kind: Logistic, Ridge: Ridge{Auto: true}}, tab.factors(t))
	if m.Penalty != 1.0/200 {
		t.Errorf("ridge %v, want 1/n = %v", m.Penalty, 1.0/200)
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
	c := compileOne(t, tab, Candidate{Kind: Logistic, Ridge: Ridge{Auto: true}}, plain)
	want, _, err := c.chooseRidge(t.Context(), tab.load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	last := slices.Max(tab.asOf)
	for i := range tab.asOf {
		if tab.asOf[i] == last {
			tab.texts[0].values[i] = "brand new"
		}
	}
	got, _, err := c.chooseRidge(t.Context(), tab.load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	if got != want || got == ridgeGrid()[0] {
		t.Errorf("one unseen level on the last day moves the strength from %v to %v", want, got)
	}
}
