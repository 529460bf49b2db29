package sql

import (
	"fmt"
	"math"
	"slices"

	"holdfast/dataset/expr"
)

// Value is a piece of SQL with what is known of its value. It belongs to the Query that made
// it. A number is finite or NULL.
type Value struct {
	text  string
	of    expr.Type
	from  []int // columns of the query that the text reads, ascending
	stage int   // the last of the stages that these are in
	whole bool  // the text is one token, or brackets itself

	source string // the column of the table that a number is, "" for any other number

	known    bool    // a number that is known when the query is written …
	constant float64 // … and what it is; NaN for NULL

	// Bounds of the size of a number: at most high, and at least low where it is not 0. They
	// save the guards against results that no double can hold.
	high, low float64
}

// smallest is the size of the smallest number that is not 0.
const smallest = math.SmallestNonzeroFloat64

// Number is a number that is known now; NaN is NULL. It must not be infinite. Negative zero is
// written as zero.
func (q *Query) Number(v float64) Value {
	x := Value{of: expr.Number, whole: true, known: true, constant: v + 0, high: math.Abs(v), low: math.Abs(v)}
	if v != v {
		x.text, x.high, x.low = fmt.Sprintf("CAST(NULL AS %s)", q.engine.double), 0, 0
	} else {
		x.text = q.engine.number(v)
	}
	return x
}

// null says that a number is known to be missing.
func (v Value) null() bool { return v.known && v.constant != v.constant }

// Raw makes a value of some others: a format of package fmt whose verbs stand for their texts,
// in turn (%s) or by number (%[2]s). The format must bracket itself, as must whatever is put
// into it; a percent sign of the SQL is doubled. Nothing is known of the size of the result.
func (q *Query) Raw(of expr.Type, format string, args ...Value) Value {
	v := Value{of: of, whole: true, high: math.MaxFloat64, low: smallest}
	texts := make([]any, len(args))
	for i, a := range args {
		texts[i] = a.text
	}
	v.text = fmt.Sprintf(format, texts...)
	return v.reading(args...)
}

// reading is a value whose text reads others.
func (v Value) reading(others ...Value) Value {
	v.from = slices.Clone(v.from)
	for _, o := range others {
		v.from = append(v.from, o.from...)
		v.stage = max(v.stage, o.stage)
	}
	slices.Sort(v.from)
	v.from = slices.Compact(v.from)
	return v
}

// sized is a value with bounds of its size, which the caller must be sure of: they take guards
// away. No double but 0 is smaller than smallest, so that low is at least that.
func (v Value) sized(low, high float64) Value {
	v.low, v.high = max(low, smallest), high
	return v
}

// longest is how much text may be written twice before it becomes a column, in bytes: a stage
// for each short value would be longer to read and no faster.
const longest = 64

// Once is a value that may be written several times: what is long becomes a column.
func (q *Query) Once(v Value, name string) Value {
	if v.known || len(v.text) <= longest {
		return v
	}
	return q.Bind(v, name)
}

// TextType is the type of texts in the dialect, as CAST takes it.
func (q *Query) TextType() string { return q.engine.text }
