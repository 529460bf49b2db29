package plots

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/backtest"
	"holdfast/plots/internal/fixture"
)

func TestAlternativeTextsOfWatchedAccountsHoldTheNumbers(t *testing.T) {
	r := fixture.Watched(4, 5, 6)
	for _, c := range []struct {
		picture func(*backtest.Result) (Chart, error)
		want    []string
	}{
		{LeadTime, []string{"Share of 420 churns", "today (champion), 90% flagged, median 84 days before; 40% of renewals", "90% (85% to 95%), red 60%, 0 days before"}},
		{BandTransitions, []string{"today (champion), 0.65 changes per account and year (0.55 to 0.75): green to green 74.0% (6,660)", "red to red"}},
		{ValueAtCapacity, []string{"the capacity is 50", "today (champion): at capacity 901k (811k to 991k)", "3,139,024 with 220"}},
		{SegmentForest, []string{"Gain in log loss of logistic over the champion today", "starter: −0.0050 (−0.0350 to +0.0250), too close to call, 14 churned of 117", "all accounts: +0.0258 (+0.0140 to +0.0375)"}},
		{Rollout, []string{"the challenger logistic, on 2026-06-30", "red to green: 0, 0 accounts", "444 of 580 accounts keep theirs"}},
		{Bands, []string{"today (champion): green: 6.0%", "vendor:"}},
		{Calibration, []string{"(6 of 370) where"}},
	} {
		chart, err := c.picture(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(chart.Alt, want) {
				t.Errorf("%s: %q is missing in %q", chart.Name, want, chart.Alt)
			}
		}
	}
}

func TestWithoutScoresOverTimeThereIsNothingToDraw(t *testing.T) {
	r := fixture.Company(4, 3, 5)
	for name, picture := range map[string]func(*backtest.Result) (Chart, error){
		"lead time": LeadTime, "band transitions": BandTransitions, "value at capacity": ValueAtCapacity,
		"segment forest": SegmentForest, "rollout": Rollout, "bands": Bands,
	} {
		if _, err := picture(r); !errors.Is(err, ErrNothingToDraw) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRedIsDrawnOnlyWhereSomebodyWasRed(t *testing.T) {
	r := fixture.Watched(3, 3, 5)
	both := len(labelsOf(mustDraw(t, LeadTime, r)))
	for i := range r.Candidates {
		if w := r.Candidates[i].Warning; w != nil {
			for k := range w.Curve {
				w.Curve[k].Red = 0
			}
		}
	}
	for _, l := range labelsOf(mustDraw(t, LeadTime, r)) {
		if l.text == "had been red" {
			t.Error("an empty panel is drawn")
		}
	}
	if one := len(labelsOf(mustDraw(t, LeadTime, r))); one >= both {
		t.Errorf("%d labels with one panel, %d with two", one, both)
	}
}

func TestListsAreDrawnUpToFiveTimesTheCapacity(t *testing.T) {
	lines := [][]spot{{{0, 0}, {450, 9}}, {{0, 0}, {300, 8}}}
	for _, c := range []struct {
		fact     string
		capacity int
		want     float64
	}{
		{"a small team of a large company", 50, 250},
		{"a team that can work everybody", 200, 450},
		{"no capacity is declared", 0, 450},
	} {
		r := &backtest.Result{Options: backtest.Options{Capacity: c.capacity}}
		if got := listEnd(r, lines); got != c.want {
			t.Errorf("%s: %v, want %v", c.fact, got, c.want)
		}
	}
}

func TestSegmentsShowTheChallengerOfTheVerdict(t *testing.T) {
	r := fixture.Watched(5, 3, 5)
	rows, left := segmentRows(r)
	if len(rows) != 5 || left != 0 { // three segments, a heading and all accounts
		t.Fatalf("%d rows and %d left out, want 5 and 0", len(rows), left)
	}
	for k, want := range []rgb{blue, blue, faint} {
		if rows[k].colour != want {
			t.Errorf("%s has colour %x, want %x", rows[k].name, rows[k].colour, want)
		}
	}
	for i := range 60 {
		r.Segments = append(r.Segments, backtest.SegmentGain{Segment: string(rune('a' + i)), Challenger: r.Verdict.Challenger, Gain: 0.1})
	}
	if rows, left = segmentRows(r); len(rows) != mostSegments+2 || left != 63-mostSegments {
		t.Errorf("%d rows and %d left out of 63", len(rows), left)
	}
	r.Verdict.Challenger = "nobody"
	if rows, _ = segmentRows(r); rows != nil {
		t.Errorf("%d rows without a challenger", len(rows))
	}
}

func TestEveryChangeOfBandHasItsRow(t *testing.T) {
	r := fixture.Watched(3, 3, 5)
	rows := moveRows(r.Rollout, true)
	sum := 0.0
	for _, e := range rows {
		sum += e.value
	}
	if want := 136 * 21500.0; len(rows) != 8 || sum != want {
		t.Errorf("%d rows with %v, want 8 with %v", len(rows), sum, want)
	}
	if rows[1].name != "green to red" || rows[1].colour != bandColour(2) || rows[1].figure != "258k · 12 accounts" {
		t.Errorf("the first change is %+v", rows[1])
	}
	if counted := moveRows(r.Rollout, false); counted[1].value != 12 || counted[1].figure != "12 accounts" {
		t.Errorf("without values the first change is %+v", counted[1])
	}
}

func TestMoneyInLegendsHasThreeFigures(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 7: "7", 1234: "1.23k", 900970: "901k", 999999: "1M", -45678: "−45.7k", 15_480_000: "15.5M", math.NaN(): "n/a",
	} {
		if got := figures(x); got != want {
			t.Errorf("%v: %q, want %q", x, got, want)
		}
	}
}

func TestBlendEndsAtItsColours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := rgb(rapid.Uint32Range(0, 0xffffff).Draw(t, "from")), rgb(rapid.Uint32Range(0, 0xffffff).Draw(t, "to"))
		if blend(from, to, 0) != from || blend(from, to, 1) != to {
			t.Fatalf("%x to %x", blend(from, to, 0), blend(from, to, 1))
		}
	})
}

func TestTintIsPremultiplied(t *testing.T) {
	// Half of red over nothing: 128/255 of every channel.
	if r, g, b, a := (tint{0xff0000, 128}).RGBA(); r != 0x8080 || g != 0 || b != 0 || a != 0x8080 {
		t.Errorf("%x %x %x %x", r, g, b, a)
	}
}

func mustDraw(t *testing.T, picture func(*backtest.Result) (Chart, error), r *backtest.Result) Chart {
	t.Helper()
	c, err := picture(r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
