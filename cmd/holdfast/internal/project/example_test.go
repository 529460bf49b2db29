package project_test

import (
	"fmt"

	"holdfast/cmd/holdfast/internal/project"
)

func ExampleParse() {
	c, err := project.Parse("holdfast.yaml", []byte(`
version: 1
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
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Path(c.Data.Snapshots), c.Label.LeadDays, c.Factors[0].Missing.Rule, c.Backtest.Primary)
	fmt.Println(c.Problemf("factors[0].expr", `did you mean "licenses"?`, "unknown column %q", "licences"))
	// Output:
	// data/snapshots [90] median log_loss
	// holdfast.yaml:16:11: unknown column "licences"; did you mean "licenses"?
}

func ExampleProblems() {
	_, err := project.Parse("holdfast.yaml", []byte(`version: 1
data: {snapshots: data/snapshots/, outcomes: data/outcomes.parquet}
columns: {account: account_id, snapshot_date: snapshot_date, outcome_date: renewal_date, outcome: churned}
label: {mode: renewal, lead: 3m}
factors:
  - {name: logins, expct: lower_churn}
candidates:
  - {name: today, kind: weights, weights: {login: 100}}
`))
	fmt.Println(err)
	// Output:
	// holdfast.yaml:4:30: label.lead must be a duration in days or weeks, or a list of them from 0d to 3650d, not "3m"; months, quarters and years differ in length; write days, as in 90d
	// holdfast.yaml:6:20: unknown key "expct" in factors[0]; did you mean "expect"?
	// holdfast.yaml:8:44: unknown factor "login" in candidates[0].weights; did you mean "logins"?
}
