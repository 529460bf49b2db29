package csvio

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"holdfast/dataset"
)

// evidence is what the cells of one column say about its type. Evidence of later rows is added behind that of earlier
// ones (add), so that the samples are the first ones whatever the blocks were.
type evidence struct {
	cells    [forms]int
	samples  [forms]samples
	example  string // the first value
	numbers  readings
	dates    readings // with four digits of the year, and an order that is open
	short    readings
	symbol   string // the first currency
	symbols  samples
	fraction bool // some number can only be read with a fraction or an exponent
	negative bool
	wholes   int // whole numbers under any reading, from low to high
	low      float64
	high     float64
	timed    bool    // some date with a year of two digits has a time of day
	words    samples // that mean missing, other than the empty cell
}

// readings counts under which readings cells make sense.
type readings struct {
	total  int
	fits   [3]int     // cells that make sense under reading i
	whole  [3]int     // numbers without a fraction under reading i
	proof  [3]samples // cells that make sense under reading i alone
	differ int        // cells that mean different things
	open   samples    // such cells
}

// The readings of a number and those of a date.
var (
	decimals = [...]byte{'.', ','}
	orders   = [...]DateOrder{DMY, MDY, YMD}
)

// sample is a cell to show.
type sample struct {
	where string
	line  int
	text  string
}

// samples are the first few different cells of their kind.
type samples []sample

const (
	maxSamples  = 3
	sampleBytes = 120
)

// note keeps a cell unless there are enough, without allocating for one that is known: most cells of a file are.
func (s *samples) note(where string, line int, cell []byte) {
	if len(*s) == maxSamples || s.have(cell) {
		return
	}
	if len(cell) > sampleBytes {
		cell = cell[:sampleBytes]
		for len(cell) > 0 && !utf8.Valid(cell) {
			cell = cell[:len(cell)-1]
		}
	}
	s.add(sample{where, line, string(cell)})
}

// add appends the samples of later rows.
func (s *samples) add(more ...sample) {
	for _, m := range more {
		if len(*s) < maxSamples && !s.have([]byte(m.text)) {
			*s = append(*s, m)
		}
	}
}

// have says whether a text is among the samples.
func (s samples) have(text []byte) bool {
	for _, known := range s {
		if known.text == string(text) {
			return true
		}
	}
	return false
}

// String shows the sample and its place.
func (s sample) String() string {
	place := fmt.Sprintf("%s in line %d", dataset.Quote(s.text), s.line)
	if s.where != "" {
		place += " of " + s.where
	}
	return place
}

// String lists the samples for a message.
func (s samples) String() string {
	list := make([]string, len(s))
	for i, x := range s {
		list[i] = x.String()
	}
	return strings.Join(list, ", ")
}

// note takes one cell into account.
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

// noteNumber counts the readings of a number. A cell that fits one reading only is proof; one whose two readings differ is
// open; 12 is neither.
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
		e.symbol = n.symbol
		if len(e.symbols) < maxSamples {
			e.symbols.add(sample{where, line, n.symbol})
		}
	}
}

// noteWhole widens the range of the whole numbers.
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

// add takes in the evidence of later rows.
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
	if e.symbol == "" {
		e.symbol = later.symbol
	}
	e.symbols.add(later.symbols...)
	e.words.add(later.words...)
	e.fraction = e.fraction || later.fraction
	e.negative = e.negative || later.negative
	e.noteWhole(later.wholes, later.low, later.high)
	e.timed = e.timed || later.timed
}

// add takes in the counts of later rows.
func (r *readings) add(later *readings) {
	r.total += later.total
	r.differ += later.differ
	r.open.add(later.open...)
	for i := range r.fits {
		r.fits[i] += later.fits[i]
		r.whole[i] += later.whole[i]
		r.proof[i].add(later.proof[i]...)
	}
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
