package sql

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// This file writes what a recorded_at column means (package dataset, "Written late"): a row is
// known from the later of its day and the day it was recorded on, a day may have versions, and
// a row looks back at what was known when it became known itself, which is another past for
// each row. Windows see one past only, so that Views sets the rows that each row sees beside
// it, and windows are then over these:
//
//  1. versions leaves out what was written again and says nothing new.
//  2. Views joins each row that looks back (all of an account, or the newest) with the rows
//     that were known by then, of each day the last word.
//  3. The windows of histories are over the rows that one row sees (Query.viewed).
//  4. Own keeps of what each row sees the row itself.

// never is the day on which a row was recorded that says none: before all others.
const never = "-10000000"

// recorded reads the days on which rows were recorded, and from which they are known.
func (q *Query) recorded() {
	recorded := "COALESCE(" + fmt.Sprintf(q.dayOf(), q.source(q.roles.RecordedAt)) + ", " + never + ")"
	day := q.columns[q.day.from[0]].text
	q.version = q.column(expr.Number, recorded, "recorded")
	q.known = q.column(expr.Number, fmt.Sprintf("CASE WHEN %s > %s THEN %s ELSE %s END", recorded, day, recorded, day), "known")
}

// AsOf is the date from which a row is known.
func (q *Query) AsOf() Value {
	return q.named("as of", func() Value {
		date, recorded := q.source(q.roles.SnapshotDate), q.source(q.roles.RecordedAt)
		on := func(source string) string { return fmt.Sprintf(q.engine.date, source) }
		return q.column(0, fmt.Sprintf("CASE WHEN %s > %s THEN %s ELSE %s END", on(recorded), on(date), on(recorded), on(date)), "as_of")
	})
}

// versions keeps the rows that say something else than the row before them, of the same
// account and day and in the order in which they were recorded: in any of the columns that
// are read, or in what is at stake. From here on the rows of an account are in that order.
func (q *Query) versions() {
	frame := " OVER (PARTITION BY " + q.account.text + ", " + q.day.text + " ORDER BY " + q.version.text + " ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)"
	before := func(v Value) Value {
		w := q.Raw(v.of, "MAX(%s)", v).reading(q.account, q.day, q.version)
		w.text += frame
		return q.Bind(w, "before")
	}
	text, args := "CASE WHEN %[1]s IS NULL THEN 1", []Value{before(q.day)}
	var same []string
	for _, v := range q.told() {
		args = append(args, v, before(v))
		x, y := len(args)-1, len(args)
		same = append(same, fmt.Sprintf("(%%[%[1]d]s = %%[%[2]d]s OR %%[%[1]d]s IS NULL AND %%[%[2]d]s IS NULL)", x, y))
	}
	if len(same) > 0 {
		text += " WHEN " + strings.Join(same, " AND ") + " THEN 0 ELSE 1"
	} else {
		text += " ELSE 0" // nothing is read of a row but that it is there
	}
	q.Keep(q.Raw(expr.Bool, text+" END = 1", args...))
	q.order = q.Bind(q.Raw(expr.Number, "ROW_NUMBER() OVER (PARTITION BY %s ORDER BY %s, %s)", q.account, q.day, q.version), "row")
}

// told is what a row says: the columns that are read, in the order of their names, and what is
// at stake. A version that differs in a column that nobody reads says nothing new.
func (q *Query) told() []Value {
	var list []Value
	for _, name := range slices.Sorted(maps.Keys(q.types)) {
		v := q.Column(name, q.types[name])
		if v.of == expr.Bool {
			v = q.Bind(q.asNumber(v), name) // truths have no largest one everywhere
		}
		list = append(list, v)
	}
	if _, told := q.types[q.roles.Value]; q.roles.Value != "" && !told {
		list = append(list, q.Column(q.roles.Value, expr.Number))
	}
	return list
}

// view is the stage in which each row that looks back is joined with the rows that it sees. A
// query has at most one. Its size is rows times what a window holds, so that it reaches no
// further back than the histories do.
type view struct {
	stage  int
	reach  int    // days
	next   Value  // the day from which the next version of the row's day is known, NULL for none
	newest *Value // 1 where a row is the newest of its account, if only these look back
}

// Views sets beside each row, or the newest of each account, the rows that it sees: those of
// days up to its own that were known when it became known, of each day the last version that
// was. It goes as far back as the histories do. Own ends it.
func (q *Query) Views(specs []history.Spec, onlyNewest bool) {
	v := &view{}
	for _, s := range specs {
		v.reach = max(v.reach, s.OverDays+s.OverDays/2)
	}
	next := q.Raw(expr.Number, "MIN(%s)", q.known).reading(q.account, q.day, q.version)
	next.text += " OVER (PARTITION BY " + q.account.text + ", " + q.day.text + " ORDER BY " + q.version.text + " ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING)"
	v.next = q.Bind(next, "next_known")
	if onlyNewest {
		newest := q.newest()
		v.newest = &newest
	}
	q.last++
	v.stage, q.least, q.view = q.last, q.last+1, v
	looks := q.order
	looks.text, looks.stage = q.define(column{text: "v_row", stage: v.stage}, "looks_back"), v.stage
	looks.from = []int{len(q.columns) - 1}
	q.viewed = []Value{q.account, looks}
}

// Own keeps, of what each row sees, the row itself, after which a row is there once again.
// Histories are written before it, all else after.
func (q *Query) Own() {
	q.Keep(q.Raw(expr.Bool, "%s = %s", q.order, q.viewed[1]))
	q.viewed = []Value{q.account}
}

// apart is the clause by which windows are apart.
func (q *Query) apart() string {
	names := make([]string, len(q.viewed))
	for i, v := range q.viewed {
		names[i] = v.text
	}
	return "PARTITION BY " + strings.Join(names, ", ")
}

// reads are the columns that the stage of the view reads.
func (v *view) reads(q *Query) []int {
	list := slices.Concat(q.account.from, q.day.from, q.known.from, q.order.from, v.next.from)
	if v.newest != nil {
		list = append(list, v.newest.from...)
	}
	return list
}

// join is the row that looks back, beside those of its account.
func (v *view) join(q *Query) string {
	only := ""
	if v.newest != nil {
		only = " WHERE " + v.newest.text + " = 1"
	}
	return fmt.Sprintf("\n  JOIN (SELECT %s AS v_account, %s AS v_day, %s AS v_known, %s AS v_row FROM %s%s) AS v ON v_account = %s",
		q.account.text, q.day.text, q.known.text, q.order.text, q.stageName(v.stage-1), only, q.account.text)
}

// where says which rows it sees: itself, and those of earlier days that were known by then
// and not corrected by then.
func (v *view) where(q *Query) string {
	return fmt.Sprintf("%s = v_row OR %[2]s < v_day AND %[2]s >= v_day - %[3]d AND %[4]s <= v_known AND (%[5]s IS NULL OR %[5]s > v_known)",
		q.order.text, q.day.text, v.reach, q.known.text, v.next.text)
}
