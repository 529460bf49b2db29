package backtest

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/models"
	"holdfast/models/trigger"
)

// green, yellow and red as the tables have them.
const green, yellow, red = int8(0), int8(1), int8(2)

// toy, coloured by score: red from 8 on, yellow from 4 on.
//
//	period 0  account 0 red churned 100, 1 yellow 900, 2 yellow churned 300,
//	          2 again red churned 300, 3 green 50
//	period 1  account 0 green 100, 1 yellow churned 800, 4 yellow 10, 5 green churned, unknown
func colouredToy() *Result {
	p := toy()
	p.Band = [][]int8{{red, yellow, yellow, red, green, green, yellow, yellow, green}}
	r := &Result{Predictions: *p, Folds: []Fold{{}, {}}, Candidates: []CandidateResult{{}}}
	r.Options.Level = 0.95
	return r
}

func TestBandsByHand(t *testing.T) {
	r := colouredToy()
	measureBands(r, r.Predictions.take(nil), &banding{})
	for i, want := range []struct{ share, ofChurn, perPeriod, value, lost float64 }{
		{3.0 / 9, 1.0 / 5, 1.5, 150, 0}, {4.0 / 9, 2.0 / 5, 2, 2010, 1100}, {2.0 / 9, 2.0 / 5, 1, 400, 400},
	} {
		got := r.Candidates[0].Bands.List[i]
		if got.Share.Value != want.share || got.ShareOfChurn.Value != want.ofChurn || got.PerPeriod.Value != want.perPeriod ||
			got.Value.Value != want.value || got.ChurnedValue.Value != want.lost {
			t.Errorf("got %+v, want %+v", got, want)
		}
		rate := got.Rate
		if n, churned := []int{3, 4, 2}[i], []int{1, 2, 2}[i]; rate.N != n || rate.Churned != churned || !(rate.Low <= rate.Value && rate.Value <= rate.High) {
			t.Errorf("%s: %+v, want %d of %d", got.Band, rate, churned, n)
		}
	}
}

// Account 0 is red twice in period 0 and once more in each of the next two, account 1 once, and green in
// the last.
func TestAnAccountIsCountedOnceInATestWindowByBand(t *testing.T) {
	p := Predictions{Fold: []int32{0, 0, 0, 1, 1, 2, 2}, Account: []int32{0, 0, 1, 0, 1, 0, 1}, Churned: make([]bool, 7)}
	of := heldIn(p.take(nil), []int8{red, red, red, red, uncoloured, red, green})
	if got := of[red]; !slices.Equal(got.visits, []float64{3, 1}) || !slices.Equal(got.rows, []float64{4, 1}) {
		t.Errorf("red in %v test windows, in %v rows; want 3 and 1, in 4 and 1", got.visits, got.rows)
	}
	if got := of[green].visits; !slices.Equal(got, []float64{0, 1}) {
		t.Errorf("green in %v test windows, want none of account 0 and one of account 1", got)
	}
}

func TestWithoutColoursThereAreNoBands(t *testing.T) {
	r := colouredToy()
	for i := range r.Predictions.Band[0] {
		r.Predictions.Band[0][i] = uncoloured
	}
	measureBands(r, r.Predictions.take(nil), &banding{})
	if r.Candidates[0].Bands != nil {
		t.Errorf("%+v", r.Candidates[0].Bands)
	}
}

// look is one score of an account.
type look struct {
	account int32
	day     dataset.Date
	band    int8
	p       float64
	value   float64
}

// watching lays out scores of one candidate that were all given in fold 0.
func watching(looks []look, decisions []dataset.Decision) *watched {
	w := &watched{share: 1, eta: [][]float64{nil}, band: [][]int8{nil}, top: make([]trigger.Names, 1), timeline: &dataset.Timeline{
		Accounts: []string{"A", "B", "C", "D"}, Decisions: decisions, Value: []float64{}}}
	for i, l := range looks {
		w.row, w.fold = append(w.row, int32(i)), append(w.fold, 0)
		w.account, w.asOf, w.value = append(w.account, l.account), append(w.asOf, l.day), append(w.value, l.value)
		w.eta[0], w.band[0] = append(w.eta[0], math.Log(l.p/(1-l.p))), append(w.band[0], l.band)
	}
	return w
}

// Account A goes green, green, yellow, red, green in steps of 30 days; B stays green for one
// step of 60. Six steps... of A four, of B one: 180 days in all.
func TestMovementByHand(t *testing.T) {
	m := measureMovement(watching([]look{
		{0, 0, green, 0, 0}, {0, 30, green, 0, 0}, {0, 60, yellow, 0, 0}, {0, 90, red, 0, 0}, {0, 120, green, 0, 0},
		{1, 0, green, 0, 0}, {1, 60, green, 0, 0},
	}, nil), 0, []Fold{{}}, 0.95)
	if want := [3][3]int{{2, 1, 0}, {0, 0, 1}, {1, 0, 0}}; m.Counts != want || m.Steps != 5 {
		t.Errorf("%d steps %v, want 5 %v", m.Steps, m.Counts, want)
	}
	// Green: 30 + 30 + 60 days, left once. Yellow and red: 30 days, left once.
	if want := [3]float64{120, 30, 30}; m.DwellDays != want {
		t.Errorf("dwell %v, want %v", m.DwellDays, want)
	}
	if want := 3 / (180 / 365.25); !near(m.Flips.Value, want, 1e-12) {
		t.Errorf("flips %v, want %v", m.Flips.Value, want)
	}
	// Residuals 3 - R 120/365.25 = 1 and 0 - R 60/365.25 = -1, so se = sqrt(2/1 * 2) / (180/365.25).
	// 1.959964 of them are more than the flips: the interval begins at 0.
	se := 2 / (180 / 365.25)
	if !near(m.Flips.StdErr, se, 1e-12) || m.Flips.Low != 0 || !near(m.Flips.High, m.Flips.Value+1.959963984540054*se, 1e-9) {
		t.Errorf("flips %+v, want a standard error of %v and an interval from 0", m.Flips, se)
	}
	// 3 and 2 flips in a year each: 2.5, residuals 1/2 and -1/2, se = sqrt(2/1 * 1/2) / 2 = 1/2.
	if e, years := ratio([]float64{3, 2}, []float64{1, 1}, 0.95); years != 2 || !near(e.Low, 2.5-0.979981992270027, 1e-12) || !near(e.High, 2.5+0.979981992270027, 1e-12) {
		t.Errorf("%+v in %v years, want 2.5 with 0.98 to either side, in 2", e, years)
	}
}

func TestStepsAcrossAFoldThatWasLeftOutDoNotCount(t *testing.T) {
	w := watching([]look{{0, 0, green, 0, 0}, {0, 30, red, 0, 0}, {0, 60, red, 0, 0}}, nil)
	w.fold = []int32{0, 2, 3}
	m := measureMovement(w, 0, []Fold{{}, {Skipped: "no fit"}, {}, {}}, 0.95)
	if m.Steps != 1 || m.Counts[red][red] != 1 {
		t.Errorf("%+v", m)
	}
}

func TestTransitionsSumToOneAndAConstantScoreNeverFlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var looks, same []look
		for i := range rapid.IntRange(2, 80).Draw(t, "looks") {
			account := int32(i / 7)
			looks = append(looks, look{account, dataset.Date(i * 11), rapid.Int8Range(0, 2).Draw(t, "band"), 0, 0})
			same = append(same, look{account, dataset.Date(i * 11), int8(account % 3), 0, 0})
		}
		m := measureMovement(watching(looks, nil), 0, []Fold{{}}, 0.95)
		for from, row := range m.Transition {
			sum := row[0] + row[1] + row[2]
			if n := m.Counts[from]; n != [3]int{} && !near(sum, 1, 1e-12) || n == [3]int{} && sum == sum {
				t.Errorf("row %d of %v sums to %v", from, m.Transition, sum)
			}
		}
		still := measureMovement(watching(same, nil), 0, []Fold{{}}, 0.95)
		if still.Steps > 0 && still.Flips.Value != 0 {
			t.Errorf("a constant score flips %v", still.Flips)
		}
		for k, days := range still.DwellDays {
			if !math.IsNaN(days) {
				t.Errorf("band %d is left after %v days by a constant score", k, days)
			}
		}
	})
}

// Ten examples in each of two windows. In the first, p is 0.9 for the one who churned and
// 0.1 for nine; in the second, 0.4 for three, of whom one churned, and 0.1 for seven, of
// whom one churned. Thresholds for at most 10 %: 0.9, and by then 0.5.
func TestGoalByHand(t *testing.T) {
	r := &Result{Folds: []Fold{{}, {}}}
	r.Options.Goal = 0.10
	p := &r.Predictions
	p.Eta, p.Band = [][]float64{nil}, [][]int8{nil}
	add := func(fold int32, prob float64, churned bool, value float64) {
		p.Fold, p.Churned, p.Value = append(p.Fold, fold), append(p.Churned, churned), append(p.Value, value)
		p.Eta[0], p.Band[0] = append(p.Eta[0], math.Log(prob/(1-prob))), append(p.Band[0], green)
	}
	add(0, 0.9, true, 10)
	for range 9 {
		add(0, 0.1, false, 10)
	}
	for i := range 10 {
		add(1, []float64{0.4, 0.1}[min(i/3, 1)], i == 0 || i == 9, 100)
	}
	b := &banding{byFold: map[int][]learned{0: {{goal: 0.3}}, 1: {{goal: 0.5}}}}
	g := measureGoal(r, 0, b)
	want := []GoalFold{
		{Fold: 0, Threshold: 0.3, AtRisk: 0.1, Held: 0.1, ChurnRate: 0.1, Captured: 1, ValueOutside: 0},
		{Fold: 1, Threshold: 0.5, AtRisk: 0, Held: 0.3, ChurnRate: 0.2, Captured: 0, ValueOutside: 200},
	}
	for k, f := range g.Folds {
		w := want[k]
		if f.Fold != w.Fold || f.Threshold != w.Threshold || !near(f.AtRisk, w.AtRisk, 1e-12) || !near(f.Held, w.Held, 1e-12) ||
			!near(f.ChurnRate, w.ChurnRate, 1e-12) || f.Captured != w.Captured || f.ValueOutside != w.ValueOutside {
			t.Errorf("fold %d: %+v, want %+v", k, f, w)
		}
	}
	if !g.Met || !g.ByThreshold || g.FewerChurn {
		t.Errorf("the goal is met by moving the threshold alone: %+v", g)
	}
	b.byFold[1] = []learned{{goal: 0.3}}
	if g := measureGoal(r, 0, b); g.Met || g.ByThreshold {
		t.Errorf("30 %% at risk do not meet 10 %%: %+v", g)
	}
	r.Options.Goal = 0
	if measureGoal(r, 0, b) != nil {
		t.Error("a goal that nobody has set")
	}
}

// What is said of a goal of 10 % beside how many are at risk: whether the threshold or the churn moved.
func TestWordsOfAGoalSayWhatMoved(t *testing.T) {
	const moved, noFewer = "because the threshold moved", "without fewer churners"
	first := GoalFold{AtRisk: 0.2, Held: 0.2, ChurnRate: 0.3}
	for _, c := range []struct {
		fact  string
		folds []GoalFold
		want  string
	}{
		{"fewer at risk and fewer churned", []GoalFold{first, {AtRisk: 0.1, Held: 0.1, ChurnRate: 0.2}}, ""},
		{"fewer at risk, as many churned", []GoalFold{first, {AtRisk: 0.1, Held: 0.1, ChurnRate: 0.3}}, noFewer},
		{"fewer at risk by another threshold alone", []GoalFold{first, {AtRisk: 0.1, Held: 0.11, ChurnRate: 0.2}}, moved},
		{"missed", []GoalFold{first, {AtRisk: 0.11, Held: 0.2, ChurnRate: 0.4}}, ""},
		{"a single window", []GoalFold{{AtRisk: 0.1, Held: 0.1, ChurnRate: 0.3}}, ""},
	} {
		g := &Goal{Share: 0.1, Folds: c.folds}
		g.judge()
		for _, words := range []string{moved, noFewer} {
			if strings.Contains(g.Words, words) != (words == c.want) {
				t.Errorf("%s: %q, want %q", c.fact, g.Words, c.want)
			}
		}
	}
}

// Candidates share the draws of accounts: each has the interval that it would have by itself.
func TestThresholdsOfSomeCandidatesAreDrawnAsThoseOfEachAlone(t *testing.T) {
	o := Options{Level: 0.95, Replicates: 60, Seed: 3}
	p := portfolio(rand.New(rand.NewPCG(11, 0)), 120)
	first := ladderOfPortfolio(t, p)
	p.Eta[0], p.Eta[1] = p.Eta[1], p.Eta[0]
	second := ladderOfPortfolio(t, p)
	together := []CandidateResult{{Bands: new(Bands)}, {}, {Bands: new(Bands)}}
	if err := drawThresholds(t.Context(), together, []*models.Ladder{first, nil, second}, o); err != nil {
		t.Fatal(err)
	}
	for c, ladder := range map[int]*models.Ladder{0: first, 2: second} {
		alone := []CandidateResult{{Bands: new(Bands)}}
		if err := drawThresholds(t.Context(), alone, []*models.Ladder{ladder}, o); err != nil {
			t.Fatal(err)
		}
		if got, want := *together[c].Bands.Final, *alone[0].Bands.Final; got != want || !(got.Red.Low < got.Red.High) {
			t.Errorf("candidate %d: %+v, alone %+v", c, got, want)
		}
	}
	if *together[0].Bands.Final == *together[2].Bands.Final {
		t.Error("two scores have the same thresholds: nothing was compared")
	}
	if together[1].Bands != nil {
		t.Error("a candidate without a ladder has bands")
	}
}
