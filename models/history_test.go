package models

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/history"
	"holdfast/features"
)

// panel are accounts with a year of months each, whose logins fall before they churn.
func panel(t testing.TB) table {
	var tab table
	usage := numberColumn{name: "usage"}
	noise := noisy(60*12, 5).numbers[0].values
	for a := range 60 {
		for m := range 12 {
			falls := a%3 == 0 && m > 6
			v := noise[12*a+m]
			if falls {
				v -= float64(m - 6)
			}
			tab.account, tab.asOf = append(tab.account, a), append(tab.asOf, dataset.NewDate(2024, 2, 0)+dataset.Date(30*m))
			tab.churned = append(tab.churned, falls && m%2 == 0 || a%7 == 1 && m == 3)
			usage.values = append(usage.values, v)
		}
	}
	tab.numbers = []numberColumn{usage}
	return tab
}

// withHistory fits a model with a factor of the day and two of the past.
func withHistory(t testing.TB, tab table) (*Model, dataset.Spec, *dataset.Examples) {
	t.Helper()
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Expr: "usage"},
		features.Factor{Name: "trend", History: &history.Spec{Of: "usage", OverDays: 90, As: history.Change}},
		features.Factor{Name: "level", History: &history.Spec{Of: "usage * 2", OverDays: 180, As: history.Mean}, Missing: features.Own})
	spec := tab.write(t)
	spec.Uses, spec.Histories = features.Uses(factors), features.Histories(factors)
	e, err := dataset.Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	m, err := compileOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.01}}, factors).Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	m.Columns = spec.Columns
	return m, spec, e
}

// What a model file says is enough to compute the histories of new snapshots: they score
// as the examples did, to the bit.
func TestSnapshotsScoreAsTheExamplesOfTheirDay(t *testing.T) {
	tab := panel(t)
	m, spec, e := withHistory(t, tab)
	back, err := Read("model.json", strings.NewReader(text(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	uses, err := back.Uses()
	if err != nil {
		t.Fatal(err)
	}
	if names := fmt.Sprint(back.Histories()); names != fmt.Sprint(m.Histories()) || len(back.Histories()) != 2 || len(uses) != 1 {
		t.Fatalf("histories %s of columns %v", names, uses)
	}
	s, err := dataset.LoadSnapshots(t.Context(), spec.Snapshots, spec.Columns, uses, spec.Reading)
	if err == nil {
		err = s.AddHistories(t.Context(), back.Histories(), uses)
	}
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]int32, len(s.Date))
	of := make(map[string]int)
	for i := range rows {
		rows[i] = int32(i)
		of[s.Accounts[s.Account[i]]+s.Date[i].String()] = i
	}
	scored, _, err := back.Predict(t.Context(), len(rows), s.Table.Batches(rows))
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	for i := range want.Eta {
		got := scored.Eta[of[e.Accounts[e.Account[i]]+e.AsOf[i].String()]]
		if got != want.Eta[i] {
			t.Fatalf("%s on %s: %v as a snapshot, %v as an example", e.Accounts[e.Account[i]], e.AsOf[i], got, want.Eta[i])
		}
	}
}

func TestWeightsNameTheFactorOfAHistory(t *testing.T) {
	m, _, _ := withHistory(t, panel(t))
	seen := make(map[string]bool)
	for _, w := range m.Weights {
		seen[w.Factor] = true
	}
	if !seen["trend"] || !seen["level"] {
		t.Errorf("weights %v", m.Weights)
	}
}

func TestAModelFileWithABrokenHistoryIsRefusedByName(t *testing.T) {
	m, _, _ := withHistory(t, panel(t))
	for name, c := range map[string]struct {
		change func(*history.Spec)
		words  string
	}{
		"unknown function": {func(h *history.Spec) { h.As = "median" }, `unknown function "median"`},
		"no window":        {func(h *history.Spec) { h.OverDays = 0 }, "1 to 3650"},
		"unknown column":   {func(h *history.Spec) { h.Of = "seats" }, `unknown column "seats"`},
		"other spelling":   {func(h *history.Spec) { h.Of = " usage" }, "seal does not hold"},
	} {
		t.Run(name, func(t *testing.T) {
			broken := *m
			encoder := *m.Encoder
			encoder.Factors = append([]features.Encoding{}, m.Encoder.Factors...)
			spec := *encoder.Factors[1].Factor.History
			c.change(&spec)
			encoder.Factors[1].Factor.History = &spec
			broken.Encoder = &encoder
			sealed, err := broken.seal()
			if err != nil {
				t.Fatal(err)
			}
			_, err = Read("model.json", strings.NewReader(string(sealed)))
			var refused *RefusedError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.words) {
				t.Fatalf("got %v, want words %q", err, c.words)
			}
			if name != "other spelling" && !strings.Contains(err.Error(), `factor "trend"`) {
				t.Errorf("the factor is not named: %v", err)
			}
		})
	}
}
