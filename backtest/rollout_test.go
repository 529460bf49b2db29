package backtest

import (
	"slices"
	"testing"

	"holdfast/models"
)

// Five accounts on the day of the rollout. By the champion's p the call list of two is 0 and
// 1, by the challenger's 2 and then, of the tie of 0 and 1, the one with more money: 1.
func theDay() []standing {
	return []standing{
		{row: 0, segment: "big", value: 10, p: [2]float64{0.9, 0.5}, band: [2]int8{red, yellow}},
		{row: 1, segment: "big", value: 30, p: [2]float64{0.8, 0.5}, band: [2]int8{red, red}},
		{row: 2, segment: "small", value: 5, p: [2]float64{0.1, 0.7}, band: [2]int8{green, red}},
		{row: 3, segment: "small", value: nan(), p: [2]float64{0.2, 0.3}, band: [2]int8{green, yellow}},
		{row: 4, segment: "", value: 7, p: [2]float64{0.3, 0.1}, band: [2]int8{yellow, green}},
	}
}

func TestRolloutCountsByHand(t *testing.T) {
	got := rolloutSegments(theDay())
	want := []RolloutSegment{{Segment: "", Accounts: 1, Better: 1, BetterValue: 7}, {Segment: "big", Accounts: 2, Better: 1, BetterValue: 10}, {Segment: "small", Accounts: 2, Worse: 2, WorseValue: 5}}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
	for capacity, both := range map[int]int{0: 0, 1: 0, 2: 1, 3: 2, 5: 5, 100: 5} {
		var roll Rollout
		roll.overlap(theDay(), capacity)
		if roll.OnBoth != both || roll.Capacity != min(capacity, 5) {
			t.Errorf("capacity %d: %d on both lists of %d, want %d", capacity, roll.OnBoth, roll.Capacity, both)
		}
	}
}

// Against nothing the challenger adds 0.2, 0.5, 0.1 and 0.3 to the risk: the three strongest are kept, the
// strongest first. Turned round they are what makes an account better.
func TestTheStrongestReasonsAreKept(t *testing.T) {
	none := models.Explanation{}
	adds := models.Explanation{Parts: []models.Part{{Factor: "a", LogOdds: 0.2}, {Factor: "b", LogOdds: 0.5}, {Factor: "c", LogOdds: 0.1}, {Factor: "d", LogOdds: 0.3}}}
	for fact, list := range map[string][]Difference{"worse": differences(none, adds, true), "better": differences(adds, none, false)} {
		var names []string
		for _, d := range list {
			names = append(names, d.Factor)
		}
		if !slices.Equal(names, []string{"b", "d", "a"}) {
			t.Errorf("%s because of %v, want b, d and a", fact, names)
		}
	}
}

// The challenger adds 0.9 - 0.2 more for usage and knows nothing of nps, which had added
// 0.4: what makes the account worse is usage, and what would make it better is nps.
func TestReasonsAreWhatTheModelsDifferIn(t *testing.T) {
	champion := models.Explanation{Parts: []models.Part{{Factor: "nps", LogOdds: 0.4}, {Factor: "usage", LogOdds: 0.2}, {Factor: "same", LogOdds: 0.1}}}
	challenger := models.Explanation{Parts: []models.Part{{Factor: "usage", LogOdds: 0.9}, {Factor: "same", LogOdds: 0.1}}}
	worse, better := differences(champion, challenger, true), differences(champion, challenger, false)
	if len(worse) != 1 || worse[0].Factor != "usage" || worse[0].String() != "usage: +0.90, was +0.20" {
		t.Errorf("worse because of %v", worse)
	}
	if len(better) != 1 || better[0].Factor != "nps" || better[0].Challenger != 0 || better[0].Champion != 0.4 {
		t.Errorf("better because of %v", better)
	}
}
