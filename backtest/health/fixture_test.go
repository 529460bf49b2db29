package health

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/beside"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/synth"
	"holdfast/features"
)

// book is a table written by hand: every column has as many cells as there are rows.
type book struct {
	accounts []string
	days     []dataset.Date
	numbers  map[string][]float64
	words    map[string][]string // "" is missing
}

// write makes a Parquet file of the book.
func (b book) write(t *testing.T, path, date string) {
	t.Helper()
	fields := []parquetio.Field{{Name: "account", Kind: parquetio.Text}, {Name: date, Kind: parquetio.Day}}
	days := make([]int32, len(b.days))
	for i, d := range b.days {
		days[i] = int32(d)
	}
	columns := []parquetio.Column{coded("account", b.accounts), {Name: date, Days: days}}
	for _, name := range slices.Sorted(maps.Keys(b.numbers)) {
		fields = append(fields, parquetio.Field{Name: name, Kind: parquetio.Float, Nullable: true})
		columns = append(columns, parquetio.Column{Name: name, Numbers: b.numbers[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(b.words)) {
		fields = append(fields, parquetio.Field{Name: name, Kind: parquetio.Text, Nullable: true})
		columns = append(columns, coded(name, b.words[name]))
	}
	var file bytes.Buffer
	w, err := parquetio.NewWriter(&file, fields)
	if err == nil {
		err = w.Write(columns)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = os.WriteFile(path, file.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// coded is a text column.
func coded(name string, values []string) parquetio.Column {
	levels := slices.Compact(slices.Sorted(slices.Values(values)))
	codes := make([]int32, len(values))
	for i, v := range values {
		at, _ := slices.BinarySearch(levels, v)
		codes[i] = int32(at)
		if v == "" {
			codes[i] = -1
		}
	}
	return parquetio.Column{Name: name, Codes: codes, Levels: levels}
}

// survey reads two books as a project of 30 days lead would.
func survey(t *testing.T, snapshots, outcomes book, factors []features.Factor, change func(*dataset.Spec)) (*dataset.Panel, []features.Factor) {
	t.Helper()
	dir := t.TempDir()
	s, o := filepath.Join(dir, "snapshots.parquet"), filepath.Join(dir, "outcomes.parquet")
	snapshots.write(t, s, "date")
	outcomes.write(t, o, "due")
	types := make(expr.Columns)
	for name := range snapshots.numbers {
		types[name] = expr.Number
	}
	for name := range snapshots.words {
		types[name] = expr.Text
	}
	compiled, err := features.Compile(factors, types)
	if err != nil {
		t.Fatal(err)
	}
	spec := dataset.Spec{
		Snapshots: s, Outcomes: o, Uses: features.Uses(compiled), ObservedUntil: dataset.NoDate,
		Columns: dataset.Columns{Account: "account", SnapshotDate: "date", OutcomeDate: "due", Outcome: "churned"},
		Clock:   dataset.Clock{Mode: dataset.Renewal, Lead: 30, MaxAge: 45}, Reading: dataset.Reading{AsOf: dataset.NoDate},
	}
	if change != nil {
		change(&spec)
	}
	panel, err := dataset.Survey(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return panel, compiled
}

// day reads an ISO day.
func day(t testing.TB, text string) dataset.Date {
	t.Helper()
	d, err := dataset.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// monthEnds are the last days of n months from the first month on.
func monthEnds(first dataset.Date, n int) []dataset.Date {
	days := make([]dataset.Date, n)
	for i := range days {
		days[i] = monthStart(first).AddMonths(i+1) - 1
	}
	return days
}

// factors of the simulated company, one of each kind.
func companyFactors() []features.Factor {
	return []features.Factor{
		{Name: "active_share", Expr: "active_users / licences"}, {Name: "logins", Expr: "logins_30d", Scale: features.Log1p},
		{Name: "nps", Expr: "nps", Missing: features.Own}, {Name: "tickets", Expr: "support_tickets_90d"},
		{Name: "plan", Kind: features.Category, Expr: "plan"}, {Name: "csm_pulse", Kind: features.Category, Expr: "csm_pulse"},
	}
}

// simulated is the panel of a simulated company.
func simulated(t testing.TB, accounts, months int, seed uint64) (*dataset.Panel, []features.Factor) {
	t.Helper()
	dir := t.TempDir()
	at := filepath.Join(dir, "company")
	if err := (synth.Company{Seed: seed, Accounts: accounts, Months: months}).Write(context.Background(), at, nil); err != nil {
		t.Fatal(err)
	}
	return companyPanel(t, at)
}

// companyPanel reads a company in the files of synth.
func companyPanel(t testing.TB, dir string) (*dataset.Panel, []features.Factor) {
	t.Helper()
	ctx := context.Background()
	schema, err := dataset.Inspect(ctx, filepath.Join(dir, "snapshots"))
	if err != nil {
		t.Fatal(err)
	}
	factors, err := features.Compile(companyFactors(), schema.Types())
	if err != nil {
		t.Fatal(err)
	}
	panel, err := dataset.Survey(ctx, dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots"), Outcomes: filepath.Join(dir, "outcomes.parquet"), Uses: features.Uses(factors), ObservedUntil: dataset.NoDate,
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned",
			DecidedAt: "decided_at", Value: "arr", Segment: "plan", ValueAfter: "arr_after"},
		Clock: dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 45}, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
	if err != nil {
		t.Fatal(err)
	}
	return panel, factors
}

// examine is Examine with few replicates.
func examine(t testing.TB, panel *dataset.Panel, factors []features.Factor) *Report {
	t.Helper()
	r, err := Examine(context.Background(), panel, factors, Options{Replicates: 200, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// said lists the codes of findings or notes.
func said(list []dataset.Warning) []string {
	codes := []string{}
	for _, w := range list {
		codes = append(codes, w.Code)
	}
	return codes
}

// sharedData is a data set beside the repository.
func sharedData(t *testing.T, unchecked string, elem ...string) string {
	t.Helper()
	return beside.Path(t, unchecked, append([]string{"data"}, elem...)...)
}
