package models

import (
	"testing"
)

// The rows of the comment at Ladder, led down by hand: p = .9 .8 .7 .7 .6 .5 .4 .3 .2 .1.
func TestTheWorkedLadder(t *testing.T) {
	eta := etasOf(0.9, 0.8, 0.7, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
	for name, c := range map[string]struct {
		red, yellow         BandRule
		wantRed, wantYellow float64
	}{
		"two of ten rows are red":                 {BandRule{Share: 0.2}, BandRule{Share: 0.2}, 0.8, 0.7},
		"a tie makes four of three":               {BandRule{Share: 0.3}, BandRule{Share: 0.2}, 0.7, 0.5},
		"yellow is counted from where red begins": {BandRule{Share: 0.1}, BandRule{Share: 0.1}, 0.9, 0.8},
		"a fixed probability takes what it takes": {BandRule{Probability: 0.65}, BandRule{Share: 0.2}, 0.65, 0.5},
		"more than there is takes all":            {BandRule{Share: 0.9}, BandRule{Share: 0.9}, 0.2, 0.1},
	} {
		got, err := learned(BandRules{Red: c.red, Yellow: c.yellow}, eta)
		if err != nil {
			t.Fatal(err)
		}
		if !near(got.Red, c.wantRed, 1e-12) || !near(got.Yellow, c.wantYellow, 1e-12) {
			t.Errorf("%s: red from %v and yellow from %v, want %v and %v", name, got.Red, got.Yellow, c.wantRed, c.wantYellow)
		}
	}
}

// AtMost is the other way round: it never takes more than the share, and so stops above a tie
// that would.
func TestAGoalIsNeverOvershot(t *testing.T) {
	var rungs []rung
	for i, p := range []float64{0.9, 0.8, 0.7, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1} {
		rungs = append(rungs, rung{p: p, account: int32(i)})
	}
	l, err := ladderOf(BandRules{}, rungs)
	if err != nil {
		t.Fatal(err)
	}
	for share, want := range map[float64]float64{0.05: 1, 0.1: 0.9, 0.2: 0.8, 0.3: 0.8, 0.4: 0.7, 0.5: 0.6, 0.99: 0.2, 1: 0.1} {
		if got := l.AtMost(share); !near(got, want, 1e-12) {
			t.Errorf("at most %v of the rows lie from %v on, want %v", share, got, want)
		}
	}
}
