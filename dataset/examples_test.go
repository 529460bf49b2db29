package dataset

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset/expr"
)

// twoAccounts writes a company of two accounts: "a" churns on 2026-06-30, "b" renews
// on that day and has a second outcome that is null.
func twoAccounts(t testing.TB, account string) Spec {
	dir := t.TempDir()
	spec := Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: standard, Clock: Clock{Mode: Renewal, Lead: 30, MaxAge: 60},
		Uses: expr.Columns{"logins": expr.Number}, ObservedUntil: NoDate, Reading: everything,
	}
	writeTo(t, spec.Snapshots, texts("account_id", "a", "a", "b", "b"),
		days("snapshot_date", "2026-04-30", "2026-05-31", "2026-05-31", "2026-06-30"),
		floats("logins", 4, 5, 6, 7), floats("arr", 1, 2, 3, 4),
		floats("seats", 5, 1e6, 1e6, 1), texts("plan", "x", "x", null, "y"), bools("trial", 1, 0, 1, 0))
	writeTo(t, spec.Outcomes, texts("account_id", account, "b", "b"), days("outcome_date", "2026-06-30", "2026-06-30", "2026-12-31"), bools("churned", 1, 0, nan))
	return spec
}

func TestLoadJoinsSnapshotsAndOutcomes(t *testing.T) {
	spec := twoAccounts(t, "a")
	spec.Columns.Value = "arr"
	e, err := Load(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if e.Len() != 2 || !slices.Equal(e.Churned, []bool{true, false}) || e.AsOf[0] != day("2026-05-31") || e.Outcome[1] != day("2026-06-30") {
		t.Errorf("examples %+v", e)
	}
	want := Counts{Total: 3, Mature: 2, Immature: 1, Churned: 1, Accounts: 2}
	if e.Counts != want || e.ObservedUntil != day("2026-06-30") {
		t.Errorf("counts %+v until %s, want %+v", e.Counts, e.ObservedUntil, want)
	}
	if logins, _ := e.Table.Column("logins"); !slices.Equal(logins.Vector().Numbers, []float64{5, 6}) || !slices.Equal(e.Value, []float64{2, 3}) {
		t.Errorf("logins %v, value %v", logins.Vector().Numbers, e.Value)
	}
	if len(e.Hashes.Snapshots) != 32 || len(e.Hashes.Outcomes) != 32 || e.Hashes.Snapshots == e.Hashes.Outcomes {
		t.Errorf("hashes %+v", e.Hashes)
	}
}

func TestTheHashesSeeEveryChange(t *testing.T) {
	base := twoAccounts(t, "a")
	e, err := Load(context.Background(), base)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(s *Spec){
		"a value": func(s *Spec) {
			writeTo(t, s.Snapshots, texts("account_id", "a", "a", "b", "b"), days("snapshot_date", "2026-04-30", "2026-05-31", "2026-05-31", "2026-06-30"), floats("logins", 4, 5, 6, 8))
		},
		"a date": func(s *Spec) {
			writeTo(t, s.Snapshots, texts("account_id", "a", "a", "b", "b"), days("snapshot_date", "2026-04-29", "2026-05-31", "2026-05-31", "2026-06-30"), floats("logins", 4, 5, 6, 7))
		},
		"another column": func(s *Spec) { s.Uses = expr.Columns{"arr": expr.Number} },
		"an outcome": func(s *Spec) {
			writeTo(t, s.Outcomes, texts("account_id", "a", "b", "b"), days("outcome_date", "2026-06-30", "2026-06-30", "2026-12-31"), bools("churned", 1, 0, 0))
			s.ObservedUntil = day("2026-06-30")
		},
	} {
		t.Run(name, func(t *testing.T) {
			spec := twoAccounts(t, "a")
			change(&spec)
			changed, err := Load(context.Background(), spec)
			if err != nil {
				t.Fatal(err)
			}
			if changed.Hashes == e.Hashes {
				t.Error("the hashes stayed the same")
			}
		})
	}
	again, err := Load(context.Background(), twoAccounts(t, "a"))
	if err != nil || again.Hashes != e.Hashes {
		t.Errorf("the same rows in other files hash to %+v, %v", again.Hashes, err)
	}
}

func TestAJoinThatMeetsNobodySaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		account string
		words   []string
	}{
		"other keys": {"zz", nil},
		"other case": {" A ", []string{"case or blanks"}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := twoAccounts(t, c.account)
			writeTo(t, spec.Outcomes, texts("account_id", c.account), days("outcome_date", "2026-06-30"), bools("churned", 1))
			for _, clock := range []Clock{spec.Clock, {Mode: Horizon, Horizon: 7}} {
				spec.Clock = clock
				_, err := Load(context.Background(), spec)
				mentions(t, refusal(t, err)[0].String(), append(c.words, "outcomes.parquet", `"account_id"`, "0 of 1 accounts", `"a"`)...)
			}
		})
	}
}

func TestAJoinWithoutMatureLabelsSaysWhy(t *testing.T) {
	spec := twoAccounts(t, "a")
	spec.Clock = Clock{Mode: Horizon, Horizon: 90}
	_, err := Load(context.Background(), spec)
	mentions(t, refusal(t, err)[0].String(), "no label is mature", "horizon of 90 days", "2026-06-30")
	spec.Clock = Clock{Mode: Renewal, Lead: 90, MaxAge: 30}
	_, err = Load(context.Background(), spec)
	mentions(t, refusal(t, err)[0].String(), "no example", "2 have no snapshot 90 days before", "change label.lead or label.max_age")
	spec.ObservedUntil = day("2020-01-01") // a year that was typed wrongly: no lead helps
	_, err = Load(context.Background(), spec)
	mentions(t, refusal(t, err)[0].String(), "3 are not mature", "known until 2020-01-01: set data.observed_until")
	spec.ObservedUntil = NoDate
	spec.Clock = Clock{Mode: "weekly"}
	if _, err = Load(context.Background(), spec); err == nil {
		t.Error("an unknown label mode was accepted")
	}
}

func TestSnapshotsAfterChurnAreCounted(t *testing.T) {
	dir := t.TempDir()
	spec := Spec{Snapshots: filepath.Join(dir, "s.parquet"), Outcomes: filepath.Join(dir, "o.parquet"), Columns: standard,
		Clock: Clock{Mode: Horizon, Horizon: 30}, ObservedUntil: NoDate, Reading: everything}
	writeTo(t, spec.Snapshots, texts("account_id", "a", "a", "a", "b", "c"), days("snapshot_date", "2026-01-31", "2026-02-28", "2026-03-31", "2026-01-31", "2026-03-31"))
	writeTo(t, spec.Outcomes, texts("account_id", "a", "b", "c"), days("outcome_date", "2026-02-28", "2026-12-31", "2026-03-30"), bools("churned", 1, 0, 1))
	e, err := Load(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if got := warned(e.Warnings, "snapshots_after_churn"); e.Counts.NotAtRisk != 3 || len(got) != 1 {
		t.Errorf("%+v, warnings %q", e.Counts, e.Warnings)
	} else {
		mentions(t, got[0], "3 snapshots of 2 accounts", "after")
	}
}

func TestOutcomesBeforeAllSnapshotsAreCounted(t *testing.T) {
	spec := twoAccounts(t, "a")
	writeTo(t, spec.Outcomes, texts("account_id", "a", "a", "b", "c"), days("outcome_date", "2026-04-29", "2026-06-30", "2026-05-30", "2026-01-31"), bools("churned", 0, 1, 1, 0))
	e, err := Load(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if got := warned(e.Warnings, "outcomes_before_snapshots"); len(got) != 1 || !strings.HasPrefix(got[0], "1 accounts") { // b; c has no snapshots
		t.Errorf("warnings %q", e.Warnings)
	}
	if !slices.Equal(e.EverChurned, []bool{true, true}) {
		t.Errorf("ever churned %v", e.EverChurned)
	}
}

func TestAFactorThatSomeFilesLackIsRefused(t *testing.T) {
	dir := t.TempDir()
	writeTo(t, filepath.Join(dir, "part-0.parquet"), texts("account_id", "a"), days("snapshot_date", "2026-01-31"), floats("nps", 1))
	writeTo(t, filepath.Join(dir, "part-1.parquet"), texts("account_id", "b"), days("snapshot_date", "2026-01-31"))
	_, err := LoadSnapshots(context.Background(), dir, standard, expr.Columns{"nps": expr.Number}, everything)
	mentions(t, refusal(t, err)[0].String(), `"nps"`, "part-1.parquet", "1 of 2 files")
	if _, err := LoadSnapshots(context.Background(), dir, standard, nil, everything); err != nil {
		t.Errorf("a column that nobody uses: %v", err)
	}
}

func TestTheAccountIsNoFactor(t *testing.T) {
	spec := twoAccounts(t, "a")
	spec.Uses = expr.Columns{"account_id": expr.Text}
	_, err := Load(context.Background(), spec)
	mentions(t, refusal(t, err)[0].String(), "snapshots.parquet", `"account_id"`)
	spec = twoAccounts(t, "a")
	spec.Columns.Segment = "account_id"
	_, err = Load(context.Background(), spec)
	mentions(t, refusal(t, err)[0].String(), `"account_id"`, "segment")
}

func TestSegmentsAreTexts(t *testing.T) {
	for name, c := range map[string]struct {
		segment string
		want    []string // of the two examples; "" where missing
	}{
		"a column":           {"plan", []string{"x", ""}},
		"a truth":            {"logins > 5", []string{"false", "true"}},
		"a boolean column":   {"trial", []string{"false", "true"}},
		"a number":           {"logins", []string{"5", "6"}},
		"a large number":     {"seats", []string{"1000000", "1000000"}},
		"a small number":     {"logins / 1e9", []string{"5e-09", "6e-09"}},
		"a zero":             {"-(logins - logins)", []string{"0", "0"}}, // -0
		"a missing number":   {"logins / (logins - 5)", []string{"", "6"}},
		"a text expression":  {"logins > 5 ? 'much' : 'little'", []string{"little", "much"}},
		"quoted odd columns": {`col("plan")`, []string{"x", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := twoAccounts(t, "a")
			spec.Columns.Segment = c.segment
			e, err := Load(context.Background(), spec)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]string, e.Len())
			for i, code := range e.Segment {
				if code >= 0 {
					got[i] = e.Segments[code]
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("segments %q, want %q", got, c.want)
			}
		})
	}
	spec := twoAccounts(t, "a")
	spec.Columns.Segment = "plann"
	_, err := Load(context.Background(), spec)
	if err == nil {
		t.Fatal("a segment over an unknown column was accepted")
	}
	mentions(t, err.Error(), "columns.segment", `did you mean "plan"`)
}

func TestNumbersAreLevelsAsPeopleWriteThem(t *testing.T) {
	for want, x := range map[string]float64{
		"0": math.Copysign(0, -1), "1": 1, "-2.5": -2.5, "1000000": 1e6, "123456789": 123456789, "0.1": 0.1, "1e+21": 1e21, "1e-07": 1e-7, "9007199254740992": 1 << 53,
	} {
		if got := NumberLevel(x); got != want {
			t.Errorf("%v is level %q, want %q", x, got, want)
		}
	}
}

func TestKeepKeepsTheAccount(t *testing.T) {
	spec := twoAccounts(t, "a")
	spec.Columns.Value, spec.Columns.Segment = "arr", "plan"
	e, err := Load(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	kept := e.Keep([]int32{1}, 1)
	if kept.Len() != 1 || kept.Churned[0] || kept.Value[0] != 3 || kept.Segment[0] != -1 || kept.Table.Rows() != 1 {
		t.Errorf("kept %+v", kept)
	}
	want := e.Counts
	want.Mature, want.Incomplete, want.Churned, want.Accounts, want.Open = 1, 1, 0, 1, 1
	if kept.Counts != want {
		t.Errorf("counts %+v, want %+v", kept.Counts, want)
	}
	if again := kept.Keep(nil, 1); again.Counts.Incomplete != 2 || again.Counts.Mature != 0 {
		t.Errorf("left out twice, counted %+v", again.Counts)
	}
	if e.Len() != 2 || e.Counts.Incomplete != 0 {
		t.Error("keeping rows changed the examples they came from")
	}
}

func TestTheSchemaTellsTypes(t *testing.T) {
	spec := twoAccounts(t, "a")
	schema, err := Inspect(context.Background(), spec.Snapshots)
	if err != nil {
		t.Fatal(err)
	}
	want := expr.Columns{"account_id": expr.Text, "logins": expr.Number, "arr": expr.Number, "seats": expr.Number, "plan": expr.Text, "trial": expr.Bool, "snapshot_date": expr.Day}
	types := schema.Types()
	for name, kind := range want {
		if types[name] != kind {
			t.Errorf("%s is %v, want %v", name, types[name], kind)
		}
	}
	if len(types) != len(want) {
		t.Errorf("types %v", types)
	}
	if _, ok := schema.Kind("nowhere"); ok || schema.Rows != 4 {
		t.Errorf("schema %+v", schema)
	}
}

func TestACancelledLoadStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Load(ctx, twoAccounts(t, "a")); err == nil {
		t.Error("a cancelled load went through")
	}
}
