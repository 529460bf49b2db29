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

// real are the public data sets with the clock that each one asks for, and the leaks that
// are found in them. The policies of motor_renewals hold six columns as of their end. Two
// show it. The others (counts of claims and of lapses) are as strong as honest factors,
// AUC 0.52 to 0.60, and change when those do: no test tells them apart.
var real = []struct {
	name  string
	clock dataset.Clock
	found []string
}{
	{"motor_renewals", dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 5}, []string{"leak_seniority", "leak_max_policies"}},
	{"cdnow", dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 0}, nil},
	{"ravenstack", dataset.Clock{Mode: dataset.Renewal, Lead: 60, MaxAge: 0}, nil},
	{"telco", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}, nil},
	{"mlc_churn", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}, nil},
	{"iranian", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}, nil},
	{"bank", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}, nil},
	{"direct_motor", dataset.Clock{Mode: dataset.Renewal, Lead: 0, MaxAge: 400}, nil},
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
			var found []string
			for _, f := range report.Findings {
				t.Log(f.Warning())
				if !strings.HasPrefix(f.Factor, "leak_") {
					t.Errorf("an honest factor is called a leak: %+v", f)
				}
				found = append(found, f.Factor)
			}
			if !slices.Equal(found, r.found) {
				t.Errorf("found %q, want %q", found, r.found)
			}
			t.Log(report.Scrambles, report.Skipped)
		})
	}
}
