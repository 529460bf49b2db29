package radix

// Keyed are rows beside the whole numbers they are sorted by, which travel with them, so that every
// pass reads memory in sequence. A row may be any number that is wanted in that order.
type Keyed[R int32 | uint32] struct {
	Keys []uint64
	Rows []R
}

// NewKeyed has room for n rows.
func NewKeyed[R int32 | uint32](n int) Keyed[R] { return Keyed[R]{make([]uint64, n), make([]R, n)} }

// Few rows whose numbers differ at all agree in the upper three digits: sign, exponent and 19
// bits of the fraction. So the lower ones are left for last, and sorted only within the runs that
// agree and are not in order.
const (
	lowDigits = 3
	lowBits   = lowDigits * digitBits
	shortRun  = 128 // rows that are sorted by insertion: for fewer, counting digits takes longer
)

// Sort sorts rows by key; those of one key keep their order. The result lies in the memory of k or
// in other.
func (k Keyed[R]) Sort() Keyed[R] {
	if len(k.Rows) <= shortRun {
		k.insert()
		return k
	}
	sorted, _ := k.SortWith(NewKeyed[R](len(k.Rows)))
	return sorted
}

// SortWith is Sort with the memory of as many rows. It returns which of the two is sorted, and the other.
func (k Keyed[R]) SortWith(spare Keyed[R]) (sorted, other Keyed[R]) {
	if len(k.Rows) <= shortRun {
		k.insert()
		return k, spare
	}
	k, spare = k.byDigits(spare, lowDigits, digitCount)
	for from := 0; from < len(k.Rows); {
		to, sorted := k.run(from)
		if !sorted {
			k.slice(from, to).byLowDigits(spare.slice(from, to))
		}
		from = to
	}
	return k, spare
}

// slice are the rows [from, to), in the same memory.
func (k Keyed[R]) slice(from, to int) Keyed[R] { return Keyed[R]{k.Keys[from:to], k.Rows[from:to]} }

// TieEnd is the position after the rows of one key that start at i, of sorted rows.
func (k Keyed[R]) TieEnd(i int) int {
	end := i + 1
	for end < len(k.Keys) && k.Keys[end] == k.Keys[i] {
		end++
	}
	return end
}

// run is where the rows end that agree in the upper digits with the one at from, and whether they
// are sorted.
func (k Keyed[R]) run(from int) (to int, sorted bool) {
	sorted = true
	before := k.Keys[from]
	for to = from + 1; to < len(k.Keys); to++ {
		next := k.Keys[to]
		if next>>lowBits != before>>lowBits {
			break
		}
		sorted = sorted && next >= before
		before = next
	}
	return to, sorted
}

// byLowDigits sorts a run in place.
func (k Keyed[R]) byLowDigits(spare Keyed[R]) {
	if len(k.Rows) <= shortRun {
		k.insert()
		return
	}
	sorted, _ := k.byDigits(spare, 0, lowDigits)
	copy(k.Keys, sorted.Keys)
	copy(k.Rows, sorted.Rows)
}

// insert sorts few rows in place.
func (k Keyed[R]) insert() {
	for i := 1; i < len(k.Rows); i++ {
		key, row, at := k.Keys[i], k.Rows[i], i
		for ; at > 0 && k.Keys[at-1] > key; at-- {
			k.Keys[at], k.Rows[at] = k.Keys[at-1], k.Rows[at-1]
		}
		k.Keys[at], k.Rows[at] = key, row
	}
}

// byDigits sorts by the digits [from, to), using spare of the same length. It returns which of
// the two is sorted, and the other.
func (k Keyed[R]) byDigits(spare Keyed[R], from, to int) (sorted, other Keyed[R]) {
	var count counts
	for _, key := range k.Keys {
		for d := from; d < to; d++ {
			count[d][key>>(d*digitBits)%digitSize]++
		}
	}
	for d := from; d < to; d++ {
		if count.shared(d, k.Keys[0], len(k.Keys)) {
			continue
		}
		next, shift := count.starts(d), d*digitBits
		for i, key := range k.Keys {
			at := &next[key>>shift%digitSize]
			spare.Keys[*at], spare.Rows[*at] = key, k.Rows[i]
			*at++
		}
		k, spare = spare, k
	}
	return k, spare
}
