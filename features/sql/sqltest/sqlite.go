package sqltest

import (
	stdsql "database/sql"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver

	"holdfast/dataset"
	"holdfast/features/sql"
)

// sqlite is the engine in this process.
type sqlite struct{ db *stdsql.DB }

// SQLite opens the one engine that is everywhere.
func SQLite(t testing.TB) Engine {
	t.Helper()
	db, err := stdsql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // each connection would have a memory of its own
	t.Cleanup(func() { db.Close() })
	return &sqlite{db}
}

func (*sqlite) Dialect() sql.Dialect { return sql.SQLite }

// Load gives the columns no type, so that the values stay as they are. NaN becomes NULL, as
// there is none in SQLite.
func (e *sqlite) Load(t testing.TB, table *Table) {
	t.Helper()
	run := func(text string) {
		if _, err := e.db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	run("DROP TABLE IF EXISTS snapshots")
	run(table.create(func(Column) string { return "" }))
	run("BEGIN")
	insert, err := e.db.Prepare("INSERT INTO snapshots VALUES (?" + strings.Repeat(", ?", len(table.Columns)-1) + ")")
	if err != nil {
		t.Fatal(err)
	}
	day := func(d dataset.Date) any { return d.String() }
	for i := range table.Rows {
		if _, err := insert.Exec(table.row(i, day)...); err != nil {
			t.Fatal(err)
		}
	}
	insert.Close()
	run("COMMIT")
}

func (e *sqlite) Query(t testing.TB, text string) [][]any {
	t.Helper()
	rows, err := e.db.Query(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, excerpt(text))
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]any
	for rows.Next() {
		row, at := make([]any, len(names)), make([]any, len(names))
		for j := range row {
			at[j] = &row[j]
		}
		if err := rows.Scan(at...); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%v\n%s", err, excerpt(text))
	}
	return out
}
