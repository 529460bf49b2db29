package leaklab

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/beside"
	"holdfast/dataset/parquetio"
)

// real are the public data sets with the clock that each one asks for.
var real = []struct {
	name  string
	clock dataset.Clock
}{
	{"motor_renewals", dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 5}},
	{"cdnow", dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 0}},
	{"ravenstack", dataset.Clock{Mode: dataset.Renewal, Lead: 60, MaxAge: 0}},
	{"telco", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}},
	{"mlc_churn", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}},
	{"iranian", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}},
	{"bank", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}},
	{"direct_motor", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}},
}

func TestRealDataSets(t *testing.T) {
	for _, r := range real {
		t.Run(r.name, func(t *testing.T) {
			dir := beside.Path(t, "the honest factors of "+r.name, "data", r.name)
			schema, err := dataset.Inspect(t.Context(), filepath.Join(dir, "snapshots.parquet"))
			if err != nil {
				t.Fatal(err)
			}
			var columns []string
			for _, f := range schema.Fields {
				if f.Kind != parquetio.Day {
					columns = append(columns, f.Name)
				}
			}
			p := survey(t, dataset.Spec{Snapshots: schema.Path, Outcomes: filepath.Join(dir, "outcomes.parquet"), Clock: r.clock,
				Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned"}},
				slices.DeleteFunc(columns, func(c string) bool { return c == "account_id" }))
			report := p.run(t, Options{Seed: 1})
			for _, f := range report.Findings {
				t.Log(f.Warning(), f.Evidence)
				if f.Factor != "" && !strings.HasPrefix(f.Factor, "leak_") {
					t.Errorf("an honest factor")
				}
			}
			t.Log(report.Scrambles, report.Skipped)
			for _, s := range report.Shifts {
				t.Logf("%-25s %.3f %.3f jump %.3f z %.1f", s.Factor, s.AUC, s.Later, s.Jump, s.Z)
			}
		})
	}
}
