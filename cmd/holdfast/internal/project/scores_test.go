package project

import (
	"reflect"
	"strings"
	"testing"

	"holdfast/models/platform"
)

// foreign is a file with every key of the candidates that are computed elsewhere.
const foreign = `version: 1
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
  - {name: share, expr: active_users / licences, expect: lower_churn}
  - {name: nps, expect: lower_churn}
  - {name: tickets, expect: higher_churn}
candidates:
  - name: hand
    kind: weights
    weights: {share: 60, nps: 40}
    missing: reweight
  - name: totango
    kind: band_points
    missing: unscored
    groups: [{name: usage, weight: 60}, {name: voice}]
    measures:
      - {factor: share, group: usage, weight: 2, good: 0.6, poor: 0.2}
      - {factor: nps, group: voice, good: 30, poor: 0, absent: 60}
  - name: churnzero
    kind: tier_points
    higher_is: healthier
    measures:
      - {factor: tickets, tiers: [{upto: 3, points: 100}, {points: 0}]}
  - name: hubspot
    kind: capped_points
    higher_is: healthier
    groups: [{name: all, cap: 100}]
    measures: [{factor: tickets, group: all, points: -5}]
  - name: natero
    kind: anchored_mean
    higher_is: healthier
    measures: [{factor: share, at_0: 0.2, at_100: 0.9}]
  - name: salesforce
    kind: signals
    higher_is: healthier
    measures: [{factor: share, signal: ratio}]
  - name: colours
    kind: rules
    red: nps < 0 and share < 0.2
    yellow: nps < 0
    green: share > 0.8
    else: yellow
    unknown: unscored
  - name: last
    kind: model
    file: last/model.json
    refit: true
  - name: other
    kind: predictions
    file: other.parquet
    account: key
    as_of: day
    made_at: made
    column: p
    max_age: 31d
    is_probability: true
`

func number64(x float64) *float64 { return &x }

func TestEveryKeyOfForeignCandidatesIsRead(t *testing.T) {
	one := number64
	want := []Candidate{
		{Name: "hand", Kind: CandidateWeights, Weights: []Weight{{"share", 60}, {"nps", 40}}, Missing: "reweight"},
		{Name: "totango", Kind: "band_points", Missing: "unscored", Sheet: &platform.Sheet{
			Groups: []platform.Heading{{Name: "usage", Weight: one(60)}, {Name: "voice"}},
			Entries: []platform.Entry{
				{Name: "share", Group: "usage", Weight: one(2), Good: one(0.6), Poor: one(0.2)},
				{Name: "nps", Group: "voice", Good: one(30), Poor: one(0), Absent: one(60)},
			}}},
		{Name: "churnzero", Kind: "tier_points", HigherIs: HigherIsHealthier, Sheet: &platform.Sheet{Entries: []platform.Entry{
			{Name: "tickets", Tiers: []platform.Tier{{UpTo: one(3), Points: 100}, {Points: 0}}}}}},
		{Name: "hubspot", Kind: "capped_points", HigherIs: HigherIsHealthier, Sheet: &platform.Sheet{
			Groups:  []platform.Heading{{Name: "all", Cap: one(100)}},
			Entries: []platform.Entry{{Name: "tickets", Group: "all", Points: one(-5)}}}},
		{Name: "natero", Kind: "anchored_mean", HigherIs: HigherIsHealthier, Sheet: &platform.Sheet{Entries: []platform.Entry{
			{Name: "share", At0: one(0.2), At100: one(0.9)}}}},
		{Name: "salesforce", Kind: "signals", HigherIs: HigherIsHealthier, Sheet: &platform.Sheet{Entries: []platform.Entry{
			{Name: "share", Signal: platform.Ratio}}}},
		{Name: "colours", Kind: CandidateRules, Recipes: Recipes{Red: "nps < 0 and share < 0.2", Yellow: "nps < 0", Green: "share > 0.8", Else: "yellow", Unscored: true}},
		{Name: "last", Kind: CandidateModel, File: "last/model.json", Refit: true},
		{Name: "other", Kind: CandidatePredictions, File: "other.parquet", Column: "p",
			Predictions: Predictions{Account: "key", AsOf: "day", MadeAt: "made", MaxAgeDays: 31, Probability: true}},
	}
	got := parse(t, foreign).Candidates
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("got  %+v\nwant %+v", got[i], want[i])
		}
	}
}

func TestForeignCandidatesAreToldWhatTheyLackAndWhatDoesNotApply(t *testing.T) {
	for _, c := range []struct{ fact, candidate, said string }{
		{"rules without else", "{name: a, kind: rules, red: nps < 0}", "candidates[0].else is missing, which kind rules needs"},
		{"rules without a recipe", "{name: a, kind: rules, else: green}", "candidates[0].red is missing, which kind rules needs"},
		{"an else that is no band", "{name: a, kind: rules, red: nps < 0, else: amber}", `candidates[0].else must be one of red, yellow, green, not "amber"`},
		{"a recipe that is no expression", "{name: a, kind: rules, red: nps <, else: green}", "candidates[0].red:"},
		{"a model without a file", "{name: a, kind: model}", "candidates[0].file is missing, which kind model needs"},
		{"a model with a direction", "{name: a, kind: model, file: m.json, higher_is: riskier}", "candidates[0].higher_is does not apply to kind model"},
		{"predictions without a day", "{name: a, kind: predictions, file: p.parquet, column: p, higher_is: riskier}", "candidates[0].as_of is missing, which kind predictions needs"},
		{"a score without a direction", "{name: a, kind: predictions, file: p.parquet, column: p, as_of: d}", "candidates[0].higher_is is missing, which kind predictions without is_probability needs"},
		{"a platform without measures", "{name: a, kind: signals, higher_is: riskier}", "candidates[0].measures is missing, which kind signals needs"},
		{"a platform's score without a direction", "{name: a, kind: linear_counts, measures: [{factor: share, points: 1}]}", "candidates[0].higher_is is missing, which kind linear_counts needs"},
		{"a measure of an unknown factor", "{name: a, kind: signals, higher_is: healthier, measures: [{factor: shares, signal: ratio}]}", `unknown factor "shares"; did you mean "share"?`},
		{"a measure without a factor", "{name: a, kind: signals, higher_is: healthier, measures: [{signal: ratio}]}", "candidates[0].measures[0].factor is missing"},
		{"an empty list of measures", "{name: a, kind: signals, higher_is: healthier, measures: []}", "candidates[0].measures is an empty list"},
		{"a signal that is none", "{name: a, kind: signals, higher_is: healthier, measures: [{factor: share, signal: rate}]}", "candidates[0].measures[0].signal must be one of ratio, growth, indicator"},
		{"a tier without points", "{name: a, kind: tier_points, higher_is: healthier, measures: [{factor: share, tiers: [{upto: 3}]}]}", "candidates[0].measures[0].tiers[0].points is missing"},
		{"measures of a fitted candidate", "{name: a, kind: logistic, measures: [{factor: share}]}", "candidates[0].measures does not apply to kind logistic"},
		{"a file of a hand-set one", "{name: a, kind: weights, weights: {share: 1}, file: x}", "candidates[0].file does not apply to kind weights"},
		{"weights of a platform", "{name: a, kind: worst_of, weights: {share: 1}, measures: [{factor: share, good: 1, poor: 0}]}", "candidates[0].weights does not apply to kind worst_of"},
	} {
		from := strings.Index(foreign, "candidates:\n")
		_, err := Parse("f", []byte(foreign[:from]+"candidates:\n  - "+c.candidate+"\n"))
		if err == nil || !strings.Contains(err.Error(), c.said) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.said)
		}
	}
}
