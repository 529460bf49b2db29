package parquetio

import (
	"math"
	"sync"
)

// Most counts, ratings and shares of a company have few different values, and files keep them as places in a dictionary. So can
// the table: two bytes a row instead of eight, which is time too, because memory that nobody has touched yet takes longer to get
// than a page takes to decode.

// Packed are numbers of which few are different.
type Packed struct {
	// Codes are the place of each row's number in Entries.
	Codes []uint16
	// Entries are NaN, for null, and the numbers that may occur: distinct, finite, in no order. There is no -0.
	Entries []float64
}

const (
	mostEntries  = 1 << 16 // of all row groups together, as far as codes reach
	rowsPerEntry = 64      // of a chunk: with fewer, to number the entries takes as long as to decode the rows
	fewEntries   = 256     // are worth it in any chunk
)

// packing is a column of numbers that may become packed: it does if every chunk of it can be. A chunk can if its rows are all
// null or entries of a dictionary, which are few and finite. The rows of one that cannot be, loose ones, are numbers.
type packing struct {
	mu      sync.Mutex
	numbers map[uint64]uint16 // the entries by their bits
	entries []float64

	packed, loose sync.Once // which make room for all rows
	codes         []uint16
	inCodes       []bool // by row group: its rows are codes
}

// newPacking is that of a column of so many row groups.
func newPacking(groups int) *packing {
	return &packing{numbers: make(map[uint64]uint16), entries: []float64{math.NaN()}, inCodes: make([]bool, groups)}
}

// number sets codes to those of the entries of a dictionary, the first of which is null. It says no if they would be too many.
func (k *packing) number(dictionary []float64, codes []uint16) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	codes[0] = 0
	for i, v := range dictionary[1:] {
		code, known := k.numbers[math.Float64bits(v)]
		if !known {
			if len(k.entries) == mostEntries {
				return false
			}
			code = uint16(len(k.entries))
			k.numbers[math.Float64bits(v)], k.entries = code, append(k.entries, v)
		}
		codes[i+1] = code
	}
	return true
}

// known are the entries that have been numbered so far; they stay what they are.
func (k *packing) known() []float64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.entries
}

// packable says whether a column of so many rows may be packed.
func (j *job) packable(column int) bool {
	return j.pack && column >= j.keys && j.columns[column].As == AsNumber && !j.columns[column].absent()
}

// packRows is the room for the codes of some rows.
func (j *job) packRows(column, from, to int) []uint16 {
	k := j.packings[column]
	k.packed.Do(func() { k.codes = j.small.take(j.rows) })
	return k.codes[from:to]
}

// looseRows is the room for some rows as numbers.
func (j *job) looseRows(column, from, to int) numberRows {
	if k := j.packings[column]; k != nil {
		k.loose.Do(func() { j.table.Columns[column].Numbers = j.numbers.take(j.rows) })
	}
	return j.numberRows(column, from, to)
}

// packedNumbers decodes one chunk of a column that may be packed: to codes, as long as they can be, and from there on to numbers.
func (j *job) packedNumbers(w *worker, group, column, from, to int) error {
	k, r, b, t := j.packings[column], &w.pages, &w.numbers, &j.tallies[column][group]
	var codes []uint16 // of the dictionary
	var loose *numberRows
	done := 0 // rows in codes
	err := r.each(func(p *page) error {
		if err := b.look(p, r.leaf); err != nil {
			return err
		}
		if n := len(b.dictionary); !b.odd && n-1 <= max(fewEntries, (to-from)/rowsPerEntry) {
			if w.codesOf = roomFor(w.codesOf, n); k.number(b.dictionary, w.codesOf) {
				codes = w.codesOf
			}
		}
		return nil
	}, func(p *portion) error {
		if loose == nil && p.stored > 0 && (p.indexes == nil || codes == nil) {
			rows := j.looseRows(column, from, to)
			loose = &rows
			k.unpack(b, loose, j.packRows(column, from, from+done))
		}
		if loose != nil {
			return b.numbers(loose, p, r.leaf, t)
		}
		rows := j.packRows(column, from+done, from+done+p.rows)
		switch {
		case p.stored == 0:
			clear(rows)
			if err := p.values.check(); err != nil {
				return err
			}
		case p.defined != nil:
			spreadEntries(rows, codes, p.indexes, p.defined)
		default:
			entries(rows, codes[1:], p.indexes)
		}
		done += p.rows
		t.add(tally{nulls: p.rows - p.stored})
		return nil
	})
	k.inCodes[group] = loose == nil
	return err
}

// roomFor is memory for n values, whatever they are.
func roomFor[T any](memory []T, n int) []T {
	if cap(memory) < n {
		return make([]T, n)
	}
	return memory[:n]
}

// unpack places rows that are codes as numbers.
func (k *packing) unpack(b *numberBuffers, to *numberRows, codes []uint16) {
	known := k.known()
	for len(codes) > 0 {
		rows := b.room(to, min(piece, len(codes)))
		for i, code := range codes[:len(rows)] {
			rows[i] = known[code]
		}
		to.place(rows)
		codes = codes[len(rows):]
	}
}

// repeatPacked gives all rows of a row group one value, NaN or finite.
func (j *job) repeatPacked(group, column, from, to int, v float64) {
	k, codes := j.packings[column], [2]uint16{}
	if v == v && !k.number([]float64{math.NaN(), v + 0}, codes[:]) {
		j.looseRows(column, from, to).repeat(v)
		return
	}
	k.inCodes[group] = true
	repeat(j.packRows(column, from, to), codes[1])
}

// settle makes a packed column of codes if all row groups are, and else numbers of those that are not.
func (j *job) settle(column int, w *way) {
	k, c := j.packings[column], &j.table.Columns[column]
	if c.Numbers == nil {
		c.Packed = &Packed{Codes: j.packRows(column, 0, j.rows), Entries: k.entries}
		if w.order != nil {
			c.Packed.Codes = j.small.arrange(c.Packed.Codes, w.order, entries)
		}
		return
	}
	var b numberBuffers
	for group, packed := range k.inCodes {
		if from, to := j.starts[group], j.starts[group]+j.groups[group].rows; packed {
			rows := j.numberRows(column, from, to)
			k.unpack(&b, &rows, k.codes[from:to])
		}
	}
	if k.codes != nil {
		j.small.give(k.codes)
	}
}
