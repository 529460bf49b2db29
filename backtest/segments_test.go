package backtest

import (
	"flag"
	"path/filepath"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/synth"
	"holdfast/features"
	"holdfast/models"
)

// perSegmentCompanies is how many companies TestPerSegmentRates simulates of each sort:
//
//	go test ./backtest -run PerSegmentRates -companies=200 -v
//
// The ordinary run is short and its bands wide.
var perSegmentCompanies = flag.Int("companies", 4, "companies simulated to measure how often weights per segment are promoted")

// stagedCompany is a simulated company, read through the label clock.
func stagedCompany(t *testing.T, c synth.Company) (*dataset.Examples, []models.Candidate) {
	t.Helper()
	dir := t.TempDir()
	if err := c.Write(t.Context(), dir, nil); err != nil {
		t.Fatal(err)
	}
	snapshots := filepath.Join(dir, "snapshots")
	schema, err := dataset.Inspect(t.Context(), snapshots)
	if err != nil {
		t.Fatal(err)
	}
	number := func(name, source string) features.Factor { return features.Factor{Name: name, Expr: source} }
	factors, err := features.Compile([]features.Factor{
		number("active_share", "active_users / licences"), number("onboarding_done", "onboarding_done_share"),
		number("training", "log(1 + training_hours)"), number("sticky", "log(1 + sticky_uses_30d / licences)"), number("escalations", "log(1 + escalations_90d)"),
		number("integrations", "log(1 + integrations)"), number("csat", "csat"), number("executive", "executive_contact ? 1 : 0"), number("champion_left", "champion_left ? 1 : 0"),
		number("pulse_red", "csm_pulse == 'red' ? 1 : 0"), number("payment", "log(1 + payment_delay_days)"), number("starter", "plan == 'starter' ? 1 : 0"),
	}, schema.Types())
	if err != nil {
		t.Fatal(err)
	}
	ridge := models.Penalty{Kind: models.Ridge, Strength: 0.001}
	candidates, err := models.Compile([]models.Candidate{
		{Name: "pooled", Kind: models.Logistic, Penalty: ridge},
		{Name: "by_stage", Kind: models.Logistic, Penalty: ridge, PerSegment: true,
			Segments: models.Segments{By: "tenure_days < 365 ? 'onboarding' : 'mature'", MinEvents: 30}},
	}, factors, schema.Types())
	if err != nil {
		t.Fatal(err)
	}
	e, err := dataset.Load(t.Context(), dataset.Spec{
		Snapshots: snapshots, Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned", DecidedAt: "decided_at"},
		Clock:   dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 45}, Uses: usesOf(candidates),
		ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e, candidates
}

func usesOf(candidates []models.Candidate) expr.Columns {
	return features.Uses(models.Inputs(candidates))
}

// promotes says whether weights per segment replace the pooled ones.
func promotes(t *testing.T, c synth.Company) bool {
	t.Helper()
	e, candidates := stagedCompany(t, c)
	r, err := Run(t.Context(), e, candidates, Options{Champion: "pooled", Capacity: 40, Replicates: 200, Seed: 1, Every: Step{Months: 6}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r.Verdict.Decision == Promote
}

// Where both stages churn by one law, weights per segment are a promise that cannot be
// kept: they may be promoted by chance in at most 5 % of companies. Where young accounts
// leave for reasons of their own, they win, as far as the renewals suffice to show it:
// some 4,000 with 600 churned, of which a sixth are young accounts.
func TestPerSegmentRates(t *testing.T) {
	n := *perSegmentCompanies
	var equal, different int
	for i := range n {
		if promotes(t, synth.Company{Accounts: 1500, Seed: uint64(1000 + i), OneLaw: true}) {
			equal++
		}
		if promotes(t, synth.Company{Accounts: 4000, Seed: uint64(1000 + i)}) {
			different++
		}
	}
	t.Logf("of %d companies, per_segment is promoted over pooled in %d (%.1f %%) with one law for all stages, and in %d (%.1f %%) with a law for each",
		n, equal, 100*float64(equal)/float64(n), different, 100*float64(different)/float64(n))
	if float64(equal) > max(1, 0.05*float64(n)) {
		t.Errorf("promoted in %d of %d companies whose segments are equal in truth", equal, n)
	}
	if different < (n+1)/2 {
		t.Errorf("promoted in %d of %d companies whose segments differ in truth", different, n)
	}
}
