package project

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// minimal is the smallest file that is accepted. The tests of messages change one thing in it.
const minimal = `version: 1
data:
  snapshots: data/snapshots/
  outcomes: data/outcomes.parquet
columns:
  account: account_id
  snapshot_date: snapshot_date
  outcome_date: renewal_date
  outcome: churned
label:
  mode: renewal
  lead: 90d
factors:
  - name: active_share
    expr: active_users / licences
    expect: lower_churn
candidates:
  - {name: fitted, kind: logistic}
`

// full uses every key of this version once, with a value that is not its default.
const full = `version: 1
data:
  snapshots: data/snapshots/
  outcomes: data/outcomes.parquet
  observed_until: 2026-06-30
  timezone: Europe/Berlin
  missing_columns: null
columns:
  account: account_id
  snapshot_date: snapshot_date
  recorded_at: loaded_at
  outcome_date: renewal_date
  outcome: status
  churned_when: [lost, no, 3]
  renewed_when: [won, yes]
  decided_at: decided_at
  value: arr
  value_after: arr_after
  value_before: arr_before
  segment: plan
label:
  mode: renewal
  lead: [30d, 8w, 90]
  max_age: 31d
factors:
  - name: active_share
    category: usage
    expr: active_users / licences
    clip: [p1, p99.5]
    scale: log1p
    missing: zero
    expect: lower_churn
  - name: tickets
    column: tickets_open
    clip: [0, 1e3]
    missing: -1.5
    expect: higher_churn
  - name: plan
    kind: category
    missing: drop
    reference: basic
    rare: 0
    unseen: other
  - name: trend
    history: {of: active_users / licences, over: 12w, as: pct_change}
    missing: own
candidates:
  - name: today
    kind: weights
    weights: {tickets: 40, active_share: 60}
  - name: vendor
    kind: column
    column: gs_score
    higher_is: healthier
  - name: fitted
    kind: logistic
    penalty: {ridge: 0.5}
    factors: [active_share, plan]
backtest:
  every: 1m
  first_cutoff: 2024-03-31
  last_cutoff: 2026-03-31
  window: 8q
  champion: today
  primary: auc
  margin: 0.005
  capacity: 20
  save_rate: [0.1, 0.25]
  contact_cost: 200
  bootstrap: 500
  seed: 9007199254740991
  intervals: bca
output: runs
registry: kept
retrain: {challengers: [fitted], scores: csv}
monitor: {psi: 0.2, missing: 0.05, unseen: 0.01, coverage: 0.02, bands: 0.15, level: 0.99, accounts: 100, events: 30}
bands: {red: {p: 0.4}, yellow: {share: 0.25}}
`

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// parse is Parse of a file that must be accepted.
func parse(t *testing.T, src string) *Config {
	t.Helper()
	c, err := Parse("holdfast.yaml", []byte(src))
	if err != nil {
		t.Fatalf("refused:\n%v", err)
	}
	return c
}

// values is what a Config says, without the places it was read from.
func values(c *Config) Config {
	v := *c
	v.source, v.nodes = nil, nil
	return v
}

// change replaces the one place in the text that says old.
func change(t *testing.T, text, old, replacement string) string {
	t.Helper()
	if strings.Count(text, old) != 1 {
		t.Fatalf("%q stands %d times in the file", old, strings.Count(text, old))
	}
	return strings.Replace(text, old, replacement, 1)
}

func TestEveryKeyIsRead(t *testing.T) {
	c := parse(t, full)
	if zone := c.Data.Timezone.String(); zone != "Europe/Berlin" {
		t.Errorf("timezone %s", zone)
	}
	c.Data.Timezone = nil
	want := Config{
		Version: 1,
		Data:    Data{Snapshots: "data/snapshots/", Outcomes: "data/outcomes.parquet", ObservedUntil: day(2026, 6, 30), MissingColumns: MissingColumnsNull},
		Columns: Columns{
			Account: "account_id", SnapshotDate: "snapshot_date", RecordedAt: "loaded_at", OutcomeDate: "renewal_date", Outcome: "status",
			ChurnedWhen: []string{"lost", "no", "3"}, RenewedWhen: []string{"won", "yes"},
			DecidedAt: "decided_at", Value: "arr", ValueAfter: "arr_after", ValueBefore: "arr_before", Segment: "plan",
		},
		Label: Label{Mode: LabelRenewal, LeadDays: []int{30, 56, 90}, MaxAgeDays: 31},
		Factors: []Factor{
			{Name: "active_share", Category: "usage", Expr: "active_users / licences", Kind: FactorNumeric,
				Clip: &Clip{Bound{1, true}, Bound{99.5, true}}, Scale: ScaleLog1p, Missing: Missing{Rule: MissingZero}, Expect: LowerChurn},
			{Name: "tickets", Category: "other", Column: "tickets_open", Kind: FactorNumeric,
				Clip: &Clip{Bound{0, false}, Bound{1000, false}}, Scale: ScaleNone, Missing: Missing{MissingNumber, -1.5}, Expect: HigherChurn},
			{Name: "plan", Category: "other", Column: "plan", Kind: FactorCategory,
				Missing: Missing{Rule: MissingDrop}, Reference: "basic", Rare: 0, Unseen: UnseenOther},
			{Name: "trend", Category: "other", History: &History{Of: "active_users / licences", OverDays: 84, As: "pct_change"},
				Kind: FactorNumeric, Scale: ScaleNone, Missing: Missing{Rule: MissingOwn}},
		},
		Candidates: []Candidate{
			{Name: "today", Kind: CandidateWeights, Weights: []Weight{{"active_share", 60}, {"tickets", 40}}},
			{Name: "vendor", Kind: CandidateColumn, Column: "gs_score", HigherIs: HigherIsHealthier},
			{Name: "fitted", Kind: CandidateLogistic, Penalty: Penalty{Kind: PenaltyRidge, Strength: 0.5}, Factors: []string{"active_share", "plan"}},
		},
		Backtest: Backtest{
			Every: Step{1, UnitMonth}, FirstCutoff: day(2024, 3, 31), LastCutoff: day(2026, 3, 31), Window: Step{8, UnitQuarter},
			Champion: "today", Primary: PrimaryAUC, Margin: 0.005, Capacity: 20, SaveRates: []float64{0.1, 0.25},
			ContactCost: 200, Bootstrap: 500, Intervals: IntervalsBCa, Seed: 1<<53 - 1, Gates: usualGates,
		},
		Bands:    Bands{Red: Band{P: 0.4}, Yellow: Band{Share: 0.25}},
		Segments: Segments{By: "plan", MinEvents: 50},
		Output:   "runs",
		Registry: "kept",
		Retrain:  Retrain{Challengers: []string{"fitted"}, Scores: ScoresCSV},
		Monitor:  Monitor{PSI: 0.2, Missing: 0.05, Unseen: 0.01, Coverage: 0.02, Bands: 0.15, Level: 0.99, Accounts: 100, Events: 30},
	}
	if got := values(c); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestFullFileUsesEveryKeyOfTheReference(t *testing.T) {
	used := map[string]bool{"label.horizon": true} // see TestHorizonMode
	for _, file := range append(banded(), full, foreign, shaped, fittings, purposes, gated()) {
		for path := range parse(t, file).nodes {
			used[pattern(path)] = true
		}
	}
	for _, k := range Keys() {
		if name, open := strings.CutSuffix(k.Path, "*"); open {
			k.Path = name + "tickets"
		}
		if !used[k.Path] {
			t.Errorf("%s is in the reference and not in the file", k.Path)
		}
	}
}

// pattern is the path of the reference for a path of a file: factors[2].expr is factors[].expr.
func pattern(path string) string {
	return regexp.MustCompile(`\[[0-9]+\]`).ReplaceAllString(path, "[]")
}

func TestDefaultsAreFilledIn(t *testing.T) {
	c := parse(t, minimal)
	want := Config{
		Version: 1,
		Data:    Data{Snapshots: "data/snapshots/", Outcomes: "data/outcomes.parquet", Timezone: time.UTC, MissingColumns: MissingColumnsRefuse},
		Columns: Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned"},
		Label:   Label{Mode: LabelRenewal, LeadDays: []int{90}, MaxAgeDays: 45},
		Factors: []Factor{{Name: "active_share", Category: "other", Expr: "active_users / licences", Kind: FactorNumeric,
			Scale: ScaleNone, Missing: Missing{Rule: MissingMedian}, Expect: LowerChurn}},
		Candidates: []Candidate{{Name: "fitted", Kind: CandidateLogistic, Penalty: Penalty{Kind: PenaltyRidge, Auto: true, Rule: RuleBest}, Factors: []string{"active_share"}}},
		Backtest: Backtest{Every: Step{1, UnitQuarter}, Champion: Baseline, Primary: PrimaryLogLoss,
			Capacity: 50, Bootstrap: 2000, Intervals: IntervalsPercentile, Seed: 1, Gates: usualGates},
		Bands:    Bands{Red: Band{Share: 0.05}, Yellow: Band{Share: 0.20}},
		Segments: Segments{MinEvents: 50},
		Output:   "out",
		Registry: "models",
		Retrain:  Retrain{Scores: ScoresParquet},
		Monitor:  Monitor{PSI: 0.25, Missing: 0.1, Unseen: 0.02, Coverage: 0.05, Bands: 0.1, Level: 0.95, Accounts: 50, Events: 20},
	}
	if got := values(c); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestNullIsAWordWhereTheKeySaysSo(t *testing.T) {
	for _, written := range []string{"null", `"null"`, "'null'"} {
		c := parse(t, change(t, minimal, "outcomes.parquet\n", "outcomes.parquet\n  missing_columns: "+written+"\n"))
		if c.Data.MissingColumns != MissingColumnsNull {
			t.Errorf("%s is read as %q", written, c.Data.MissingColumns)
		}
	}
	for _, written := range []string{"", "~", "nothing"} {
		_, err := Parse("f", []byte(change(t, minimal, "outcomes.parquet\n", "outcomes.parquet\n  missing_columns: "+written+"\n")))
		if err == nil || !strings.Contains(err.Error(), "data.missing_columns") {
			t.Errorf("%q: %v", written, err)
		}
	}
}

func TestCategoryDefaults(t *testing.T) {
	c := parse(t, change(t, minimal, "candidates:", "  - {name: plan, kind: category}\ncandidates:"))
	want := Factor{Name: "plan", Category: "other", Column: "plan", Kind: FactorCategory,
		Missing: Missing{Rule: MissingOwn}, Rare: 20, Unseen: UnseenReference}
	if got := c.Factors[1]; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestHorizonMode(t *testing.T) {
	c := parse(t, change(t, minimal, "mode: renewal\n  lead: 90d", "mode: horizon\n  horizon: 26w"))
	if want := (Label{Mode: LabelHorizon, HorizonDays: 182}); !reflect.DeepEqual(c.Label, want) {
		t.Errorf("got %+v, want %+v", c.Label, want)
	}
}

func TestSpellingsOfOneFileMeanTheSame(t *testing.T) {
	want := values(parse(t, minimal))
	const asJSON = `{"version": 1, "data": {"snapshots": "data/snapshots/", "outcomes": "data/outcomes.parquet"},
"columns": {"account": "account_id", "snapshot_date": "snapshot_date", "outcome_date": "renewal_date", "outcome": "churned"},
"label": {"mode": "renewal", "lead": 90},
"factors": [{"name": "active_share", "expr": "active_users / licences", "expect": "lower_churn"}],
"candidates": [{"name": "fitted", "kind": "logistic"}]}`
	for name, src := range map[string]string{
		"CRLF line ends":          strings.ReplaceAll(minimal, "\n", "\r\n"),
		"a byte order mark":       "\ufeff" + minimal,
		"a document mark":         "---\n" + minimal,
		"a YAML directive":        "%YAML 1.2\n---\n" + minimal,
		"an end mark":             minimal + "...\n",
		"an empty second part":    minimal + "---\n",
		"no last line end":        strings.TrimSuffix(minimal, "\n"),
		"comments":                "# c\n" + strings.ReplaceAll(minimal, ":\n", ": # c\n") + "# c\n",
		"JSON":                    asJSON,
		"quoted texts":            change(t, minimal, "lead: 90d", `lead: "90d"`),
		"keys in another order":   change(t, minimal, "mode: renewal\n  lead: 90d", "lead: 90d\n  mode: renewal"),
		"an alias":                change(t, change(t, minimal, "snapshot_date: snapshot_date", "snapshot_date: &d snapshot_date"), "expr: active", "category: other\n    expr: active"),
		"an empty optional group": minimal + "backtest:\n",
		"a list of one lead":      change(t, minimal, "lead: 90d", "lead: [90d]"),
		"defaults written out":    minimal + "output: out\nbacktest: {first_cutoff: auto, window: expanding, margin: 0, seed: 1}\n",
	} {
		if got := values(parse(t, src)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v\nwant %+v", name, got, want)
		}
	}
}

func TestAliasStandsForItsAnchor(t *testing.T) {
	src := change(t, full, "clip: [p1, p99.5]", "clip: &c [p1, p99.5]")
	c := parse(t, change(t, src, "clip: [0, 1e3]", "clip: *c"))
	if !reflect.DeepEqual(c.Factors[0].Clip, c.Factors[1].Clip) {
		t.Errorf("%+v and %+v", c.Factors[0].Clip, c.Factors[1].Clip)
	}
}

func TestWordsStayWords(t *testing.T) {
	c := parse(t, change(t, full, "churned_when: [lost, no, 3]", "churned_when: [no, on, y, 1e3, 0x1F, true, 01, .inf]"))
	want := []string{"no", "on", "y", "1e3", "0x1F", "true", "01", ".inf"}
	if !reflect.DeepEqual(c.Columns.ChurnedWhen, want) {
		t.Errorf("got %q, want %q", c.Columns.ChurnedWhen, want)
	}
}

func TestPathsStartAtTheFolderOfTheFile(t *testing.T) {
	c, err := Parse(filepath.Join("clients", "acme", "holdfast.yaml"), []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Path(c.Data.Outcomes), filepath.Join("clients", "acme", "data", "outcomes.parquet"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	absolute := filepath.Join(t.TempDir(), "outcomes.parquet")
	if got := c.Path(absolute); got != absolute {
		t.Errorf("got %s, want %s", got, absolute)
	}
	if got := c.Path(""); got != "" {
		t.Errorf("got %q for no path", got)
	}
}

func TestLoadReadsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "holdfast.yaml")
	if err := os.WriteFile(path, []byte(full), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.At("output"), (Position{path, 1 + strings.Count(full[:strings.Index(full, "\noutput:")+1], "\n"), 9}); got != want {
		t.Errorf("output is at %v, want %v", got, want)
	}
}

func TestLoadSaysWhatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, make([]byte, maxBytes+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "none.yaml"): "there is no such file; make one with holdfast init",
		dir:                             "this is a directory; name the holdfast.yaml in it",
		large:                           "the file is larger than 1 MiB; give the holdfast.yaml, not a data file",
	} {
		_, err := Load(path)
		var problems Problems
		if !errors.As(err, &problems) || err.Error() != path+": "+want {
			t.Errorf("got %v, want %s: %s", err, path, want)
		}
	}
}
