package features

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
)

// panel is n accounts with four examples each; share of them churn.
func panel(rng *rand.Rand, accounts int, share float64) (churned []bool, account []int32) {
	for a := range accounts {
		for range 4 {
			churned, account = append(churned, rng.Float64() < share), append(account, int32(a))
		}
	}
	return churned, account
}

func draw(n int, f func(i int) float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = f(i)
	}
	return x
}

func leaks(t *testing.T, e *dataset.Examples, factors ...Factor) []dataset.Warning {
	t.Helper()
	found, err := Leaks(context.Background(), compile(t, e, factors...), e.All())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Of few rows every factor is judged by its values, of many only those that counting leaves in doubt.
func TestFactorsThatKnowTheAnswerAreFound(t *testing.T) {
	t.Run("few rows", func(t *testing.T) { findsLeaks(t, 300) })
	t.Run("many rows", func(t *testing.T) { findsLeaks(t, tallyFrom/4+100) })
}

func findsLeaks(t *testing.T, accounts int) {
	rng := rand.New(rand.NewPCG(3, 4))
	churned, account := panel(rng, accounts, 0.15)
	n := len(churned)
	label := func(i int) float64 { return indicator(churned[i]) }
	words := make([]string, n)
	keys := make([]string, n)
	states := make([]string, n)
	for i := range n {
		words[i] = []string{"alive", "gone"}[int(label(i))]
		keys[i] = fmt.Sprintf("K%d", account[i])
		states[i] = []string{"de", "fr", "it"}[rng.IntN(3)]
	}
	// An honest, strong factor: normal scores one and a half deviations apart have AUC
	// Phi(1.5/sqrt 2) = 0.856.
	strong := draw(n, func(i int) float64 { return rng.NormFloat64() + 1.5*label(i) })
	e := examples(t, churned,
		column{name: "is_cancelled", numbers: draw(n, label), truths: true},
		column{name: "noisy", numbers: draw(n, func(i int) float64 { return math.Abs(label(i) - indicator(rng.Float64() < 0.005)) })},
		column{name: "days_to_renewal", numbers: draw(n, func(i int) float64 { return rng.Float64()*100 - 200*label(i) })},
		column{name: "nps", numbers: draw(n, func(i int) float64 { return []float64{rng.NormFloat64(), nan}[int(label(i))] })},
		column{name: "closed_on", numbers: draw(n, func(i int) float64 { return []float64{nan, rng.NormFloat64()}[int(label(i))] })},
		column{name: "absent", numbers: draw(n, func(int) float64 { return nan })},
		column{name: "strong", numbers: strong},
		column{name: "gaps", numbers: draw(n, func(i int) float64 { return []float64{nan, rng.NormFloat64()}[rng.IntN(2)] })},
		column{name: "word", texts: words}, column{name: "key", texts: keys}, column{name: "state", texts: states})
	e.Account = account
	for name, c := range map[string]struct {
		factor Factor
		words  []string // of the finding; nil: honest
	}{
		"the label itself":             {Factor{Expr: "is_cancelled"}, []string{"is_cancelled", "after the outcome"}},
		"the label turned":             {Factor{Expr: "if(is_cancelled, 0, 1)"}, []string{"after the outcome"}},
		"agreeing in 99.5 %":           {Factor{Expr: "noisy"}, []string{"noisy", "KS"}},
		"negative only for churned":    {Factor{Expr: "days_to_renewal"}, []string{"days_to_renewal"}},
		"missing only for churned":     {Factor{Expr: "nps"}, []string{"nps", "missing"}},
		"filled in only for churned":   {Factor{Expr: "closed_on"}, []string{"closed_on", "missing"}},
		"a word for churned":           {Factor{Expr: "word", Kind: Category}, []string{"word"}},
		"a level for every account":    {Factor{Expr: "key", Kind: Category}, []string{"key", "names accounts"}},
		"no value at all":              {Factor{Expr: "absent"}, []string{"absent", "missing"}},
		"strong but honest":            {Factor{Expr: "strong"}, nil},
		"missing at random":            {Factor{Expr: "gaps"}, nil},
		"three states":                 {Factor{Expr: "state", Kind: Category}, nil},
		"the label as a number of two": {Factor{Expr: "is_cancelled", Kind: Category}, []string{"is_cancelled"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.factor.Name = "f"
			found := leaks(t, e, c.factor)
			if (len(found) == 1) != (c.words != nil) {
				t.Fatalf("findings %q", found)
			}
			for _, word := range c.words {
				if !strings.Contains(found[0].Message, word) || found[0].Where != "factor f" {
					t.Errorf("%q does not say %q", found[0], word)
				}
			}
		})
	}
}

// TestAColumnOverwrittenAtTheEndIsFound has a flag that was set on all rows of accounts
// that churned at any time, though only their last examples are labelled churned.
func TestAColumnOverwrittenAtTheEndIsFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	churned, account := panel(rng, 200, 0)
	ever := make([]bool, 200)
	for a := range ever {
		ever[a] = a%4 == 0
		churned[4*a+3] = a%8 == 0 // the others churn after the last example
	}
	flag := draw(len(churned), func(i int) float64 { return indicator(ever[account[i]]) })
	e := examples(t, churned, column{name: "is_closed", numbers: flag, truths: true}, column{name: "noise", numbers: draw(len(churned), func(int) float64 { return rng.NormFloat64() })})
	e.Account, e.EverChurned = account, ever
	found := leaks(t, e, Factor{Name: "closed", Expr: "is_closed"}, Factor{Name: "noise", Expr: "noise"})
	if len(found) != 1 || found[0].Where != "factor closed" {
		t.Errorf("findings %q", found)
	}
	e.EverChurned = nil
	if found := leaks(t, e, Factor{Name: "closed", Expr: "is_closed"}); len(found) > 0 {
		t.Errorf("without the outcomes: %q", found)
	}
}

// TestFewExamplesProveNoLeak has a single churned account, which any factor tells from
// the others with a chance of 2 in n.
func TestFewExamplesProveNoLeak(t *testing.T) {
	churned := make([]bool, 40)
	for i := range 4 {
		churned[i] = true
	}
	x := draw(40, func(i int) float64 { return float64(-i) })
	e := examples(t, churned, column{name: "x", numbers: x})
	if found := leaks(t, e, Factor{Name: "x", Expr: "x"}); len(found) > 0 {
		t.Errorf("4 churned of 40: %q", found)
	}
	churned = slices.Concat(churned, make([]bool, 60))
	churned[4], churned[5] = true, true
	e = examples(t, churned, column{name: "x", numbers: draw(100, func(i int) float64 { return float64(-i) })})
	if found := leaks(t, e, Factor{Name: "x", Expr: "x"}); len(found) != 1 {
		t.Errorf("6 churned of 100, told apart without error: %q", found)
	}
}

func TestAFewAccountsWithLevelsOfTheirOwnNameNobody(t *testing.T) {
	e := examples(t, some(9), column{name: "plan", texts: []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}})
	if found := leaks(t, e, Factor{Name: "plan", Expr: "plan", Kind: Category}); len(found) > 0 {
		t.Errorf("findings %q", found)
	}
}

func TestDescribeProfilesEveryFactor(t *testing.T) {
	churned := []bool{true, true, false, false, false}
	e := examples(t, churned, column{name: "x", numbers: []float64{1, 2, 3, nan, 2}}, column{name: "plan", texts: []string{"a", "a", "b", null, "c"}}, column{name: "absent", numbers: []float64{nan, nan, nan, nan, nan}})
	got, err := Describe(context.Background(), compile(t, e, Factor{Name: "x", Expr: "x"}, Factor{Name: "plan", Expr: "plan", Kind: Category}, Factor{Name: "absent", Expr: "absent"}), e.All())
	if err != nil {
		t.Fatal(err)
	}
	// Of x, the churned hold 1 and 2, the renewed 2 and 3: at 1 the distribution
	// functions are 1/2 and 0 apart, at 2 they are 1 and 1/2 apart.
	if x := got[0]; x.Name != "x" || x.Missing != 0.2 || x.Min != 1 || x.Median != 2 || x.Max != 3 || x.KS != 0.5 || x.Levels != 0 {
		t.Errorf("x: %+v", x)
	}
	if p := got[1]; p.Missing != 0.2 || p.Levels != 3 || p.KS != 1 || p.Min == p.Min {
		t.Errorf("plan: %+v", p)
	}
	if a := got[2]; a.Missing != 1 || a.KS != 0 || a.Median == a.Median {
		t.Errorf("absent: %+v", a)
	}
}

// A mark is a number too: sorting it would say the same.
func TestMarksAreAsFarApartAsNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{1, 2, 9, 40, 5000} {
		for _, share := range []float64{0, 0.1, 0.5, 1} {
			churned, marks := make([]bool, n), make([]float64, n)
			for i := range n {
				churned[i], marks[i] = rng.IntN(4) == 0, indicator(rng.Float64() < share)
			}
			want, sure := distance(marks, churned)
			if got, is := markDistance(marks, churned); got != want || is != sure {
				t.Errorf("%d rows, a share of %v: %v (sure: %v), want %v (%v)", n, share, got, is, want, sure)
			}
		}
	}
}

// By horizon an account leaves when its contract ends: 20 churn and 30 renew in the week before, and 2950 are
// asked about at other times. When that is, the calendar knows.
func TestTheTimeOfADecisionIsNoLeak(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const n = 3000
	churned, decided, account := make([]bool, n), make([]bool, n), make([]int32, n)
	for i := range n {
		churned[i], decided[i], account[i] = i < 20, i < 50, int32(i)
	}
	due := func(i int) float64 {
		if decided[i] {
			return float64(1 + rng.IntN(7))
		}
		return float64(8 + rng.IntN(358))
	}
	e := examples(t, churned,
		column{name: "days_to_renewal", numbers: draw(n, due)},
		column{name: "in_the_middle", numbers: draw(n, func(i int) float64 { return []float64{nan, rng.NormFloat64()}[int(indicator(!decided[i]))] })},
		column{name: "closed", numbers: draw(n, func(i int) float64 { return indicator(churned[i]) })},
		column{name: "phase", texts: slices.Concat(slices.Repeat([]string{"due"}, 50), slices.Repeat([]string{"running"}, n-50))})
	e.Account = account
	factors := []Factor{{Name: "due", Expr: "days_to_renewal"}, {Name: "middle", Expr: "in_the_middle"}, {Name: "closed", Expr: "closed"}, {Name: "phase", Expr: "phase", Kind: Category}}
	found := func() (names []string) {
		for _, w := range leaks(t, e, factors...) {
			names = append(names, w.Code+" "+strings.TrimPrefix(w.Where, "factor "))
		}
		return names
	}
	if want := []string{"leak due", "leak middle", "leak closed", "leak phase"}; !slices.Equal(found(), want) {
		t.Errorf("where nobody knows when decisions were: %q, want %q", found(), want)
	}
	e.Decided = decided
	if want := []string{"leak closed"}; !slices.Equal(found(), want) {
		t.Errorf("among decisions: %q, want %q", found(), want)
	}
}

// 10 choose 3 is 120, 52 choose 5 is 2,598,960 (hands of poker).
func TestWaysToChooseAreBinomialCoefficients(t *testing.T) {
	for _, c := range []struct{ n, k, want float64 }{{10, 3, 120}, {10, 7, 120}, {52, 5, 2_598_960}, {4, 0, 1}, {4, 4, 1}} {
		if got := math.Exp(logWays(c.n, c.k)); math.Abs(got-c.want) > 1e-9*c.want {
			t.Errorf("%v of %v in %v ways, want %v", c.k, c.n, got, c.want)
		}
	}
}
