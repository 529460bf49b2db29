package sql

import (
	"math"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// isColumn says whether x is a column of the table of which the factor takes the numbers as
// they are, within its limits.
func isColumn(f *features.Encoding, x Value) bool {
	shapeless := f.Factor.Kind == features.Numeric || f.Factor.Kind == features.Spline
	return x.source != "" && shapeless && !crossed(f)
}

// crossed says whether the lower limit is above the upper one, which then is everybody's value.
func crossed(f *features.Encoding) bool { return f.Low != nil && f.High != nil && *f.Low > *f.High }

// readAndClipped is min(max(x, low), high) of a column, where what is not finite counts as
// missing, and the fill stands in for that unless there are gaps. Most rows of a table lie
// within the limits: they are asked one question here, and four where reading, filling and
// clipping are written one after the other.
//
//	CASE WHEN x BETWEEN low AND high THEN x
//	     WHEN x BETWEEN high AND most THEN high
//	     WHEN x BETWEEN least AND low THEN low
//	     ELSE fill END
//
// NaN and the infinities are between none of these bounds, in any engine, and neither is NULL:
// all of them fall through to the fill, which has been clipped when the query is written.
func (q *Query) readAndClipped(f *features.Encoding, x Value, gaps bool) Value {
	least, most := q.Number(-math.MaxFloat64), q.Number(math.MaxFloat64)
	low, high, fill := least, most, f.Fill
	text := "CASE WHEN %[1]s BETWEEN %[4]s AND %[5]s THEN %[1]s"
	if f.High != nil {
		high, fill = q.Number(*f.High), min(fill, *f.High)
		text += " WHEN %[1]s BETWEEN %[5]s AND %[3]s THEN %[5]s"
	}
	if f.Low != nil {
		low, fill = q.Number(*f.Low), max(fill, *f.Low)
		text += " WHEN %[1]s BETWEEN %[2]s AND %[4]s THEN %[4]s"
	}
	args, size, smallest := []Value{q.unread(x.source), least, most, low, high}, max(low.high, high.high), x.low
	if !gaps {
		other := q.Number(fill)
		args, text = append(args, other), text+" ELSE %[6]s"
		size, smallest = max(size, other.high), min(smallest, known(other))
	}
	return q.Raw(expr.Number, text+" END", args...).sized(smallest, size)
}
