package logit

import (
	"errors"
	"math"
	"sync"
)

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
	allP         int // columns in the problem, aliased ones included
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
// slices are views of the problem unless rows had to go.
func newDesign(p Problem) (*design, error) {
	d := &design{
		intercept: !p.NoIntercept, firth: p.Firth, allP: p.width(),
		x: p.matrix(), y: p.Y, w: p.Weights, offset: p.Offset,
	}
	if err := p.checkColumns(); err != nil {
		return nil, err
	}
	if err := d.dropWeightless(); err != nil {
		return nil, err
	}
	d.n = len(d.y)
	d.total()
	if d.events == 0 || d.events == d.sumW {
		return nil, ErrOneClass
	}
	return d, d.standardise(p.L2)
}

// checkColumns looks for the first value that is not finite, by column.
func (p Problem) checkColumns() error {
	for j := range p.width() {
		bad := -1
		err := walk(p.matrix(), j, len(p.Y), func(from int, piece []float64) {
			for i, x := range piece {
				if (math.IsNaN(x) || math.IsInf(x, 0)) && bad < 0 {
					bad = from + i
				}
			}
		})
		if err != nil {
			return err
		}
		if bad >= 0 {
			return &NonFiniteError{Column: j, Row: bad}
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

// total sums weights and events in double-double, so that the test for a
// single class is exact: sum w y == sum w only if every y is 1.
func (d *design) total() {
	var w, e dd
	for i, y := range d.y {
		wi := d.weight(i)
		w = w.add(dd{wi, 0})
		e = e.add(twoProd(wi, y))
	}
	d.sumW, d.events = w.float(), e.float()
}

// weight is the weight of row i.
func (d *design) weight(i int) float64 {
	if d.w == nil {
		return 1
	}
	return d.w[i]
}

// standardise chooses scale and shift per column, and drops columns that are
// constant and therefore aliased with the intercept (or all zero).
func (d *design) standardise(l2 []float64) error {
	moments, errs := make([]moment, d.allP), make([]error, d.allP)
	var wg sync.WaitGroup
	for j := range moments {
		wg.Go(func() { moments[j], errs[j] = measure(d.x, j, d.n) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for j, m := range moments {
		if m.constant && (d.intercept || m.first == 0) {
			d.aliased = append(d.aliased, Alias{Column: j, Of: d.constantOf()})
			continue
		}
		spread, shift := m.rms, 0.0
		if d.intercept {
			spread, shift = m.sd, m.mean
		}
		s := powerOfTwoFor(spread) * m.unit
		d.scale = append(d.scale, s)
		d.shift = append(d.shift, shift*(s/m.unit))
		d.source = append(d.source, j)
		d.lambda = append(d.lambda, penaltyAt(l2, j)*s*s)
	}
	return nil
}

// constantOf is what a constant column depends on: the intercept, or, being
// all zero, nothing.
func (d *design) constantOf() []int {
	if d.intercept {
		return []int{-1}
	}
	return nil
}

// penaltyAt is the penalty of column j, 0 if there are none.
func penaltyAt(l2 []float64, j int) float64 {
	if l2 == nil {
		return 0
	}
	return l2[j]
}

// moment describes one column after multiplication by unit, a power of two
// that brings its largest magnitude into [1/2, 1): nothing overflows.
type moment struct {
	unit          float64
	mean, sd, rms float64
	constant      bool
	first         float64 // the column's first value, not multiplied
}

// measure reads a column three times. The mean need not be exact: the shift
// is whatever float64 it comes to, and is undone exactly.
func measure(x Source, column, rows int) (moment, error) {
	var m moment
	low, high := math.Inf(1), math.Inf(-1)
	if err := walk(x, column, rows, func(from int, piece []float64) {
		if from == 0 {
			m.first = piece[0]
		}
		for _, v := range piece {
			low, high = min(low, v), max(high, v)
		}
	}); err != nil {
		return m, err
	}
	m.unit, m.constant = powerOfTwoFor(max(-low, high)), low == high
	n := float64(rows)
	if err := walk(x, column, rows, func(_ int, piece []float64) {
		for _, v := range piece {
			m.mean += v * m.unit
		}
	}); err != nil {
		return m, err
	}
	m.mean /= n
	var square, centred float64
	err := walk(x, column, rows, func(_ int, piece []float64) {
		for _, v := range piece {
			v *= m.unit
			square += v * v
			centred += (v - m.mean) * (v - m.mean)
		}
	})
	m.rms, m.sd = math.Sqrt(square/n), math.Sqrt(centred/n)
	return m, err
}

// powerOfTwoFor returns the power of two that brings x into [1/2, 1), held
// within bounds where squares neither overflow nor vanish; 1 for zero.
func powerOfTwoFor(x float64) float64 {
	if x == 0 {
		return 1
	}
	_, e := math.Frexp(x)
	return math.Ldexp(1, min(max(-e, -1000), 400))
}

// pad rounds up to the width of the kernel's column tile.
func pad(p int) int { return (p + tile - 1) &^ (tile - 1) }

// chunks is the number of fixed row ranges that a pass is cut into. It
// depends on n alone, never on the machine.
func (d *design) chunks() int { return (d.n + chunkRows - 1) / chunkRows }

// Sizes of the blocked passes. chunkRows is also the grain of parallelism and
// of cancellation; changing any of them changes last bits.
const (
	tile      = 4
	blockRows = 128
	chunkRows = 32 * blockRows
)
