package project

import (
	"reflect"
	"strings"
	"testing"
)

// fittings uses every key of how a candidate is fitted.
const fittings = `version: 1
data: {snapshots: data/snapshots/, outcomes: data/outcomes.parquet}
columns: {account: account_id, snapshot_date: snapshot_date, outcome_date: renewal_date, outcome: churned, open_when: [talks], value: arr}
label: {mode: renewal, lead: 90d}
factors:
  - {name: logins, category: usage, expect: lower_churn}
  - {name: tickets, category: tickets, expect: higher_churn}
  - {name: plan, kind: category}
candidates:
  - {name: today, kind: weights, weights: {logins: 60, tickets: 40}}
  - name: lasso
    kind: logistic
    penalty: {lasso: auto, rule: 1se}
    signs: enforce
    bounds: {tickets: [-0.5, 2]}
    pin: {logins: -0.3}
    offset: log(arr + 1)
  - name: net
    kind: logistic
    penalty: {elastic_net: {alpha: 0.25, strength: 0.01}}
    weigh: {by: value, half_life: 52w}
    sampling: {churned: 1, renewed: 0.1}
  - {name: firth, kind: logistic, penalty: {firth: true}}
  - {name: flic, kind: logistic, penalty: {flic: true}, factors: [logins]}
  - name: percent
    kind: logistic
    form: percent
    pin: {tickets: 30}
    cap: {tickets: 0.4}
  - {name: near, kind: logistic, toward: today}
`

func TestHowACandidateIsFittedIsRead(t *testing.T) {
	all := []string{"logins", "tickets", "plan"}
	want := []Candidate{
		{Name: "today", Kind: CandidateWeights, Weights: []Weight{{"logins", 60}, {"tickets", 40}}},
		{Name: "lasso", Kind: CandidateLogistic, Factors: all, Penalty: Penalty{Kind: PenaltyLasso, Auto: true, Rule: Rule1SE},
			Fitting: Fitting{Enforce: true, Bounds: []Bounded{{"logins", -0.3, -0.3}, {"tickets", -0.5, 2}}, Offset: "log(arr + 1)"}},
		{Name: "net", Kind: CandidateLogistic, Factors: all, Penalty: Penalty{Kind: PenaltyElasticNet, Alpha: 0.25, Strength: 0.01},
			Fitting: Fitting{WeighBy: WeighValue, HalfLife: 364, Sampling: Sampling{1, 0.1}}},
		{Name: "firth", Kind: CandidateLogistic, Factors: all, Penalty: Penalty{Kind: PenaltyFirth}},
		{Name: "flic", Kind: CandidateLogistic, Factors: []string{"logins"}, Penalty: Penalty{Kind: PenaltyFLIC}},
		// Percent weights need no penalty, and use every factor that has a 0-100 score.
		{Name: "percent", Kind: CandidateLogistic, Fitting: Fitting{Form: FormPercent, Bounds: []Bounded{{"tickets", 30, 30}}, Caps: []Capped{{"tickets", 0.4}}}},
		{Name: "near", Kind: CandidateLogistic, Penalty: Penalty{Kind: PenaltyRidge, Auto: true, Rule: RuleBest}, Fitting: Fitting{Toward: "today"}},
	}
	got := parse(t, fittings).Candidates
	for i := range got {
		got[i].Target = "" // of every candidate, and the subject of another test
		got[i].Calibrate = Calibrate{}
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("got  %+v\nwant %+v", got[i], want[i])
		}
	}
}

func TestContradictionsAboutAFitAreNamed(t *testing.T) {
	for _, c := range []struct{ fact, old, written, want string }{
		{"two penalties", "{lasso: auto, rule: 1se}", "{lasso: auto, firth: true}", "candidates[1].penalty has both lasso and firth; keep one of them"},
		{"a rule for a strength that is given", "{lasso: auto, rule: 1se}", "{lasso: 0.1, rule: 1se}", "candidates[1].penalty.rule does not apply to a penalty whose strength is not chosen"},
		{"firth that is not true", "{firth: true}", "{firth: 3}", `candidates[3].penalty.firth must be true, not "3"`},
		{"a misspelt penalty", "{lasso: auto, rule: 1se}", "{laso: auto}", `unknown key "laso" in candidates[1].penalty; did you mean "lasso"?`},
		{"pinned and bounded", "pin: {logins: -0.3}", "pin: {tickets: 1}", `factor "tickets" is both pinned and bounded`},
		{"a bound of a category", "{tickets: [-0.5, 2]}", "{plan: [-0.5, 2]}", `factor "plan" is a category, which has a weight for each level; leave it out`},
		{"a bound of nothing", "{tickets: [-0.5, 2]}", "{tikets: [-0.5, 2]}", `nothing is called "tikets" in candidates[1].bounds; did you mean "tickets"?`},
		{"bounds the wrong way", "[-0.5, 2]", "[2, -0.5]", "candidates[1].bounds.tickets must go from low to high; swap the numbers"},
		{"one bound", "[-0.5, 2]", "[-0.5]", "candidates[1].bounds.tickets must be a list of two numbers"},
		{"no bounds", "bounds: {tickets: [-0.5, 2]}", "bounds: {}", "candidates[1].bounds names nothing"},
		{"a cap of a category that no factor has", "cap: {tickets: 0.4}", "cap: {support: 0.4}", `nothing is called "support" in candidates[5].cap`},
		{"a cap in percent", "cap: {tickets: 0.4}", "cap: {tickets: 40}", "candidates[5].cap.tickets must be a number from 0.001 to 0.999"},
		{"towards nothing", "toward: today", "toward: lasso", `candidates[6].toward is "lasso", which is no candidate of kind weights`},
		{"a form of hand weights", "tickets: 40}}", "tickets: 40}, form: percent}", "candidates[0].form does not apply to kind weights; remove it"},
		{"an offset that is no expression", "log(arr + 1)", "log(arr + ", "candidates[1].offset"},
		{"a half life in months", "half_life: 52w", "half_life: 12m", "candidates[2].weigh.half_life"},
		{"money that no column holds", ", value: arr}", "}", "candidates[2].weigh.by needs the money at stake; name its column in columns.value"},
		{"sampling nobody", "renewed: 0.1", "renewed: 0", "candidates[2].sampling.renewed must be a number from"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			_, err := Parse("holdfast.yaml", []byte(change(t, fittings, c.old, c.written)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestWordsOfWhatIsOpenAreRead(t *testing.T) {
	if got := parse(t, fittings).Columns.OpenWhen; !reflect.DeepEqual(got, []string{"talks"}) {
		t.Errorf("open_when %q", got)
	}
}
