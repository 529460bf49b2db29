package parquetio

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// variant is one entry of the shared manifest of odd Parquet forms: the same slice of a real portfolio, written by many
// tools in many ways.
type variant struct {
	Name, Base, Expect, Snapshots, Outcomes string
	Mapping                                 map[string]string
}

// snapshotColumns are the columns of the base snapshots and what they are read as.
var snapshotColumns = []Request{
	{Column: "account_id", As: AsKey}, {Column: "snapshot_date", As: AsDay}, {Column: "channel", As: AsText}, {Column: "payment", As: AsText},
	{Column: "arr", As: AsNumber}, {Column: "prev_premium", As: AsNumber}, {Column: "tenure_days", As: AsNumber}, {Column: "age_years", As: AsNumber},
	{Column: "policies_in_force", As: AsNumber}, {Column: "second_driver", As: AsNumber}, {Column: "vehicle_age", As: AsNumber},
}

// differs says what is meant to differ from the base in variants that must be read: a column left out of the
// comparison, a tolerance, a time zone. Everything else must be equal, to the bit for numbers.
var differs = map[string]struct {
	tolerance float64
	columns   []string // not compared
	zone      string
	first     bool // only the first accounts of the base are there
}{
	"decimals":            {tolerance: 1e-6},
	"floats32":            {tolerance: 1e-4},
	"ts_madrid_midnight":  {zone: "Europe/Madrid"},
	"id_bigint":           {columns: []string{"account_id"}},
	"id_bigint_both":      {columns: []string{"account_id"}},
	"id_uuid":             {columns: []string{"account_id"}},
	"id_space_case":       {columns: []string{"account_id"}},
	"null_keys":           {columns: []string{"account_id", "snapshot_date"}},
	"all_null_column":     {columns: []string{"prev_premium"}},
	"schema_evolution":    {columns: []string{"prev_premium"}},
	"nan_inf":             {columns: []string{"prev_premium", "age_years", "arr", "tenure_days", "vehicle_age"}},
	"snapshot_duplicates": {columns: []string{"*"}},
	"wide_1200":           {first: true},
}

// refused says which variants must not be read as the base is, and what the message must contain.
var refused = map[string]string{
	"numbers_as_text":   "holds text (STRING), not numbers",
	"date_text_dmy":     "which is not a date like 2026-03-31",
	"date_int_yyyymmdd": "which could be days, seconds or 20260331",
	"names_missing":     "not found",
	"schema_conflict":   "write both alike",
	"truncated":         "does not end like a Parquet file",
	"bitflip":           "damaged",
	"zero_bytes":        "is empty",
	"csv_renamed":       "is not a Parquet file",
	"empty_dir":         "no Parquet files here",
	"encrypted":         "is encrypted",
}

func TestOddFormsOfOneTableReadAlike(t *testing.T) {
	root := filepath.Join(sharedFolder(t), "data", "variants")
	manifest, err := os.ReadFile(filepath.Join(root, "manifest.json"))
	if err != nil {
		t.Skipf("the odd Parquet forms were not checked: %v", err)
	}
	var variants []variant
	if err := json.Unmarshal(manifest, &variants); err != nil {
		t.Fatal(err)
	}
	for _, v := range variants {
		t.Run(v.Name, func(t *testing.T) { checkVariant(t, root, v) })
	}
}

func checkVariant(t *testing.T, root string, v variant) {
	d := differs[v.Name]
	path := filepath.Join(root, v.Name, filepath.FromSlash(v.Snapshots))
	o := Options{}
	if d.zone != "" {
		zone, err := time.LoadLocation(d.zone)
		if err != nil {
			t.Skipf("not checked: no time zone database: %v", err)
		}
		o.Location = zone
	}
	table, err := Read(t.Context(), path, v.requests(), o)
	if want := refused[v.Name]; want != "" {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want one line that says %q", err, want)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if v.Name == "zero_rows" {
		if table.Rows != 0 {
			t.Errorf("%d rows, want none", table.Rows)
		}
		return
	}
	base := mustRead(t, filepath.Join(root, v.Base, "snapshots.parquet"), snapshotColumns, Options{})
	if d.first && table.Rows > 0 && table.Rows < base.Rows {
		base = firstAccounts(base, table.Rows)
	}
	compareTables(t, base, table, d.columns, d.tolerance)
	checkOutcomes(t, filepath.Join(root, v.Name, filepath.FromSlash(v.Outcomes)), v.Name)
}

// firstAccounts keeps the first n rows in order of account and date.
func firstAccounts(t *Table, n int) *Table {
	by := make([]int, t.Rows)
	for i := range by {
		by[i] = i
	}
	slices.SortFunc(by, func(a, b int) int {
		return cmp.Or(cmp.Compare(t.Columns[0].Codes[a], t.Columns[0].Codes[b]), cmp.Compare(t.Columns[1].Days[a], t.Columns[1].Days[b]))
	})
	out := &Table{Rows: n, Columns: slices.Clone(t.Columns)}
	for i, c := range t.Columns {
		k := &out.Columns[i]
		k.Numbers, k.Codes, k.Days = picked(c.Numbers, by[:n]), picked(c.Codes, by[:n]), picked(c.Days, by[:n])
	}
	return out
}

func picked[T any, R int | int32](from []T, rows []R) []T {
	if from == nil {
		return nil
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = from[r]
	}
	return out
}

// requests asks for the base columns under the names that they have in the variant.
func (v variant) requests() []Request {
	want := slices.Clone(snapshotColumns)
	for odd, name := range v.Mapping {
		i := slices.IndexFunc(want, func(r Request) bool { return r.Column == name })
		want[i].Column = odd
	}
	return want
}

// checkOutcomes reads the outcomes as far as their types are this package's business.
func checkOutcomes(t *testing.T, path, name string) {
	want := []Request{{Column: "account_id", As: AsKey}, {Column: "renewal_date", As: AsDay}}
	table, err := Read(t.Context(), path, want, Options{})
	if err != nil || (table.Rows == 0) != (name == "zero_rows_outcomes") {
		t.Errorf("outcomes: %v", err)
	}
}

// compareTables compares two tables row by row after ordering both by all columns that are compared exactly.
func compareTables(t *testing.T, want, got *Table, except []string, tolerance float64) {
	t.Helper()
	if slices.Contains(except, "*") {
		return
	}
	if want.Rows != got.Rows {
		t.Fatalf("%d rows, want %d", got.Rows, want.Rows)
	}
	compared := func(i int) bool { return !slices.Contains(except, want.Columns[i].Name) }
	a, b := ordered(want, compared), ordered(got, compared)
	for i := range want.Columns {
		if !compared(i) {
			continue
		}
		for row := range a {
			if x, y := a[row][i], b[row][i]; !alike(x, y, tolerance) {
				t.Errorf("column %s, row %d in order: %v, want %v", want.Columns[i].Name, row, y, x)
				break
			}
		}
	}
}

// ordered spells out a table and sorts it by its keys, dates and texts, then by its numbers.
func ordered(t *Table, compared func(int) bool) [][]any {
	rows := make([][]any, t.Rows)
	for r := range rows {
		for _, c := range t.Columns {
			rows[r] = append(rows[r], cell(&c, r))
		}
	}
	slices.SortStableFunc(rows, func(a, b []any) int {
		for i := range a {
			if !compared(i) {
				continue
			}
			if c := strings.Compare(order(a[i]), order(b[i])); c != 0 {
				return c
			}
		}
		return 0
	})
	return rows
}

// order spells a cell so that equal cells, to four digits for numbers, sort alike.
func order(v any) string {
	if x, ok := v.(float64); ok {
		return fmt.Sprintf("%030.2f", x)
	}
	return fmt.Sprint(v)
}

func cell(c *Column, row int) any {
	switch {
	case c.As == AsNumber:
		return c.Numbers[row]
	case c.As == AsDay:
		return c.Days[row]
	case c.Codes[row] < 0:
		return nil
	}
	return c.Levels[c.Codes[row]]
}

// alike compares two cells; numbers may differ by a share of the expected value.
func alike(x, y any, tolerance float64) bool {
	a, isNumber := x.(float64)
	if !isNumber {
		return x == y
	}
	b := y.(float64)
	if a != a || b != b {
		return a != a && b != b
	}
	return math.Abs(a-b) <= tolerance*math.Abs(a)
}

func TestMissingColumnsListWhatThereIs(t *testing.T) {
	path := filepath.Join(sharedFolder(t), "data", "variants", "names_missing", "snapshots.parquet")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the message of a missing column on real files was not checked: %v", err)
	}
	_, err := Read(t.Context(), path, snapshotColumns, Options{})
	var column *ColumnError
	if !errors.As(err, &column) || len(column.Have) == 0 || column.Path != path {
		t.Errorf("error %#v, want a ColumnError with the columns there are", err)
	}
}

func TestKeysOfDifferentWidthsAreEqual(t *testing.T) {
	root := filepath.Join(sharedFolder(t), "data", "variants")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("integer keys of different widths in real files were not checked: %v", err)
	}
	want := []Request{{Column: "account_id", As: AsKey}}
	for _, name := range []string{"base", "id_bigint_both", "id_uuid"} {
		s := mustRead(t, filepath.Join(root, name, "snapshots.parquet"), want, Options{}).Columns[0]
		o := mustRead(t, filepath.Join(root, name, "outcomes.parquet"), want, Options{}).Columns[0]
		for _, level := range o.Levels {
			if _, found := slices.BinarySearch(s.Levels, level); !found {
				t.Fatalf("%s: account %q of the outcomes is not among the snapshots", name, level)
			}
		}
	}
}

func TestFilesOfSparkAndPandasAreRead(t *testing.T) {
	root := filepath.Join(sharedFolder(t), "data", "variants_real")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Skipf("files really written by Spark and pandas were not checked: %v", err)
	}
	for _, e := range entries {
		path := filepath.Join(root, e.Name())
		fields, rows, err := Schema(t.Context(), path)
		if err != nil || rows == 0 {
			t.Errorf("%s: %d rows, %v", e.Name(), rows, err)
			continue
		}
		table, err := Read(t.Context(), path, naturalRequests(fields), Options{})
		if err != nil || int64(table.Rows) != rows {
			t.Errorf("%s: %v", e.Name(), err)
			continue
		}
		for _, c := range table.Columns {
			if c.Nulls == table.Rows {
				t.Errorf("%s: column %s is all null", e.Name(), c.Name)
			}
		}
	}
}
