package backtest

import (
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
)

// story are four accounts. A churns on day 200, B renews on 150 and churns on 515, C renews
// on 200, and D churns on 100 and nobody had looked at it.
//
//	A  day 20 red, 80 green, 110 yellow, 140 red, 180 red        100 each
//	B  day 100 red (more than a year before), 300 yellow, 460 green   50
//	C  day 100 yellow, 150 green                                  900
func story() ([]look, []dataset.Decision) {
	return []look{
			{0, 20, red, 0.9, 100}, {0, 80, green, 0.1, 100}, {0, 110, yellow, 0.4, 100}, {0, 140, red, 0.7, 100}, {0, 180, red, 0.8, 100},
			{1, 100, red, 0.8, 50}, {1, 300, yellow, 0.5, 50}, {1, 460, green, 0.2, 50},
			{2, 100, yellow, 0.3, 900}, {2, 150, green, 0.1, 900},
		}, []dataset.Decision{
			{Account: 0, Date: 200, Known: 200, Churned: true},
			{Account: 1, Date: 150, Known: 150}, {Account: 1, Date: 515, Known: 515, Churned: true},
			{Account: 2, Date: 200, Known: 200}, {Account: 3, Date: 100, Known: 100, Churned: true},
		}
}

func TestWarningByHand(t *testing.T) {
	w := watching(story())
	churns, stays := endings(w, true), endings(w, false)
	if len(churns) != 2 || len(stays) != 2 {
		t.Fatalf("churns %+v, stays %+v; want A and B of both", churns, stays)
	}
	e, err := measureWarning(t.Context(), w, churns, stays, 0, Options{Level: 0.95, Replicates: 50, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	// A was first flagged 180 days before, B 215 days before. A has been flagged without a
	// break since 90 days before; B was green at the last. C was flagged 100 days before it
	// renewed, B 50 days.
	for _, c := range []struct {
		days                                   int
		flagged, red, standing, scored, stayed float64
	}{
		{0, 1, 0.5, 0.5, 1, 1}, {50, 1, 0.5, 0.5, 1, 1}, {51, 1, 0.5, 0.5, 1, 0.5}, {90, 1, 0.5, 0.5, 1, 0.5},
		{91, 1, 0.5, 0, 1, 0.5}, {100, 1, 0.5, 0, 1, 0.5}, {101, 1, 0.5, 0, 1, 0}, {180, 1, 0.5, 0, 1, 0},
	} {
		got := e.Curve[c.days]
		if got.Flagged != c.flagged || got.Red != c.red || got.Standing != c.standing || got.Scored != c.scored || got.Stayed != c.stayed {
			t.Errorf("%d days: %+v, want %+v", c.days, got, c)
		}
	}
	if e.MedianFirst.Value != 197.5 || e.MedianDays.Value != 90 {
		t.Errorf("medians %v and %v, want 197.5 from the first flag and 90 without a break", e.MedianFirst.Value, e.MedianDays.Value)
	}
	if e.Surprise.Churned != 1 || e.Surprise.N != 2 || !near(e.SurpriseBy, 50.0/150, 1e-12) || e.Value != 150 {
		t.Errorf("surprise %+v of %v, %v by value; want B of both, 50 of 150", e.Surprise, e.Value, e.SurpriseBy)
	}
	if !near(e.Flagged, 0.7, 1e-12) {
		t.Errorf("flagged %v of the scores, want 7 of 10", e.Flagged)
	}
}

// 90 days before, A was yellow (day 110) and B yellow (day 300); 60 days before, A was red
// (day 140) and B yellow; 30 days before, A was red and B green since day 460.
func TestSilentChurnersByHand(t *testing.T) {
	w := watching(story())
	churns := endings(w, true)
	for _, c := range []struct{ days, churns, green int }{{90, 2, 0}, {60, 2, 0}, {55, 2, 1}, {30, 2, 1}, {120, 2, 1}, {181, 1, 0}} {
		s := silentAt(w, churns, 0, c.days)
		if s.Churns != c.churns || s.Green != c.green || len(s.List) != c.green {
			t.Errorf("%d days: %+v, want %d green of %d", c.days, s, c.green, c.churns)
		}
	}
	s := silentAt(w, churns, 0, 30)
	if got := s.List[0]; got.Account != "B" || got.AsOf != 460 || got.Churned != 515 || got.P != 0.2 || got.Value != 50 || s.Value != 50 {
		t.Errorf("%+v", s)
	}
}

func TestMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle(t *testing.T) {
	for _, c := range []struct {
		times []float64
		want  float64
	}{{[]float64{0, 1, 0, 1}, 2}, {[]float64{0, 1, 1, 1}, 2}, {[]float64{3, 0, 0, 1}, 0}, {[]float64{1}, 0}, {[]float64{0, 2, 0, 0, 2}, 2.5}} {
		if got := middle(c.times); got != c.want {
			t.Errorf("%v: %v, want %v", c.times, got, c.want)
		}
	}
	if got := middle([]float64{0, 0}); got == got {
		t.Errorf("the median of nothing is %v", got)
	}
}

// Who is flagged 60 days before is flagged 30 days before, and nobody can be flagged or red
// who had no score.
func TestWarningCurveFallsWithDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var looks []look
		var decisions []dataset.Decision
		for account := range int32(rapid.IntRange(1, 12).Draw(t, "accounts")) {
			day := dataset.Date(0)
			for range rapid.IntRange(1, 10).Draw(t, "looks") {
				day += dataset.Date(rapid.IntRange(1, 60).Draw(t, "step"))
				looks = append(looks, look{account, day, rapid.Int8Range(-1, 2).Draw(t, "band"), 0, 1})
			}
			decisions = append(decisions, dataset.Decision{Account: account, Date: day + dataset.Date(rapid.IntRange(1, 90).Draw(t, "last")), Churned: rapid.Bool().Draw(t, "churned")})
		}
		w := watching(looks, decisions)
		curve := warningCurve(w, endings(w, true), endings(w, false), 0, 0.95)
		for d := 1; d < len(curve); d++ {
			a, b := curve[d-1], curve[d]
			if b.Flagged > a.Flagged || b.Red > a.Red || b.Standing > a.Standing || b.Scored > a.Scored || b.Stayed > a.Stayed {
				t.Fatalf("day %d rises: %+v after %+v", d, b, a)
			}
			if b.Red > b.Flagged || b.Standing > b.Flagged || b.Flagged > b.Scored {
				t.Fatalf("day %d: %+v", d, b)
			}
		}
	})
}
