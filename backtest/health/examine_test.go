package health

import (
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// twoYears is ten accounts with month-end snapshots of 2024 and 2025 and a renewal on 31
// December of both, of which account j churns at the second.
func twoYears(t *testing.T) (snapshots, outcomes book) {
	ends := monthEnds(day(t, "2024-01-01"), 24)
	snapshots = book{numbers: map[string][]float64{"usage": {}, "flat": {}, "twice": {}}, words: map[string][]string{"plan": {}}}
	outcomes = book{numbers: map[string][]float64{"churned": {}, "before": {}, "after": {}}}
	for a, name := range strings.Split("abcdefghij", "") {
		for m, d := range ends {
			snapshots.accounts, snapshots.days = append(snapshots.accounts, name), append(snapshots.days, d)
			usage := float64((a*7+m*5)%11) + float64(a)/10
			snapshots.numbers["usage"] = append(snapshots.numbers["usage"], usage)
			snapshots.numbers["flat"] = append(snapshots.numbers["flat"], 4)
			snapshots.numbers["twice"] = append(snapshots.numbers["twice"], 2*usage)
			snapshots.words["plan"] = append(snapshots.words["plan"], []string{"pro", "basic"}[a%2])
		}
		for year, due := range []string{"2024-12-31", "2025-12-31"} {
			churned := 0.
			if year == 1 && name >= "h" {
				churned = 1
			}
			outcomes.accounts, outcomes.days = append(outcomes.accounts, name), append(outcomes.days, day(t, due))
			outcomes.numbers["churned"] = append(outcomes.numbers["churned"], churned)
			outcomes.numbers["before"] = append(outcomes.numbers["before"], 100)
			outcomes.numbers["after"] = append(outcomes.numbers["after"], []float64{100, 120, 80}[a%3]*(1-churned))
		}
	}
	return snapshots, outcomes
}

func plainFactors() []features.Factor {
	return []features.Factor{{Name: "usage", Expr: "usage"}, {Name: "flat", Expr: "flat"}, {Name: "twice", Expr: "twice"}, {Name: "plan", Kind: features.Category, Expr: "plan"}}
}

func TestExamineCountsWhatIsThere(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	r := examine2(t, snapshots, outcomes, plainFactors(), nil)
	s := r.Snapshots
	if s.Rows != 240 || s.Accounts != 10 || s.Dates != 24 || s.Duplicates != 0 || s.Cadence.Name != "monthly" || s.First != day(t, "2024-01-31") || s.Last != day(t, "2025-12-31") {
		t.Errorf("snapshots %+v", s)
	}
	// h, i and j churn on the day of their last snapshot, which is not at risk any more.
	if s.AfterChurn != 3 {
		t.Errorf("%d snapshots after churn, want 3", s.AfterChurn)
	}
	if o := r.Outcomes; o.Rows != 20 || o.Churned != 3 || o.Renewed != 17 || o.Strangers != 0 {
		t.Errorf("outcomes %+v", o)
	}
	if len(r.Months) != 24 || r.Months[23].Churned != 3 || r.Months[23].Renewed != 7 || r.Months[5].Accounts != 10 {
		t.Errorf("months %+v", r.Months)
	}
	if st := r.Standing; st.Accounts != 10 || st.Scoreable != 7 || len(st.Reasons) != 1 || st.Reasons[0].Code != dataset.NotCustomer ||
		!slices.Equal(st.Reasons[0].Examples, []string{"h", "i", "j"}) {
		t.Errorf("standing %+v", st)
	}
	for _, code := range []string{"too_little_data", "constant", "aliased"} {
		if !slices.Contains(said(r.Findings), code) {
			t.Errorf("findings %v lack %s", said(r.Findings), code)
		}
	}
	if !slices.Contains(said(r.Notes), "correlated") {
		t.Errorf("notes %v lack correlated", said(r.Notes))
	}
}

// In June 2025 nine of ten accounts were not written.
func TestAMonthThatIsNearlyEmptyIsInTheReport(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	gone := func(i int) bool { return snapshots.days[i] == day(t, "2025-06-30") && snapshots.accounts[i] != "a" }
	r := examine2(t, snapshots.without(gone), outcomes, plainFactors(), nil)
	if thin := r.Snapshots.Cadence.Thin; len(thin) != 1 || thin[0] != (ThinMonth{Month: day(t, "2025-06-01"), Accounts: 1, Before: 10}) {
		t.Errorf("thin months %+v, want June 2025 with 1 account of 10", thin)
	}
	if !slices.Contains(said(r.Findings), "thin_month") {
		t.Errorf("findings %v lack the thin month", said(r.Findings))
	}
}

// without leaves out some rows.
func (b book) without(gone func(i int) bool) book {
	out := book{numbers: make(map[string][]float64), words: make(map[string][]string)}
	for i := range b.accounts {
		if gone(i) {
			continue
		}
		out.accounts, out.days = append(out.accounts, b.accounts[i]), append(out.days, b.days[i])
		for name, values := range b.numbers {
			out.numbers[name] = append(out.numbers[name], values[i])
		}
		for name, values := range b.words {
			out.words[name] = append(out.words[name], values[i])
		}
	}
	return out
}

// A factor of several design columns, such as the levels of a category, is as inflated as the worst of
// them.
func TestAFactorIsAsInflatedAsItsWorstColumn(t *testing.T) {
	panel, factors := simulated(t, 120, 24, 7)
	r := examine(t, panel, factors)
	most, several := make(map[string]models.Stat), false
	for _, c := range r.Columns {
		before, seen := most[c.Factor]
		several = several || seen && before != c.VIF
		if !seen || c.VIF > before {
			most[c.Factor] = c.VIF
		}
	}
	for _, f := range r.Factors {
		if f.VIF != most[f.Name] {
			t.Errorf("%s has an inflation of %v, the worst of its columns %v", f.Name, f.VIF, most[f.Name])
		}
	}
	if !several {
		t.Error("no factor had two columns: nothing was compared")
	}
}

// examine2 writes, reads and examines two books.
func examine2(t *testing.T, snapshots, outcomes book, factors []features.Factor, change func(*dataset.Spec)) *Report {
	t.Helper()
	panel, compiled := survey(t, snapshots, outcomes, factors, change)
	return examine(t, panel, compiled)
}

// The outcomes of 31 December 2025, by hand: before 100 each; kept min(before, after):
// a 100, b 100, c 80, d 100, e 100, f 80, g 100, h to j nothing: 660. After: 100 120 80
// 100 120 80 100 = 700.
func TestRetentionByHand(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	snapshots.numbers["before"] = slices.Repeat([]float64{100}, len(snapshots.days))
	r := examine2(t, snapshots, outcomes, plainFactors(), func(s *dataset.Spec) {
		s.Columns.Value, s.Columns.ValueAfter = "before", "after"
	})
	q := r.Retention[len(r.Retention)-1]
	if q.Start != day(t, "2025-10-01") || q.Due != 10 || q.Churned != 3 || q.Contracted != 2 || q.Flat != 3 || q.Expanded != 2 || q.Priced != 10 || q.PricedChurned != 3 {
		t.Errorf("%+v", q)
	}
	if q.Before != 1000 || q.After != 700 || !near(q.GRR.Value, 0.66) || !near(q.NRR.Value, 0.7) {
		t.Errorf("before %v, after %v, GRR %v, NRR %v; want 1000, 700, 0.66, 0.7", q.Before, q.After, q.GRR.Value, q.NRR.Value)
	}
	if !(q.GRR.Low < 0.66 && 0.66 < q.GRR.High && q.NRR.Low < 0.7 && 0.7 < q.NRR.High) {
		t.Errorf("intervals %+v %+v do not hold their values", q.GRR, q.NRR)
	}
	if !near(q.LogoChurn.Value, 0.3) {
		t.Errorf("logo churn %v", q.LogoChurn)
	}
}

// At 40 days the snapshot of 31 October is 21 days older: usable within 45 days. At 400
// days there is none for the renewals of 2024 and that of 31 October 2024 for those of
// 2025.
func TestLeadsOfTheProjectJoinTheGrid(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	panel, factors := survey(t, snapshots, outcomes, plainFactors(), nil)
	r, err := Examine(context.Background(), panel, factors, Options{Leads: []int{30, 40, 400}, Replicates: 10})
	if err != nil {
		t.Fatal(err)
	}
	days, asked := []int{}, []int{}
	for _, l := range r.Leads {
		days = append(days, l.Days)
		if l.Asked {
			asked = append(asked, l.Days)
		}
		if l.Days == 400 && (l.Counts.Mature != 10 || l.Counts.NoSnapshot != 10 || l.Covered != 0.5) {
			t.Errorf("at 400 days %+v", l)
		}
		if l.Days == 40 && l.Covered != 1 {
			t.Errorf("at 40 days %+v", l)
		}
	}
	if !slices.Equal(days, []int{0, 30, 40, 60, 90, 120, 180, 365, 400}) || !slices.Equal(asked, []int{30, 40, 400}) {
		t.Errorf("leads %v, of the project %v", days, asked)
	}
	if !slices.Contains(said(r.Findings), "lead_coverage") {
		t.Errorf("findings %v lack lead_coverage", said(r.Findings))
	}
}

func TestEveryAccountThatCannotBeScoredHasOneReason(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	last := func(account string) int {
		return slices.IndexFunc(snapshots.accounts, func(a string) bool { return a == account }) + 23
	}
	snapshots.numbers["usage"][last("a")] = math.NaN() // missing_factor
	snapshots.words["plan"][last("b")] = "galactic"    // unseen_level
	snapshots.words["plan"][last("c")] = ""            // missing: no example lacks a plan
	snapshots.numbers["usage"][last("c")] = math.NaN() // and a factor before it: the first counts
	d := last("d")                                     // was last seen in November
	for _, name := range []string{"usage", "flat", "twice"} {
		snapshots.numbers[name] = slices.Delete(snapshots.numbers[name], d, d+1)
	}
	snapshots.words["plan"] = slices.Delete(snapshots.words["plan"], d, d+1)
	snapshots.accounts, snapshots.days = slices.Delete(snapshots.accounts, d, d+1), slices.Delete(snapshots.days, d, d+1)
	r := examine2(t, snapshots, outcomes, []features.Factor{
		{Name: "usage", Expr: "usage", Missing: features.Drop}, {Name: "plan", Kind: features.Category, Expr: "plan", Unseen: features.UnseenError},
	}, func(s *dataset.Spec) { s.Clock.MaxAge = 20 })
	got := map[string][]string{}
	total := r.Standing.Scoreable
	for _, reason := range r.Standing.Reasons {
		got[strings.Trim(reason.Code+" "+reason.Detail, " ")] = reason.Examples
		total += reason.Accounts
	}
	for code, want := range map[string][]string{
		"churned": {"h", "i", "j"}, "missing_factor usage": {"a", "c"}, "unseen_level plan": {"b"}, "stale": {"d"},
	} {
		if !slices.Equal(got[code], want) {
			t.Errorf("%s: %v, want %v", code, got[code], want)
		}
	}
	if total != r.Standing.Accounts || len(got) != 4 {
		t.Errorf("%d of %d accounts in %v", total, r.Standing.Accounts, got)
	}
}

func TestAColumnThatIsNoLongerFilledIsFound(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	for i, d := range snapshots.days {
		if d > day(t, "2025-09-30") {
			snapshots.numbers["usage"][i] = math.NaN()
		}
		if d < day(t, "2024-04-01") {
			snapshots.words["plan"][i] = ""
		}
	}
	r := examine2(t, snapshots, outcomes, plainFactors(), nil)
	i := slices.Index(said(r.Findings), "missing_lately")
	if i < 0 || !strings.Contains(r.Findings[i].Message, "100 % of the snapshots since 2025-10, before in 0 %") {
		t.Errorf("findings %v", r.Findings)
	}
	if i := slices.Index(said(r.Notes), "begins_late"); i < 0 || !strings.Contains(r.Notes[i].Message, "before 2024-04") {
		t.Errorf("notes %v", r.Notes)
	}
}

func TestFindingsOfManyFactorsAreToldOnce(t *testing.T) {
	list := []dataset.Warning{{Code: "x", Where: "snapshots", Message: "first"}}
	for _, name := range []string{"a", "b", "c", "d"} {
		list = append(list, dataset.Warning{Code: "drift", Where: "factor " + name, Message: "moved " + name})
	}
	list = append(list, dataset.Warning{Code: "rare", Where: "factor a", Message: "rare"})
	got := gathered(list)
	if len(got) != 3 || got[1].Where != "4 factors" || got[1].Message != "a moved a; the like holds for b, c, d" || got[2].Where != "factor a" {
		t.Errorf("%+v", got)
	}
}

func TestReportIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	panel, factors := simulated(t, 150, 24, 3)
	before := runtime.GOMAXPROCS(1)
	one, err := json.Marshal(examine(t, panel, factors))
	runtime.GOMAXPROCS(4)
	four, again := json.Marshal(examine(t, panel, factors))
	runtime.GOMAXPROCS(before)
	if err != nil || again != nil {
		t.Fatal(err, again)
	}
	if string(one) != string(four) {
		t.Error("the report differs between one processor and four")
	}
	var back Report
	if err := json.Unmarshal(one, &back); err != nil {
		t.Fatalf("the JSON does not read back: %v", err)
	}
	twice, err := json.Marshal(back)
	if err != nil || string(twice) != string(one) {
		t.Errorf("the JSON is not complete: reading and writing it changes it (%v)", err)
	}
}

// A healthy company raises no finding; what it is told is in notes.
func TestAHealthyCompanyHasNothingToActOn(t *testing.T) {
	panel, factors := simulated(t, 700, 36, 11)
	if r := examine(t, panel, factors); len(r.Findings) > 0 {
		t.Errorf("findings %v", r.Findings)
	}
}

func TestACancelledContextStops(t *testing.T) {
	panel, factors := simulated(t, 60, 24, 3)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Examine(ctx, panel, factors, Options{}); err == nil {
		t.Error("no error")
	}
}

// 56,427 motor policies of which 53,852 have a usable snapshot. Numbers: pandas 3.1, numpy
// 2.4 and scipy 1.17 on the same files: merge_asof for the clock, mannwhitneyu,
// median_abs_deviation, spearmanr, inv(corrcoef) on columns with missing numbers at their
// median, value counts over bins cut by numpy.quantile.
func TestMotorRenewalsEqualPandas(t *testing.T) {
	dir := sharedData(t, "data health of the motor policies against pandas", "motor_renewals")
	r := motor(t, dir)
	if r.Counts.Mature != 53_852 || r.Counts.Stale != 2_575 || r.Snapshots.Rows != 151_732 {
		t.Errorf("counts %+v", r.Counts)
	}
	find := func(name string) Factor {
		return r.Factors[slices.IndexFunc(r.Factors, func(f Factor) bool { return f.Name == name })]
	}
	psi := func(name string) models.Stat {
		d := find(name).Drift
		return d.Periods[slices.IndexFunc(d.Periods, func(p DriftPeriod) bool { return p.Start == day(t, "2018-04-01") })].PSI
	}
	for _, c := range []struct {
		what      string
		got, want models.Stat
	}{
		{"AUC of arr", find("arr").AUC, 0.5426622614582355},
		{"AUC of tenure", find("tenure_days").AUC, 0.4541359174246473},
		{"robust SD of arr", find("arr").RobustSD, 83.38896177984759},
		{"p99 of arr", find("arr").P99, 814.01},
		{"PSI of arr", psi("arr"), 0.009292158667430536},
		{"PSI of tenure", psi("tenure_days"), 0.10719647899086747},
		{"PSI of channel", psi("channel"), 0.00013750421532511604},
		{"outliers of arr", models.Stat(find("arr").Outliers), 620},
		{"Spearman of value and weight", r.Pairs[slices.IndexFunc(r.Pairs, func(p Pair) bool { return p.A == "vehicle_value" && p.B == "weight_kg" })].Spearman, 0.8743389380970437},
	} {
		if math.Abs(float64(c.got-c.want)) > 1e-11*math.Abs(float64(c.want)) {
			t.Errorf("%s: %.16g, pandas %.16g", c.what, c.got, c.want)
		}
	}
}

// motor examines the motor policies.
func motor(t *testing.T, dir string) *Report {
	t.Helper()
	columns := []string{"arr", "tenure_days", "vehicle_value", "weight_kg"}
	types := expr.Columns{"channel": expr.Text}
	factors := []features.Factor{{Name: "channel", Kind: features.Category, Expr: "channel"}}
	for _, name := range columns {
		types[name] = expr.Number
		factors = append(factors, features.Factor{Name: name, Expr: name})
	}
	compiled, err := features.Compile(factors, types)
	if err != nil {
		t.Fatal(err)
	}
	panel, err := dataset.Survey(context.Background(), dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"), Uses: features.Uses(compiled), ObservedUntil: dataset.NoDate,
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned"},
		Clock:   dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 45}, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
	if err != nil {
		t.Fatal(err)
	}
	return examine(t, panel, compiled)
}
