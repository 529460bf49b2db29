package dataset

import (
	"iter"
	"slices"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// BatchRows is the number of rows of a batch: small enough for the columns of a
// batch to stay in cache, large enough to amortise the work around them.
const BatchRows = 4096

// Batch is a block of rows of a table. Columns are gathered when they are asked
// for, once. A batch belongs to one goroutine at a time; different batches of one
// table may be used at once.
type Batch struct {
	table *Table
	rows  []int32                // of the table, at most BatchRows of them
	cache map[string]expr.Vector // columns that were asked for
	of    map[*selection][]int32 // the rows, of what the columns are selected from
	spent *spent                 // memory to be used again; nil: there is none
}

// spent is the memory of the batches before, which came in turn.
type spent struct {
	numbers map[string][]float64
	rows    map[*selection][]int32
}

// Len is the number of rows.
func (b *Batch) Len() int { return len(b.rows) }

// Column returns the values of a column for the rows of the batch, and the zero
// Vector for a column the table does not hold. It must not be written, and it is good for as
// long as the batch is: value i is that of row i of the batch, missing ones are NaN or code -1.
//
// It has the signature that Expr.Eval asks for, so that e.Eval(b.Len(), b.Column) evaluates an
// expression over a batch; columns that several expressions read are gathered once.
func (b *Batch) Column(name string) expr.Vector {
	if v, ok := b.cache[name]; ok {
		return v
	}
	c, ok := b.table.Column(name)
	if !ok {
		return expr.Vector{}
	}
	rows, ok := b.of[c.of]
	if !ok {
		rows = b.rowsOf(c.of)
		b.of[c.of] = rows
	}
	v := b.gather(&c, rows)
	b.cache[name] = v
	return v
}

// rowsOf are the rows of the batch in what a selection is of.
func (b *Batch) rowsOf(s *selection) []int32 {
	if s == nil || b.spent == nil {
		return s.rowsOf(b.rows)
	}
	rows := gatherInto(b.spent.rows[s][:0], s.rows, b.rows)
	b.spent.rows[s] = rows
	return rows
}

// gather returns the given rows of a column.
func (b *Batch) gather(c *Column, rows []int32) expr.Vector {
	if b.spent == nil || c.as != parquetio.AsNumber {
		return c.at(rows)
	}
	numbers := c.numbersAt(b.spent.numbers[c.Name], rows)
	b.spent.numbers[c.Name] = numbers
	return expr.Vector{Numbers: numbers}
}

// Err is the first error of reading the table. Column has none to return: what it could
// not read is missing. Who uses batches on goroutines of his own asks afterwards; a
// Source asks for everyone else.
func (b *Batch) Err() error { return b.table.Err() }

// Source is a sequence of batches that can be read again and again, each time with the same
// rows in the same order. The error, if there is one, ends the sequence; the batch beside it
// is nil.
type Source = iter.Seq2[*Batch, error]

// Batches yields the given rows of the table in blocks of BatchRows. An error of the
// table ends the sequence, also after the last batch.
func (t *Table) Batches(rows []int32) Source {
	return t.each(rows, func(block []int32) *Batch {
		return &Batch{table: t, rows: block, cache: make(map[string]expr.Vector, len(t.columns)), of: make(map[*selection][]int32, 1)}
	})
}

// InTurn is Batches for who is done with a batch before the next: it is one batch, again and
// again, and its columns have the same memory.
func (t *Table) InTurn(rows []int32) Source {
	return func(yield func(*Batch, error) bool) {
		b := &Batch{table: t, cache: make(map[string]expr.Vector), of: make(map[*selection][]int32),
			spent: &spent{make(map[string][]float64), make(map[*selection][]int32)}}
		t.each(rows, func(block []int32) *Batch {
			clear(b.cache)
			clear(b.of)
			b.rows = block
			return b
		})(yield)
	}
}

// each yields the batches of blocks of rows.
func (t *Table) each(rows []int32, batch func(block []int32) *Batch) Source {
	return func(yield func(*Batch, error) bool) {
		for block := range slices.Chunk(rows, BatchRows) {
			spill.Look()
			b := batch(block)
			if !yield(b, nil) {
				return
			}
			if err := t.Err(); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// View is a selection of examples, in their canonical order, and the event that is asked
// about: churn, unless For has chosen another. It is a value: its methods return other views
// and change none. Views share the examples and copy row numbers only (4 bytes an example), so
// that a backtest can have one for every fold. Rows may be read and must not be written.
type View struct {
	Examples *Examples
	Rows     []int32 // of the examples, ascending

	target Event // UnknownEvent, the zero value: churn, which needs no amounts
}

// All is the view of every example.
func (e *Examples) All() View {
	rows := EmptyRoom[int32](e.Table, e.Len())[:e.Len()]
	for i := range rows {
		rows[i] = int32(i)
	}
	return View{Examples: e, Rows: rows}
}

// Same says whether two views are one: the very rows, not equal ones, of the same examples,
// asked about the same event. It looks at the address of the first row and takes no time: it
// is for caches of what was computed for a view, where a false no costs a computation and a
// false yes would give the wrong rows. Two views without rows are the same.
func (v View) Same(as View) bool {
	return v.Examples == as.Examples && v.target == as.target && len(v.Rows) == len(as.Rows) && (len(v.Rows) == 0 || &v.Rows[0] == &as.Rows[0])
}

// Len is the number of examples of the view.
func (v View) Len() int { return len(v.Rows) }

// Batches yields the factor columns of the view.
func (v View) Batches() Source { return v.Examples.Table.Batches(v.Rows) }

// InTurn is Batches for who is done with a batch before the next (Table.InTurn).
func (v View) InTurn() Source { return v.Examples.Table.InTurn(v.Rows) }

// Numbers appends the values of a column for the rows of the view, as their batches have them; ok says
// whether it is a number in memory.
func (v View) Numbers(to []float64, name string) (values []float64, ok bool) {
	c, ok := v.Examples.Table.Column(name)
	if !ok || c.stored != nil || c.as != parquetio.AsNumber {
		return to, false
	}
	from := len(to)
	to = slices.Grow(to, len(v.Rows))[:from+len(v.Rows)]
	values = to[from:]
	switch {
	case c.of == nil:
		c.numbersAt(values, v.Rows)
	case c.packed != nil:
		for i, r := range v.Rows {
			values[i] = c.packed.Entries[c.packed.Codes[c.of.rows[r]]]
		}
	default:
		for i, r := range v.Rows {
			values[i] = c.numbers[c.of.rows[r]]
		}
	}
	return to, true
}

// Where returns the examples for which keep says yes. keep is called once for each row of the
// view, in order; row counts within Examples, not within the view.
func (v View) Where(keep func(row int32) bool) View {
	rows := EmptyRoom[int32](v.Examples.Table, len(v.Rows))
	for _, r := range v.Rows {
		if keep(r) {
			rows = append(rows, r)
		}
	}
	return v.Of(rows)
}

// For returns the view that asks about an event. Renewals of which an amount is missing
// may have been any but a churn: a view of another event leaves them out. Without amounts
// at all it is empty. Churn needs no amounts, so that a view of it leaves nothing out; rows
// that a view of another event left out do not come back with it.
func (v View) For(event Event) View {
	if event == ChurnedEvent {
		v.target = UnknownEvent
		return v
	}
	v.target = event
	known := v.Examples.Event
	return v.Where(func(r int32) bool { return known != nil && known[r] != UnknownEvent })
}

// Event is the event that the view asks about.
func (v View) Event() Event {
	if v.target == UnknownEvent {
		return ChurnedEvent
	}
	return v.target
}

// Of returns other rows of the same examples, in canonical order, asked about the same event.
// It keeps the slice, which must not be written afterwards, and does not check its order.
func (v View) Of(rows []int32) View { return View{Examples: v.Examples, Rows: rows, target: v.target} }

// HappenedAt says whether the event that the view asks about happened in a row.
func (v View) HappenedAt(row int32) bool {
	if v.target == UnknownEvent {
		return v.Examples.Churned[row]
	}
	return v.Examples.Event[row] == v.target
}

// KnownBy returns what a model trained on the day of the cutoff may learn from:
// examples whose label was known by then and whose as-of date is after since
// (NoDate: however old). A label that became known on the cutoff itself counts. It is the
// embargo of the backtest: the as-of date alone would let in examples whose outcome nobody
// knew yet.
func (v View) KnownBy(cutoff, since Date) View {
	known, asOf := v.Examples.Known, v.Examples.AsOf
	rows, n := EmptyRoom[int32](v.Examples.Table, len(v.Rows))[:len(v.Rows)], 0
	for _, r := range v.Rows { // chance decides which: no branch to be wrong about
		rows[n] = r
		n += one(known[r] <= cutoff) & one(asOf[r] > since)
	}
	return v.Of(rows[:n])
}

// ScoredIn returns the examples with an as-of date in [from, to): what a model is asked about
// in a test window, whenever the outcome became known.
func (v View) ScoredIn(from, to Date) View {
	asOf := v.Examples.AsOf
	rows, n := EmptyRoom[int32](v.Examples.Table, len(v.Rows))[:len(v.Rows)], 0
	for _, r := range v.Rows {
		rows[n] = r
		n += one(asOf[r] >= from) & one(asOf[r] < to)
	}
	return v.Of(rows[:n])
}

// one is 1 for yes and 0 for no.
func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Happened returns the labels of the view, a new slice in the Room of its table with one for each of its
// rows: whether the event that it asks about happened.
func (v View) Happened() []bool {
	labels := Room[bool](v.Examples.Table, len(v.Rows))
	for i, r := range v.Rows {
		labels[i] = v.HappenedAt(r)
	}
	return labels
}

// Worse says of every row whether it turned out the worse way: the event that the view asks
// about happened, or, of an expansion, did not. What is risk is risk for every event then.
func (v View) Worse() []bool {
	worse := v.Happened()
	if v.target == ExpandedEvent {
		for i := range worse {
			worse[i] = !worse[i]
		}
	}
	return worse
}

// Churned is Happened under the name that callers use who ask about churn only.
func (v View) Churned() []bool { return v.Happened() }

// IsDecided says whether an example, by its row in Examples, is of a decision as far as is known.
func (e *Examples) IsDecided(row int32) bool { return e.Decided == nil || e.Decided[row] }

// Accounts returns the account number of each example of the view: indexes into Examples.Accounts, which
// rise with the rows. Intervals are clustered by them. They must not be written: of a view of all
// examples they are those of the examples themselves.
func (v View) Accounts() []int32 {
	if isAll(v.Rows, v.Examples.Len()) {
		return v.Examples.Account
	}
	return gatherFor(v.Examples.Table, v.Examples.Account, v.Rows)
}

// Events counts the examples of the view in which the event that it asks about happened.
func (v View) Events() int {
	n := 0
	for _, r := range v.Rows {
		if v.HappenedAt(r) {
			n++
		}
	}
	return n
}
