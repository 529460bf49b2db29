package models

import (
	"fmt"
	"testing"
)

// stableOne fits a candidate on a table and bootstraps it.
func stableOne(t testing.TB, tab table, c Candidate, replicates int, memory int64) *Stability {
	t.Helper()
	e := tab.loadIn(t, memory)
	defer e.Table.Close()
	c = compileOne(t, tab, c, tab.factors(t))
	m, err := c.Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Stability(t.Context(), m, e.All(), replicates, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A factor that matters keeps its sign in every draw, one that does not loses it in some.
func TestStabilityTellsSignalFromNoise(t *testing.T) {
	s := stableOne(t, repeated(150, 4, 3), Candidate{Kind: Logistic, Factors: []string{"usage", "junk"}}, 60, 0)
	usage, junk := s.Weights[0], s.Weights[1]
	if usage.SameSign != 1 || usage.Chosen != 1 || !(usage.High < 0) {
		t.Errorf("usage %+v", usage)
	}
	if !(junk.SameSign < 1) || !(junk.Low < 0 && junk.High > 0) {
		t.Errorf("junk %+v", junk)
	}
}

// Same seed, same draws: whatever the memory, and whatever was run before.
func TestStabilityIsTheSameFromRunToRun(t *testing.T) {
	tab := repeated(80, 3, 4)
	first := stableOne(t, tab, Candidate{Kind: Logistic}, 8, 0)
	again := stableOne(t, tab, Candidate{Kind: Logistic}, 8, 1)
	if a, b := fmt.Sprint(first), fmt.Sprint(again); a != b {
		t.Errorf("%s\n%s", a, b)
	}
	longer := stableOne(t, tab, Candidate{Kind: Logistic}, 9, 0)
	if fmt.Sprint(longer.Weights) == fmt.Sprint(first.Weights) {
		t.Error("a ninth replicate changed nothing")
	}
}

// Draws in which nobody with the flag stays have no fit; they are counted and named.
func TestStabilityCountsDrawsWithoutAFit(t *testing.T) {
	tab := noisy(60, 4)
	flag := make([]float64, 60)
	for i := range 6 {
		flag[i], tab.churned[i] = 1, i == 0
	}
	tab.numbers, tab.texts = []numberColumn{{"usage", tab.numbers[0].values}, {"flag", flag}}, nil
	s := stableOne(t, tab, Candidate{Kind: Logistic}, 40, 0)
	// The one account is missing in (59/60)^60 = 36 % of the draws.
	if s.Failed < 5 || s.Failed > 25 || len(s.Warnings) != 1 || s.Warnings[0].Code != "replicates_failed" {
		t.Errorf("%d of 40 failed, warnings %v", s.Failed, s.Warnings)
	}
}

// redraw keeps accounts whole, as many as there are, in canonical order.
func TestRedrawTakesWholeAccounts(t *testing.T) {
	train := repeated(50, 3, 5).load(t).All()
	accounts := accountRows(train)
	if len(accounts) != 50 {
		t.Fatalf("%d accounts, want 50", len(accounts))
	}
	drawn := redraw(train, accounts, 7, 2)
	times := make(map[int32]int)
	for i, row := range drawn.Rows {
		times[row]++
		if i > 0 && train.Examples.Account[drawn.Rows[i-1]] > train.Examples.Account[row] {
			t.Fatalf("row %d is out of order", i)
		}
	}
	if drawn.Len() != 150 || len(times) == 150 {
		t.Errorf("%d rows, %d different; want 150 with repeats", drawn.Len(), len(times))
	}
	for _, rows := range accounts {
		for _, row := range rows {
			if times[row] != times[rows[0]] {
				t.Errorf("account of row %d was torn", row)
			}
		}
	}
}
