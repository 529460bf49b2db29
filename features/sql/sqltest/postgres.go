package sqltest

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features/sql"
)

// postgres is a server.
type postgres struct{ conn *pgx.Conn }

// openPostgres works in a schema of its own, which goes with the test.
func openPostgres(t testing.TB, dsn string) *postgres {
	t.Helper()
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
		conn.Exec(context.Background(), "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
		conn.Close(context.Background())
	})
	return &postgres{conn}
}

func (*postgres) Dialect() sql.Dialect { return sql.Postgres }

// postgresType is the type of a column.
func postgresType(c Column) string {
	switch {
	case c.Ints:
		return "bigint"
	case c.Kind == expr.Number:
		return "double precision"
	case c.Kind == expr.Bool:
		return "boolean"
	case c.Kind == expr.Day:
		return "date"
	}
	return "text"
}

func (e *postgres) Load(t testing.TB, table *Table) {
	t.Helper()
	ctx := context.Background()
	names := make([]string, len(table.Columns))
	for j, c := range table.Columns {
		names[j] = c.Name
	}
	day := func(d dataset.Date) any { return time.Unix(int64(d)*86400, 0).UTC() }
	rows := pgx.CopyFromSlice(table.Rows, func(i int) ([]any, error) { return table.row(i, day), nil })
	_, err := e.conn.Exec(ctx, "DROP TABLE IF EXISTS snapshots")
	if err == nil {
		_, err = e.conn.Exec(ctx, table.create(postgresType))
	}
	if err == nil {
		_, err = e.conn.CopyFrom(ctx, pgx.Identifier{"snapshots"}, names, rows)
	}
	if err == nil {
		_, err = e.conn.Exec(ctx, "ANALYZE snapshots")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (e *postgres) Query(t testing.TB, text string) [][]any {
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
