package sqltest

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features/sql"
)

// duckDB is a python with the module, which runs the files of statements that it is told and
// answers each with a line: to start it takes longer than to score. The library itself is
// C++, and holdfast is built without.
type duckDB struct {
	dir    string
	tell   io.Writer
	answer *bufio.Reader
}

// driver is what the python runs.
const driver = `
import duckdb, sys
db = duckdb.connect()
db.execute("SET enable_progress_bar = false") # it would stand among the answers
for line in sys.stdin:
    try:
        db.execute(open(line.rstrip("\n"), encoding="utf-8").read())
        print("done", flush=True)
    except Exception as e:
        print(repr(str(e)), flush=True)
`

func openDuckDB(t testing.TB, python string) *duckDB {
	t.Helper()
	cmd := exec.Command(python, "-c", driver)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("duckdb: %v", err)
		}
	})
	return &duckDB{t.TempDir(), in, bufio.NewReader(out)}
}

func (*duckDB) Dialect() sql.Dialect { return sql.DuckDB }

// run runs statements.
func (e *duckDB) run(t testing.TB, statements string) {
	t.Helper()
	file := filepath.Join(e.dir, "statements.sql")
	if err := os.WriteFile(file, []byte(statements), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintln(e.tell, file); err != nil {
		t.Fatal(err)
	}
	said, err := e.answer.ReadString('\n')
	if err != nil || said != "done\n" {
		t.Fatalf("duckdb: %s %v\n%s", said, err, excerpt(statements))
	}
}

// quoted is a text of SQL.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// nullMark stands for NULL in CSV. It is no text of a test.
const nullMark = "\x01null\x01"

// format is that of the files by which rows go in and come out.
const format = ` (FORMAT csv, HEADER false, QUOTE '"', ESCAPE '"', NULLSTR '` + nullMark + `');` + "\n"

// duckType is the type of a column.
func duckType(c Column) string {
	switch {
	case c.Ints:
		return "BIGINT"
	case c.Kind == expr.Number:
		return "DOUBLE"
	case c.Kind == expr.Bool:
		return "BOOLEAN"
	case c.Kind == expr.Day:
		return "DATE"
	}
	return "VARCHAR"
}

// Load reads Parquet where there is some, and else the rows as CSV.
func (e *duckDB) Load(t testing.TB, table *Table) {
	t.Helper()
	const drop = "DROP TABLE IF EXISTS snapshots;\n"
	if table.Parquet != "" {
		e.run(t, drop+"CREATE TABLE snapshots AS SELECT * FROM "+quoted(table.Parquet)+";")
		return
	}
	file := filepath.Join(e.dir, "table.csv")
	if err := os.WriteFile(file, []byte(table.csv()), 0o666); err != nil {
		t.Fatal(err)
	}
	e.run(t, drop+table.create(duckType)+";\nCOPY snapshots FROM "+quoted(file)+format)
}

// csv are the rows.
func (t *Table) csv() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	cells := make([]string, len(t.Columns))
	for i := range t.Rows {
		for j, v := range t.row(i, func(d dataset.Date) any { return d.String() }) {
			switch v := v.(type) {
			case nil:
				cells[j] = nullMark
			case float64:
				cells[j] = strconv.FormatFloat(v, 'g', -1, 64)
			default:
				cells[j] = fmt.Sprint(v)
			}
		}
		w.Write(cells)
	}
	w.Flush()
	return b.String()
}

// Query has the rows written to a file. Its cells are texts.
func (e *duckDB) Query(t testing.TB, text string) [][]any {
	t.Helper()
	out := filepath.Join(e.dir, "out.csv")
	e.run(t, "COPY ("+text+") TO "+quoted(out)+format)
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
		list[i] = make([]any, len(r))
		for j, cell := range r {
			if cell != nullMark {
				list[i][j] = cell
			}
		}
	}
	return list
}
