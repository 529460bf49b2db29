package logit

import "math"

// design is the problem as the solver sees it: rows of weight zero gone,
// aliased columns gone, and every remaining column replaced by
//
//	z_j = scale_j x_j - shift_j
//
// with scale_j a power of two and shift_j the scaled mean, so that z_j has a
// mean near 0 and a spread in [1/2, 1) whatever the units of x_j. Scaling by
// powers of two is exact, hence z_j is known exactly as a double-double, and
// the refinement solves the problem that was posed and not a rounded one.
//
// The solver's coordinates are theta, one per column of U = Z B, where Z has
// a leading column of ones unless NoIntercept, and B is the basis: nil (the
// identity) unless the columns are nearly collinear; see rank.go.
type design struct {
	n      int
	kernel kernel
	x      Source
	shift  []float64
	scale  []float64
	source []int // index of each column in x, the problem's
	y      []float64
	w      []float64 // nil: all 1
	offset []float64 // nil: all 0
	lambda []float64 // penalty per column in z units

	intercept bool
	firth     bool      // Firth's penalty: see firth.go
	basis     []float64 // q x q upper triangular, row-major; nil: identity
	penalty   []float64 // q x q in theta units; nil: none

	sumW, events float64
	saturated    float64 // log likelihood of a perfect fit: 0 unless responses are fractions
	allP         int     // columns in the problem, aliased ones included
	aliased      []Alias
}

// first is the position of the first column in theta: 1 after an intercept.
func (d *design) first() int {
	if d.intercept {
		return 1
	}
	return 0
}

// size is q, the number of coefficients in theta.
func (d *design) size() int { return d.first() + len(d.source) }

// newDesign checks the columns and prepares everything but the basis. Its
// slices are views of the problem unless rows had to go. The place, which may be nil, is where others
// may have measured a column already.
func newDesign(p Problem, place *Place) (*design, error) {
	d := &design{
		intercept: !p.NoIntercept, firth: p.Firth, allP: p.width(), kernel: fastest(),
		x: p.matrix(), y: p.Y, w: p.Weights, offset: p.Offset,
	}
	if err := d.dropWeightless(); err != nil {
		return nil, err
	}
	d.n = len(d.y)
	d.total()
	if d.events == 0 || d.events == d.sumW {
		if err := d.checkColumns(); err != nil {
			return nil, err // worth more to the reader than a single class
		}
		return nil, ErrOneClass
	}
	return d, d.standardise(p.L2, place)
}

// checkColumns looks for the first value that is not finite, by column.
func (d *design) checkColumns() error {
	for j := range d.allP {
		if err := checkFinite(d.x, j, len(d.y)); err != nil {
			return err
		}
	}
	return nil
}

// dropWeightless compacts away the rows of weight zero, if there are any, so
// that such a row is the same as no row to the last bit. The rows that stay are copied
// into memory, wherever they come from.
func (d *design) dropWeightless() error {
	keep := make([]int, 0)
	for i, w := range d.w {
		if w > 0 {
			keep = append(keep, i)
		}
	}
	if d.w == nil || len(keep) == len(d.w) {
		return nil
	}
	if err := d.checkColumns(); err != nil {
		return err // while rows still have their numbers
	}
	cols := make(held, d.allP)
	for j := range cols {
		c := make([]float64, 0, len(d.y))
		err := walk(d.x, j, len(d.y), func(_ int, piece []float64) { c = append(c, piece...) })
		if err != nil {
			return err
		}
		cols[j] = gather(c, keep)
	}
	d.x, d.y, d.w, d.offset = cols, gather(d.y, keep), gather(d.w, keep), gather(d.offset, keep)
	return nil
}

// gather copies the listed rows of v, nil for nil.
func gather(v []float64, rows []int) []float64 {
	if v == nil {
		return nil
	}
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}

// total adds up what a fit needs to know of the responses. It sums weights and events with the rounding errors of every addition and product
// added up beside (Ogita, Rump and Oishi 2005, algorithms 4.4 and 5.3), so that the test
// for a single class is exact: sum w y == sum w only if every y is 1.
func (d *design) total() {
	var w, e, lostW, lostE float64
	for i, y := range d.y {
		wi := d.weight(i)
		event := twoProd(wi, y)
		w, lostW = carry(w, wi, lostW)
		e, lostE = carry(e, event.hi, lostE+event.lo)
		if y > 0 && y < 1 {
			d.saturated += wi * (y*math.Log(y) + (1-y)*math.Log1p(-y))
		}
	}
	d.sumW, d.events = w+lostW, e+lostE
}

// carry adds x to a sum and the rounding error to what has been lost.
func carry(sum, x, lost float64) (float64, float64) {
	s := twoSum(sum, x)
	return s.hi, lost + s.lo
}

// weight is the weight of row i.
func (d *design) weight(i int) float64 {
	if d.w == nil {
		return 1
	}
	return d.w[i]
}

// pad rounds up to the width of the kernel's column tile.
func pad(p int) int { return roundUp(p, tile) }

// chunks is the number of fixed row ranges that a pass is cut into. It
// depends on n alone, never on the machine.
func (d *design) chunks() int { return (d.n + chunkRows - 1) / chunkRows }

// Sizes of the blocked passes. chunkRows is also the grain of parallelism and
// of cancellation; changing any of them changes last bits.
const (
	blockRows = 128
	chunkRows = 32 * blockRows
)
