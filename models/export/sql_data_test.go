package export

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/features"
	"holdfast/features/sql/sqltest"
	"holdfast/models"
)

// realData is the folder of data sets beside the repository, skipped where there is none.
func realData(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no go.mod above: the SQL of models of real data was not checked")
		}
	}
	data := filepath.Join(dir, "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("there is no ../shared/data: the SQL of models of real data was not checked")
	}
	return data
}

// past are the histories that a longitudinal data set gets, one of each function, over its
// first numbers.
func past(numbers []string) []features.Factor {
	var list []features.Factor
	for i, as := range []history.Function{history.Change, history.PctChange, history.Slope, history.Mean, history.Min, history.Max, history.Sum, history.DaysSince} {
		h := history.Spec{Of: expr.Quote(numbers[i%len(numbers)]), OverDays: 180 + 60*i, As: as}
		list = append(list, features.Factor{Name: "past " + string(as), History: &h})
	}
	return list
}

// realFactors uses all columns of a data set but those that know the answer.
func realFactors(schema *dataset.Schema, longitudinal bool) []features.Factor {
	types := schema.Types()
	var list []features.Factor
	var numbers []string
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if name == "account_id" || len(name) > 5 && name[:5] == "leak_" {
			continue
		}
		f := features.Factor{Name: name, Expr: expr.Quote(name)}
		switch kind := types[name]; kind {
		case expr.Number:
			numbers = append(numbers, name)
			switch len(numbers) % 4 {
			case 0:
				f.Clip = []features.Bound{{Value: 1, Percentile: true}, {Value: 99, Percentile: true}}
			case 1:
				f.Scale = features.Asinh
			case 2:
				f.Kind = features.Bins
			}
		case expr.Text:
			f.Kind, f.Rare = features.Category, 20
		case expr.Bool:
		default:
			continue
		}
		list = append(list, f)
	}
	if longitudinal {
		list = append(list, past(numbers)...)
	}
	return list
}

// realModel fits a ridge on a data set.
func realModel(t *testing.T, spec dataset.Spec, longitudinal bool) *models.Model {
	t.Helper()
	schema, err := dataset.Inspect(t.Context(), spec.Snapshots)
	if err != nil {
		t.Fatal(err)
	}
	types := schema.Types()
	factors, err := features.Compile(realFactors(schema, longitudinal), types)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := models.Compile([]models.Candidate{{Name: "ridge", Kind: models.Logistic, Penalty: models.Penalty{Kind: models.Ridge, Strength: 0.01}}}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	spec.Uses, spec.Histories = features.Uses(factors), features.Histories(factors)
	e, err := dataset.Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	m, err := compiled[0].Fit(t.Context(), e.All())
	if err == nil {
		err = m.Introduce(t.Context(), e.All(), models.DefaultBandRules(), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	m.Columns = dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date"}
	return m
}

// sampleRows is how many rows of a data set are compared, at least, unless HOLDFAST_EVERY_ROW
// lists the engine.
const sampleRows = 4000

// sampled are the rows of accounts that are evenly spread, with all of their past.
func sampled(s *dataset.Snapshots) []int32 {
	each := max(1, len(s.Date)/sampleRows)
	var rows []int32
	for i, account := range s.Account {
		if int(account)%each == 0 {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// recipe is how a data set is read.
type recipe struct {
	Longitudinal bool `json:"longitudinal"`
	Variants     map[string]struct {
		Lead int `json:"lead_days"`
		Age  int `json:"max_age_days"`
	} `json:"variants"`
}

// recipesOf reads the recipes of the data sets in a folder.
func recipesOf(t *testing.T, data string) map[string]recipe {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "recipes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var recipes map[string]recipe
	if err := json.Unmarshal(text, &recipes); err != nil {
		t.Fatal(err)
	}
	return recipes
}

// spec is how the data set of a folder is read: by the first of its variants.
func (r recipe) spec(dir string) dataset.Spec {
	spec := dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns:       dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned"},
		Clock:         dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 400},
		ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	}
	for _, v := range slices.Sorted(maps.Keys(r.Variants))[:min(1, len(r.Variants))] {
		spec.Clock.Lead, spec.Clock.MaxAge = r.Variants[v].Lead, r.Variants[v].Age
	}
	return spec
}

// Every data set with all of its columns and, where accounts have a past, one history of each
// function: no row may differ, of the newest and of all. Engines in HOLDFAST_EVERY_ROW, as in
// "duckdb,postgres,sqlite", are given all rows (SQLite takes minutes for them), and others
// some of the accounts.
func TestSQLGivesWhatTheScorerGivesOnRealData(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the SQL of models of real data was not checked")
	}
	data := realData(t)
	recipes := recipesOf(t, data)
	engines := sqltest.Here(t)
	whole := strings.Split(os.Getenv("HOLDFAST_EVERY_ROW"), ",")
	for _, name := range slices.Sorted(maps.Keys(recipes)) {
		dir := filepath.Join(data, filepath.FromSlash(name))
		if _, err := os.Stat(filepath.Join(dir, "snapshots.parquet")); err != nil || filepath.Base(name) != name {
			continue
		}
		t.Run(name, func(t *testing.T) {
			spec := recipes[name].spec(dir)
			m := realModel(t, spec, recipes[name].Longitudinal)
			s := snapshotsOf(t, m, spec)
			uses, err := m.Uses()
			if err != nil {
				t.Fatal(err)
			}
			table, rows := sheetOf(s, m.Columns, uses, wholes(t, spec.Snapshots), spec.Snapshots), sampled(s)
			for _, e := range engines {
				t.Run(string(e.Dialect()), func(t *testing.T) {
					if slices.Contains(whole, string(e.Dialect())) {
						e.Load(t, table)
						compareSQL(t, m, e, s, everyRow(s))
						return
					}
					e.Load(t, table.Only(rows))
					compareSQL(t, m, e, s, rows)
				})
			}
		})
	}
}

// snapshotsOf reads the snapshots of a data set, with the histories that a model uses.
func snapshotsOf(t testing.TB, m *models.Model, spec dataset.Spec) *dataset.Snapshots {
	t.Helper()
	uses, err := m.Uses()
	if err != nil {
		t.Fatal(err)
	}
	s, err := dataset.LoadSnapshots(t.Context(), spec.Snapshots, m.Columns, uses, spec.Reading)
	if err == nil {
		err = s.AddHistories(t.Context(), m.Histories(), uses)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}
