package health

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
)

// TestStoredColumnsGiveTheSameReport reads the same books with a memory of one byte, so that
// columns, ranks and design lie in files: no bit may depend on where they are.
func TestStoredColumnsGiveTheSameReport(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	var reports [][]byte
	for _, memory := range []int64{0, 1} {
		r := examine2(t, snapshots, outcomes, plainFactors(), func(s *dataset.Spec) {
			s.Reading.Memory, s.Reading.TempDir = memory, t.TempDir()
		})
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Pairs) == 0 || len(r.Columns) == 0 {
			t.Fatalf("pairs %v, columns %v: nothing was stored", r.Pairs, r.Columns)
		}
		reports = append(reports, text)
	}
	if !bytes.Equal(reports[0], reports[1]) {
		t.Errorf("in memory\n%s\nand stored\n%s", reports[0], reports[1])
	}
}

// One account, one snapshot, a renewal, and one that is not in yet: there is nothing to learn
// from, and that is what the report says.
func TestOneExampleHasAReport(t *testing.T) {
	snapshots := book{accounts: []string{"a"}, days: []dataset.Date{day(t, "2025-01-31")},
		numbers: map[string][]float64{"usage": {1}}, words: map[string][]string{"plan": {"pro"}}}
	outcomes := book{accounts: []string{"a", "a"}, days: []dataset.Date{day(t, "2025-03-15"), day(t, "2026-03-15")}, numbers: map[string][]float64{"churned": {0, 0}}}
	r := examine2(t, snapshots, outcomes, []features.Factor{{Name: "usage", Expr: "usage"}, {Name: "plan", Kind: features.Category, Expr: "plan"}},
		func(s *dataset.Spec) { s.ObservedUntil = day(t, "2025-04-01") })
	if r.Counts.Mature != 1 || r.Snapshots.Cadence.Name != "single" || len(r.Quarters) != 1 || len(r.Retention) != 1 || len(r.Columns) != 0 {
		t.Errorf("%d examples, cadence %s, quarters %v, retention %v, columns %v", r.Counts.Mature, r.Snapshots.Cadence.Name, r.Quarters, r.Retention, r.Columns)
	}
	if r.Sufficiency.Verdict != tooLittle || !strings.Contains(r.Sufficiency.Advice, "nothing to fit") || r.Sufficiency.Detectable.Defined() {
		t.Errorf("%+v", r.Sufficiency)
	}
	if r.Outcomes.Future != 1 || r.Standing.Accounts != 1 || len(r.Summary) != 4 {
		t.Errorf("outcomes %+v, standing %+v, summary %v", r.Outcomes, r.Standing, r.Summary)
	}
}

func TestAFactorWithoutAValueHasAReport(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	for i := range snapshots.numbers["usage"] {
		snapshots.numbers["usage"][i] = math.NaN()
	}
	r := examine2(t, snapshots, outcomes, []features.Factor{{Name: "usage", Expr: "usage"}, {Name: "plan", Kind: features.Category, Expr: "plan"}}, nil)
	f := r.Factors[0]
	if f.MissingShare != 1 || f.Distinct != 0 || f.Median.Defined() || f.AUC.Defined() || f.VIF.Defined() {
		t.Errorf("%+v", f)
	}
	for _, p := range f.Drift.Periods {
		if p.PSI != 0 {
			t.Errorf("what was never there has drifted: %+v", p)
		}
	}
	if !slices.Contains(said(r.Notes), "mostly_missing") {
		t.Errorf("notes %v", said(r.Notes))
	}
}

func TestNoFactorsHaveAReport(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	r := examine2(t, snapshots, outcomes, nil, nil)
	if len(r.Factors) != 0 || len(r.Columns) != 0 || r.Sufficiency.Verdict != tooLittle || r.Standing.Scoreable != 7 {
		t.Errorf("factors %v, columns %v, verdict %s, %d scoreable", r.Factors, r.Columns, r.Sufficiency.Verdict, r.Standing.Scoreable)
	}
}

// Ten accounts, of which five are basic (b, d, f, h, j) and five pro: h and j churn, and i.
func TestRatesBySegmentAreTheLargestFirstAndNameWhatIsMissing(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	for i, a := range snapshots.accounts {
		if a == "a" {
			snapshots.words["plan"][i] = ""
		}
	}
	r := examine2(t, snapshots, outcomes, plainFactors(), func(s *dataset.Spec) { s.Columns.Segment = "plan" })
	names := []string{}
	for _, s := range r.Segments {
		names = append(names, s.Segment)
	}
	if !slices.Equal(names, []string{"basic", "pro", "(missing)"}) {
		t.Fatalf("segments %v", names)
	}
	if b := r.Segments[0]; b.N != 10 || b.Churned != 2 || !near(b.Rate, 0.2) || !(b.Low < 0.2 && 0.2 < b.High) || !(b.DesignEffect >= 1) || b.Start != dataset.NoDate {
		t.Errorf("basic: %+v", b)
	}
	if m := r.Segments[2]; m.N != 2 || m.Churned != 0 || m.Rate != 0 {
		t.Errorf("missing: %+v", m)
	}
	// Both renewals are in a fourth quarter, and the one of 2024 lost nobody.
	if q := r.Quarters; len(q) != 2 || q[0].Start != day(t, "2024-10-01") || q[0].Churned != 0 || q[1].Start != day(t, "2025-10-01") || !near(q[1].Rate, 0.3) {
		t.Errorf("quarters %+v", q)
	}
}

func TestRowsThatRepeatOrComeLateAreCounted(t *testing.T) {
	known := func(days ...int) []dataset.Date {
		list := make([]dataset.Date, len(days))
		for i, d := range days {
			list[i] = dataset.Date(20_000 + d)
		}
		return list
	}
	s := seen([]int{0, 30, 60}, []int{0, 30})
	s.Known, s.Read = known(0, 31, 90, 0, 30), 7
	panel := &dataset.Panel{Snapshots: s, Outcomes: &dataset.Outcomes{}, Examples: &dataset.Examples{}}
	f := frameOf(20_000, 0, 1, 2)
	f.after = 1
	got := f.snapshots(panel)
	// Rows 1 and 2, both of the first account, were recorded after their day.
	if got.Rows != 5 || got.Duplicates != 2 || got.Late != 2 || got.LateAccounts != 1 || got.Dates != 3 || got.AfterChurn != 1 {
		t.Errorf("%+v", got)
	}
	s.Known = nil
	if got := f.snapshots(panel); got.Late != 0 || got.LateAccounts != 0 {
		t.Errorf("nobody said when rows were recorded: %+v", got)
	}
}

func TestOptionsThatWereSetStay(t *testing.T) {
	var o Options
	o.setDefaults()
	if o.Replicates != 1000 || o.AUC != 0.75 {
		t.Errorf("the defaults are %+v", o)
	}
	o = Options{Replicates: 7, AUC: 0.8}
	if o.setDefaults(); o.Replicates != 7 || o.AUC != 0.8 {
		t.Errorf("what was set became %+v", o)
	}
	if first, last := extent(nil); first != dataset.NoDate || last != dataset.NoDate {
		t.Errorf("no days reach from %s to %s", first, last)
	}
}

// TestAnExpectedAUCPlansForSmallerDifferences: the variance of an AUC is smaller the better it
// is, so that the same examples tell smaller differences apart; and half of them larger ones.
func TestAnExpectedAUCPlansForSmallerDifferences(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	panel, factors := survey(t, snapshots, outcomes, plainFactors(), nil)
	var detectable []float64
	for _, auc := range []float64{0.6, 0.9} {
		r, err := Examine(context.Background(), panel, factors, Options{AUC: auc, Replicates: 10})
		if err != nil {
			t.Fatal(err)
		}
		s := r.Sufficiency
		if float64(s.AUC) != auc || !(s.DetectableHalf > s.Detectable) || s.Correlation != correlated {
			t.Errorf("%+v", s)
		}
		detectable = append(detectable, float64(s.Detectable))
	}
	if !(detectable[1] < detectable[0]) {
		t.Errorf("at an AUC of 0.6 and of 0.9 differences of %v can be told", detectable)
	}
}
