package sql

import (
	"fmt"
	"math"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// Query is a SELECT over a table of snapshots while it is being written:
//
//	q, err := sql.New(sql.DuckDB, "snapshots", roles, types)
//	...
//	q.Distinct()                 // one row an account and day
//	err = q.Histories(specs)     // over all rows
//	q.Newest()                   // from here on, the newest row of each account
//	design := q.Encode(encoder)
//	err = q.Write(w, []sql.Output{{Name: "account", Value: q.Account()}, ...})
//
// It only grows: values are added in stages, and what Keep has left out stays out. Nothing in
// it depends on maps or processors; the same calls give the same text. It belongs to one
// goroutine.
type Query struct {
	engine  engine
	dialect Dialect
	table   string
	roles   dataset.Columns
	types   expr.Columns
	prefix  string

	columns []column         // of all stages; a Value names them by their place
	bound   map[string]Value // by text: what has a name already
	read    map[string]Value // by name: columns of the table
	past    map[string]Value // by name: histories
	cuts    []cut
	last    int // the last stage that there is; 0 reads the table
	least   int // the first stage that new columns may be in

	account, day Value // the account, and the day of the snapshot as a number
	known        Value // the day from which the row is known; the day of the snapshot without recorded_at

	version Value   // with recorded_at: the day on which the row was written, by which versions of a day are in order
	order   Value   // by which the rows of an account are in order; the day without recorded_at
	viewed  []Value // by which windows are apart: the account, and between Views and Own the row that looks back
	view    *view
}

// New begins a query in a dialect. The roles name the columns of account, date and the day
// of recording, types those that expressions read. A table is a name, with dots between its
// parts, or, when it holds brackets or quotes, any text that may stand after FROM: that one is
// the user's own SQL and is written as it is. The error is that of an unknown dialect.
//
// Names of stages begin with hf_; where the table's name holds that too, an x is put before it
// until it does not.
func New(d Dialect, table string, roles dataset.Columns, types expr.Columns) (*Query, error) {
	e, ok := d.engine()
	if !ok {
		return nil, fmt.Errorf("sql: unknown dialect %q; the dialects are %s", string(d), listed(Dialects()))
	}
	q := &Query{engine: e, dialect: d, roles: roles, types: types, prefix: prefix,
		bound: make(map[string]Value), read: make(map[string]Value), past: make(map[string]Value)}
	for strings.Contains(strings.ToLower(table), q.prefix) {
		q.prefix = "x" + q.prefix
	}
	q.table = q.from(table)
	q.account = q.column(0, q.source(roles.Account), "account")
	q.day = q.column(expr.Number, fmt.Sprintf(e.day, q.source(roles.SnapshotDate)), "day")
	q.known, q.order, q.viewed = q.day, q.day, []Value{q.account}
	if roles.RecordedAt != "" {
		q.recorded()
	}
	return q, nil
}

// listed writes dialects for people.
func listed(dialects []Dialect) string {
	words := make([]string, len(dialects))
	for i, d := range dialects {
		words[i] = string(d)
	}
	return strings.Join(words, ", ")
}

// from is what stands after FROM.
func (q *Query) from(table string) string {
	if strings.ContainsAny(table, "('\"`") {
		return table
	}
	parts := strings.Split(table, ".")
	for i, p := range parts {
		parts[i] = q.name(p)
	}
	return strings.Join(parts, ".")
}

// name writes a name of the user's.
func (q *Query) name(s string) string {
	if q.dialect == Snowflake && plain(s) {
		return s
	}
	return q.engine.name(s)
}

// source is a column of the table, qualified: SQLite takes a quoted name that it does not
// know for a text.
func (q *Query) source(name string) string { return "t." + q.name(name) }

// column reads something from the table in the first stage.
func (q *Query) column(of expr.Type, text, name string) Value {
	v := Value{of: of, whole: true, high: math.MaxFloat64, low: smallest}
	v.text = q.define(column{text: text}, name)
	v.from = []int{len(q.columns) - 1}
	return v
}

// Account is the account of a row, as the table has it.
func (q *Query) Account() Value { return q.account }

// Date is the date of the snapshot, as the table has it.
func (q *Query) Date() Value {
	return q.named("date of the row", func() Value { return q.column(0, q.source(q.roles.SnapshotDate), "date") })
}

// named makes a value once: what is asked for again under a key is the same column. Keys of
// columns hold their type, so that none of them is the key of anything else.
func (q *Query) named(key string, build func() Value) Value {
	if v, ok := q.read[key]; ok {
		return v
	}
	v := build()
	q.read[key] = v
	return v
}

// Column is a column of the table as expressions see it.
func (q *Query) Column(name string, of expr.Type) Value {
	return q.named(fmt.Sprint(name, " as ", of), func() Value {
		source := q.source(name)
		switch of {
		case expr.Bool:
			if q.dialect == SQLite { // which has no truths but 0 and 1
				return q.column(of, "("+source+" <> 0)", name)
			}
			return q.column(of, fmt.Sprintf("CAST(%s AS %s)", source, q.engine.truth), name)
		case expr.Text:
			return q.column(of, fmt.Sprintf("CAST(%s AS %s)", source, q.engine.text), name)
		case expr.Day:
			return q.column(expr.Number, fmt.Sprintf(q.dayOf(), source), name)
		}
		v := q.column(of, q.finiteText(q.asDouble(name)), name)
		v.source = name
		return v
	})
}

// asDouble is a column of the table as a number that need not be finite. Whole numbers beyond
// 2^53 are rounded by the cast, as they are when Parquet is read.
func (q *Query) asDouble(name string) string {
	return fmt.Sprintf("CAST(%s AS %s)", q.source(name), q.engine.double)
}

// unread is a column of the table before what is not finite became NULL.
func (q *Query) unread(name string) Value {
	return q.named(fmt.Sprint(name, " unread"), func() Value { return q.column(expr.Number, q.asDouble(name), name) })
}

// dayOf is the day of a date that may be missing.
func (q *Query) dayOf() string {
	if q.dialect == ClickHouse {
		return "CAST(toDate32(%s) AS Nullable(Int64))"
	}
	return q.engine.day
}

// finiteText leaves a number out that is not finite. NaN is above all numbers in some
// engines and compares with none in others: it is not between the two ends in any.
func (q *Query) finiteText(text string) string {
	return fmt.Sprintf("CASE WHEN %s BETWEEN %s AND %s THEN %s END", text,
		q.engine.number(-math.MaxFloat64), q.engine.number(math.MaxFloat64), text)
}

// Distinct keeps one of several equal rows of an account and day. With recorded_at these are
// versions, of which those are kept that say something new. It comes before histories, whose
// windows would count a copy twice; which of the copies stays cannot be told, nor need it.
func (q *Query) Distinct() {
	if q.roles.RecordedAt != "" {
		q.versions()
		return
	}
	q.least = q.last + 1 // what is computed by now has few columns, and a window sorts them all
	copies := q.Raw(expr.Number, "ROW_NUMBER() OVER (PARTITION BY %s, %s ORDER BY %[2]s)", q.account, q.day)
	q.Keep(q.Raw(expr.Bool, "%s = 1", q.Bind(copies, "copy")))
}

// Newest keeps the newest row of every account, with recorded_at the last version of it. It
// comes after histories, which look at the rows that it leaves out.
func (q *Query) Newest() {
	q.Keep(q.Raw(expr.Bool, "%s = 1", q.newest()))
}

// newest is 1 in the newest row of every account.
func (q *Query) newest() Value {
	text, args := "ROW_NUMBER() OVER (PARTITION BY %s ORDER BY %s DESC", []Value{q.account, q.day}
	if q.roles.RecordedAt != "" {
		text, args = text+", %s DESC", append(args, q.version)
	}
	q.least = q.last + 1 // as for Distinct
	return q.Bind(q.Raw(expr.Number, text+")", args...), "newest")
}

// Histories writes histories, of which expressions read the columns of their names
// afterwards.
func (q *Query) Histories(specs []history.Spec) error {
	for _, s := range specs {
		v, err := q.History(s)
		if err != nil {
			return err
		}
		q.past[s.Name()] = v
	}
	return nil
}
