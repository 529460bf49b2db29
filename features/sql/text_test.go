package sql

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// columns are the types that the tests of texts write expressions over.
func columns() expr.Columns {
	return expr.Columns{"x": expr.Number, "y": expr.Number, "b": expr.Bool, "plan": expr.Text, "since": expr.Day}
}

// begun is a query over a table of snapshots with the columns above.
func begun(t *testing.T, d Dialect) *Query {
	t.Helper()
	q, err := New(d, "snapshots", dataset.Columns{Account: "account", SnapshotDate: "day"}, columns())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// expression writes an expression over the columns.
func (q *Query) expression(t *testing.T, source string) Value {
	t.Helper()
	e, err := expr.Parse(source, columns())
	if err != nil {
		t.Fatal(err)
	}
	return q.Expr(e.Root())
}

// written is the whole query of some outputs.
func (q *Query) written(t *testing.T, outputs ...Output) string {
	t.Helper()
	var b strings.Builder
	if err := q.Write(&b, outputs); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAnUnknownDialectIsToldWhichThereAre(t *testing.T) {
	_, err := New("oracle", "t", dataset.Columns{}, nil)
	const want = `sql: unknown dialect "oracle"; the dialects are duckdb, postgres, snowflake, bigquery, databricks, trino, clickhouse, sqlite`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Two signs in a row begin a comment, and 0.1 by itself is a decimal in DuckDB and PostgreSQL.
func TestALiteralIsADoubleInEveryDialect(t *testing.T) {
	bare := []string{"0.1e0", "(-2e0)", "0e0", "1e300", "1234e0"}
	for d, want := range map[Dialect][]string{
		DuckDB: bare, BigQuery: bare, Trino: bare, ClickHouse: bare, SQLite: bare,
		Postgres:   {"'0.1'::float8", "('-2'::float8)", "'0'::float8", "'1e+300'::float8", "'1234'::float8"},
		Snowflake:  {"'0.1'::DOUBLE", "('-2'::DOUBLE)", "'0'::DOUBLE", "'1e+300'::DOUBLE", "'1234'::DOUBLE"},
		Databricks: {"0.1D", "(-2D)", "0D", "1e+300D", "1234D"},
	} {
		e, _ := d.engine()
		for i, v := range []float64{0.1, -2, -zero(), 1e300, 1234} {
			if got := e.number(v); got != want[i] {
				t.Errorf("%s: %v is written %s, want %s", d, v, got, want[i])
			}
		}
	}
}

// zero keeps the compiler from making 0 of -0.
func zero() float64 { return 0 }

func TestADayIsAWholeNumberSince1970(t *testing.T) {
	for d, want := range map[Dialect]string{
		DuckDB:     `date_diff('day', DATE '1970-01-01', CAST(t."since" AS DATE))`,
		Postgres:   `(CAST(t."since" AS date) - DATE '1970-01-01')`,
		Snowflake:  `DATEDIFF(day, TO_DATE('1970-01-01'), CAST(t.since AS DATE))`,
		BigQuery:   "UNIX_DATE(CAST(t.`since` AS DATE))",
		Databricks: "datediff(CAST(t.`since` AS DATE), DATE '1970-01-01')",
		Trino:      `date_diff('day', DATE '1970-01-01', CAST(t."since" AS DATE))`,
		ClickHouse: `CAST(toDate32(t."since") AS Nullable(Int64))`, // a date that may be missing
		SQLite:     "CAST(julianday(date(t.`since`)) - 2440587.5 AS INTEGER)",
	} {
		q := begun(t, d)
		q.Column("since", expr.Day)
		if got := q.columns[len(q.columns)-1].text; got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}

// A truth of SQLite is a number of any size; an engine that casts it would make 2 of 2.
func TestAColumnIsCastToTheTypeThatExpressionsSee(t *testing.T) {
	for d, want := range map[Dialect][2]string{
		DuckDB:     {`CAST(t."b" AS BOOLEAN)`, `CAST(t."plan" AS VARCHAR)`},
		Postgres:   {`CAST(t."b" AS BOOLEAN)`, `CAST(t."plan" AS text)`},
		BigQuery:   {"CAST(t.`b` AS BOOL)", "CAST(t.`plan` AS STRING)"},
		ClickHouse: {`CAST(t."b" AS Nullable(Bool))`, `CAST(t."plan" AS Nullable(String))`},
		SQLite:     {"(t.`b` <> 0)", "CAST(t.`plan` AS TEXT)"},
	} {
		q := begun(t, d)
		q.Column("b", expr.Bool)
		q.Column("plan", expr.Text)
		if got := [2]string{q.columns[2].text, q.columns[3].text}; got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
		if q.TextType() == "" || !strings.Contains(want[1], "AS "+q.TextType()+")") {
			t.Errorf("%s: texts are of type %q, and cast by %s", d, q.TextType(), want[1])
		}
	}
}

// In package expr a column with an infinity or NaN is missing there.
func TestANumberOfTheTableIsFiniteOrNull(t *testing.T) {
	q := begun(t, DuckDB)
	q.Column("x", expr.Number)
	const want = `CASE WHEN CAST(t."x" AS DOUBLE) BETWEEN (-1.7976931348623157e308) AND 1.7976931348623157e308 THEN CAST(t."x" AS DOUBLE) END`
	if got := q.columns[2].text; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAColumnIsReadOnce(t *testing.T) {
	q := begun(t, DuckDB)
	first := q.Column("x", expr.Number)
	n := len(q.columns)
	if again := q.Column("x", expr.Number); again.text != first.text || len(q.columns) != n {
		t.Errorf("read as %s and again as %s, %d columns and %d", first.text, again.text, n, len(q.columns))
	}
	if q.Column("x", expr.Text); len(q.columns) != n+1 {
		t.Error("the same column as a text is another one")
	}
}

// What stands for the truth of an expression, by the rules of package expr.
func TestExpressionsAreWrittenByWhatTheyMean(t *testing.T) {
	for source, want := range map[string]string{
		"b ? x : y":           "CASE WHEN c2_b THEN c3_x WHEN NOT c2_b THEN c4_y END", // unknown chooses neither
		"x != y":              "(c2_x <> c3_y)",
		"x == y":              "(c2_x = c3_y)",
		"not b or x < 1":      "((NOT c2_b) OR (c3_x < 1e0))",
		"b and missing(plan)": "(c2_b AND (c3_plan IS NULL))",
		`plan in ["a", "b"]`:  "(c2_plan IN ('a', 'b'))",
		"coalesce(x, y, 0)":   "COALESCE(c2_x, c3_y, 0e0)",
		"b == true":           "(c2_b = TRUE)",
		"-x":                  "(- c2_x)",
		"log(x)":              "CASE WHEN c2_x > 0 THEN ln(c2_x) END",
		"sqrt(x)":             "CASE WHEN c2_x >= 0 THEN sqrt(c2_x) END",
		"min(x, y)":           "CASE WHEN c2_x <= c3_y THEN c2_x WHEN c2_x > c3_y THEN c3_y END",
		"max(x, y)":           "CASE WHEN c2_x >= c3_y THEN c2_x WHEN c2_x < c3_y THEN c3_y END",
		"floor(x)":            "floor(c2_x)",
		"2 + 3 * 4":           "14e0",
		"1 / 0":               "CAST(NULL AS DOUBLE)",
		"log(0) + x":          "CAST(NULL AS DOUBLE)",
		`plan == "it's"`:      "(c2_plan = 'it''s')",
	} {
		if got := begun(t, DuckDB).expression(t, source).text; got != want {
			t.Errorf("%s is written %s, want %s", source, got, want)
		}
	}
}

// The name of a history is looked up before that of a column: expressions read it by name.
func TestAHistoryThatWasWrittenIsReadByItsName(t *testing.T) {
	q := begun(t, DuckDB)
	q.past["x"] = q.Number(7)
	if got := q.expression(t, "x").text; got != "7e0" {
		t.Errorf("x is %s, want the history", got)
	}
}

// log is the logarithm of ten in some engines; LEAST and GREATEST pass over NULL in some; there
// is no width_bucket in most, and ROUND rounds halves to even in one.
func TestNoQuerySaysWhatEnginesReadDifferently(t *testing.T) {
	sources := []string{"log(x)", "log1p(x)", "expm1(x)", "round(x)", "x % y", "x ^ y", "min(x, y)", "max(x, y)", "clip(x, 0, 1)", "ceil(x)", "exp(x)"}
	for _, d := range Dialects() {
		for _, source := range sources {
			q := begun(t, d)
			text := strings.ToLower(q.written(t, Output{"v", q.expression(t, source)}))
			for _, word := range []string{" log(", "(log(", "log1p(", "expm1(", "round(", "width_bucket", "nullif(null", "%!"} {
				if strings.Contains(text, word) {
					t.Errorf("%s: %s is written with %s\n%s", d, source, word, text)
				}
			}
			if strings.Count(text, "(") != strings.Count(text, ")") {
				t.Errorf("%s: %s has brackets that do not close\n%s", d, source, text)
			}
		}
	}
}

// Overflow of an operator by what the engine does with it; see arithmetic.go.
func TestOnlyWhatMayOverflowIsGuarded(t *testing.T) {
	const finite = "BETWEEN (-1.7976931348623157e308) AND 1.7976931348623157e308"
	for _, c := range []struct {
		d      Dialect
		source string
		holds  string // a part of the text; "" for an operator without a guard
	}{
		{DuckDB, "x + y", finite},
		{DuckDB, "x * y", finite},
		{DuckDB, "x / y", "NULLIF(c3_y, 0)"},
		{DuckDB, "x / 4", ""},
		{DuckDB, "x * 0.5", ""},
		{DuckDB, "log(x) + log(y)", ""}, // at most 746 each
		{DuckDB, "log(x) * log(y)", ""},
		{DuckDB, "x + 1e300", finite},
		{DuckDB, "x - 3", ""}, // less than half a unit in the last place of the largest double
		{DuckDB, "(b ? 1 : 2) + (b ? 3 : 4)", ""},
		{BigQuery, "x + y", "SAFE_ADD("},
		{BigQuery, "x - y", "SAFE_SUBTRACT("},
		{BigQuery, "x * y", "SAFE_MULTIPLY("},
		{BigQuery, "x / y", "SAFE_DIVIDE("},
		{BigQuery, "x / 4", ""},
		{Postgres, "x + y", "THEN c2_x + c3_y END"},
		{Postgres, "x * y", "ln(abs(c2_x)) + ln(abs(c3_y))"},
		{Postgres, "x / y", "ln(abs(c2_x)) - ln(abs(c3_y))"},
		{Postgres, "x / 4", "ln(abs(c2_x))"},       // the least double over 4 underflows, which is an error there
		{Postgres, "sqrt(x) * sqrt(y)", "ln(abs("}, // cannot overflow, and may underflow
		{DuckDB, "sqrt(x) * sqrt(y)", ""},
		{Postgres, "(b ? 1 : 2) * (b ? 3 : 4)", ""},
	} {
		got := begun(t, c.d).expression(t, c.source).text
		if !strings.Contains(got, c.holds) {
			t.Errorf("%s: %s is %s, without %q", c.d, c.source, got, c.holds)
		}
		for _, guard := range []string{"BETWEEN", "SAFE_", "NULLIF", "ln(abs"} {
			if c.holds == "" && strings.Contains(got, guard) {
				t.Errorf("%s: %s is %s, with a guard that it does not need", c.d, c.source, got)
			}
		}
	}
}

// Databricks gives whole numbers for floor and ceil, which end at 2^63.
func TestFloorOfDatabricksIsAskedOfSmallNumbersOnly(t *testing.T) {
	got := begun(t, Databricks).expression(t, "floor(x)").text
	if want := "CASE WHEN abs(c2_x) < 4.503599627370496e+15D THEN CAST(floor(c2_x) AS DOUBLE) ELSE c2_x END"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// SQL has no remainder of doubles everywhere: where it has, that one is taken.
func TestARemainderIsTheEnginesOwnOrDividedOut(t *testing.T) {
	for d, own := range map[Dialect]string{DuckDB: "(c2_x % c3_y)", Snowflake: "MOD(c2_x, c3_y)", Trino: "mod(c2_x, c3_y)", SQLite: "mod(c2_x, c3_y)",
		Databricks: "(c2_x % c3_y)", ClickHouse: "(c2_x % c3_y)", Postgres: "", BigQuery: ""} {
		q := begun(t, d)
		v := q.expression(t, "x % y")
		if own != "" && v.text != "CASE WHEN c3_y <> 0 THEN "+own+" END" {
			t.Errorf("%s: %s", d, v.text)
		}
		// Dekker's product splits by 2^27 + 1.
		if divided := strings.Contains(q.written(t, Output{"v", v}), "134217729 *"); divided != (own == "") {
			t.Errorf("%s: divided out: %v", d, divided)
		}
	}
}

func TestATruthIsOneZeroOrUnknownAsANumber(t *testing.T) {
	q := begun(t, DuckDB)
	if got, want := q.asNumber(q.expression(t, "b")).text, "CASE WHEN c2_b THEN 1e0 WHEN NOT c2_b THEN 0e0 END"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if x := q.expression(t, "x"); q.asNumber(x).text != x.text {
		t.Error("a number is no truth")
	}
}

// A text with a NUL is none in PostgreSQL, and equal to nothing there.
func TestATextWithANULIsWrittenWithoutOne(t *testing.T) {
	for d, want := range map[Dialect]string{
		DuckDB: "('a' || chr(0) || 'b''')", Trino: "('a' || chr(0) || 'b''')", SQLite: "('a' || char(0) || 'b''')", Postgres: "'a\U0010FFFFb'''",
		Snowflake: `'a\000b\''`, BigQuery: `'a\000b\''`, Databricks: `'a\000b\''`, ClickHouse: `'a\000b\''`,
	} {
		if got := begun(t, d).word("a\x00b'").text; got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}

// Hostile names and texts must not end the quotes that they stand in: what is left when all
// quoted pieces are taken out is the query's own.
func TestNoTextFromTheDataLeavesItsQuotes(t *testing.T) {
	for _, d := range Dialects() {
		q := begun(t, d)
		for _, hostile := range []string{"'; DROP TABLE t; --", `\'; DROP`, `"; DROP`, "`; DROP", `\`, `\\'`, `a\"b`, "'", "''", "a\nb"} {
			for _, quoted := range []string{q.engine.string(hostile), q.engine.name(hostile)} {
				if inside := quoted[1 : len(quoted)-1]; closes(inside, quoted[0], quoted[0] == '\'' && q.engine.backslash || quoted[0] != '\'' && q.engine.escapedNames) {
					t.Errorf("%s: %q is written %s", d, hostile, quoted)
				}
			}
		}
	}
}

// closes reads the inside of quotes as an engine does and says whether it ends them.
func closes(inside string, quote byte, escapes bool) bool {
	for i := 0; i < len(inside); i++ {
		switch {
		case escapes && inside[i] == '\\':
			if i++; i == len(inside) {
				return true // the quote at the end is escaped
			}
		case inside[i] == quote:
			if i++; i == len(inside) || inside[i] != quote {
				return true
			}
		}
	}
	return false
}

func TestANameForPeopleStandsWithoutQuotes(t *testing.T) {
	for name, want := range map[string]string{"Logins (30 d)": "logins_30_d", "Zürich": "z_rich", "  ": "", "__a": "a", "a--b": "a_b",
		"a_very_long_name_that_goes_on": "a_very_long_name_that_go", "123": "123"} {
		if got := slug(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

func TestATableIsANameOrTheUsersOwnSQL(t *testing.T) {
	for _, c := range []struct{ d, table, want string }{
		{"duckdb", "warehouse.crm.snapshots", `"warehouse"."crm"."snapshots"`},
		{"snowflake", "crm.Snapshots", `crm."Snapshots"`},
		{"bigquery", "crm.snapshots", "`crm`.`snapshots`"},
		{"duckdb", "read_parquet('a.parquet')", "read_parquet('a.parquet')"},
		{"postgres", `"My Table"`, `"My Table"`},
	} {
		if got := begun(t, Dialect(c.d)).from(c.table); got != c.want {
			t.Errorf("%s: %s is read as %s, want %s", c.d, c.table, got, c.want)
		}
	}
}

// Snowflake keeps unquoted names in upper case, so that quotes are what they must be equal to.
func TestOnlyPlainNamesGoUnquotedInSnowflake(t *testing.T) {
	for name, want := range map[string]bool{"arr": true, "arr_2": true, "_a": true, "2a": false, "Arr": false, "a b": false, "": false, "order": false, "select": false, "é": false} {
		if got := plain(name); got != want {
			t.Errorf("%q is plain: %v", name, got)
		}
	}
	if list := reserved(); !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
		t.Error("the reserved words are not in order, or one is there twice")
	}
}

func TestEveryDialectIsListedOnceAndKnown(t *testing.T) {
	seen := make(map[Dialect]bool)
	for _, d := range Dialects() {
		e, ok := d.engine()
		if !ok || seen[d] {
			t.Errorf("%s: known: %v, seen before: %v", d, ok, seen[d])
		}
		seen[d] = true
		for part, text := range map[string]string{"double": e.double, "truth": e.truth, "text": e.text, "whole": e.whole, "sum": e.sum, "as": e.as} {
			if text == "" {
				t.Errorf("%s has no %s", d, part)
			}
		}
		for part, format := range map[string]string{"day": e.day, "date": e.date, "floor": e.floor, "ceil": e.ceil, "literal": e.literal} {
			if text := fmt.Sprintf(format, "ARG"); strings.Count(text, "ARG") != 1 || strings.Contains(text, "%!") {
				t.Errorf("%s: %s is %s", d, part, text)
			}
		}
	}
}
