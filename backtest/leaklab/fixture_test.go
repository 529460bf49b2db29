package leaklab

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/synth"
	"holdfast/features"
	"holdfast/models"
)

// project is data and a question, ready for Run.
type project struct {
	panel      *dataset.Panel
	factors    []features.Factor
	candidates []models.Candidate
}

// simulated writes a company and reads it back as holdfast would, with every column as a
// factor.
func simulated(t testing.TB, c synth.Company, clock dataset.Clock) project {
	t.Helper()
	dir := t.TempDir()
	if err := c.Write(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	spec := dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned", DecidedAt: "decided_at"},
		Clock:   clock,
	}
	if c.Leak == synth.LateWrite {
		spec.Columns.RecordedAt = synth.RecordedAt
	}
	return survey(t, spec, nil)
}

// survey reads what a spec names; factors are the given columns, or all there are.
func survey(t testing.TB, spec dataset.Spec, columns []string) project {
	t.Helper()
	ctx := context.Background()
	schema, err := dataset.Inspect(ctx, spec.Snapshots)
	if err != nil {
		t.Fatal(err)
	}
	types := schema.Types()
	var wanted []features.Factor
	for _, f := range schema.Fields {
		kind, ok := types[f.Name]
		if !ok || kind == expr.Day || f.Name == spec.Columns.Account || columns != nil && !slices.Contains(columns, f.Name) {
			continue
		}
		factor := features.Factor{Name: f.Name, Expr: expr.Quote(f.Name)}
		if kind == expr.Text {
			factor.Kind = features.Category
		}
		wanted = append(wanted, factor)
	}
	var p project
	if p.factors, err = features.Compile(wanted, types); err != nil {
		t.Fatal(err)
	}
	if p.candidates, err = models.Compile([]models.Candidate{{Name: "logistic", Kind: models.Logistic, Penalty: models.Penalty{Kind: models.Ridge, Strength: 0.01}}}, p.factors, types); err != nil {
		t.Fatal(err)
	}
	spec.Uses = features.Uses(p.factors)
	if spec.ObservedUntil == 0 {
		spec.ObservedUntil = dataset.NoDate
	}
	spec.Reading.AsOf = dataset.NoDate
	if p.panel, err = dataset.Survey(ctx, spec); err != nil {
		t.Fatal(err)
	}
	return p
}

// run is Run without a context.
func (p project) run(t testing.TB, o Options) *Report {
	t.Helper()
	r, err := Run(context.Background(), p.panel, p.factors, p.candidates, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// renewal is the clock of a simulated company.
var renewal = dataset.Clock{Mode: dataset.Renewal, Lead: synth.LeadDays, MaxAge: 45}
