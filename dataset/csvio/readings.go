package csvio

// readings counts under which readings cells make sense. Reading i of a number is decimals[i], of
// a date orders[i].
type readings struct {
	total  int        // cells that were counted
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
