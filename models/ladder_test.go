package models

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
)

// team are six accounts over 182 days, two periods of 91. Account 0 is seen twice in the
// second period (days 100 and 130) and account 1 once in each.
//
//	account  day   p    churned  value
//	   0     100  0.9     yes     100
//	   0     130  0.8     yes     100
//	   1       0  0.7     no      500
//	   1     181  0.6     yes     500
//	   2      10  0.5     no       50
//	   3      20  0.4     no        0
//	   4     120  0.3     yes     300
//	   5     150  0.2     no       50
func team() []rung {
	return []rung{
		{0.9, 0, 100, true, 100}, {0.8, 0, 130, true, 100}, {0.7, 1, 0, false, 500}, {0.6, 1, 181, true, 500},
		{0.5, 2, 10, false, 50}, {0.4, 3, 20, false, math.NaN()}, {0.3, 4, 120, true, 300}, {0.2, 5, 150, false, 50},
	}
}

func TestEveryRuleFindsItsThresholdsByHand(t *testing.T) {
	for _, c := range []struct {
		fact        string
		red, yellow BandRule
		want        Thresholds
	}{
		{"precision: 2 of 2, 2 of 3, 3 of 4, 3 of 5 churned; 3 of 4 is the lowest above 70 %", BandRule{Precision: 0.7}, BandRule{Share: 0.125}, Thresholds{Red: 0.6, Yellow: 0.5}},
		{"precision of yellow counts yellow alone: 0, 0, 1 of 3 from 0.5 on", BandRule{Precision: 0.7}, BandRule{Precision: 0.3}, Thresholds{Red: 0.6, Yellow: 0.3}},
		{"a precision that nothing reaches leaves yellow empty", BandRule{Precision: 0.7}, BandRule{Precision: 0.9}, Thresholds{Red: 0.6, Yellow: 0.6}},
		{"capacity 1 a period is 2 visits: account 0 in the second, account 1 in the first", BandRule{Capacity: 1}, BandRule{Capacity: 1}, Thresholds{Red: 0.7, Yellow: 0.5}},
		{"more capacity than accounts takes them all", BandRule{Capacity: 100}, BandRule{Share: 0.5}, Thresholds{Red: 0.2, Yellow: 0.2}},
		{"value: 100, 200, 700 of 1600 reach 40 % at the third", BandRule{Value: 0.4}, BandRule{Value: 0.3}, Thresholds{Red: 0.7, Yellow: 0.6}},
	} {
		l, err := ladderOf(BandRules{Red: c.red, Yellow: c.yellow}, team())
		if err != nil {
			t.Fatal(err)
		}
		got, err := l.Thresholds(nil)
		if err != nil || !near(got.Red, c.want.Red, 1e-12) || !near(got.Yellow, c.want.Yellow, 1e-12) {
			t.Errorf("%s: %+v %v, want %+v", c.fact, got, err, c.want)
		}
	}
}

func TestBandThatNobodyReachesIsSaid(t *testing.T) {
	rungs := team()
	for i := range rungs {
		rungs[i].churned = false
	}
	l, err := ladderOf(BandRules{Red: BandRule{Precision: 0.5}, Yellow: BandRule{Precision: 0.5}}, rungs)
	if err != nil {
		t.Fatal(err)
	}
	got, err := l.Thresholds(nil)
	if err != nil || got.Red != 1 || got.Yellow != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	if w := l.Warnings(got); len(w) != 2 || !strings.Contains(w[0].Message, "nobody is red") {
		t.Errorf("warnings %v", w)
	}
}

func TestRulesThatSayNothingAreRefused(t *testing.T) {
	for fact, rules := range map[string]BandRules{
		"two numbers":          {Red: BandRule{Share: 0.1, Precision: 0.5}},
		"a share of all":       {Yellow: BandRule{Share: 1}},
		"a negative capacity":  {Red: BandRule{Capacity: -1}},
		"NaN":                  {Red: BandRule{Value: math.NaN()}},
		"hysteresis of all":    {Hysteresis: 1},
		"precision above one":  {Red: BandRule{Precision: 1.1}},
		"a period before zero": {Period: -1},
	} {
		if rules.Check() == nil {
			t.Errorf("%s is accepted", fact)
		}
	}
	e := &dataset.Examples{Account: []int32{0}, AsOf: []dataset.Date{0}, Churned: []bool{false}}
	if _, err := NewLadder(BandRules{Red: BandRule{Value: 0.5}}, []float64{0}, e.All()); err == nil || !strings.Contains(err.Error(), "columns.value") {
		t.Errorf("bands by a value that nobody knows: %v", err)
	}
}

// An account at 0.5, red from 0.5 and yellow from 0.3, hysteresis 0.05.
func TestHysteresisHoldsABandUntilPIsClearlyBelow(t *testing.T) {
	th := Thresholds{Red: 0.5, Yellow: 0.3, Hysteresis: 0.05}
	for _, c := range []struct {
		before Band
		p      float64
		want   Band
	}{
		{"", 0.5, Red}, {"", 0.46, Yellow}, {Red, 0.46, Red}, {Red, 0.44, Yellow}, {Red, 0.26, Yellow}, {Red, 0.24, Green},
		{Yellow, 0.26, Yellow}, {Yellow, 0.24, Green}, {Green, 0.3, Yellow}, {Yellow, 0.49, Yellow}, {Yellow, 0.5, Red},
	} {
		if got := th.BandAfter(c.before, logOdds(c.p)); got != c.want {
			t.Errorf("%q then %v: %s, want %s", c.before, c.p, got, c.want)
		}
	}
}

func TestGoalIsNeverOvershot(t *testing.T) {
	l, err := ladderOf(BandRules{}, []rung{{p: 0.9}, {p: 0.7, account: 1}, {p: 0.7, account: 2}, {p: 0.1, account: 3}})
	if err != nil {
		t.Fatal(err)
	}
	for share, want := range map[float64]float64{0.2: 1, 0.25: 0.9, 0.6: 0.9, 0.75: 0.7, 1: 0.1} {
		if got := l.AtMost(share); !near(got, want, 1e-12) {
			t.Errorf("at most %v: from %v, want %v", share, got, want)
		}
	}
}

// Asking for more never raises a threshold; a draw of everybody once is no draw; counting
// an account several times equals having its rows as often.
func TestThresholdsFallAsRulesAskForMore(t *testing.T) {
	kinds := []func(float64) BandRule{
		func(x float64) BandRule { return BandRule{Share: x} },
		func(x float64) BandRule { return BandRule{Value: x} },
		func(x float64) BandRule { return BandRule{Capacity: 20 * x} },
		func(x float64) BandRule { return BandRule{Precision: 1 - x} },
		func(x float64) BandRule { return BandRule{Probability: 1 - x} },
	}
	rapid.Check(t, func(t *rapid.T) {
		var rungs []rung
		for i := range rapid.IntRange(2, 60).Draw(t, "rows") {
			rungs = append(rungs, rung{p: float64(rapid.IntRange(1, 19).Draw(t, "p")) / 20, account: int32(i / 3), day: dataset.Date(rapid.IntRange(0, 400).Draw(t, "day")),
				churned: rapid.Bool().Draw(t, "churned"), value: float64(rapid.IntRange(0, 9).Draw(t, "value"))})
		}
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		small := rapid.Float64Range(0.01, 0.9).Draw(t, "small")
		large := rapid.Float64Range(small, 0.95).Draw(t, "large")
		less := mustLearn(t, BandRules{Red: kind(small), Yellow: BandRule{Share: 0.1}}, rungs, nil)
		more := mustLearn(t, BandRules{Red: kind(large), Yellow: BandRule{Share: 0.1}}, rungs, nil)
		if less == nil {
			return // everybody has the same probability
		}
		if more.Red > less.Red || less.Yellow > less.Red {
			t.Errorf("%v gives %+v and %v gives %+v", small, less, large, more)
		}
		rules := BandRules{Red: kind(small), Yellow: kind(large)}
		once, drawn := make([]int32, len(rungs)), make([]int32, len(rungs))
		var repeated []rung
		for i := range once {
			once[i], drawn[i] = 1, rapid.Int32Range(0, 3).Draw(t, "count")
		}
		for _, r := range rungs { // the same accounts once more, under other numbers
			for k := range drawn[r.account] {
				again := r
				again.account += 1000 * k
				repeated = append(repeated, again)
			}
		}
		if got, want := mustLearn(t, rules, rungs, once), mustLearn(t, rules, rungs, nil); *got != *want {
			t.Errorf("everybody once: %+v, without counting %+v", got, want)
		}
		if rules.Red.Capacity > 0 || len(repeated) == 0 {
			return // the days that are left may span fewer periods
		}
		got, want := mustLearn(t, rules, rungs, drawn), mustLearn(t, rules, repeated, nil)
		if (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("accounts %v times: %+v, repeated rows %+v", drawn, got, want)
		}
	})
}

func mustLearn(t *rapid.T, rules BandRules, rungs []rung, count []int32) *Thresholds {
	l, err := ladderOf(rules, rungs)
	if err != nil {
		t.Fatal(err)
	}
	got, err := l.Thresholds(count)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
