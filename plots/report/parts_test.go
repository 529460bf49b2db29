package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots/internal/fixture"
)

// Positions count like the digits of a number: the last control is the fastest.
func TestAPanelStartsAtThePositionOfItsControls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var panel Trial
		want, all := 0, 1
		for range rapid.IntRange(0, 4).Draw(t, "controls") {
			n := rapid.IntRange(1, 5).Draw(t, "settings")
			c := Control{Options: make([]string, n), At: rapid.IntRange(0, n-1).Draw(t, "at")}
			panel.Controls = append(panel.Controls, c)
			want, all = want*n+c.At, all*n
		}
		panel.Said = make([]string, all)
		panel.Rows = [][][]Cell{make([][]Cell, all)}
		if got := panel.start(); got != want || got >= all {
			t.Fatalf("it starts at %d of %d, want %d", got, all, want)
		}
		if err := panel.check(); err != nil {
			t.Fatalf("a whole panel is refused: %v", err)
		}
		panel.Rows[0] = append(panel.Rows[0], nil)
		if err := panel.check(); err == nil || !strings.Contains(err.Error(), "candidate 0") {
			t.Fatalf("a candidate with a value too many: %v", err)
		}
		panel.Said = panel.Said[1:]
		if err := panel.check(); err == nil || !strings.Contains(err.Error(), "sentences") {
			t.Fatalf("a sentence too few: %v", err)
		}
	})
}

func TestPanelsThatCannotBeDrawnAreRefused(t *testing.T) {
	for fact, c := range map[string]struct {
		control Control
		says    string
	}{
		"a start beyond the settings": {Control{ID: "x", Options: []string{"a"}, At: 1}, "setting 1 of 1"},
		"a start before them":         {Control{ID: "x", Options: []string{"a"}, At: -1}, "setting -1"},
		"no settings at all":          {Control{ID: "x"}, "setting 0 of 0"},
		"more settings than any run":  {Control{ID: "x", Options: make([]string, mostPositions+1)}, "more than"},
	} {
		panel := Trial{Controls: []Control{c.control}}
		if err := panel.check(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", fact, err, c.says)
		}
	}
	for name, ok := range map[string]bool{"roc": true, "weights_challenger": true, "auc-2": true, "": false, "../roc": false, "a/b": false, ".svg": false, "_roc": false, "roc\n": false, strings.Repeat("a", 101): false} {
		if isStem(name) != ok {
			t.Errorf("%q is the name of a chart: %v", name, !ok)
		}
	}
}

func TestGainsAreInTheUnitOfTheirMetric(t *testing.T) {
	for _, c := range []struct {
		metric string
		x      float64
		want   string
	}{
		{backtest.LogLoss, 0.01234, "+0.0123"}, {backtest.AUC, -0.5, "−0.5000"}, {backtest.Capture, 0.0321, "+3.2 pp"},
		{backtest.Precision, -0.001, "−0.1 pp"}, {backtest.ValueCapture, math.NaN(), "n/a"}, {backtest.Brier, math.NaN(), "n/a"},
	} {
		if got := difference(c.metric, c.x); got != c.want {
			t.Errorf("%v in %s is %q, want %q", c.x, c.metric, got, c.want)
		}
	}
	if got := gainInterval(backtest.AUC, math.NaN(), 1); got != "n/a" {
		t.Errorf("half an interval is %q", got)
	}
}

func TestEveryGateHasItsName(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range []string{"beats_champion", "ranks_better_than_chance", "beats_base_rate", backtest.CalibrationSlope, backtest.CITL, "no_segment_worse", "stable", testedForward} {
		got := gateName(models.Churn, backtest.Gate{Name: name})
		if got == "" || seen[got] || strings.Contains(got, "_") {
			t.Errorf("%s is called %q", name, got)
		}
		seen[got] = true
	}
	if got := gateName(models.Churn, backtest.Gate{Name: "own_rule"}); got != "own rule" {
		t.Errorf("a gate of another version is called %q", got)
	}
	if got := gateName(models.Expansion, backtest.Gate{Name: "stable"}); got != "Its predictions have not drifted" {
		t.Errorf("of another target a gate without a name of its own is called %q", got)
	}
}

func TestRulesOfChoiceAndTargetsHaveWords(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range []string{backtest.RuleCurrent, backtest.RuleAverage, backtest.RuleFrequent, backtest.RuleChampion, backtest.RuleRandom, "another"} {
		if got := ruleName(rule); got == "" || seen[got] {
			t.Errorf("%s is called %q", rule, got)
		} else {
			seen[got] = true
		}
	}
	for target, want := range map[models.Target]string{models.Contraction: "renewals for less", models.Expansion: "renewals for more", models.Churn: "churn", "else": "else"} {
		if got := eventWords(target); got != want {
			t.Errorf("%s is %q, want %q", target, got, want)
		}
	}
	if level(backtest.Options{}) != 0.95 || level(backtest.Options{Level: 0.8}) != 0.8 {
		t.Error("the level has the default of the options")
	}
}

func TestQuantitiesHaveSomeFourFigures(t *testing.T) {
	for x, want := range map[models.Stat]string{0: "0.0", 0.12345: "0.123", 9.9999: "10.000", 12.34: "12.3", 999.94: "999.9", 1234.5: "1,234", -45678: "−45,678", models.Stat(math.Inf(1)): "n/a"} {
		if got := quantity(x); got != want {
			t.Errorf("%v is %q, want %q", x, got, want)
		}
	}
	if quantity(models.Undefined()) != "" || stat(models.Undefined(), 3) != "" || stat(0.5, 1) != "0.5" {
		t.Error("what does not apply is empty")
	}
}

func TestRowsThatCameLateAreCountedWhereTheyAreKnown(t *testing.T) {
	c := dataset.Counts{Total: 10, Mature: 7, Stale: 1, Late: 2}
	with, without := countTable(c, dataset.Clock{}), countTable(dataset.Counts{Total: 8, Mature: 7, Stale: 1}, dataset.Clock{})
	if len(with.Rows) != len(without.Rows)+1 {
		t.Fatalf("%d rows with late ones, %d without", len(with.Rows), len(without.Rows))
	}
	if got := with.Rows[len(with.Rows)-2].Cells; got[0].Value != "recorded late" || got[1].Value != "2" || got[2].Value != "20.0%" {
		t.Errorf("%v", got)
	}
	if last := without.Rows[len(without.Rows)-1]; last.Class != "total" || last.Cells[1].Value != "8" {
		t.Errorf("the last row is %+v", last)
	}
	// A place is told where there is one.
	table := warningTable([]dataset.Warning{{Message: "a"}, {Where: "factor \x00nps", Message: "b."}})
	if table.Rows[0].Cells[0].Value != "the run" || table.Rows[0].Cells[1].Value != "a." || table.Rows[1].Cells[0].Value != "factor nps" || table.Rows[1].Cells[1].Value != "b." {
		t.Errorf("%+v", table.Rows)
	}
}

func TestTheWinnerIsInUseAfterTheVerdict(t *testing.T) {
	r := fixture.Company(4, 2, 2)
	for decision, want := range map[backtest.Decision]string{backtest.Promote: "logistic", backtest.Hold: "today", backtest.NeedMoreData: "today"} {
		if r.Verdict.Decision = decision; winner(r) != want {
			t.Errorf("%s: %s is in use, want %s", decision, winner(r), want)
		}
	}
	r.Verdict.Decision = backtest.Hold // and not the one that the map ended with
	if got := contenders(r); len(got) != 2 || got[0].Name != "logistic" || got[1].Name != "today" {
		t.Errorf("contenders %+v", got)
	}
	if title(r, 2) != "logistic" || title(r, 0) != "today (champion)" || class(r, 0) != "champion" || class(r, 3) != "baseline" || class(r, 2) != "" {
		t.Errorf("%q, %q, %q, %q", title(r, 2), class(r, 0), class(r, 2), class(r, 3))
	}
	if r.Verdict.Decision = backtest.Promote; title(r, 2) != "logistic (to be promoted)" || class(r, 2) != "winner" {
		t.Errorf("%q is of class %q", title(r, 2), class(r, 2))
	}
	r.Candidates[0], r.Candidates[3] = r.Candidates[3], r.Candidates[0]
	if got := order(r); !slices.Equal(got, []int{1, 2, 3, 0}) {
		t.Errorf("the baseline stands first in %v", got)
	}
	if placeOf(r, "nobody") != "" || placeOf(r, "vendor") != "1" {
		t.Errorf("places %q and %q", placeOf(r, "nobody"), placeOf(r, "vendor"))
	}
	if r.Candidates = r.Candidates[:1]; choices(r) != nil {
		t.Error("there is something to choose among one")
	}
}

// Every slice that may be shorter than there are candidates or folds, cut to nothing: a report
// of an older run is still a report.
func TestWhatARunDoesNotHoldIsSurvived(t *testing.T) {
	for fact, spoil := range map[string]func(r *backtest.Result){
		"no AUC at a lead":           func(r *backtest.Result) { r.Leads[0].AUC = nil },
		"no AUC by value at a lead":  func(r *backtest.Result) { r.Leads[0].ValueAUC = []metrics.Estimate{} },
		"no metrics by fold":         func(r *backtest.Result) { r.Candidates[0].ByFold = nil },
		"no estimates":               func(r *backtest.Result) { r.Immature.Quarters[0].AUC = nil },
		"no record of estimates":     func(r *backtest.Result) { r.Immature.Record = nil },
		"an audition of strangers":   func(r *backtest.Result) { r.Audition.Leaders[0].Candidate = 99 },
		"ranks of fewer folds":       func(r *backtest.Result) { r.Audition.Leaders[0].Ranks = nil },
		"shorter lists of one":       func(r *backtest.Result) { r.Candidates[1].Worth.Curve = r.Candidates[1].Worth.Curve[:1] },
		"no money of one":            func(r *backtest.Result) { r.Candidates[1].Worth = nil },
		"a period of no fold":        func(r *backtest.Result) { r.Candidates[0].Worth.Periods[0].Fold = 99 },
		"no bands of one":            func(r *backtest.Result) { r.Candidates[0].Bands = nil },
		"no movement":                func(r *backtest.Result) { r.Candidates[0].Bands.Movement = nil },
		"fewer touched than scores":  func(r *backtest.Result) { r.Touched.Candidates = r.Touched.Candidates[:1] },
		"no model of the challenger": func(r *backtest.Result) { r.Candidates[1].Final = nil },
	} {
		r := told()
		spoil(r)
		d, err := Build(Page{Result: r})
		if err != nil {
			t.Errorf("%s: %v", fact, err)
			continue
		}
		if err := d.check(); err != nil {
			t.Errorf("%s: %v", fact, err)
		}
		for _, s := range d.Sections {
			for _, table := range s.Tables {
				for _, row := range table.Rows {
					if len(row.Cells) > len(table.Head) {
						t.Errorf("%s: section %s, %q: a row of %d cells under %d columns", fact, s.ID, table.Caption, len(row.Cells), len(table.Head))
					}
				}
			}
		}
	}
}

func TestLeadsByValueStandBesideThoseByAccount(t *testing.T) {
	r := fixture.Company(3, 2, 2)
	if table := valueLeadsTable(r); len(table.Rows) != 0 {
		t.Errorf("%d rows without values", len(table.Rows))
	}
	for k := range r.Leads {
		for i := range r.Candidates[:2] {
			r.Leads[k].ValueAUC = append(r.Leads[k].ValueAUC, metrics.Estimate{Value: 0.8 - 0.1*float64(i), Low: 0.6, High: 0.9})
		}
	}
	table := valueLeadsTable(r)
	if len(table.Rows) != 3 || len(table.Head) != 4 || table.Rows[1].Cells[1] != (Cell{"0.700", "0.600 to 0.900"}) {
		t.Errorf("%+v", table)
	}
	if last := table.Rows[2].Cells[1]; last.Value != "n/a" { // the baseline has none
		t.Errorf("%+v", last)
	}
}

func TestNetBenefitByValueIsTheSameQuestionInMoney(t *testing.T) {
	c := backtest.CandidateResult{Name: "x", Worth: &backtest.Worth{}}
	if table := valueDecisionTable(c); len(table.Rows) != 0 {
		t.Errorf("%d rows without a curve", len(table.Rows))
	}
	for _, threshold := range []float64{0.05, 0.07, 0.1, 0.2} {
		p := backtest.ValueDecision{PerAccount: metrics.Estimate{Value: 12345, Low: 10000, High: 15000}}
		p.Threshold, p.Worked, p.Model, p.Low, p.High, p.All = threshold, 0.25, 0.031, 0.02, 0.04, 0.01
		c.Worth.Decision = append(c.Worth.Decision, p)
	}
	c.Worth.Decision[3].Model = math.NaN()
	table := valueDecisionTable(c)
	if len(table.Rows) != 2 {
		t.Fatalf("%d rows, want those of 5%% and 10%%: 7%% is not shown, and 20%% has no value", len(table.Rows))
	}
	want := []Cell{{Value: "5%"}, {Value: "25.0%"}, {"3.1%", "2.0% to 4.0%"}, {Value: "1.0%"}, {"12,345", "10,000 to 15,000"}}
	if !slices.Equal(table.Rows[0].Cells, want) {
		t.Errorf("%v, want %v", table.Rows[0].Cells, want)
	}
	if d, ok := decisionDetail(&backtest.Result{Candidates: []backtest.CandidateResult{c}, Verdict: backtest.Verdict{Champion: "x"}}); !ok || len(d.Tables) != 1 || len(d.Text) != 2 {
		t.Errorf("%v, %+v", ok, d)
	}
}

func TestLeadsOfTheProjectStandOut(t *testing.T) {
	table := leadTable([]health.Lead{{Days: 30, Covered: 0.9}, {Days: 90, Asked: true, Covered: models.Undefined()}})
	if table.Rows[0].Class != "" || table.Rows[1].Class != "champion" || table.Rows[0].Cells[1].Value != "90.0%" || table.Rows[1].Cells[1].Value != "n/a" {
		t.Errorf("%+v", table.Rows)
	}
	standing := standingTable(health.Standing{Accounts: 9, Scoreable: 5, Reasons: []health.Reason{{Code: "missing_factor", Detail: "n\x00ps", Accounts: 4, Examples: []string{"A1", "A\u202e2"}, Meaning: "why"}}})
	if got := standing.Rows[1].Cells; got[0].Value != "missing_factor: nps" || got[3].Value != "A1, A2" {
		t.Errorf("%v", got)
	}
}

func TestASentenceIsCutAndEndsOnce(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a.", "a.": "a.", " 24.6 % of -3\n": "24.6% of −3.", "\x00": ""} {
		if got := sentence(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	if got := []rune(sentence(strings.Repeat("long ", 500))); len(got) > 601 {
		t.Errorf("a sentence of %d characters", len(got))
	}
	if got := leftOut(3, 3, "things"); got != nil {
		t.Errorf("nothing is left out, and one is told %v", got)
	}
	if got := leftOut(1234, 12, "gains"); len(got) != 1 || got[0] != "Of 1,234 gains the table names 12." {
		t.Errorf("%v", got)
	}
}
