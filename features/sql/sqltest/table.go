package sqltest

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features/sql"
)

// Engine is a database with one table, "snapshots".
type Engine interface {
	Dialect() sql.Dialect

	// Load makes the table anew.
	Load(t testing.TB, table *Table)

	// Query returns the rows of a SELECT. What stands in their cells is up to the engine:
	// read them with Number, Text and Day.
	Query(t testing.TB, text string) [][]any
}

// Table is what is loaded: its columns, and the Parquet file that says the same, for engines
// that read such; "" if there is none.
type Table struct {
	Parquet string
	Columns []Column
	Rows    int
}

// Column is a column of a Table. Cell returns a float64, bool, string, dataset.Date, or nil
// for NULL.
type Column struct {
	Name string
	Kind expr.Type
	Ints bool // its numbers are whole, and the engine shall hold them as such
	Cell func(row int) any
}

// Only is the table of some of the rows, in their order. No Parquet file says that.
func (t *Table) Only(rows []int32) *Table {
	some := &Table{Rows: len(rows)}
	for _, c := range t.Columns {
		cell := c.Cell
		c.Cell = func(row int) any { return cell(int(rows[row])) }
		some.Columns = append(some.Columns, c)
	}
	return some
}

// create is the statement that makes the table.
func (t *Table) create(typeOf func(c Column) string) string {
	var list []string
	for _, c := range t.Columns {
		list = append(list, `"`+strings.ReplaceAll(c.Name, `"`, `""`)+`" `+typeOf(c))
	}
	return "CREATE TABLE snapshots (" + strings.Join(list, ", ") + ")"
}

// row is a row as a driver takes it, with dates made by day.
func (t *Table) row(i int, day func(dataset.Date) any) []any {
	out := make([]any, len(t.Columns))
	for j, c := range t.Columns {
		switch v := c.Cell(i).(type) {
		case dataset.Date:
			out[j] = day(v)
		case float64:
			if out[j] = v; c.Ints {
				out[j] = int64(v)
			}
		default:
			out[j] = v
		}
	}
	return out
}

// Here are the engines that there are: SQLite, and those that the environment names. What was
// not checked is logged.
func Here(t testing.TB) []Engine {
	t.Helper()
	engines := []Engine{SQLite(t)}
	if python := os.Getenv("HOLDFAST_DUCKDB"); python != "" {
		engines = append(engines, openDuckDB(t, python))
	} else {
		t.Log("HOLDFAST_DUCKDB (a python that has the module) is not set: DuckDB was not checked; .ci/engines checks it")
	}
	if dsn := os.Getenv("HOLDFAST_POSTGRES"); dsn != "" {
		engines = append(engines, openPostgres(t, dsn))
	} else {
		t.Log("HOLDFAST_POSTGRES (a connection string) is not set: PostgreSQL was not checked; .ci/engines checks it")
	}
	return engines
}

// Number reads a number of a result; NaN for NULL.
func Number(t testing.TB, cell any) float64 {
	t.Helper()
	switch v := cell.(type) {
	case nil:
		return math.NaN()
	case float64:
		return v
	case int64:
		return float64(v)
	case string:
		x, err := strconv.ParseFloat(v, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	t.Fatalf("%T is no number", cell)
	return 0
}

// excerpt is the beginning of a long text.
func excerpt(text string) string { return text[:min(len(text), 6000)] }
