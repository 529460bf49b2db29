package logit

// scratch is one worker's view of one block of rows. A block is 128 rows: with
// 24 columns its 24 KB stay in the first-level cache while every pair of
// columns meets, so memory is read once per pass and not once per pair.
type scratch struct {
	*window
	kernel
	p         int // padded columns
	intercept float64
	coef      []float64 // p, zero beyond the real columns
	z         []float64 // p columns of blockRows
	u         []float64 // tileU columns of blockRows
	eta, e    []float64 // linear predictor, and e^-|eta|
	residual  []float64 // w (y - mu)
	variance  []float64 // w mu (1 - mu)
	y, w      []float64 // where the problem's own are too short for the kernel
	ones      []float64
}

// newScratch allocates for p padded columns. All buffers start at zero, and what is beyond
// the columns of the design stays zero.
func newScratch(d *design, p int) *scratch {
	s := &scratch{
		window: newWindow(d), kernel: d.kernel, p: p,
		coef: make([]float64, p), z: make([]float64, p*blockRows), u: make([]float64, tileU*blockRows),
	}
	for _, v := range []*[]float64{&s.eta, &s.e, &s.residual, &s.variance, &s.y, &s.w, &s.ones} {
		*v = make([]float64, blockRows)
	}
	for i := range s.ones {
		s.ones[i] = 1
	}
	return s
}

// column returns the first rows values of column j of the block.
func (s *scratch) column(j, rows int) []float64 {
	return s.z[j*blockRows : j*blockRows+rows]
}

// chunk adds the contributions of one chunk to its slot, block by block.
func (s *scratch) chunk(c int, slot []float64) error {
	return s.blocks(c, func(lo, rows int) {
		s.link(lo, rows, slot)
		s.gram(rows, slot)
	})
}

// blocks calls do for the blocks of one chunk, with their columns and linear predictor
// at hand.
func (s *scratch) blocks(c int, do func(lo, rows int)) error {
	if err := s.load(c); err != nil {
		return err
	}
	for lo := s.lo; lo < s.hi; lo += blockRows {
		rows := min(blockRows, s.hi-lo)
		s.fill(lo, rows)
		s.predict(lo, rows)
		do(lo, rows)
	}
	return nil
}

// fill reads the block's columns, standardised and in the design's basis, with zeros
// after the last row. The rows are among those of the window.
func (s *scratch) fill(lo, rows int) {
	for j, c := range s.cols {
		z := s.column(j, roundUp(rows, grain))
		s.standardised(z, c[lo-s.lo:lo-s.lo+rows], s.d.scale[j], s.d.shift[j])
	}
	if s.d.basis != nil {
		s.rebase(rows)
	}
}

// rebase replaces Z by Z B in place, last column first because B is upper
// triangular: column j needs only the columns before it.
func (s *scratch) rebase(rows int) {
	q, f := s.d.size(), s.d.first()
	for j := len(s.d.source) - 1; j >= 0; j-- {
		u := s.column(j, rows)
		for i := range u {
			u[i] *= s.d.basis[(f+j)*q+f+j]
		}
		for k := 0; k < j; k++ {
			b := s.d.basis[(f+k)*q+f+j]
			for i, x := range s.column(k, rows) {
				u[i] += b * x
			}
		}
		if s.d.intercept {
			b := s.d.basis[f+j]
			for i := range u {
				u[i] += b
			}
		}
	}
}

// predict fills eta with the linear predictor: constant, offset, and then the columns in
// their order, so that a row has the same eta in a block of any length.
func (s *scratch) predict(lo, rows int) {
	eta := s.eta[:roundUp(rows, grain)]
	for i := range eta {
		eta[i] = s.intercept
	}
	if s.d.offset != nil {
		for i, o := range s.d.offset[lo : lo+rows] {
			eta[i] += o
		}
	}
	s.kernel.predict(eta, s.z, s.coef)
}

// link turns eta into residuals, variances and the sums that a slot begins with. Rows
// beyond the last have weight zero, and so residual and variance zero: they add nothing
// to any sum, and the kernel needs no code for blocks that are not full.
func (s *scratch) link(lo, rows int, slot []float64) {
	full := roundUp(rows, grain)
	w := s.ones[:rows]
	if s.d.w != nil {
		w = s.d.w[lo : lo+rows]
	}
	y, w := lengthened(s.y, s.d.y[lo:lo+rows], full), lengthened(s.w, w, full)
	s.exponential(s.e[:full], s.eta, leastExponent)
	s.kernel.link(s.eta[:full], s.e, y, w, s.residual, s.variance, (*[slotGrad]float64)(slot))
	s.logarithm(s.e[:full], w, (*[1]float64)(slot[slotLoss:]))
}

// lengthened returns v, or if it is too short, a copy in the buffer with zeros after it.
func lengthened(buffer, v []float64, length int) []float64 {
	if len(v) == length {
		return v
	}
	clear(buffer[copy(buffer, v):length])
	return buffer[:length]
}

// gram adds the block's gradient, border and upper Gram matrix to the slot. Its rows are
// the inner products of Z with residuals, variances (the intercept's row of the Hessian)
// and each column of Z times the variances. Three rows at a time meet the columns from
// the tile of the diagonal on; the few entries below it are computed and ignored.
func (s *scratch) gram(rows int, slot []float64) {
	full := roundUp(rows, grain)
	copy(s.u, s.residual[:full])
	copy(s.u[blockRows:], s.variance[:full])
	s.weighted(2, 0, full)
	s.meet(0, 0, full, slot)
	for i := 1; i < s.p; i += tileU {
		for k := range tileU {
			s.weighted(k, i+k, full)
		}
		s.meet(2+i, i&^(tileZ-1), full, slot)
	}
}

// weighted sets column k of u to column i of Z times the variances, or to zero if there
// is no such column.
func (s *scratch) weighted(k, i, full int) {
	u := s.u[k*blockRows:][:full]
	if i >= s.p {
		clear(u)
		return
	}
	s.weigh(u, s.variance[:full], s.column(i, full))
}

// meet adds the inner products of u with the columns of Z from j on to the given row of
// the slot's matrices, and the two after it.
func (s *scratch) meet(row, j, full int, slot []float64) {
	s.kernel.gram(slot[slotGrad+row*s.p+j:], s.p, s.u, s.z[j*blockRows:], full)
}

// slope is chunk without the Gram matrix.
func (s *scratch) slope(c int, slot []float64) error {
	return s.blocks(c, func(lo, rows int) {
		s.link(lo, rows, slot)
		s.inner(slot[slotGrad:], s.residual[:roundUp(rows, grain)], s.z)
	})
}

// gramRows is the number of rows that gram writes for p columns: gradient, border and p
// rows of the Gram matrix, rounded up to what it writes at once.
func gramRows(p int) int { return (p + 2 + tileU - 1) / tileU * tileU }
