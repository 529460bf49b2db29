package csvio

// What is known of a column after all its cells were seen. Nothing is decided here: a decision
// may depend on other columns and on other files (decide.go), and counts, unlike decisions, can
// be added up over blocks that were looked at in parallel.

// evidence is what the cells of one column say about its type. Evidence of later rows is added
// behind that of earlier ones (add), so that the samples are the first ones whatever the blocks
// were. The zero value has seen nothing.
type evidence struct {
	cells    [forms]int     // by form; their sum is the number of rows
	samples  [forms]samples // the first few cells of each form
	example  string         // the first value
	numbers  readings
	dates    readings // with four digits of the year, and an order that is open
	short    readings // with two digits of the year
	symbols  samples  // currencies
	fraction bool     // some number can only be read with a fraction or an exponent
	negative bool     // some number is below 0, so that signs mean something here
	wholes   int      // whole numbers under any reading, from low to high
	low      float64
	high     float64
	timed    bool    // some date with a year of two digits has a time of day
	words    samples // that mean missing, other than the empty cell
}

// note takes one cell into account, which stands in a line of a file; where names the file when
// there are several. Samples are offered only while there is room for them: this runs once for
// every cell of every file.
func (e *evidence) note(l *lexer, where string, line int, cell []byte) {
	c := l.classify(cell)
	e.cells[c.form]++
	if c.form == formNull {
		if len(e.words) < maxSamples && len(trim(cell)) > 0 {
			e.words.note(where, line, trim(cell))
		}
		return
	}
	if len(e.samples[c.form]) < maxSamples {
		e.samples[c.form].note(where, line, cell)
	}
	if e.example == "" {
		e.example = e.samples[c.form][0].text
	}
	switch {
	case c.form >= formInt && c.form <= formMoney:
		e.noteNumber(c.number, where, line, cell)
	case c.form >= formDate:
		e.noteMoment(c.moment, where, line, cell)
	}
}

// noteNumber counts the readings of a number. A cell that fits one reading only is proof; one whose
// two readings differ is open; 12 is neither.
//
//	1,234.5  point only   proof of the decimal point
//	1,5      comma only   proof of the decimal comma
//	1,234    both         open: 1234 or 1.234
func (e *evidence) noteNumber(n numeral, where string, line int, cell []byte) {
	r := &e.numbers
	r.total++
	fits := 0
	for i, decimal := range decimals {
		if s := n.legible(decimal); s != illegible {
			r.fits[i]++
			fits++
			if s == whole {
				r.whole[i]++
			}
		}
	}
	switch {
	case fits == 1 && n.point != illegible:
		r.proof[0].note(where, line, cell)
	case fits == 1:
		r.proof[1].note(where, line, cell)
	case n.separators:
		r.differ++
		r.open.note(where, line, cell)
	}
	e.fraction = e.fraction || n.point != whole && n.comma != whole
	e.negative = e.negative || n.negative
	if n.point == whole && n.comma == whole {
		e.noteWhole(1, n.value('.'), n.value('.'))
	}
	if n.symbol != "" {
		e.symbols.add(sample{where, line, n.symbol})
	}
}

// noteWhole widens the range of the whole numbers by n of them from low to high. The range tells
// 0 and 1 from other numbers where yes or no is asked for, and day numbers from amounts.
func (e *evidence) noteWhole(n int, low, high float64) {
	switch {
	case n == 0:
		return
	case e.wholes == 0:
		e.low, e.high = low, high
	}
	e.wholes += n
	e.low, e.high = min(e.low, low), max(e.high, high)
}

// noteMoment counts the readings of a date whose order is open: 25/12/2026 proves one, 03/04/2026 is open, and 03/03/2026
// is the same day in both.
func (e *evidence) noteMoment(m moment, where string, line int, cell []byte) {
	if m.order != "" {
		return
	}
	r := &e.dates
	if m.short {
		r, e.timed = &e.short, e.timed || m.timed
	}
	r.total++
	first, fits, same := int32(0), 0, true
	only := 0
	for i, order := range orders {
		if order == YMD && !m.short {
			continue
		}
		day, ok := m.day(order)
		if !ok {
			continue
		}
		r.fits[i]++
		if fits > 0 && day != first {
			same = false
		}
		first, only = day, i
		fits++
	}
	switch {
	case fits == 1:
		r.proof[only].note(where, line, cell)
	case !same:
		r.differ++
		r.open.note(where, line, cell)
	}
}

// add takes in the evidence of later rows. It must be associative, and every field must be in it:
// what is forgotten here depends on where blocks end.
func (e *evidence) add(later *evidence) {
	for f := range e.cells {
		e.cells[f] += later.cells[f]
		e.samples[f].add(later.samples[f]...)
	}
	if e.example == "" {
		e.example = later.example
	}
	e.numbers.add(&later.numbers)
	e.dates.add(&later.dates)
	e.short.add(&later.short)
	e.symbols.add(later.symbols...)
	e.words.add(later.words...)
	e.fraction = e.fraction || later.fraction
	e.negative = e.negative || later.negative
	e.noteWhole(later.wholes, later.low, later.high)
	e.timed = e.timed || later.timed
}

// values is how many cells are not missing.
func (e *evidence) values() int {
	n := 0
	for f := formNull + 1; f < forms; f++ {
		n += e.cells[f]
	}
	return n
}

// count adds up the cells of some forms.
func (e *evidence) count(list ...form) int {
	n := 0
	for _, f := range list {
		n += e.cells[f]
	}
	return n
}
