package main

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features/sql"
	"holdfast/models"
)

// snapshotTable is what a model reads of snapshots, for a database.
type snapshotTable struct {
	names []string
	kinds []expr.Type
	cells []func(row int) any // float64, bool, string, dataset.Date or nil
	rows  int
	late  bool // it has a column of the days on which rows were recorded
}

// tableOf takes the columns that a model reads out of snapshots.
func tableOf(m *models.Model, s *dataset.Snapshots) (*snapshotTable, error) {
	uses, err := m.Uses()
	if err != nil {
		return nil, fail(exitModel, err)
	}
	t := &snapshotTable{rows: len(s.Date), late: s.Known != nil}
	t.add(m.Columns.Account, expr.Text, func(i int) any { return s.Accounts[s.Account[i]] })
	t.add(m.Columns.SnapshotDate, expr.Day, func(i int) any { return s.Date[i] })
	if t.late {
		recorded := recordedDays(s)
		t.add(m.Columns.RecordedAt, expr.Day, func(i int) any { return recorded[i] })
	}
	if value := m.Columns.Value; value != "" && s.Value != nil {
		if _, used := uses[value]; !used {
			t.add(value, expr.Number, cellReader(expr.Number, expr.Vector{Numbers: s.Value}))
		}
	}
	for _, c := range s.Table.Columns() {
		kind, used := uses[c.Name]
		if used && !slices.Contains(t.names, c.Name) { // else a history, or a role
			t.add(c.Name, kind, cellReader(kind, c.Vector()))
		}
	}
	return t, nil
}

// recordedDays are days of recording under which the rows were known when they were: those
// themselves, but of versions that were known from their own day on, which are a day apart to
// stay in order.
func recordedDays(s *dataset.Snapshots) []dataset.Date {
	days := slices.Clone(s.Known)
	for i := len(days) - 2; i >= 0; i-- {
		if s.Account[i] == s.Account[i+1] && s.Date[i] == s.Date[i+1] && days[i] >= days[i+1] {
			days[i] = days[i+1] - 1
		}
	}
	return days
}

func (t *snapshotTable) add(name string, kind expr.Type, cell func(row int) any) {
	t.names, t.kinds, t.cells = append(t.names, name), append(t.kinds, kind), append(t.cells, cell)
}

// cellReader reads the cells of a column.
func cellReader(kind expr.Type, v expr.Vector) func(row int) any {
	if v.Numbers == nil {
		return func(i int) any {
			if v.Codes[i] < 0 {
				return nil
			}
			return v.Levels[v.Codes[i]]
		}
	}
	return func(i int) any {
		switch x := v.Numbers[i]; {
		case math.IsNaN(x):
			return nil
		case kind == expr.Bool:
			return x == 1
		case kind == expr.Day:
			return dataset.Date(x)
		default:
			return x
		}
	}
}

// row is a row, with dates as the engine is given them.
func (t *snapshotTable) row(i int, day func(dataset.Date) any) []any {
	out := make([]any, len(t.cells))
	for j, cell := range t.cells {
		if out[j] = cell(i); t.kinds[j] == expr.Day && out[j] != nil {
			out[j] = day(out[j].(dataset.Date))
		}
	}
	return out
}

// create is the statement that makes the table.
func (t *snapshotTable) create(what, name string, types map[expr.Type]string) string {
	columns := make([]string, len(t.names))
	for j, n := range t.names {
		columns[j] = `"` + strings.ReplaceAll(n, `"`, `""`) + `" ` + types[t.kinds[j]]
	}
	return fmt.Sprintf("CREATE %s %s (%s)", what, name, strings.Join(columns, ", "))
}

// isoDay is a date as text.
func isoDay(d dataset.Date) any { return d.String() }

// sqliteDatabase is SQLite inside of this program.
type sqliteDatabase struct{}

func (*sqliteDatabase) dialect() sql.Dialect { return sql.SQLite }

func (*sqliteDatabase) run(ctx context.Context, t *snapshotTable, name, text string) ([]verifiedRow, error) {
	db, err := stdsql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection would have a memory of its own
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	// Columns without a type keep what they are given.
	if _, err := tx.ExecContext(ctx, t.create("TABLE", name, nil)); err != nil {
		return nil, err
	}
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+name+" VALUES (?"+strings.Repeat(", ?", len(t.names)-1)+")")
	if err != nil {
		return nil, err
	}
	defer insert.Close()
	for i := range t.rows {
		if _, err := insert.ExecContext(ctx, t.row(i, isoDay)...); err != nil {
			return nil, err
		}
	}
	rows, err := tx.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return t.readRows(rows)
}

// readRows reads a result of database/sql. Columns beyond the fifth, of an outlook, are not
// compared here.
func (t *snapshotTable) readRows(rows *stdsql.Rows) ([]verifiedRow, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var list []verifiedRow
	for rows.Next() {
		cells, at := make([]any, len(columns)), make([]any, len(columns))
		for j := range cells {
			at[j] = &cells[j]
		}
		if err := rows.Scan(at...); err != nil {
			return nil, err
		}
		r, err := t.readCells(cells)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// readCells reads a row: account, day, the day from which it is known where rows may be late,
// p, health and band.
func (t *snapshotTable) readCells(cells []any) (verifiedRow, error) {
	if len(cells) < 5 || t.late && len(cells) < 6 {
		return verifiedRow{}, fmt.Errorf("a row has %d columns, and not account, day, p, health and band", len(cells))
	}
	r := verifiedRow{account: fmt.Sprint(cells[0])}
	var err error
	if r.day, err = readDay(cells[1]); err != nil {
		return r, err
	}
	if t.late {
		known, err := readDay(cells[2])
		if err != nil {
			return r, err
		}
		r.day, cells = dayKnown(r.day, known), cells[1:]
	}
	for j, to := range []*float64{&r.p, &r.health} {
		switch v := cells[2+j].(type) {
		case nil:
			*to = math.NaN()
		case float64:
			*to = v
		case int64:
			*to = float64(v)
		case string:
			if *to, err = strconv.ParseFloat(v, 64); err != nil {
				return r, err
			}
		default:
			return r, fmt.Errorf("a score is %v, of type %T", v, v)
		}
	}
	if cells[4] != nil {
		r.band = fmt.Sprint(cells[4])
	}
	return r, nil
}

// postgresDatabase is a PostgreSQL server.
type postgresDatabase struct{ dsn string }

func (*postgresDatabase) dialect() sql.Dialect { return sql.Postgres }

// run uses a temporary table, which nobody else sees and which ends with the connection.
func (d *postgresDatabase) run(ctx context.Context, t *snapshotTable, name, text string) ([]verifiedRow, error) {
	conn, err := pgx.Connect(ctx, d.dsn)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	types := map[expr.Type]string{expr.Number: "double precision", expr.Bool: "boolean", expr.Text: "text", expr.Day: "date"}
	if _, err := conn.Exec(ctx, t.create("TEMPORARY TABLE", name, types)); err != nil {
		return nil, err
	}
	day := func(d dataset.Date) any { return time.Unix(int64(d)*86400, 0).UTC() }
	source := pgx.CopyFromSlice(t.rows, func(i int) ([]any, error) { return t.row(i, day), nil })
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{name}, t.names, source); err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []verifiedRow
	for rows.Next() {
		cells, err := rows.Values()
		if err != nil {
			return nil, err
		}
		r, err := t.readCells(cells)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
