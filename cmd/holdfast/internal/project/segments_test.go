package project

import (
	"reflect"
	"strings"
	"testing"
)

// purposes uses every key of segments.go.
const purposes = `version: 1
data:
  snapshots: data/snapshots/
  outcomes: data/outcomes.parquet
columns:
  account: account_id
  snapshot_date: snapshot_date
  outcome_date: renewal_date
  outcome: churned
  value: arr
  value_after: arr_after
label:
  mode: renewal
  lead: 90d
segments:
  by: "tenure_days < 90 ? 'onboarding' : 'mature'"
  min_events: 30
factors:
  - name: active_share
    expr: active_users / licences
    expect: lower_churn
candidates:
  - {name: pooled, kind: logistic, calibrate: {method: isotonic, on: later, share: 0.25}}
  - {name: by_stage, kind: logistic, per_segment: true}
  - {name: hand, kind: weights, weights: {active_share: 1}, calibrate: {method: segment}}
  - {name: growth, kind: logistic, target: expansion}
  - {name: downsell, kind: logistic, target: contraction}
outlook:
  grow: growth
  shrink: downsell
backtest:
  champion: hand
  champions: [growth]
`

func TestWhatCandidatesAreForIsRead(t *testing.T) {
	c := parse(t, purposes)
	if want := (Segments{By: "tenure_days < 90 ? 'onboarding' : 'mature'", MinEvents: 30}); c.Segments != want {
		t.Errorf("segments: %+v, want %+v", c.Segments, want)
	}
	if want := (Outlook{Grow: "growth", Shrink: "downsell"}); c.Outlook != want {
		t.Errorf("outlook: %+v, want %+v", c.Outlook, want)
	}
	if want := []string{"growth"}; !reflect.DeepEqual(c.Backtest.Champions, want) {
		t.Errorf("champions: %v, want %v", c.Backtest.Champions, want)
	}
	type purpose struct {
		target     string
		perSegment bool
		calibrate  Calibrate
	}
	want := map[string]purpose{
		"pooled":   {"", false, Calibrate{CalibrateIsotonic, true, 0.25}},
		"by_stage": {"", true, Calibrate{}},
		"hand":     {"", false, Calibrate{Method: CalibrateSegment}},
		"growth":   {TargetExpansion, false, Calibrate{}},
		"downsell": {TargetContraction, false, Calibrate{}},
	}
	for _, cand := range c.Candidates {
		if got := (purpose{cand.Target, cand.PerSegment, cand.Calibrate}); got != want[cand.Name] {
			t.Errorf("%s: %+v, want %+v", cand.Name, got, want[cand.Name])
		}
	}
}

func TestSegmentsAreThoseOfTheReportsUnlessTheySayOtherwise(t *testing.T) {
	c := parse(t, change(t, minimal, "  outcome: churned\n", "  outcome: churned\n  segment: plan\n"))
	if want := (Segments{By: "plan", MinEvents: 50}); c.Segments != want {
		t.Errorf("%+v, want %+v", c.Segments, want)
	}
}

func TestPurposesThatCannotBeAreRefusedByName(t *testing.T) {
	for _, c := range []struct{ fact, old, replacement, want string }{
		{"another event needs amounts", "  value_after: arr_after\n", "", "candidates[3].target expansion needs amounts before and after"},
		{"a candidate per segment needs segments", "segments:\n  by: \"tenure_days < 90 ? 'onboarding' : 'mature'\"\n  min_events: 30\n", "", "nothing says what a segment is"},
		{"hand weights have no fit per segment", "weights: {active_share: 1}", "weights: {active_share: 1}, per_segment: true", "candidates[2].per_segment does not apply to kind weights"},
		{"an outlook names a candidate", "grow: growth", "grow: growht", `outlook.grow is "growht", which is no candidate with target expansion`},
		{"who grows is no candidate for churn", "grow: growth", "grow: pooled", `outlook.grow is "pooled", which is no candidate with target expansion`},
		{"who shrinks is no candidate for growth", "shrink: downsell", "shrink: growth", "no candidate with target contraction"},
		{"a champion is a candidate", "champions: [growth]", "champions: [grow]", `is "grow", which is no candidate`},
		{"a share is of later rows", "on: later, share", "share", "candidates[0].calibrate.share does not apply to on: training"},
		{"a share leaves rows for the fit", "share: 0.25", "share: 0.75", "from 0.01 to 0.5"},
		{"a method is one of the known", "method: isotonic", "method: isotone", "calibrate.method"},
		{"a target is one of the known", "target: expansion", "target: growth", "candidates[3].target"},
		{"a segment needs an event", "min_events: 30", "min_events: 0", "segments.min_events"},
	} {
		_, err := Parse("holdfast.yaml", []byte(change(t, purposes, c.old, c.replacement)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.want)
		}
	}
}

func TestASegmentExpressionIsCheckedWhereItIsWritten(t *testing.T) {
	_, err := Parse("holdfast.yaml", []byte(minimal+"segments: {by: \"tenure_days <\"}\n"))
	if err == nil || !strings.Contains(err.Error(), "segments.by: the expression ends too early") {
		t.Errorf("got %v, want the place where the expression breaks off", err)
	}
}
