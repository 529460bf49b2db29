package models

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
)

// etas are log-odds of the probabilities.
func etasOf(p ...float64) []float64 {
	eta := make([]float64, len(p))
	for i := range p {
		eta[i] = logOdds(p[i])
	}
	return eta
}

// rung is one training row.
type rung struct {
	p       float64
	account int32
	day     dataset.Date
	churned bool
	value   float64
}

// ladderOf learns from rows that are sorted by account.
func ladderOf(rules BandRules, rungs []rung) (*Ladder, error) {
	e, eta := &dataset.Examples{}, make([]float64, len(rungs))
	for i, r := range rungs {
		eta[i] = logOdds(r.p)
		e.Account, e.AsOf, e.Churned, e.Value = append(e.Account, r.account), append(e.AsOf, r.day), append(e.Churned, r.churned), append(e.Value, r.value)
	}
	return NewLadder(rules, eta, e.All())
}

// learned are the thresholds of accounts that were seen once.
func learned(rules BandRules, eta []float64) (*Thresholds, error) {
	e := &dataset.Examples{Account: make([]int32, len(eta)), AsOf: make([]dataset.Date, len(eta)), Churned: make([]bool, len(eta))}
	for i := range e.Account {
		e.Account[i] = int32(i)
	}
	l, err := NewLadder(rules, eta, e.All())
	if err != nil {
		return nil, err
	}
	return l.Thresholds(nil)
}

func TestBandsBeginWhereTheirRuleSays(t *testing.T) {
	ten := etasOf(0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
	for _, c := range []struct {
		fact        string
		rules       BandRules
		eta         []float64
		red, yellow float64
	}{
		{"one in ten red, three in ten yellow", BandRules{Red: BandRule{Share: 0.1}, Yellow: BandRule{Share: 0.3}}, ten, 0.5, 0.35},
		{"a share that is no whole number of rows is not undershot", BandRules{Red: BandRule{Share: 0.05}, Yellow: BandRule{Share: 0.2}}, ten, 0.5, 0.4},
		{"probabilities as they are", BandRules{Red: BandRule{Probability: 0.42}, Yellow: BandRule{Probability: 0.22}}, ten, 0.42, 0.22},
		{"yellow counts from where red begins", BandRules{Red: BandRule{Probability: 0.44}, Yellow: BandRule{Share: 0.1}}, ten, 0.44, 0.4},
		{"ties stay together", BandRules{Red: BandRule{Share: 0.1}, Yellow: BandRule{Share: 0.1}}, etasOf(0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3), 0.3, 0.1},
		{"rows without a score do not count", BandRules{Red: BandRule{Share: 0.5}, Yellow: BandRule{Share: 0.5}}, append(etasOf(0.1, 0.2), math.NaN()), 0.2, 0.1},
	} {
		got, err := learned(c.rules, c.eta)
		if err != nil || !near(got.Red, c.red, 1e-12) || !near(got.Yellow, c.yellow, 1e-12) {
			t.Errorf("%s: %+v %v, want red from %v and yellow from %v", c.fact, got, err, c.red, c.yellow)
		}
	}
}

func TestThresholdsThatCannotBeAreRefused(t *testing.T) {
	if _, err := learned(BandRules{Red: BandRule{Probability: 0.1}, Yellow: BandRule{Probability: 0.3}}, etasOf(0.05, 0.5)); err == nil || !strings.Contains(err.Error(), "give red the higher one") {
		t.Errorf("yellow above red: %v", err)
	}
	if _, err := learned(DefaultBandRules(), []float64{math.NaN()}); err == nil {
		t.Error("bands of nobody")
	}
	if got, err := learned(DefaultBandRules(), etasOf(0.2, 0.2)); got != nil || err != nil {
		t.Errorf("everybody alike: %v %v", got, err)
	}
	for _, bad := range []Thresholds{{Red: 0.2, Yellow: 0.3}, {Red: 1.1, Yellow: 0.3}, {Red: math.NaN(), Yellow: 0.1}, {Red: 0.3, Yellow: -0.1}} {
		if bad.check() == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
}

// At least the share that was asked for is red, and fewer without the last value.
func TestShareOfRedIsTheSmallestThatSuffices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(1, 30), 2, 200).Draw(t, "values")
		want := rapid.Float64Range(0.01, 0.6).Draw(t, "share")
		p := make([]float64, len(values))
		for i, v := range values {
			p[i] = float64(v) / 40
		}
		got, err := learned(BandRules{Red: BandRule{Share: want}, Yellow: BandRule{Share: 0.2}}, etasOf(p...))
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			return // all alike
		}
		red, above := 0.0, 0.0
		for _, eta := range etasOf(p...) {
			if got.Band(eta) == Red {
				red++
			}
			if Probability(eta) > got.Red {
				above++
			}
		}
		if n := float64(len(p)); red < want*n*(1-1e-12) || above >= math.Ceil(want*n) {
			t.Errorf("%v of %v are red and %v above them, want a share of %v", red, n, above, want)
		}
	})
}
