package backtest

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/models"
)

// Two draws: the fit of the first has 0.9 on it and 0.7 on all, that of the second 0.8 and
// 0.7: an optimism of 0.15. Apparent 0.85, so 0.70 is left; the interval of the draws'
// [0.8025, 0.8975] (type 7 at 2.5 and 97.5 %) moves by 0.15.
func TestOptimismByHand(t *testing.T) {
	v := &InSample{Options: Options{Level: 0.95}, Candidates: make([]InSampleCandidate, 1)}
	five := func(auc float64) [][]float64 { return [][]float64{{auc, 0, 0, 1, 0}} }
	v.correct(five(0.85), []redrawn{{five(0.9), five(0.7)}, {five(0.8), five(0.7)}})
	x := v.Candidates[0].Metrics[0]
	if x.Name != AUC || !near(x.Optimism, 0.15, 1e-12) || !near(x.Value, 0.70, 1e-12) || !near(x.Low, 0.6525, 1e-12) || !near(x.High, 0.7475, 1e-12) {
		t.Errorf("got %+v", x)
	}
}

func TestAnAccountIsDrawnWithAllItsRows(t *testing.T) {
	c := newCompany(30, 3)
	all := c.load(t).All()
	accounts := byAccount(all)
	draw := drawAccounts(all, accounts, 1, 2)
	times := make(map[int32]int)
	for _, row := range draw.Rows {
		times[row]++
	}
	drawn := 0
	for _, rows := range accounts {
		drawn += times[rows[0]]
		for _, row := range rows {
			if times[row] != times[rows[0]] {
				t.Fatalf("row %d of an account %d times, another %d times", row, times[row], times[rows[0]])
			}
		}
	}
	if drawn != len(accounts) || !slices.IsSorted(draw.Rows) {
		t.Errorf("%d accounts drawn of %d, sorted %v", drawn, len(accounts), slices.IsSorted(draw.Rows))
	}
}

// A fit flatters itself on what it has seen; corrected, its AUC must be lower and its slope
// below 1. The hand weights, which learn a line only, move less.
func TestValidationTakesTheOptimismOff(t *testing.T) {
	c := newCompany(60, 8)
	e := c.load(t)
	v, err := Validate(t.Context(), e, threeCandidates(t, c.types()), Options{Champion: "hand", Seed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	fit, hand := v.Candidates[0].Metrics, v.Candidates[1].Metrics
	if a := fit[0]; !(a.Optimism > 0 && a.Value < a.Apparent && a.Low < a.Value && a.Value < a.High) {
		t.Errorf("fit: %+v, want a positive optimism", a)
	}
	if s := fit[3]; !near(s.Apparent, 1, 1e-6) || !(s.Value < 1) || !math.IsNaN(s.Low) {
		t.Errorf("slope of the fit %+v, want 1 apparent, less in truth, and no interval", s)
	}
	if !(math.Abs(hand[0].Optimism) < fit[0].Optimism) {
		t.Errorf("the hand weights' optimism %v is not below the fit's %v", hand[0].Optimism, fit[0].Optimism)
	}
	if v.Verdict.Decision == Promote || v.Replicates+v.Failed != optimismReplicates {
		t.Errorf("verdict %s after %d + %d refits", v.Verdict.Decision, v.Replicates, v.Failed)
	}
	again, err := Validate(t.Context(), e, threeCandidates(t, c.types()), Options{Champion: "hand", Seed: 1}, nil)
	if err != nil || !slices.Equal(again.Candidates[0].Metrics[:3], fit[:3]) {
		t.Errorf("a second validation differs: %v", err)
	}
}

func TestExamplesThatWereSeenNeverPromote(t *testing.T) {
	better := []redrawn{{onDraw: [][]float64{{0, 0.2, 0, 0, 0}, {0, 0.5, 0, 0, 0}}}, {onDraw: [][]float64{{0, 0.2, 0, 0, 0}, {0, 0.5, 0, 0, 0}}}}
	loss := func(v float64) []Corrected { return []Corrected{{Name: AUC}, {Name: LogLoss, Value: v}} }
	v := &InSample{Options: Options{Level: 0.95, Primary: LogLoss}, Champion: 1, Candidates: []InSampleCandidate{
		{Name: "new", Kind: models.Logistic, Metrics: loss(0.2)}, {Name: "now", Kind: models.Weights, Metrics: loss(0.5)}}}
	if got := v.judge(better); got.Decision != NeedMoreData || !got.Gates[0].Passed || got.Gates[1].Passed || !strings.Contains(got.Headline, "too few dates") {
		t.Errorf("a certain gain: %+v", got)
	}
	v.Data.Clock.Mode = dataset.Horizon
	if got := v.judge(better); !strings.HasSuffix(got.Headline, "too few dates to test new on snapshots it has not seen.") {
		t.Errorf("by horizon: %q", got.Headline)
	}
	v.Champion = 0
	if got := v.judge(better); got.Decision != Hold || got.Challenger != "now" {
		t.Errorf("a certain loss: %+v", got)
	}
	// Against the champion "new" these draws gain 0.3 and -0.1: 0 lies between.
	unclear := []redrawn{{onDraw: [][]float64{{0, 0.5, 0, 0, 0}, {0, 0.2, 0, 0, 0}}}, {onDraw: [][]float64{{0, 0.2, 0, 0, 0}, {0, 0.3, 0, 0, 0}}}}
	for fact, c := range map[string]struct {
		champion  int
		draws     []redrawn
		undecided bool
	}{"a certain gain": {1, better, false}, "a certain loss": {0, better, false}, "an unclear gain": {0, unclear, true}} {
		v.Champion = c.champion
		if g := v.judge(c.draws).Gates[0]; g.Undecided != c.undecided {
			t.Errorf("%s: %+v, want undecided %v", fact, g, c.undecided)
		}
	}
	v.Champion, v.Candidates[0].Metrics[1].Value = 1, math.NaN()
	got := v.judge([]redrawn{{onDraw: [][]float64{{0, math.NaN(), 0, 0, 0}, {0, 0.5, 0, 0, 0}}}})
	if g := got.Gates[0]; got.Decision != NeedMoreData || got.Challenger != "new" || g.Passed || !g.Undecided || !strings.Contains(g.Words, "new against now: no gain in log loss; both must score") ||
		got.Headline != "Need more data: new and now cannot be compared, as one of them has no log loss." {
		t.Errorf("no gain: %+v", got)
	}
	v.Candidates = append(v.Candidates, InSampleCandidate{Name: "third", Kind: models.Weights, Metrics: loss(0.9)})
	if got := v.judge([]redrawn{{onDraw: [][]float64{{0, math.NaN(), 0, 0, 0}, {0, 0.5, 0, 0, 0}, {0, 0.9, 0, 0, 0}}}}); got.Challenger != "third" {
		t.Errorf("the challenger with a gain is %q: %+v", got.Challenger, got)
	}
	v.Champion, v.Candidates = 0, v.Candidates[:1]
	if got := v.judge(nil); got.Decision != Hold || !strings.HasPrefix(got.Headline, "Keep new") {
		t.Errorf("no challenger: %+v", got)
	}
}

func TestTooFewEventsAreNotValidated(t *testing.T) {
	c := newCompany(3, 5)
	var unplanned *PlanError
	if _, err := Validate(t.Context(), c.load(t), threeCandidates(t, c.types()), Options{}, nil); !errors.As(err, &unplanned) {
		t.Errorf("error %v, want a *PlanError", err)
	}
}

// A strength that was asked for stays, and one that was to be chosen is that of the model on all examples.
func TestRefitsKeepTheStrengthThatWasChosen(t *testing.T) {
	chosen, asked := models.Penalty{Kind: models.Ridge, Strength: 0.03}, models.Penalty{Kind: models.Ridge, Strength: 0.5}
	v := &InSample{Candidates: []InSampleCandidate{{Final: &models.Model{Penalty: chosen}}, {Final: &models.Model{Penalty: asked}}}}
	candidates := []models.Candidate{{Penalty: models.Penalty{Kind: models.Ridge, Auto: true}}, {Penalty: asked}}
	if got := v.settled(candidates); got[0].Penalty != chosen || got[1].Penalty != asked {
		t.Errorf("%+v and %+v, want %+v and %+v", got[0].Penalty, got[1].Penalty, chosen, asked)
	}
	if !candidates[0].Penalty.Auto {
		t.Error("the candidate itself has changed")
	}
}
