package leaklab

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/synth"
)

// TestAKnownContractEndIsNoLeak: days to the next renewal are in every contract. Only those
// to the last one are not.
func TestAKnownContractEndIsNoLeak(t *testing.T) {
	next := func(a, m int) float64 {
		for n := 1; ; n++ {
			if day := renewalDay(a, n); day > start.AddMonths(m) {
				return float64(day - start.AddMonths(m))
			}
		}
	}
	p := tiny{accounts: 800, leaves: oneInFour, columns: map[string]func(a, m int) float64{"days_to_renewal": next}}.project(t)
	if r := p.run(t, Options{Permutations: -1}); len(r.Findings) > 0 {
		t.Errorf("findings %v", r.Findings)
	}
}

// TestAScheduleGivesTheEndAway: all contracts end on one day of the year, so that any
// constant "holds" the days to the end. The test keeps silent.
func TestAScheduleGivesTheEndAway(t *testing.T) {
	l := newLab(tiny{accounts: 400, leaves: oneInFour, columns: map[string]func(a, m int) float64{
		"constant": func(int, int) float64 { return 455 }}}.project(t).panel)
	c := &column{values: make([]float64, len(l.all))}
	for i := range c.values {
		c.values[i] = 455
	}
	spread := l.endOf(c)
	for a := range l.churn { // one day for everybody
		if l.churn[a] != dataset.NoDate {
			l.churn[a] = renewalDay(0, 2)
		}
	}
	if same := l.endOf(c); same.share >= endShare && same.accounts >= endAccounts || spread.share >= endShare {
		t.Errorf("a constant holds the day of the churn: %+v, %+v", spread, same)
	}
}

func TestReportsSayEverythingInJSON(t *testing.T) {
	p := tiny{accounts: 120, leaves: oneInFour, columns: map[string]func(a, m int) float64{
		"x": func(a, m int) float64 { return scatter(a, m) }, "empty": func(int, int) float64 { return nan }}}.project(t)
	text, err := json.Marshal(p.run(t, Options{Permutations: -1}))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"code":"all_missing"`, `"severity":"refuse"`, `"factor":"empty"`, `"key":"remove factors[].name: empty"`,
		`"auc":null`, `"scrambles":[]`, `"skipped":"it was not asked for"`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%s lacks %s", text, part)
		}
	}
	if text, _ := json.Marshal(must(t, project{panel: p.panel, candidates: p.candidates[1:]})); !strings.Contains(string(text), `"findings":[],"shifts":[]`) {
		t.Errorf("%s: no factors and no findings are lists too", text)
	}
}

// must runs a project without a scramble.
func must(t *testing.T, p project) *Report {
	t.Helper()
	return p.run(t, Options{Permutations: -1})
}

// TestWithoutTimeThereIsNoScramble: a table of one date cannot be walked through, which is
// said and is no error.
func TestWithoutTimeThereIsNoScramble(t *testing.T) {
	p := tiny{accounts: 200, leaves: oneInFour, columns: map[string]func(a, m int) float64{"x": func(a, m int) float64 { return scatter(a, m) }}}.project(t)
	first := p.panel.Examples.All().Where(func(r int32) bool { return p.panel.Examples.AsOf[r] == p.panel.Examples.AsOf[0] })
	p.panel.Examples = p.panel.Examples.Keep(first.Rows, 0)
	r := p.run(t, Options{})
	if len(r.Scrambles) > 0 || r.Skipped == "" {
		t.Errorf("scrambles %v, skipped %q", r.Scrambles, r.Skipped)
	}
}

// TestAFailedScrambleIsTestedAgain: the result is that of the second look, with four
// permutations for each of the first.
func TestAFailedScrambleIsTestedAgain(t *testing.T) {
	sure := scrambled{auc: 2 * 0.6, variance: 2 * 1e-4, runs: 2, rows: 500}.result("c")
	// z of 99.9 % is 3.2905; half the interval is 3.2905 * sqrt(2e-4) / 2 = 0.0233.
	if sure.Passed || math.Abs(float64(sure.High-sure.Low)-2*0.02327) > 1e-4 || sure.AUC != 0.6 {
		t.Errorf("%+v", sure)
	}
	if f := sure.finding(); f.Severity != Refuse || !strings.Contains(f.Message, "0.600 [0.577, 0.623]") || f.Key == "" {
		t.Errorf("%+v", f)
	}
	if unsure := (scrambled{auc: 0.55, variance: 1e-3, runs: 1}).result("c"); !unsure.Passed {
		t.Errorf("%+v", unsure)
	}
	if undefined := (scrambled{auc: math.NaN(), variance: math.NaN(), runs: 1}).result("c"); !undefined.Passed {
		t.Errorf("an AUC of nothing failed: %+v", undefined)
	}
}

func TestShiftsAreMeasuredOnPairs(t *testing.T) {
	// The value is the number of months to the churn, exact at t and later: both AUCs are 1
	// and there is no jump. The noise has no AUC and no jump beyond its error.
	p := tiny{accounts: 400, leaves: oneInFour, columns: map[string]func(a, m int) float64{
		"months": func(a, m int) float64 { return float64(monthsToEnd(a, m)) }, "noise": func(a, m int) float64 { return scatter(a, m) }}}.project(t)
	r := must(t, p)
	if len(r.Shifts) != 2 {
		t.Fatalf("shifts %v", r.Shifts)
	}
	months, noise := r.Shifts[0], r.Shifts[1]
	if months.AUC != 0 || months.Later != 0 || months.Jump != 0 || months.Z != 0 || months.Examples < 300 {
		t.Errorf("months: %+v", months)
	}
	if math.Abs(float64(noise.AUC)-0.5) > 0.1 || math.Abs(float64(noise.Z)) > 4 || noise.Examples != months.Examples {
		t.Errorf("noise: %+v", noise)
	}
}

// TestCleanCompaniesRaiseNothingInEitherMode is the rate of false alarms in small; see
// TestRates.
func TestCleanCompaniesRaiseNothingInEitherMode(t *testing.T) {
	for seed := range uint64(4) {
		for _, clock := range []dataset.Clock{renewal, {Mode: dataset.Horizon, Horizon: 90}} {
			p := simulated(t, synth.Company{Accounts: 250, Seed: 77 + seed}, clock)
			if r := must(t, p); len(r.Findings) > 0 {
				t.Errorf("%s, seed %d: %v", clock.Mode, seed, r.Findings)
			}
		}
	}
}
