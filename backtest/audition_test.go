package backtest

import (
	"math"
	"slices"
	"testing"

	"holdfast/dataset"
	"holdfast/models"

	"pgregory.net/rapid"
)

// auditioned is a result of candidates with the given AUC by fold, the baseline last. The
// folds are a quarter apart, and the outcomes of fold k are known delay folds later.
func auditioned(delay int, auc ...[]float64) (*Result, *dataset.Examples) {
	r := &Result{Options: Options{Primary: AUC}}
	e := new(dataset.Examples)
	for k := range auc[0] {
		r.Folds = append(r.Folds, Fold{Index: k, Cutoff: dataset.Date(90 * k)})
		r.Predictions.Fold, r.Predictions.Row = append(r.Predictions.Fold, int32(k)), append(r.Predictions.Row, int32(k))
		e.Known = append(e.Known, dataset.Date(90*(k+delay)))
	}
	for i, values := range auc {
		c := CandidateResult{Name: string(rune('a' + i)), Kind: models.Logistic}
		for _, v := range values {
			c.ByFold = append(c.ByFold, []Metric{{Name: AUC, Value: v}})
		}
		r.Candidates = append(r.Candidates, c)
	}
	r.Candidates = append(r.Candidates, CandidateResult{Name: models.BaselineName, Kind: baseline, ByFold: r.Candidates[0].ByFold})
	return r, e
}

func ruleOf(t *testing.T, a *Audition, name string) AuditionRule {
	t.Helper()
	at := slices.IndexFunc(a.Rules, func(r AuditionRule) bool { return r.Name == name })
	if at < 0 {
		t.Fatalf("no rule %q", name)
	}
	return a.Rules[at]
}

// a: 0.70 0.60 0.70 0.70, b: 0.60 0.65 0.60 0.72; outcomes are known a fold later, so folds
// 1, 2 and 3 are chosen. By the current value: a, b, a, with regrets 0.05, 0.10, 0.02. On
// average: a (0.70), a (0.65 against 0.625), a (0.667 against 0.617): 0.05, 0, 0.02. Within
// 0.01: a (1:0), a tie (1:1: half of 0.10), a (2:1): 0.05, 0.05, 0.02. At random: half of
// 0.05, of 0.10 and of 0.02. The champion a: 0.05, 0, 0.02.
func TestRegretByHand(t *testing.T) {
	r, e := auditioned(1, []float64{0.70, 0.60, 0.70, 0.70}, []float64{0.60, 0.65, 0.60, 0.72})
	a := audition(r, e)
	if !slices.Equal(a.Rounds, []int{1, 2, 3}) {
		t.Fatalf("rounds %v, want 1, 2 and 3", a.Rounds)
	}
	for name, want := range map[string][]float64{
		RuleCurrent:  {0.05, 0.10, 0.02},
		RuleAverage:  {0.05, 0, 0.02},
		RuleFrequent: {0.05, 0.05, 0.02},
		RuleChampion: {0.05, 0, 0.02},
		RuleRandom:   {0.025, 0.05, 0.01},
	} {
		got := ruleOf(t, a, name)
		for i := range want {
			if !near(got.Regret[i], want[i], 1e-12) {
				t.Errorf("%s: regrets %v, want %v", name, got.Regret, want)
				break
			}
		}
		if mean := sumOf(want) / 3; !near(got.Mean, mean, 1e-12) || !near(got.Worst, slices.Max(want), 1e-12) {
			t.Errorf("%s: mean %v and worst %v, want %v and %v", name, got.Mean, got.Worst, mean, slices.Max(want))
		}
	}
	if hits := ruleOf(t, a, RuleAverage).Hits; !near(hits, 1.0/3, 1e-12) {
		t.Errorf("the average picked the best in %v, want one of three", hits)
	}
	// a ranks 1, 2, 1, 2; b 2, 1, 2, 1. Gaps: a 0, 0.05, 0, 0.02; b 0.10, 0, 0.10, 0.
	if l := a.Leaders; l[0].Candidate != 0 || l[0].MeanRank != 1.5 || l[0].Won != 2 || !near(l[0].MeanGap, 0.0175, 1e-12) || !near(l[1].MeanGap, 0.05, 1e-12) {
		t.Errorf("leaders %+v", l)
	}
}

func TestARuleSeesOnlyOutcomesThatWereKnown(t *testing.T) {
	r, e := auditioned(2, []float64{0.70, 0.60, 0.70, 0.70}, []float64{0.60, 0.65, 0.60, 0.72})
	a := audition(r, e)
	if !slices.Equal(a.Rounds, []int{2, 3}) {
		t.Fatalf("rounds %v, want 2 and 3: fold 0 is known then", a.Rounds)
	}
	// At fold 2 only fold 0 is known, where a was best; at fold 3 folds 0 and 1, the newest won by b.
	if got := ruleOf(t, a, RuleCurrent).Regret; !near(got[0], 0, 1e-12) || !near(got[1], 0, 1e-12) {
		t.Errorf("regrets %v, want none: a wins fold 2, b fold 3", got)
	}
}

func TestLossesAreTurned(t *testing.T) {
	r, e := auditioned(1, []float64{0.3, 0.3}, []float64{0.4, 0.4})
	r.Options.Primary = LogLoss
	for c := range r.Candidates {
		for k := range r.Candidates[c].ByFold {
			r.Candidates[c].ByFold[k][0].Name = LogLoss
		}
	}
	if a := audition(r, e); a.Leaders[0].Candidate != 0 || ruleOf(t, a, RuleCurrent).Mean != 0 {
		t.Errorf("leaders %+v: the smaller loss is better", a.Leaders)
	}
}

func TestOneCandidateOrFoldHasNoAudition(t *testing.T) {
	if r, e := auditioned(1, []float64{0.7, 0.6}); audition(r, e) != nil {
		t.Error("one candidate")
	}
	if r, e := auditioned(1, []float64{0.7}, []float64{0.6}); audition(r, e) != nil {
		t.Error("one fold")
	}
	r, e := auditioned(5, []float64{0.7, 0.6}, []float64{0.6, 0.7})
	if a := audition(r, e); len(a.Rounds) != 0 || !math.IsNaN(a.Rules[0].Mean) {
		t.Errorf("rounds %v, mean %v: nothing was known in time", a.Rounds, a.Rules[0].Mean)
	}
}

func TestRegretIsNeverNegativeAndRandomIsTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		folds := rapid.IntRange(2, 8).Draw(t, "folds")
		auc := make([][]float64, rapid.IntRange(2, 5).Draw(t, "candidates"))
		for c := range auc {
			auc[c] = rapid.SliceOfN(rapid.Float64Range(0.4, 0.9), folds, folds).Draw(t, "auc")
		}
		r, e := auditioned(1, auc...)
		a := audition(r, e)
		for _, rule := range a.Rules {
			if slices.ContainsFunc(rule.Regret, func(x float64) bool { return x < 0 }) {
				t.Fatalf("%s: %v", rule.Name, rule.Regret)
			}
		}
		ranks := 0.0
		for _, l := range a.Leaders {
			ranks += l.MeanRank
		}
		if n := float64(len(auc)); !near(ranks, n*(n+1)/2, 1e-9) {
			t.Fatalf("mean ranks add up to %v", ranks)
		}
	})
}
