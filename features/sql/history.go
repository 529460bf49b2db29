package sql

import (
	"fmt"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// History writes a history. Windows are over the days of the account's own rows, which are
// one a day (Distinct): RANGE counts days and not rows, so that a gap in the snapshots is a gap
// in the window. The error is that of an expression that does not parse over the types of the
// query, which a model that was fitted never has.
func (q *Query) History(s history.Spec) (Value, error) {
	types := q.types
	if s.As == history.Age {
		types = dataset.DayNumbers(types)
	}
	of, err := expr.Parse(s.Of, types)
	if err != nil {
		return Value{}, fmt.Errorf("sql: %s: %w", s.Name(), err)
	}
	if s.As == history.Age {
		return q.Bind(q.age(s, q.Column(of.Root().(*expr.Column).Name, expr.Day)), string(s.As)), nil
	}
	w := window{q: q, spec: s, value: q.Bind(q.asNumber(q.Expr(of.Root())), string(s.As))}
	return q.Bind(w.write(), string(s.As)), nil
}

// age is the days from a date to the day on which the row was known, NULL before the date and
// beyond the reach of the history. It needs no window: of all histories it alone looks at its
// own row only.
func (q *Query) age(s history.Spec, date Value) Value {
	return q.Raw(expr.Number, fmt.Sprintf("CASE WHEN %%[1]s - %%[2]s BETWEEN 0 AND %d THEN CAST(%%[1]s - %%[2]s AS %s) END", s.OverDays, q.engine.double), q.known, date).
		sized(1, float64(s.OverDays))
}

// window writes one history over windows of days.
type window struct {
	q     *Query
	spec  history.Spec
	value Value // what the history is of
}

// write is the function of the history, as package history defines it. Windows pass over NULL
// as the definition passes over missing values; only change and pct_change, which speak of the
// row itself, are NULL where the row's own value is.
func (w window) write() Value {
	switch w.spec.As {
	case history.Change:
		return w.q.Minus(w.value, w.base())
	case history.PctChange:
		return w.fraction(w.base())
	case history.Slope:
		return w.slope()
	case history.Mean:
		return w.mean()
	case history.Sum:
		return w.total()
	case history.Min:
		return w.over("MIN(%s)", w.value)
	case history.Max:
		return w.over("MAX(%s)", w.value)
	}
	return w.daysSince()
}

// frame is the window of the history: the day itself and those before it.
func (w window) frame() string { return w.between(w.spec.OverDays-1, 0) }

// between is a window from so many days ago to so many.
func (w window) between(from, to int) string {
	end := fmt.Sprintf("%d PRECEDING", to)
	if to == 0 {
		end = "CURRENT ROW"
	}
	return fmt.Sprintf(" OVER (%s ORDER BY %s RANGE BETWEEN %d PRECEDING AND %s)", w.q.apart(), w.q.day.text, from, end)
}

// over is an aggregate over the window, as a column.
func (w window) over(aggregate string, args ...Value) Value {
	return w.within(w.frame(), aggregate, args...)
}

// within is an aggregate over a window of days, as a column.
func (w window) within(frame, aggregate string, args ...Value) Value {
	v := w.q.Raw(expr.Number, aggregate, args...).reading(w.q.viewed...).reading(w.q.day)
	v.text += frame
	return w.q.Bind(v, string(w.spec.As))
}

// base is the value nearest to so many days ago, the older of two that are equally near: its
// day is found by windows, and its row by a join.
func (w window) base() Value {
	over := w.spec.OverDays
	dayOf := "CASE WHEN %s IS NOT NULL THEN %s END"
	before := w.within(w.between(over+over/2, over), "MAX("+dayOf+")", w.value, w.q.day)
	day := before
	if least := (over + 1) / 2; over-1 >= least {
		after := w.within(w.between(over-1, least), "MIN("+dayOf+")", w.value, w.q.day)
		target := fmt.Sprintf("(%%[3]s - %d)", over)
		day = w.q.Bind(w.q.Raw(expr.Number, "CASE WHEN %[1]s IS NULL OR %[2]s - "+target+" < "+target+" - %[1]s THEN %[2]s ELSE %[1]s END", before, after, w.q.day), "base_day")
	}
	return w.q.at(day, w.value, string(w.spec.As)+"_base")
}

// at is a value in the account's row of another day: a LEFT JOIN of the stage with itself, NULL
// where there is no such row.
func (q *Query) at(day, value Value, name string) Value {
	stage := max(day.stage, value.stage, q.viewed[len(q.viewed)-1].stage) + 1
	c := column{from: nil, stage: max(stage, q.least), join: &join{day: day.from[0], of: value.from[0], viewed: q.viewed}}
	c.text = fmt.Sprintf("k%d_value", len(q.columns))
	v := value
	v.text, v.stage = q.define(c, name), c.stage
	v.from = []int{len(q.columns) - 1}
	return v
}

// fraction is the change since the base as a fraction of its size.
func (w window) fraction(base Value) Value {
	q := w.q
	part := q.Over(q.Minus(w.value, base), q.Abs(base))
	return q.Raw(expr.Number, "CASE WHEN %[1]s = 0 AND %[2]s = 0 THEN %[3]s ELSE %[4]s END", w.value, base, q.Number(0), part).sized(part.low, part.high)
}

// daysSince is the days since the last value that is not 0, NULL where the window holds none.
// It does not need a value of the row itself.
func (w window) daysSince() Value {
	last := w.over("MAX(CASE WHEN %s <> 0 THEN %s END)", w.value, w.q.day)
	return w.q.Raw(expr.Number, "CAST(%s - %s AS "+w.q.engine.double+")", w.q.day, last).sized(1, history.MaxDays)
}

// mostPast is the largest value that is summed over the past; beyond it, sums of a few could
// overflow, and what splits a value into halves would.
const mostPast = 1e290

// halves are a value as the sum of two, of which the first is a multiple of some 2^-21 of the
// largest value that the account ever had: sums of it, also times days, are exact in any
// order, so that an engine gives the same sum whatever way it takes, and the one that package
// history gives but for its last digit (the way of Demmel and Nguyen 2013, of reproducible
// sums). Adding and taking off a number of 2^31 times the largest leaves such a multiple.
func (w window) halves() (high, low Value) {
	q := w.q
	largest := q.Bind(q.Raw(expr.Number, "MAX(abs(%s)) OVER ("+q.apart()+")", w.value).reading(q.viewed...), "largest")
	high = q.Bind(q.Raw(expr.Number, "CASE WHEN %[2]s <= "+q.engine.number(mostPast)+" THEN (%[1]s + "+q.engine.number(3<<30)+" * %[2]s) - "+q.engine.number(3<<30)+" * %[2]s END", w.value, largest), "high")
	low = q.Bind(q.Raw(expr.Number, "(%s - %s)", w.value, high), "low")
	return high.sized(0, 2*mostPast), low.sized(0, mostPast)
}

// constant is a value over the window where all are equal: there, rounding must not say that
// anything changes.
func (w window) constant(equal, other Value) Value {
	least, most := w.over("MIN(%s)", w.value), w.over("MAX(%s)", w.value)
	return w.q.Raw(expr.Number, "CASE WHEN %[1]s = %[2]s THEN %[3]s ELSE %[4]s END", least, most, equal, other)
}

// sum is the sum over the window of something that is a column.
func (w window) sum(format string, args ...Value) Value {
	return w.over(w.q.engine.sum+"("+format+")", args...).sized(0, 1e300)
}

// total is the sum of the values.
func (w window) total() Value {
	high, low := w.halves()
	return w.q.Plus(w.sum("%s", high), w.sum("%s", low))
}

// mean is the mean of the values: their exact sum over their count, and the value itself where
// all are equal, which a rounded quotient need not give back.
func (w window) mean() Value {
	count := w.over("COUNT(%s)", w.value)
	mean := w.q.Raw(expr.Number, w.q.quotient("%[1]s", "NULLIF(%[2]s, 0)"), w.q.Bind(w.total(), "total"), count)
	return w.constant(w.over("MIN(%s)", w.value), mean)
}

// quotient is a number over a count, or over a product of counts. Where the engine raises an
// error for a result too small for a double, what is far below any number of an account is 0.
func (q *Query) quotient(x, y string) string {
	if q.engine.overflow == raises {
		return "CASE WHEN abs(" + x + ") > " + q.engine.number(1e-290) + " THEN " + x + " / " + y + " WHEN " + x + " IS NOT NULL THEN " + q.engine.number(0) + " END"
	}
	return "(" + x + " / " + y + ")"
}

// slope is the least-squares slope, from sums over the window. Days count from the first of
// the account, so that all that is made of them alone is exact.
func (w window) slope() Value {
	q := w.q
	high, low := w.halves()
	first := q.Bind(q.Raw(expr.Number, "MIN(%s) OVER ("+q.apart()+")", q.day).reading(q.viewed...), "first_day")
	x := q.Bind(q.Raw(expr.Number, "CASE WHEN %s IS NOT NULL THEN CAST(%s - %s AS "+q.engine.double+") END", w.value, q.day, first), "days")
	n := q.Bind(q.Raw(expr.Number, "CAST(%s AS "+q.engine.double+")", w.over("COUNT(%s)", w.value)), "count")
	sx, sxx := w.sum("%s", x), w.sum("%[1]s * %[1]s", x)
	part := func(y Value) Value {
		return q.Raw(expr.Number, "(%s * %s - %s * %s)", n, w.sum("%s * %s", x, y), sx, w.sum("%s", y))
	}
	rise := q.Bind(q.Raw(expr.Number, fmt.Sprintf("(%d * (%%s + %%s))", history.SlopeDays), part(high), part(low)), "rise")
	slope := q.Raw(expr.Number, "CASE WHEN %[2]s > 1 THEN "+q.quotient("%[1]s", "(%[2]s * %[4]s - %[3]s * %[3]s)")+" END", rise, n, sx, sxx)
	flat := q.Raw(expr.Number, "CASE WHEN %s > 1 THEN %s END", n, q.Number(0))
	return w.constant(flat, slope)
}

// LastRow is the place in the order of the account's rows, up to the row itself, of the last in
// which a truth holds.
func (q *Query) LastRow(holds Value) Value {
	v := q.Raw(expr.Number, "MAX(CASE WHEN %s THEN %s END)", q.Bind(holds, "holds"), q.order).reading(q.account)
	v.text += fmt.Sprintf(" OVER (PARTITION BY %s ORDER BY %s ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)", q.account.text, q.order.text)
	return q.Bind(v, "last")
}
