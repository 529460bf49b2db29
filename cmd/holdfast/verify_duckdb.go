package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"holdfast/dataset/expr"
	"holdfast/features/sql"
)

// duckDatabase is a duckdb program, or a python with its module: the library itself is C++,
// and holdfast is built without.
type duckDatabase struct{ program string }

// findDuckDB finds the program.
func findDuckDB(engine string) (database, error) {
	if engine == "" {
		engine = "duckdb"
	}
	program, err := exec.LookPath(engine)
	if err != nil {
		return nil, fail(exitUsage, errNoEngine)
	}
	return &duckDatabase{program}, nil
}

func (*duckDatabase) dialect() sql.Dialect { return sql.DuckDB }

func (d *duckDatabase) run(ctx context.Context, t *snapshotTable, name, text string) ([]verifiedRow, error) {
	dir, err := os.MkdirTemp("", "holdfast-verify-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "snapshots.csv"), filepath.Join(dir, "scores.csv")
	if err := t.writeCSV(in); err != nil {
		return nil, err
	}
	types := map[expr.Type]string{expr.Number: "DOUBLE", expr.Bool: "BOOLEAN", expr.Text: "VARCHAR", expr.Day: "DATE"}
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	script := t.create("TABLE", name, types) + ";\n" +
		"COPY " + name + " FROM " + quote(in) + ` (FORMAT csv, HEADER false, QUOTE '"', ESCAPE '"', NULLSTR ` + quote(nullMark) + ");\n" +
		"COPY (" + text + ") TO " + quote(out) + " (FORMAT csv, HEADER false, NULLSTR " + quote(nullMark) + ");\n"
	args := []string{":memory:"}
	if strings.Contains(filepath.Base(d.program), "python") {
		args = []string{"-c", "import duckdb, sys; duckdb.connect().execute(sys.stdin.read())"}
	}
	cmd := exec.CommandContext(ctx, d.program, args...)
	cmd.Stdin = strings.NewReader(script)
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", d.program, err, strings.TrimSpace(string(said)))
	}
	return t.readDuckRows(out)
}

// nullMark stands for NULL in the files that DuckDB reads and writes. It is no text that a
// person gives a plan.
const nullMark = "\x01null\x01"

// writeCSV writes the rows.
func (t *snapshotTable) writeCSV(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	line := make([]string, len(t.names))
	for i := range t.rows {
		for j, v := range t.row(i, isoDay) {
			switch v := v.(type) {
			case nil:
				line[j] = nullMark
			case float64:
				line[j] = strconv.FormatFloat(v, 'g', -1, 64)
			default:
				line[j] = fmt.Sprint(v)
			}
		}
		w.Write(line)
	}
	w.Flush()
	return errors.Join(w.Error(), f.Close())
}

// readDuckRows reads what DuckDB wrote.
func (t *snapshotTable) readDuckRows(path string) ([]verifiedRow, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	list := make([]verifiedRow, len(records))
	for i, record := range records {
		cells := make([]any, len(record))
		for j, cell := range record {
			if cell != nullMark {
				cells[j] = cell
			}
		}
		if list[i], err = t.readCells(cells); err != nil {
			return nil, err
		}
	}
	return list, nil
}
