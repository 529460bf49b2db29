package backtest

import (
	"math"
	"testing"

	"holdfast/backtest/metrics"
)

// The story of TestWarningByHand in money: A leaves with 100, B with 50; of those that renew,
// C has 900 and B had 50. A stands in yellow or red for 90 days, B was once flagged only.
func TestWarningByValueByHand(t *testing.T) {
	w := watching(story())
	churns, stays := endings(w, true), endings(w, false)
	e, err := measureWarning(t.Context(), w, churns, stays, 0, Options{Level: 0.95, Replicates: 50, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		days                                   int
		flagged, red, standing, scored, stayed float64
	}{
		{0, 1, 100.0 / 150, 100.0 / 150, 1, 1}, {50, 1, 100.0 / 150, 100.0 / 150, 1, 1}, {51, 1, 100.0 / 150, 100.0 / 150, 1, 900.0 / 950},
		{91, 1, 100.0 / 150, 0, 1, 900.0 / 950}, {101, 1, 100.0 / 150, 0, 1, 0}, {180, 1, 100.0 / 150, 0, 1, 0},
	} {
		got := e.Curve[c.days].ByValue
		for k, x := range [5][2]float64{{got.Flagged, c.flagged}, {got.Red, c.red}, {got.Standing, c.standing}, {got.Scored, c.scored}, {got.Stayed, c.stayed}} {
			if !near(x[0], x[1], 1e-15) {
				t.Errorf("%d days, share %d: %v, want %v", c.days, k, x[0], x[1])
			}
		}
	}
	// A alone was flagged to the last, for 90 days.
	if e.MedianDaysBy.Value != 90 {
		t.Errorf("median by value %+v, want 90", e.MedianDaysBy)
	}
	want := metrics.WeightedRate([]bool{false, true}, []float64{100, 50}, []int32{0, 1}, 0.95)
	if e.SurpriseBy != want.Value || e.SurpriseByLow != want.Low || e.SurpriseByHigh != want.High {
		t.Errorf("surprise by value %v [%v, %v], want %+v", e.SurpriseBy, e.SurpriseByLow, e.SurpriseByHigh, want)
	}
	if s := silentAt(w, churns, 0, 30); s.Value != 50 || s.Stake != 150 {
		t.Errorf("silent with %v of %v, want 50 of 150", s.Value, s.Stake)
	}
}

// Without a band at its last look B, which was green to the last, is no surprise; it left all the same, with 50.
func TestAChurnWithoutABandAtTheEndIsNoSurpriseButLeft(t *testing.T) {
	w := watching(story())
	churns, stays := endings(w, true), endings(w, false)
	w.band[0][churns[1].to-1] = uncoloured
	e, err := measureWarning(t.Context(), w, churns, stays, 0, Options{Level: 0.95, Replicates: 50, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if e.Churns != 2 || e.Value != 150 {
		t.Errorf("%d churns with %v left, want 2 with 150", e.Churns, e.Value)
	}
	if e.Surprise.Churned != 0 || e.Surprise.N != 1 || e.SurpriseBy != 0 {
		t.Errorf("surprise %+v, %v by value; want none of A alone", e.Surprise, e.SurpriseBy)
	}
}

func TestWarningsWithoutMoneyHaveNoSharesOfIt(t *testing.T) {
	w := watching(story())
	w.timeline.Value = nil
	e, err := measureWarning(t.Context(), w, endings(w, true), endings(w, false), 0, Options{Level: 0.95, Replicates: 50, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	by := e.Curve[30].ByValue
	for _, v := range []float64{by.Flagged, by.Low, by.Standing, by.StandingHigh, by.Red, by.Scored, by.Stayed, e.SurpriseBy, e.SurpriseByLow, e.MedianDaysBy.Value, e.MedianDaysBy.Low} {
		if !math.IsNaN(v) {
			t.Errorf("a share of no money is %v", v)
		}
	}
}

// The story of TestWarningByHand once more: an amount below zero leaves no shares of the sum that
// it is part of. A's 100 are part of what churned, C's 900 of what renewed.
func TestAnAmountBelowZeroLeavesNoSharesOfItsSum(t *testing.T) {
	measured := func(rows ...int) *EarlyWarning {
		w := watching(story())
		for _, i := range rows {
			w.value[i] = -w.value[i]
		}
		e, err := measureWarning(t.Context(), w, endings(w, true), endings(w, false), 0, Options{Level: 0.95, Replicates: 50, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	churned := measured(4) // A's last look
	by := churned.Curve[30].ByValue
	for _, v := range []float64{by.Flagged, by.Red, by.Standing, by.Scored, by.Stayed, churned.SurpriseBy, churned.MedianDaysBy.Value} {
		if !math.IsNaN(v) {
			t.Errorf("churns of -100 and 50 have a share of %v; %+v", v, by)
		}
	}
	whole, renewed := measured(), measured(9) // C's last look
	want := whole.Curve[30].ByValue
	want.Stayed = 0
	by = renewed.Curve[30].ByValue
	if !math.IsNaN(by.Stayed) {
		t.Errorf("renewals of 50 and -900 have a share of %v", by.Stayed)
	}
	if by.Stayed = 0; by != want || renewed.MedianDaysBy.Value != 90 {
		t.Errorf("%+v, median %v; want the churns as they were, %+v, 90", by, renewed.MedianDaysBy.Value, want)
	}
}

// Where all churns have the same value, the shares of value are those of churns, and so are
// their intervals.
func TestEqualValuesGiveThePlainWarnings(t *testing.T) {
	_, _, r := measuredRun(t)
	compared := 0
	for c := range r.Candidates {
		e := r.Candidates[c].Warning
		if e == nil {
			continue
		}
		for _, p := range e.Curve {
			compared++
			if p.ByValue.Standing > p.ByValue.Flagged+1e-12 || p.ByValue.Flagged > p.ByValue.Scored+1e-12 || p.ByValue.Red > p.ByValue.Flagged+1e-12 {
				t.Errorf("%s, %d days: %+v", r.Candidates[c].Name, p.Days, p.ByValue)
			}
		}
	}
	w := watching(story())
	for i := range w.value {
		w.value[i] = 70
	}
	for _, p := range warningCurve(w, endings(w, true), endings(w, false), 0, 0.95) {
		got, want := p.ByValue, ValueWarning{p.Flagged, p.Low, p.High, p.Red, p.Standing, p.StandingLow, p.StandingHigh, p.Scored, p.Stayed}
		if !near(got.Flagged, want.Flagged, 1e-12) || !near(got.Low, want.Low, 1e-12) || !near(got.High, want.High, 1e-12) || !near(got.Standing, want.Standing, 1e-12) ||
			!near(got.StandingLow, want.StandingLow, 1e-12) || !near(got.StandingHigh, want.StandingHigh, 1e-12) || !near(got.Stayed, want.Stayed, 1e-12) {
			t.Fatalf("%d days: %+v, want %+v", p.Days, got, want)
		}
	}
	t.Logf("%d points of curves of a run were compared", compared)
}

// The accounts that moved hold nearly all the money: by rows little has moved, by value nearly
// everything.
func TestALargeAccountThatMovesIsSeenByValueOnly(t *testing.T) {
	var reference, later spreadSide
	var before, after []float64 // log-odds
	for i := range 400 {
		eta, value := float64(i%10), 1.0
		before, reference.account, reference.value = append(before, eta), append(reference.account, int32(i)), append(reference.value, 1+99*oneIf(i%10 == 0))
		if i%10 == 0 {
			value = 100
			eta = 9 // from the safest to the riskiest
		}
		after, later.account, later.value = append(after, eta), append(later.account, int32(i)), append(later.value, value)
	}
	compared, err := twoSidesOf(reference, later)
	if err != nil {
		t.Fatal(err)
	}
	sides := compared.binned(before, after)
	rows, err := sides.drift()
	if err != nil {
		t.Fatal(err)
	}
	money, err := sides.valueDrift()
	if err != nil {
		t.Fatal(err)
	}
	if !(money.PSI > 3*rows.PSI) || money.N != 400 || !(money.P < 0.001) {
		t.Errorf("by value %+v, by rows %+v", money, rows)
	}
	reference.value[3] = -1
	if compared, err = twoSidesOf(reference, later); err != nil {
		t.Fatal(err)
	}
	if s, err := compared.binned(before, after).valueDrift(); err != nil || s != (metrics.Stability{}) {
		t.Errorf("a negative amount gives %+v, %v; want nothing", s, err)
	}
}

func TestTheSameRowsAtAnotherLeadGiveTheSameAUCByValue(t *testing.T) {
	c := newCompany(200, 31)
	e := c.load(t)
	main := e.Clock.Lead
	e.OtherLeads = append(e.OtherLeads, atLead(e, main+30))
	r := mustRun(t, e, threeCandidates(t, c.types()), quick())
	for i, cand := range r.Candidates {
		a, b := r.Leads[0].ValueAUC, r.Leads[1].ValueAUC
		if (a == nil) != (cand.Worth == nil) || (a == nil) != (b == nil) {
			t.Fatalf("%s: %v at the main lead, %v at the other, worth %v", cand.Name, a, b, cand.Worth)
		}
		if a == nil {
			t.Skip("the company has no values: the AUC by value at leads was not checked")
		}
		if !near(a[i].Value, b[i].Value, 1e-14) || !near(a[i].Low, b[i].Low, 1e-12) {
			t.Errorf("%s: %+v at the main lead, %+v at the same rows", cand.Name, a[i], b[i])
		}
		if m := Find(cand.Worth.Weighted, ValueLeadMetric(main+30)); m.Value != b[i].Value || m.N != r.Leads[1].N {
			t.Errorf("%s: metric %+v, want %+v", cand.Name, m, b[i])
		}
		if cand.ValueMove.N == 0 || math.IsNaN(cand.ValueMove.PSI) {
			t.Errorf("%s: no stability by value: %+v", cand.Name, cand.ValueMove)
		}
	}
}
