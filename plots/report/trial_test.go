package report

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/plots/internal/fixture"
	"holdfast/plots/words"
)

// withWorth gives a company the money that a finished backtest has: lists of four
// lengths, whose churned value grows with them.
func withWorth(r *backtest.Result) *backtest.Result {
	for i := range r.Candidates {
		found := 400000 + 150000*float64(i)
		w := &backtest.Worth{Worked: 550}
		for _, capacity := range []int{10, 25, 50, 100} {
			w.Curve = append(w.Curve, backtest.ListWorth{Capacity: capacity, Worked: 11 * float64(capacity), Value: found * float64(capacity) / 50})
		}
		for _, rate := range r.Options.SaveRates {
			for _, cost := range []float64{r.Options.ContactCost, 500} {
				net := rate*found - 550*cost
				w.Grid = append(w.Grid, backtest.MoneyRow{SaveRate: rate, CostEach: cost, Net: net, Low: net - 9000, High: net + 9000})
			}
		}
		r.Candidates[i].Worth = w
	}
	return r
}

// read decodes the JSON of a panel as the script does.
func read(t *testing.T, panel *Trial) trialValues {
	t.Helper()
	var v trialValues
	if err := json.Unmarshal([]byte(embedded(panel)), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTrialStartsWhereTheProjectStands(t *testing.T) {
	panel := newTrial(withWorth(fixture.Company(4, 3, 4)))
	var chosen []string
	for _, c := range panel.Controls {
		chosen = append(chosen, c.Chosen())
	}
	if want := []string{"50", "20%", "200"}; !slices.Equal(chosen, want) {
		t.Errorf("the controls start at %q, want %q", chosen, want)
	}
	// 20 % of the 700,000 that logistic's list of 50 holds, minus 550 contacts at 200.
	if got := panel.Table.Rows[2].Cells[4]; got != (Cell{"30,000", "21,000 to 39,000"}) {
		t.Errorf("logistic nets %q at first", got)
	}
}

func TestTrialHasTheMoneyOfTheResultAtTheCapacityOfTheProject(t *testing.T) {
	r := withWorth(fixture.Company(4, 3, 4))
	v := read(t, newTrial(r))
	const atCapacity = 2 * 3 * 2 // the third of four lengths, each with three rates and two costs
	for i, c := range r.Candidates {
		for k, m := range c.Worth.Grid {
			if got := v.Rows[i][atCapacity+k][3]; got != [2]string{words.Amount(m.Net), words.Interval(words.Amount(m.Low), words.Amount(m.High))} {
				t.Errorf("%s at a save rate of %v and a cost of %v nets %q, want %v", c.Name, m.SaveRate, m.CostEach, got, m.Net)
			}
		}
	}
}

func TestTrialGivesNoIntervalWhereNoneIsKnown(t *testing.T) {
	r := withWorth(fixture.Company(4, 3, 4))
	r.Dollars = []backtest.DollarGain{{Challenger: "logistic", SaveRate: 0.1, Gain: 30000, Low: -5000, High: 65000}}
	v := read(t, newTrial(r))
	if got := v.Rows[2][0][3][1] + v.Rows[2][0][4][1]; got != "" {
		t.Errorf("lists of 10 have the interval %q", got)
	}
	if got, want := v.Rows[2][12][4], [2]string{"+30,000", "−5,000 to +65,000"}; got != want {
		t.Errorf("lists of 50 gain %q, want %q", got, want)
	}
	if got := v.Rows[2][14][4][1]; got != "" {
		t.Errorf("a save rate without a comparison has the interval %q", got)
	}
}

func TestTrialSaysWhetherChanceMayExplainTheDifference(t *testing.T) {
	for _, c := range []struct {
		fact      string
		low, high float64
		chance    bool
	}{{"spans zero", -5000, 65000, true}, {"clears zero", 5000, 55000, false}, {"lies below zero", -9, -1, false}} {
		r := withWorth(fixture.Company(4, 3, 4))
		r.Dollars = []backtest.DollarGain{{Challenger: "logistic", SaveRate: 0.2, Low: c.low, High: c.high}}
		said := newTrial(r).view().Said
		if got := strings.Contains(said, "chance alone may explain"); got != c.chance {
			t.Errorf("an interval that %s: %q", c.fact, said)
		}
	}
}

func TestTrialNamesWhoKeepsMore(t *testing.T) {
	for _, c := range []struct {
		value float64 // on the champion's list of 50; logistic's holds 700,000
		want  string
	}{
		{400000, "Over 2 test windows the lists of logistic keep 30,000 after paying for the contacts, 60,000 more than those of today."},
		{900000, "Over 2 test windows the lists of logistic keep 30,000 after paying for the contacts, 40,000 less than those of today."},
		{700000, "Over 2 test windows the lists of logistic keep 30,000 after paying for the contacts, as much as those of today."},
	} {
		r := withWorth(fixture.Company(4, 3, 4))
		r.Candidates[0].Worth.Curve[2].Value = c.value
		if got := newTrial(r).view().Said; got != c.want {
			t.Errorf("it says %q, want %q", got, c.want)
		}
	}
}

func TestTrialSaysWhatIsMissingWhereContactsCostMore(t *testing.T) {
	for _, c := range []struct {
		value float64 // on the list of the champion; logistic's keeps 50,000 less than its contacts cost
		want  string
	}{
		{200000, "Over 2 test windows the contacts of logistic cost 50,000 more than its lists keep, which is 20,000 less of a loss than with today."},
		{400000, "Over 2 test windows the contacts of logistic cost 50,000 more than its lists keep, which is 20,000 worse than with today."},
		{300000, "Over 2 test windows the contacts of logistic cost 50,000 more than its lists keep, as much as those of today."},
	} {
		r := withWorth(fixture.Company(4, 3, 4))
		for i, value := range map[string]float64{"today": c.value, "logistic": 300000} {
			r.Candidates[placeIn(r, i)].Worth.Curve[2].Value = value
		}
		if got := newTrial(r).view().Said; got != c.want {
			t.Errorf("it says %q, want %q", got, c.want)
		}
	}
}

// placeIn is the index of a candidate.
func placeIn(r *backtest.Result, name string) int {
	return slices.IndexFunc(r.Candidates, func(c backtest.CandidateResult) bool { return c.Name == name })
}

func TestNothingToTryIsNoPanel(t *testing.T) {
	oneSetting, uneven, partly := withWorth(fixture.Company(3, 3, 4)), withWorth(fixture.Company(3, 3, 4)), withWorth(fixture.Company(3, 3, 4))
	for i := range oneSetting.Candidates {
		w := oneSetting.Candidates[i].Worth
		w.Curve, w.Grid = w.Curve[:1], w.Grid[:1]
	}
	uneven.Candidates[1].Worth.Curve = uneven.Candidates[1].Worth.Curve[:2]
	partly.Candidates[2].Worth = nil
	for fact, r := range map[string]*backtest.Result{
		"no money": fixture.Company(3, 3, 4), "a single setting": oneSetting, "lists of different lengths": uneven,
		"a candidate without money": partly, "no candidate": {Champion: -1},
	} {
		if newTrial(r) != nil {
			t.Errorf("%s has a panel", fact)
		}
	}
}

func TestTrialOfNumbersThatAreNoneIsReadable(t *testing.T) {
	r := withWorth(fixture.Company(3, 3, 4))
	r.Candidates[1].Worth.Curve[2].Value = math.NaN()
	page := write(t, r)
	for _, bad := range []string{"NaN", "Inf", "ZgotmplZ"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	balanced(t, "a panel", page)
}

func TestNameCannotLeaveTheEmbeddedValues(t *testing.T) {
	r := withWorth(fixture.Company(3, 3, 4))
	r.Verdict.Challenger += "</script><!--"
	r.Candidates[1].Name = r.Verdict.Challenger
	panel := newTrial(r)
	if strings.ContainsAny(string(embedded(panel)), "<>&") {
		t.Error("the values hold markup")
	}
	if !strings.Contains(read(t, panel).Said[0], "</script><!--") {
		t.Error("the name is not read back as it was")
	}
}
