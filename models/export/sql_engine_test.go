package export

import (
	"context"
	stdsql "database/sql"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features/sql"
)

// database is an engine that runs what is exported: what it makes of the SELECT is the proof.
type database interface {
	dialect() sql.Dialect
	load(t testing.TB, s *sheet)
	query(t testing.TB, text string) [][]any
}

// sheet is a table of snapshots to be loaded, also as the Parquet file that it is from; "" if
// there is none.
type sheet struct {
	parquet string
	columns []sheetColumn
	rows    int
}

// sheetColumn is a column; cells are float64, bool, string, dataset.Date, or nil.
type sheetColumn struct {
	name string
	kind expr.Type
	ints bool // its numbers are whole, and the engine shall keep them as such
	cell func(row int) any
}

// databases are the engines that there are here: SQLite always, others where the environment
// says.
func databases(t testing.TB) map[string]database {
	t.Helper()
	found := map[string]database{"sqlite": openSQLite(t)}
	if python := os.Getenv("HOLDFAST_DUCKDB"); python != "" {
		found["duckdb"] = &duckDB{command: python, file: filepath.Join(t.TempDir(), "snapshots.duckdb")}
	} else {
		t.Log("HOLDFAST_DUCKDB (a duckdb, or a python that has it) is not set: DuckDB was not checked")
	}
	if dsn := os.Getenv("HOLDFAST_POSTGRES"); dsn != "" {
		found["postgres"] = openPostgres(t, dsn)
	} else {
		t.Log("HOLDFAST_POSTGRES (a connection string) is not set: PostgreSQL was not checked")
	}
	return found
}

// inTurn are the names of the engines.
func inTurn(found map[string]database) []string {
	var names []string
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// sqlite is the engine in this process.
type sqlite struct{ db *stdsql.DB }

func openSQLite(t testing.TB) *sqlite {
	db, err := stdsql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // each connection would have a memory of its own
	t.Cleanup(func() { db.Close() })
	return &sqlite{db}
}

func (*sqlite) dialect() sql.Dialect { return sql.SQLite }

// create is the statement that makes the table.
func (s *sheet) create(typeOf func(c sheetColumn) string) string {
	var list []string
	for _, c := range s.columns {
		list = append(list, `"`+strings.ReplaceAll(c.name, `"`, `""`)+`" `+typeOf(c))
	}
	return "CREATE TABLE snapshots (" + strings.Join(list, ", ") + ")"
}

func (e *sqlite) load(t testing.TB, s *sheet) {
	t.Helper()
	run := func(text string, args ...any) {
		if _, err := e.db.Exec(text, args...); err != nil {
			t.Fatal(err)
		}
	}
	run("DROP TABLE IF EXISTS snapshots")
	run(s.create(func(c sheetColumn) string { return "" })) // no affinity: the values as they are
	run("BEGIN")
	insert, err := e.db.Prepare("INSERT INTO snapshots VALUES (?" + strings.Repeat(", ?", len(s.columns)-1) + ")")
	if err != nil {
		t.Fatal(err)
	}
	args := make([]any, len(s.columns))
	for i := range s.rows {
		for j, c := range s.columns {
			switch v := c.cell(i).(type) {
			case dataset.Date:
				args[j] = v.String()
			case float64:
				if args[j] = v; c.ints {
					args[j] = int64(v)
				}
			default:
				args[j] = v
			}
		}
		if _, err := insert.Exec(args...); err != nil {
			t.Fatal(err)
		}
	}
	insert.Close()
	run("COMMIT")
}

func (e *sqlite) query(t testing.TB, text string) [][]any {
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

// postgres is a server.
type postgres struct{ conn *pgx.Conn }

func openPostgres(t testing.TB, dsn string) *postgres {
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprintf("holdfast_%d", os.Getpid())
	for _, text := range []string{"CREATE SCHEMA IF NOT EXISTS " + schema, "SET search_path TO " + schema} {
		if _, err := conn.Exec(context.Background(), text); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		conn.Exec(context.Background(), "DROP SCHEMA "+schema+" CASCADE")
		conn.Close(context.Background())
	})
	return &postgres{conn}
}

func (*postgres) dialect() sql.Dialect { return sql.Postgres }

func (e *postgres) load(t testing.TB, s *sheet) {
	t.Helper()
	ctx := context.Background()
	if _, err := e.conn.Exec(ctx, "DROP TABLE IF EXISTS snapshots"); err != nil {
		t.Fatal(err)
	}
	create := s.create(func(c sheetColumn) string {
		switch {
		case c.ints:
			return "bigint"
		case c.kind == expr.Number:
			return "double precision"
		case c.kind == expr.Bool:
			return "boolean"
		case c.kind == expr.Day:
			return "date"
		}
		return "text"
	})
	if _, err := e.conn.Exec(ctx, create); err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(s.columns))
	for j, c := range s.columns {
		names[j] = c.name
	}
	_, err := e.conn.CopyFrom(ctx, pgx.Identifier{"snapshots"}, names, pgx.CopyFromSlice(s.rows, func(i int) ([]any, error) {
		row := make([]any, len(s.columns))
		for j, c := range s.columns {
			switch v := c.cell(i).(type) {
			case dataset.Date:
				row[j] = time.Unix(int64(v)*86400, 0).UTC()
			case float64:
				if row[j] = v; c.ints {
					row[j] = int64(v)
				}
			default:
				row[j] = v
			}
		}
		return row, nil
	}))
	if err == nil {
		_, err = e.conn.Exec(ctx, "ANALYZE snapshots")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (e *postgres) query(t testing.TB, text string) [][]any {
	t.Helper()
	rows, err := e.conn.Query(context.Background(), text)
	if err != nil {
		t.Fatalf("%v\n%s", err, excerpt(text))
	}
	defer rows.Close()
	var out [][]any
	for rows.Next() {
		row, err := rows.Values()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%v\n%s", err, excerpt(text))
	}
	return out
}

// duckDB is a command, or a python with the module, which reads statements.
type duckDB struct {
	command string
	file    string
	table   string
}

func (*duckDB) dialect() sql.Dialect { return sql.DuckDB }

// load reads Parquet where there is some, and else what SQLite would be given.
func (e *duckDB) load(t testing.TB, s *sheet) {
	t.Helper()
	if s.parquet != "" {
		e.table = "CREATE VIEW snapshots AS SELECT * FROM '" + strings.ReplaceAll(s.parquet, "'", "''") + "';\n"
		return
	}
	file := filepath.Join(t.TempDir(), "table.csv")
	var b strings.Builder
	w := csv.NewWriter(&b)
	for i := range s.rows {
		var cells []string
		for _, c := range s.columns {
			switch v := c.cell(i).(type) {
			case nil:
				cells = append(cells, `\N`)
			case float64:
				cells = append(cells, strconv.FormatFloat(v, 'g', -1, 64))
			default:
				cells = append(cells, fmt.Sprint(v))
			}
		}
		w.Write(cells)
	}
	w.Flush()
	if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	e.table = s.create(func(c sheetColumn) string {
		switch {
		case c.ints:
			return "BIGINT"
		case c.kind == expr.Number:
			return "DOUBLE"
		case c.kind == expr.Bool:
			return "BOOLEAN"
		case c.kind == expr.Day:
			return "DATE"
		}
		return "VARCHAR"
	}) + ";\nCOPY snapshots FROM '" + file + "' (FORMAT csv, HEADER false, NULLSTR '\\N');\n"
}

func (e *duckDB) query(t testing.TB, text string) [][]any {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.csv")
	args := []string{":memory:"}
	if strings.Contains(filepath.Base(e.command), "python") {
		args = []string{"-c", "import duckdb, sys; duckdb.connect().execute(sys.stdin.read())"}
	}
	cmd := exec.Command(e.command, args...)
	cmd.Stdin = strings.NewReader(e.table + "COPY (" + text + ") TO '" + out + "' (FORMAT csv, HEADER false, NULLSTR '\\N');")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, said, excerpt(text))
	}
	file, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(string(file))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	list := make([][]any, len(records))
	for i, r := range records {
		for _, cell := range r {
			if cell == `\N` {
				list[i] = append(list[i], nil)
			} else {
				list[i] = append(list[i], cell)
			}
		}
	}
	return list
}

// excerpt is the beginning of a long text.
func excerpt(text string) string { return text[:min(len(text), 6000)] }

// numberOfCell reads a number of a result; NaN for NULL.
func numberOfCell(t testing.TB, v any) float64 {
	switch v := v.(type) {
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
	t.Fatalf("%T is no number", v)
	return 0
}
