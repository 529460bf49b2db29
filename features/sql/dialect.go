package sql

// Dialect is the SQL of one engine. The texts are those that users type; New refuses any other.
type Dialect string

// The dialects. Queries of DuckDB, PostgreSQL and SQLite are run by the tests, wherever the
// engine is at hand; those of the others follow their documentation.
const (
	DuckDB     Dialect = "duckdb"
	Postgres   Dialect = "postgres"
	Snowflake  Dialect = "snowflake"
	BigQuery   Dialect = "bigquery"
	Databricks Dialect = "databricks"
	Trino      Dialect = "trino"
	ClickHouse Dialect = "clickhouse"
	SQLite     Dialect = "sqlite"
)

// Dialects returns all dialects, in the order in which they are listed for people.
func Dialects() []Dialect {
	return []Dialect{DuckDB, Postgres, Snowflake, BigQuery, Databricks, Trino, ClickHouse, SQLite}
}

// overflow is what an engine does with a result that is too large for a double.
type overflow int

const (
	infinite overflow = iota // it becomes infinite, and can be looked at afterwards
	raises                   // it is an error, as is one that underflows to 0: look at the operands before
	nullable                 // there are functions that give NULL instead
)

// engine is what has to be known of a dialect. It is a table and not a type for each: they
// differ in words, not in what is said.
type engine struct {
	double, truth, text, whole string // types, as CAST takes them; whole is a 64-bit integer

	day  string // days from 1970-01-01 to the date %s
	date string // the date of the moment %s

	literal   string // around the shortest decimal of a double: "%s" is one by itself, with an exponent
	quote     byte   // around names
	backslash bool   // texts have escapes that begin with a backslash

	escapedNames bool // names have them too, instead of doubled quotes

	overflow    overflow
	remainder   string // of doubles, with the sign of the first: %[1]s by %[2]s; empty: none
	floor, ceil string // of a double, as a double
	sum         string // the aggregate that sums doubles; exact sums are made of halves (history.go), whichever it is

	as      string // between the name of a stage and its SELECT
	barrier string // after the SELECT
}

// engine describes the dialect; ok is false for an unknown one. It starts from what most of
// them share, so that each case holds what is particular to one. The verbs of formats are
// those of fmt, with a doubled percent sign where the SQL has one.
func (d Dialect) engine() (e engine, ok bool) {
	e = engine{
		double: "DOUBLE", truth: "BOOLEAN", text: "VARCHAR", whole: "BIGINT", literal: "%s", quote: '"',
		floor: "floor(%s)", ceil: "ceil(%s)", sum: "SUM", as: "AS", date: "CAST(%s AS DATE)",
	}
	switch d {
	case DuckDB:
		e.day, e.remainder = "date_diff('day', DATE '1970-01-01', CAST(%s AS DATE))", "(%[1]s %% %[2]s)"
	case Postgres:
		e.double, e.text, e.literal = "double precision", "text", "'%s'::float8"
		e.day, e.overflow = "(CAST(%s AS date) - DATE '1970-01-01')", raises
		e.barrier = "\n  OFFSET 0" // or it would write each stage into the next
	case Snowflake:
		e.literal, e.backslash = "'%s'::DOUBLE", true
		e.day, e.remainder = "DATEDIFF(day, TO_DATE('1970-01-01'), CAST(%s AS DATE))", "MOD(%[1]s, %[2]s)"
	case BigQuery:
		e.double, e.truth, e.text, e.whole, e.quote, e.backslash = "FLOAT64", "BOOL", "STRING", "INT64", '`', true
		e.day, e.overflow, e.escapedNames = "UNIX_DATE(CAST(%s AS DATE))", nullable, true
	case Databricks:
		e.text, e.quote, e.backslash, e.literal = "STRING", '`', true, "%sD"
		e.day, e.remainder = "datediff(CAST(%s AS DATE), DATE '1970-01-01')", "(%[1]s %% %[2]s)"
		// They give whole numbers there, which end at 2^63.
		e.floor, e.ceil = "CAST(floor(%s) AS DOUBLE)", "CAST(ceil(%s) AS DOUBLE)"
	case Trino:
		e.day, e.remainder = "date_diff('day', DATE '1970-01-01', CAST(%s AS DATE))", "mod(%[1]s, %[2]s)"
	case ClickHouse:
		e.double, e.truth, e.text, e.whole = "Nullable(Float64)", "Nullable(Bool)", "Nullable(String)", "Nullable(Int64)"
		e.day, e.remainder = "assumeNotNull(CAST(toDate32(%s) AS Nullable(Int64)))", "(%[1]s %% %[2]s)"
		e.backslash, e.escapedNames, e.sum, e.date = true, true, "sumKahan", "toDate32(%s)"
	case SQLite:
		e.double, e.truth, e.text, e.whole, e.quote = "REAL", "INTEGER", "TEXT", "INTEGER", '`'
		e.day, e.remainder = "CAST(julianday(date(%s)) - 2440587.5 AS INTEGER)", "mod(%[1]s, %[2]s)"
		e.as, e.date = "AS MATERIALIZED", "date(%s)"
	default:
		return engine{}, false
	}
	return e, true
}
