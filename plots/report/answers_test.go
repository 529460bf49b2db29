package report

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/models"
	"holdfast/plots/internal/fixture"
)

// line is a row as a reader reads it.
func line(r Row) string {
	var out []string
	for _, c := range r.Cells {
		text := c.Value
		if c.Interval != "" {
			text += " (" + c.Interval + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, " | ")
}

// holds says whether a section has a table with that caption and that row.
func holds(t *testing.T, s Section, caption, row string) {
	t.Helper()
	tables := s.Tables
	for _, d := range s.Details {
		tables = append(tables, d.Tables...)
	}
	for _, x := range tables {
		if !strings.HasPrefix(x.Caption, caption) {
			continue
		}
		var rows []string
		for _, r := range x.Rows {
			if len(r.Cells) != len(x.Head) {
				t.Errorf("%s: a row of %d cells under a head of %d", caption, len(r.Cells), len(x.Head))
			}
			if rows = append(rows, line(r)); line(r) == row {
				return
			}
		}
		t.Errorf("%s has no row %q but\n%s", caption, row, strings.Join(rows, "\n"))
		return
	}
	t.Errorf("section %s has no table %q", s.ID, caption)
}

// The numbers are those of told_test.go, put into words by hand.
func TestSectionsAnswerInOneSentence(t *testing.T) {
	r := furtherTargets(told())
	for id, want := range map[string]string{
		"warning": "Where vendor warned of a churn, the warning had stood for 92 days in the middle case when the account left, and 31% of the churners left while it still showed them green; " +
			"with today it was 92 days, and 31% left while green. For that, vendor had 37% of its scores in yellow or red, today had 37%.",
		"alerts": `With vendor, the alert "dropped" would have been raised 15.3 times a week; of those whose outcome is known 25% came true, where one raised at random would have 12% of the time, ` +
			"and 50% of the churners were announced.",
		"bands":    "How many of the accounts that vendor showed in each colour churned: red 26%, yellow 16%, green 6%; the goal of at most 5.0% at risk, with a line drawn for it in training, was met in the latest test window, but only because the line was moved.",
		"segments": "Of 2 segments with enough churn to be judged alone, vendor is clearly better than today in 1 of them and clearly worse in none.",
		"rollout":  "With vendor in the place of today, 136 of 580 accounts change their colour: 80 for the worse and 56 for the better; of the 50 accounts at the top of the call list, 31 stay on it.",
		"targets":  "Renewals for less. Keep the base rate for contraction.",
		"immature": "640 accounts and dates have no outcome yet; of those of Q2 2026 vendor expects 14% to churn; it should pick the churner 77 times out of 100.",
		"touched":  "The team worked 210 of the 0 accounts and dates between their score and their outcome; however that is allowed for, vendor picks the churner between 76 and 82 times out of 100.",
	} {
		if got := sectionOf(t, Page{Result: r}, id).Lead; got != want {
			t.Errorf("%s says\n%q, want\n%q", id, got, want)
		}
	}
}

// sectionOf is a section of a page by its ID.
func sectionOf(t *testing.T, p Page, id string) Section {
	t.Helper()
	d, err := Build(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range d.Sections {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("the page has no section %s", id)
	return Section{}
}

func TestSectionsShowWhatIsKnown(t *testing.T) {
	p := Page{Result: furtherTargets(told())}
	for _, c := range []struct{ section, table, row string }{
		{"capacity", "Gross revenue retention", "vendor (to be promoted) | 90.0% (88.0% to 92.0%) | 92.0% (89.0% to 93.0%)"},
		{"capacity", "Best profit", "today (champion) | unknown | 15.00 | 50.0%"},
		{"capacity", "Value of the churned accounts, by tier", "enterprise | vendor (to be promoted) | 10 | 300 | 31 | 900,000 (800,000 to 1,000,000) | 0 (0 to 0) | 0 (0 to 0) | 12.0% (10.0% to 15.0%)"},
		{"capacity", "Value in each period", "2023-07-01 | today (champion) | 430 | 50 | 5,000,000 | 600,000 | 500,000 | 300,000 | 200,000"},
		{"warning", "Churners that were green", "today (champion) | 40 of 380 (worth 250,000) | 2 of 410 (worth 9,000)"},
		{"warning", "Green in vendor 90 days before they left: 12 of 40", "A7 | 6,250 | 3.4% | 2025-01-31 | 2025-05-02 | usage 0.9 (−0.41), tenure 900 (−0.20)"},
		{"alerts", "Alerts of vendor", "dropped | dropped | 1,200 (80 still open) | 15.3 | 25.0% (22.0% to 28.0%; else 12.0%) | 50.0% (45.0% to 55.0%) | 77 (70 to 84) | 1,500,000"},
		{"alerts", "Playbooks of vendor", "call | band == 'red' | 0 | 0 | n/a | n/a | 0 (0 to 0) | n/a"},
		{"alerts", "Alerts", "dropped | dropped | 1,200 (80 still open) | 15.3 | 25.0% (22.0% to 28.0%; else 12.0%) | 50.0% (45.0% to 55.0%) | 77 (70 to 84) | 1,500,000"},
		{"bands", "Where the colours begin", "vendor (to be promoted) | 12.0% (11.0% to 13.0%) | 31.0% (29.0% to 33.0%)"},
		{"bands", "Where the colours began", "2023-10-01 | 11.0% | never | 11.0% | never"},
		{"bands", "Changes of colour", "vendor (to be promoted) | 0.60 (0.50 to 0.70) | n/a | 60 | 300"},
		{"bands", "From one snapshot to the next, today", "green | 74.0% (6,660) | 13.0% (1,170) | 13.0% (1,170)"},
		{"bands", "The goal in each", "2023-07-01 | 40.0% | 4.9% | 21.0% | 15.0% | 13.0% | 20.0% | 700,000"},
		{"segments", "Gain over today in log loss", "enterprise | vendor | 2,000 | 240 | +0.0200 (+0.0100 to +0.0300) | yes"},
		{"segments", "Gain over today in log loss", "starter | vendor | 117 | 14 | ~ −0.0060 (−0.0360 to +0.0240) | too little churn"},
		{"segments", "By segment", "team | 1,850 | 235 | 12.7% (11.0% to 15.0%) | 0.710 (0.660 to 0.760) | n/a | 0.710 (0.660 to 0.760) | n/a"},
		{"rollout", "Accounts by colour", "yellow | 35 (worth 752,500) | 90 (worth 1,935,000) | 28 (worth 602,000)"},
		{"rollout", "The change by segment", "enterprise | 90 | 7 (worth 70,000) | 3 (worth 30,000)"},
		{"rollout", "The accounts that change", "A1 (enterprise) | 90,000 | green → red | 5.0% | 41.0% | tickets; nps (+0.92, was +0.10; +0.20, was −0.30)"},
		{"folds", "Leaderboard", "vendor (to be promoted) | 1.25 | 1.5 | 0.0001"},
		{"folds", "Rank in each fold", "2023-10-01 | 1.5 | 1.5"},
		{"folds", "Rank in each fold", "2023-07-01 | 1 | 2"},
		{"folds", "Ways to choose", "keep the champion | 0.0123 | 0.0200 | 50%"},
		{"immature", "What to expect", "Q2 2026 | vendor (to be promoted) | 640 | 14.0% | 0.770 (0.670 to 0.870) | 0.1010 (0.0010 to 0.2010)"},
		{"immature", "Estimates of the past", "vendor (to be promoted) | 2 | −0.020 | 0.050 | +0.0010 | 0.0100"},
		{"touched", "AUC and", "vendor (to be promoted) | 0.760 (0.730 to 0.790) | 0.790 (0.760 to 0.820) | 0.780 (0.750 to 0.810) | 0.820 (0.790 to 0.850)"},
		{"touched", "Worked and left alone", "0.0% to 8.0% | 700 | 20 | 12 | 11"},
		{"method", "Each account counted", "AUC by value | 0.800 (0.700 to 0.900) | 0.810 (0.700 to 0.900) | 0.820 (0.700 to 0.900)"},
	} {
		holds(t, sectionOf(t, p, c.section), c.table, c.row)
	}
}

func TestSectionsOfNothingAreLeftOut(t *testing.T) {
	d, err := Build(Page{Result: fixture.Company(3, 3, 4)})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range d.Sections {
		switch s.ID {
		case "warning", "alerts", "bands", "segments", "rollout", "targets", "immature", "touched", "health":
			t.Errorf("section %s has nothing to say and says %q", s.ID, s.Lead)
		}
	}
}

func TestEverySectionHasALeadAndEveryTableItsRows(t *testing.T) {
	cases := append(append(fixture.Cases(), fixture.WatchedCases()...), fixture.Case{Fact: "everything is known", Result: furtherTargets(told())})
	for _, c := range cases {
		d, err := Build(Page{Result: c.Result, Health: stateOfData()})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Sections {
			if s.Lead == "" || s.Title == "" || !strings.HasSuffix(s.Lead, ".") {
				t.Errorf("%s: section %s begins with %q", c.Fact, s.ID, s.Lead)
			}
			for _, x := range s.Tables {
				for _, row := range x.Rows {
					if len(row.Cells) != len(x.Head) {
						t.Errorf("%s: %s: a row of %d cells under a head of %d", c.Fact, x.Caption, len(row.Cells), len(x.Head))
					}
				}
			}
			for _, x := range s.Details {
				if len(x.Text)+len(x.Terms)+len(x.Tables) == 0 {
					t.Errorf("%s: the fold-out %q is empty", c.Fact, x.Summary)
				}
			}
		}
	}
}

func TestWarningIsToldWhereThereIsNone(t *testing.T) {
	c := backtest.CandidateResult{Name: "today", Warning: &backtest.EarlyWarning{Churns: 7, MedianDays: metrics.Estimate{Value: math.NaN()}}}
	if got := warned(c, false); got != "today warned of none of the 7 churners to the last" {
		t.Errorf("%q", got)
	}
	if got := warned(c, true); got != "with today all of them left unwarned" {
		t.Errorf("%q", got)
	}
}

// A score that runs against its direction gets the base rate and no colours; its "green" is a
// share of few.
func TestGreenIsSaidToBeOfThoseWithAColour(t *testing.T) {
	r := told()
	if got := colouredLast(r); got != nil {
		t.Errorf("said %q where all had a colour", got)
	}
	w := *r.Candidates[0].Warning
	w.Churns, w.Surprise.N = 1096, 14
	r.Candidates[0].Warning = &w
	want := name(r.Candidates[0].Name) + " had a colour for 14 of 1,096 churners when they left. The share that left while green is of these."
	if got := warningSection(r).Notes; len(got) != 2 || got[1] != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAlertThatWasNeverRaisedIsSaidToBe(t *testing.T) {
	c := backtest.CandidateResult{Name: "today", Playbooks: []backtest.TriggerResult{{Trigger: backtest.Trigger{Name: "call"}}}}
	if got := alertsLead(c); got != `The playbook "call" of today would never have been raised.` {
		t.Errorf("%q", got)
	}
}

func TestGoalIsMetOrMoved(t *testing.T) {
	for _, c := range []struct {
		goal backtest.Goal
		want string
	}{
		{backtest.Goal{Share: 0.05, Met: true, FewerChurn: true}, "; the goal of at most 5.0% at risk, with a line drawn for it in training, was met in the latest test window"},
		{backtest.Goal{Share: 0.05, Met: true}, "; the goal of at most 5.0% at risk, with a line drawn for it in training, was met in the latest test window, though no fewer churned"},
		{backtest.Goal{Share: 0.05, Met: true, ByThreshold: true}, "; the goal of at most 5.0% at risk, with a line drawn for it in training, was met in the latest test window, but only because the line was moved"},
		{backtest.Goal{Share: 0.05}, "; the goal of at most 5.0% at risk, with a line drawn for it in training, was not met in the latest test window"},
	} {
		if got := goalWords(&c.goal); got != c.want {
			t.Errorf("%+v: %q, want %q", c.goal, got, c.want)
		}
	}
}

func TestRuleOfABandIsToldInItsUnit(t *testing.T) {
	for _, c := range []struct {
		rule models.BandRule
		want string
	}{
		{models.BandRule{Share: 0.05}, "the 5.0% of accounts and dates at the greatest risk"},
		{models.BandRule{Probability: 0.3}, "those with a risk of 30.0% or more"},
		{models.BandRule{Precision: 0.5}, "as many as still let 50% of them churn"},
		{models.BandRule{Capacity: 40}, "as many as 40 accounts a period"},
		{models.BandRule{Value: 0.1}, "those at the greatest risk who hold 10.0% of the value"},
		{models.BandRule{}, "by its own rules"},
	} {
		if got := ruleWords(c.rule); got != c.want {
			t.Errorf("%+v: %q, want %q", c.rule, got, c.want)
		}
	}
}

func TestSegmentsWithTooLittleChurnHaveNoSay(t *testing.T) {
	r := told()
	for i := range r.Segments {
		r.Segments[i].Enough = false
	}
	if got := segmentsLead(r); !strings.HasPrefix(got, "No segment holds enough churn") {
		t.Errorf("%q", got)
	}
	r.Segments = nil
	if got := segmentsLead(r); !strings.HasPrefix(got, "The tables show how the scores do") {
		t.Errorf("%q", got)
	}
}

func TestCohortIsNamedByItsExpression(t *testing.T) {
	r := told()
	cohort, err := expr.Parse("tenure_days / 30", expr.Columns{"tenure_days": expr.Number})
	if err != nil {
		t.Fatal(err)
	}
	r.Options.Cohort = cohort
	holds(t, segmentsSection(r), "By cohort of tenure_days / 30", "from 365 | 1,850 | 235 | 12.7% (11.0% to 15.0%) | 0.710 (0.660 to 0.760) | n/a | 0.710 (0.660 to 0.760) | n/a")
}

func TestLongListsAreCutAndSayByHowMuch(t *testing.T) {
	r := told()
	change := r.Rollout.Changed[0]
	for range 100 {
		r.Rollout.Changed = append(r.Rollout.Changed, change)
	}
	s := rolloutSection(r)
	if shown, folded := len(s.Tables[2].Rows), len(s.Details[0].Tables[0].Rows); shown != mostAccounts || folded != mostChanges {
		t.Errorf("%d accounts are shown and %d folded away", shown, folded)
	}
	if got := s.Details[0].Text; len(got) != 1 || got[0] != "Of 89 further accounts the table names 60." {
		t.Errorf("%q", got)
	}
	for k := range 50 {
		for i := range r.Candidates {
			r.Candidates[i].Groups = append(r.Candidates[i].Groups, backtest.Group{By: backtest.BySegment, Name: fmt.Sprint(k)})
		}
	}
	if long, left := longGroups(r, backtest.BySegment); len(long.Rows) != mostGroupRows || len(left) != 1 || left[0] != "Of 156 candidates and groups the table names 60." {
		t.Errorf("%d rows, %q", len(long.Rows), left)
	}
}

func TestWithoutMoneyNoAmountIsShown(t *testing.T) {
	r := told()
	r.Data.HasValue = false
	for _, s := range []Section{warningSection(r), alertsSection(r), bandsSection(r), rolloutSection(r)} {
		for _, x := range s.Tables {
			for _, head := range x.Head {
				if strings.Contains(strings.ToLower(head.Name), "value") {
					t.Errorf("%s: %s has the column %q", s.ID, x.Caption, head.Name)
				}
			}
			for _, row := range x.Rows {
				if strings.Contains(line(row), "worth") {
					t.Errorf("%s: %q", s.ID, line(row))
				}
			}
		}
	}
}

func TestTestsOfAnotherTargetDoNotSpeakOfChurn(t *testing.T) {
	for _, gate := range []string{"ranks_better_than_chance", "beats_base_rate", backtest.CITL} {
		if got := gateName(models.Expansion, backtest.Gate{Name: gate}); strings.Contains(got, "churn") {
			t.Errorf("%s: %q", gate, got)
		}
	}
}

func TestOutlookSetsExpectedBesideHappened(t *testing.T) {
	got := outlookTable([]backtest.OutlookClass{{Name: "grow", Expected: 0.261, Happened: metrics.Rate{N: 1000, Churned: 270, Value: 0.27, Low: 0.243, High: 0.298}}})
	if want := "grow | 26.1% | 27.0% (24.3% to 29.8%) | 270"; line(got.Rows[0]) != want {
		t.Errorf("%q, want %q", line(got.Rows[0]), want)
	}
}

func TestEveryMetricOfABacktestIsInOneGroup(t *testing.T) {
	seen := make(map[string]int)
	for _, g := range metricGroups() {
		for _, m := range g.metrics {
			seen[m]++
		}
	}
	for _, m := range backtest.MetricNames() {
		if seen[m] != 1 {
			t.Errorf("%s is in %d groups", m, seen[m])
		}
	}
}

func TestChartOfASectionThatIsLeftOutStandsWithTheFolds(t *testing.T) {
	sections := []Section{{ID: "verdict"}, {ID: "folds"}}
	figures{{Name: "lead_time"}, {Name: "gains"}}.place(sections)
	if len(sections[0].Figures) != 1 || len(sections[1].Figures) != 1 || sections[1].Figures[0].Name != "lead_time" {
		t.Errorf("%+v", sections)
	}
}

func TestQuarterOfADay(t *testing.T) {
	for day, want := range map[dataset.Date]string{dataset.NewDate(2026, 1, 1): "Q1 2026", dataset.NewDate(2026, 12, 31): "Q4 2026", dataset.NewDate(2025, 6, 30): "Q2 2025"} {
		if got := quarterName(day); got != want {
			t.Errorf("%s lies in %q, want %q", day, got, want)
		}
	}
}

func TestReportChangesNothingOfItsResult(t *testing.T) {
	r, untouched := furtherTargets(told()), furtherTargets(told())
	if _, err := Build(Page{Result: r}); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%+v", r.Candidates[1].Bands.List), fmt.Sprintf("%+v", untouched.Candidates[1].Bands.List); got != want {
		t.Errorf("the bands are\n%s, were\n%s", got, want)
	}
	for i := range r.Candidates {
		if got, want := fmt.Sprintf("%+v", r.Candidates[i].Groups), fmt.Sprintf("%+v", untouched.Candidates[i].Groups); got != want {
			t.Errorf("the groups of %s are\n%s, were\n%s", r.Candidates[i].Name, got, want)
		}
	}
}

func TestCandidatesOfAnotherTargetAreNotPicked(t *testing.T) {
	s := sectionOf(t, Page{Result: furtherTargets(told())}, "targets")
	for _, x := range s.Tables {
		for _, row := range x.Rows {
			if row.Candidate != "" {
				t.Errorf("%s: the row of %q is hidden with candidate %s of churn", x.Caption, row.Cells[0].Value, row.Candidate)
			}
		}
	}
}

func TestReasonsAreAtMostThree(t *testing.T) {
	d := backtest.Difference{Factor: "usage", Champion: 0.1, Challenger: -0.25}
	if got := reasons([]backtest.Difference{d, d, d, d}); strings.Count(got.Value, "usage") != 3 || got.Interval != "−0.25, was +0.10; −0.25, was +0.10; −0.25, was +0.10" {
		t.Errorf("%q", got)
	}
	if got := reasons(nil); got != (Cell{}) {
		t.Errorf("no reason is %q", got)
	}
}

func TestThresholdBeyondEverybodyIsNever(t *testing.T) {
	for _, c := range []struct {
		from float64
		want Cell
	}{{0.123, Cell{Value: "12.3%"}}, {1.5, Cell{Value: "never"}}, {math.NaN(), Cell{Value: "n/a"}}, {math.Inf(1), Cell{Value: "never"}}} {
		if got := chance(point(c.from)); got != c.want {
			t.Errorf("from %v is %q, want %q", c.from, got, c.want)
		}
	}
}

func TestCurveWithoutThatDayIsUndefined(t *testing.T) {
	if p := pointAt(&backtest.EarlyWarning{}, 90); !math.IsNaN(p.Standing) || p.Days != 90 {
		t.Errorf("%+v", p)
	}
}

func TestSilentChurnersAreNamedOnce(t *testing.T) {
	r := told()
	best, _ := find(r, winner(r))
	if len(best.Warning.Silent) < 2 || len(best.Warning.Silent[0].List) == 0 {
		t.Fatal("the fixture names no silent churners")
	}
	best.Warning.Silent[1].List = best.Warning.Silent[0].List[:1]
	apart := len(silentDetail(r).Tables)
	best.Warning.Silent[1].List = best.Warning.Silent[0].List // snapshots are rare: the same accounts at every distance
	d := silentDetail(r)
	if len(d.Tables) != 2 || apart <= 2 {
		t.Errorf("%d tables, %d where they differ; want the counts and one list", len(d.Tables), apart)
	}
	if last := d.Text[len(d.Text)-1]; !strings.HasSuffix(last, "days before they left are the same.") {
		t.Errorf("it ends with %q", last)
	}
}
