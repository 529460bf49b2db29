package sql

import (
	stdsql "database/sql"
	"math"
	"testing"

	_ "modernc.org/sqlite"
	"pgregory.net/rapid"

	"holdfast/dataset"
)

// A literal that is off by one digit moves the ties at every edge.
func TestLiteralsReadBackToTheSameBits(t *testing.T) {
	db, err := stdsql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e, _ := SQLite.engine()
	rapid.Check(t, func(r *rapid.T) {
		want := rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(r, "v")
		var got float64
		if err := db.QueryRow("SELECT CAST(" + e.number(want) + " AS REAL)").Scan(&got); err != nil || got != want {
			r.Fatalf("%s reads back as %v (%v), not as %v", e.number(want), got, err, want)
		}
	})
}

func TestNamesAndTextsAreQuotedAsTheDialectReadsThem(t *testing.T) {
	for _, c := range []struct {
		d          Dialect
		name, text string
		wantName   string
		wantText   string
	}{
		{Postgres, `a"b`, `it's \n`, `"a""b"`, `'it''s \n'`},
		{BigQuery, "select", `it's \`, "`select`", `'it\'s \\'`},
		{Databricks, "a`b", "line\nbreak", "`a``b`", `'line\nbreak'`},
		{Snowflake, "usage", "x", "usage", "'x'"},
		{Snowflake, "order", "x", `"order"`, "'x'"},
		{Snowflake, "Usage", "x", `"Usage"`, "'x'"},
		{SQLite, "a`b", "", "`a``b`", "''"},
		{ClickHouse, `a"b`, `\`, `"a\"b"`, `'\\'`},
	} {
		q, err := New(c.d, "t", dataset.Columns{Account: "a", SnapshotDate: "d"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.name(c.name); got != c.wantName {
			t.Errorf("%s: the name %s is written %s, want %s", c.d, c.name, got, c.wantName)
		}
		if got := q.word(c.text).text; got != c.wantText {
			t.Errorf("%s: the text %s is written %s, want %s", c.d, c.text, got, c.wantText)
		}
	}
}
