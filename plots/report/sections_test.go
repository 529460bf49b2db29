package report

import (
	"math"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/models/platform"
	"holdfast/plots"
	"holdfast/plots/internal/fixture"
	"holdfast/plots/words"
)

func TestBannerSaysTheDecision(t *testing.T) {
	for decision, want := range map[backtest.Decision]string{
		backtest.Promote: "Promote", backtest.Hold: "Hold", backtest.NeedMoreData: "Need more data", "": "No verdict",
	} {
		r := fixture.Company(3, 1, 1)
		r.Verdict.Decision = decision
		if got := verdictBanner(r).Word; got != want {
			t.Errorf("%q is announced as %q, want %q", decision, got, want)
		}
	}
}

func TestWordsOfAWeightFollowItsUnit(t *testing.T) {
	stat := func(x float64) models.Stat { return models.Stat(x) }
	fitted, scores := &models.Model{Kind: models.Logistic}, &models.Model{Kind: models.Weights}
	points := &models.Model{Card: &platform.Card{}}
	for _, c := range []struct {
		fact  string
		w     models.Weight
		model *models.Model
		want  string
	}{
		{"a positive weight raises churn", models.Weight{Weight: 1, PerSD: 2, Low: 0.5, High: 1.5}, fitted, "higher → more churn"},
		{"a negative weight lowers it", models.Weight{Weight: -1, PerSD: -2, Low: -1.5, High: -0.5}, fitted, "higher → less churn"},
		{"an interval around zero is no effect to speak of", models.Weight{Weight: 1, PerSD: 2, Low: -0.5, High: 2.5}, fitted, "higher → no clear effect"},
		{"a level is or is not", models.Weight{Level: "red", Weight: 1, PerSD: 2, Low: 0.5, High: 1.5}, fitted, "if so → more churn"},
		{"a score is healthy when high", models.Weight{Weight: -1, PerSD: -2, Low: models.Undefined(), High: models.Undefined()}, scores, "healthier → less churn"},
		{"points are earned", models.Weight{Weight: -1, PerSD: -2, Low: models.Undefined(), High: models.Undefined()}, points, "more points → less churn"},
		{"zero is no effect", models.Weight{Weight: 0, PerSD: 0, Low: models.Undefined(), High: models.Undefined()}, fitted, "no effect"},
		{"undefined is n/a", models.Weight{PerSD: stat(math.NaN())}, fitted, "n/a"},
	} {
		if got := inWords(c.w, c.model); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

func TestWeightsOfHandSetScoresAreOfTheScore(t *testing.T) {
	r := fixture.Company(4, 1, 3)
	if !plots.OnScores(r.Candidates[0].Final) || plots.OnScores(r.Candidates[2].Final) || plots.OnScores(nil) {
		t.Error("the unit of the weights is confused")
	}
}

func TestUndecidedFollowsTheWideIntervalWhereThereIsOne(t *testing.T) {
	for fact, c := range map[string]struct {
		cmp  backtest.Comparison
		want bool
	}{
		"both clear zero":              {backtest.Comparison{Low: 1, High: 3, FamilyLow: 0.5, FamilyHigh: 3.5}, false},
		"only the wide one spans it":   {backtest.Comparison{Low: 1, High: 3, FamilyLow: -0.5, FamilyHigh: 4.5}, true},
		"there is no wide one":         {backtest.Comparison{Low: -1, High: 3}, true},
		"there is none, and it clears": {backtest.Comparison{Low: 1, High: 3, FamilyLow: math.NaN(), FamilyHigh: math.NaN()}, false},
	} {
		if got := plots.Undecided(c.cmp); got != c.want {
			t.Errorf("%s: %v", fact, got)
		}
	}
}

func TestLeadsSpeakOfChallengerAndChampion(t *testing.T) {
	r := fixture.Company(4, 2, 3)
	for _, lead := range []string{capacityLead(r), rankingLead(r)} {
		if c, ch := strings.Index(lead, "logistic"), strings.Index(lead, "today"); c < 0 || ch < c {
			t.Errorf("%q", lead)
		}
	}
}

func TestLeadsOfNothingSaySo(t *testing.T) {
	r := &backtest.Result{Champion: -1}
	for _, c := range []struct{ got, want string }{
		{capacityLead(r), "does not say how many accounts"},
		{rankingLead(r), "no ranking can be judged"},
		{calibrationLead(r), "no test examples"},
		{foldsLead(r), "No moment of the past"},
		{verdictLead(r), "nothing to decide"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%q does not say %q", c.got, c.want)
		}
	}
}

func TestMissingFinalModelIsExplained(t *testing.T) {
	r := fixture.Company(4, 2, 3)
	r.Candidates[2].Final, r.Candidates[2].FinalErr = nil, "factor nps separates the outcomes"
	if lead := weightsSection(r).Lead; lead != "There is no final model of logistic: factor nps separates the outcomes." {
		t.Errorf("%q", lead)
	}
}

func TestManyWeightsAreFoldedAway(t *testing.T) {
	s := weightsSection(fixture.Company(4, 2, 40))
	if n := len(s.Tables[0].Rows); n != mostRows {
		t.Errorf("%d rows are shown", n)
	}
	if n := len(s.Details[1].Tables[0].Rows); n != 40 {
		t.Errorf("%d rows are folded away", n)
	}
}

func TestClockIsToldInItsMode(t *testing.T) {
	for _, c := range []struct {
		clock dataset.Clock
		want  string
	}{
		{dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 45}, "at least 90 days before it, and at most 45 days older"},
		{dataset.Clock{Mode: dataset.Horizon, Horizon: 1}, "in the 1 day after it"},
		{dataset.Clock{}, "not recorded"},
	} {
		if got := clockWords(c.clock); !strings.Contains(got, c.want) {
			t.Errorf("%q does not say %q", got, c.want)
		}
	}
}

func TestClockOfTheFinalModelStandsInForTheRun(t *testing.T) {
	r := fixture.Company(3, 1, 1)
	r.Data.Clock = dataset.Clock{}
	r.Candidates[1].Final.Clock = dataset.Clock{Mode: dataset.Horizon, Horizon: 60}
	if got := clock(r); got.Horizon != 60 || things(got) != "snapshots" {
		t.Errorf("%+v", got)
	}
}

func TestEmbargoNamesTheWindow(t *testing.T) {
	o := backtest.Options{Every: backtest.Step{Months: 3}, Window: backtest.Step{Months: 24}}
	if got := embargoWords(o); !strings.Contains(got, "every quarter") || !strings.Contains(got, "the examples of the 2 years before") {
		t.Errorf("%q", got)
	}
}

func TestSharesOfNothingAreUndefined(t *testing.T) {
	if got := share(0, 0); got != "n/a" {
		t.Errorf("0 of 0 is %q", got)
	}
	if got := share(1, 8); got != "12.5%" {
		t.Errorf("1 of 8 is %q", got)
	}
}

func TestSmallProbabilitiesAreNotSpelledOut(t *testing.T) {
	for p, want := range map[float64]string{0.00001: "< 0.001", 0.0449: "0.045", 1: "1.000"} {
		if got := words.PValue(p); got != want {
			t.Errorf("p = %v is %q, want %q", p, got, want)
		}
	}
	if got := words.PValue(math.NaN()); got != "n/a" {
		t.Errorf("p = NaN is %q", got)
	}
}

func TestEveryChartHasAHome(t *testing.T) {
	for chart, want := range map[string]string{
		"gains": "verdict", "money": "capacity", "roc": "ranking", "calibration": "calibration", "calibration_others": "calibration",
		"decision_curve": "capacity", "precision_recall": "ranking", "cumulative_gains": "ranking", "score_histogram": "calibration",
		"weights": "weights", "weights_challenger": "weights", "weights_over_folds": "weights", "auc_over_folds": "folds", "timetable": "folds", "quarters": "data", "new": "folds",
		"lead_time": "warning", "value_at_capacity": "capacity", "bands": "bands", "band_transitions": "bands", "segment_forest": "segments", "rollout": "rollout",
	} {
		if got := home(chart); got != want {
			t.Errorf("%s is in section %s, want %s", chart, got, want)
		}
	}
}

func TestReasonsThatRepeatAGateAreNotToldTwice(t *testing.T) {
	v := backtest.Verdict{Gates: []backtest.Gate{{Words: "gain is small"}}, Reasons: []string{"gain is small", "about 900 examples more"}}
	if got := otherReasons(v); len(got) != 1 || got[0] != "About 900 examples more." {
		t.Errorf("%q", got)
	}
}

func TestLimitOfAGateSaysItsSide(t *testing.T) {
	for _, c := range []struct {
		gate backtest.Gate
		want string
	}{{backtest.Gate{Limit: 0.5}, "above 0.5000"}, {backtest.Gate{Limit: 0.25, AtMost: true}, "below 0.2500"}} {
		if got := gateLimit(c.gate); got != c.want {
			t.Errorf("%+v must be %q, want %q", c.gate, got, c.want)
		}
	}
}

func TestRowsOfOneCandidateCarryItsNumber(t *testing.T) {
	r := fixture.Company(4, 2, 3)
	for _, table := range []Table{metricTable(r, "", nil), moneyTable(r), comparisonTable(r)} {
		for _, row := range table.Rows {
			if i := strings.IndexAny(row.Candidate, "0123"); i != 0 || !strings.HasPrefix(row.Cells[0].Value, r.Candidates[row.Candidate[0]-'0'].Name) {
				t.Errorf("%s: the row of %q has the number %q", table.Caption, row.Cells[0].Value, row.Candidate)
			}
		}
	}
	if got := placeOf(r, "nobody"); got != "" {
		t.Errorf("a stranger has the number %q", got)
	}
}
