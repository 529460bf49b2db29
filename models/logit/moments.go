package logit

import (
	"math"
	"slices"
	"sync"
)

// This file reads every column before the first pass: is it finite, is it constant, and
// which shift and scale bring it to mean 0 and spread 1?

// standardise chooses scale and shift per column, and drops columns that are
// constant and therefore aliased with the intercept (or all zero).
func (d *design) standardise(l2 []float64, place *Place) error {
	moments, errs := make([]moment, d.allP), make([]error, d.allP)
	var wg sync.WaitGroup
	for j := range moments {
		// Each column is measured by one goroutine from top to bottom, so that its sums have one
		// order and the bits do not depend on how many run.
		wg.Go(func() {
			moments[j], errs[j] = place.moment(d.x.Mark(j), func() (moment, error) { return d.measure(j) })
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err // of the first column, whichever was first in time
		}
	}
	for j, m := range moments {
		// Without an intercept a constant column is one, and stays.
		if m.constant && (d.intercept || m.first == 0) {
			d.aliased = append(d.aliased, Alias{Column: j, Of: d.constantOf()})
			continue
		}
		spread, shift := m.rms, 0.0
		if d.intercept {
			spread, shift = m.sd, m.mean
		}
		// Powers of two scale without rounding, so that the problem solved is the one given. Exact
		// unit spread would round every value of every column for the sake of a factor below two.
		s := powerOfTwoFor(spread) * m.unit
		d.scale = append(d.scale, s)
		d.shift = append(d.shift, shift*(s/m.unit))
		d.source = append(d.source, j)
		// A coefficient of the scaled column is b/s, its penalty must grow by s squared to mean the
		// same.
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

// moment describes one column after multiplication by unit, a power of two.
type moment struct {
	unit          float64
	mean, sd, rms float64
	constant      bool
	first         float64 // the column's first value, not multiplied
}

// Sums of squares between these bounds have neither lost a square to underflow that
// matters nor come near overflow.
const (
	leastSquares = 1e-250
	mostSquares  = 1e250
)

// measure reads a column once, with its first value as a provisional mean. That is near
// enough: one value is never further from the mean than sqrt(n) standard deviations, so
// taking its distance out again costs log10(n) digits of sixteen. A sum of squares that
// is out of bounds, of a column that is huge, tiny, constant or has values that are not
// finite, is measured again with care.
func (d *design) measure(column int) (moment, error) {
	m := moment{unit: 1}
	var sums [2]float64
	err := d.pieces(column, func(from int, piece []float64) {
		if from == 0 {
			m.first = piece[0]
		}
		d.kernel.centred(piece, m.first, &sums)
	})
	if err != nil {
		return m, err
	}
	// One comparison per column catches everything unusual, NaN included, so that the loop over
	// values has none.
	if !(sums[1] > leastSquares && sums[1] < mostSquares && math.Abs(m.first) < math.Sqrt(mostSquares)) {
		return d.measureWithCare(column)
	}
	// About the mean instead of the first value: the squares lose n apart^2.
	n := float64(d.n)
	apart := sums[0] / n
	m.mean = m.first + apart
	m.sd = math.Sqrt(max(0, sums[1]/n-apart*apart))
	m.rms = math.Hypot(m.sd, m.mean)
	return m, nil
}

// pieces calls do with a column in chunks, which are the same wherever the column lies.
func (d *design) pieces(column int, do func(from int, piece []float64)) error {
	return walk(d.x, column, d.n, func(from int, piece []float64) {
		for chunk := range slices.Chunk(piece, chunkRows) {
			do(from, chunk)
			from += len(chunk)
		}
	})
}

// measureWithCare reads a column three times, the latter two in units of its largest
// magnitude: nothing overflows. A value that is not finite is an error.
func (d *design) measureWithCare(column int) (moment, error) {
	var m moment
	if err := checkFinite(d.x, column, d.n); err != nil {
		return m, err
	}
	// Constant means that every value is the same to the bit. A spread of zero after rounding is
	// not enough: 1e16 and 1e16+2 have information.
	low, high := math.Inf(1), math.Inf(-1)
	if err := walk(d.x, column, d.n, func(from int, piece []float64) {
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
	n := float64(d.n)
	if err := walk(d.x, column, d.n, func(_ int, piece []float64) {
		for _, v := range piece {
			m.mean += v * m.unit
		}
	}); err != nil {
		return m, err
	}
	m.mean /= n
	var square, centred float64
	err := walk(d.x, column, d.n, func(_ int, piece []float64) {
		for _, v := range piece {
			v *= m.unit
			square += v * v
			centred += (v - m.mean) * (v - m.mean)
		}
	})
	m.rms, m.sd = math.Sqrt(square/n), math.Sqrt(centred/n)
	return m, err
}

// checkFinite looks for the first value of a column that is not finite.
func checkFinite(x Source, column, rows int) error {
	bad := -1
	err := walk(x, column, rows, func(from int, piece []float64) {
		for i, v := range piece {
			if (math.IsNaN(v) || math.IsInf(v, 0)) && bad < 0 {
				bad = from + i
			}
		}
	})
	if err == nil && bad >= 0 {
		return &NonFiniteError{Column: column, Row: bad}
	}
	return err
}

// powerOfTwoFor returns the power of two that brings x into [1/2, 1), held
// within bounds where squares neither overflow nor vanish; 1 for zero.
func powerOfTwoFor(x float64) float64 {
	_, e := math.Frexp(x)
	return math.Ldexp(1, min(max(-e, -1000), 400))
}
