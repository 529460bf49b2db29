package logit

import "math"

// scratch is one worker's view of one block of rows. A block is 128 rows: with
// 24 columns its 24 KB stay in the first-level cache while every pair of
// columns meets, so memory is read once per pass and not once per pair.
type scratch struct {
	*window
	p         int // padded columns
	intercept float64
	coef      []float64 // p, zero beyond the real columns
	z         []float64 // p columns of blockRows
	tileRows  []float64 // two weighted columns of blockRows
	eta       []float64
	residual  []float64 // w (y - mu)
	variance  []float64 // w mu (1 - mu)
}

func newScratch(d *design, p int) *scratch {
	return &scratch{
		window: newWindow(d), p: p,
		coef: make([]float64, p), z: make([]float64, p*blockRows),
		tileRows: make([]float64, 2*blockRows), eta: make([]float64, blockRows),
		residual: make([]float64, blockRows), variance: make([]float64, blockRows),
	}
}

// column returns the first rows values of column j of the block.
func (s *scratch) column(j, rows int) []float64 {
	return s.z[j*blockRows : j*blockRows+rows]
}

// chunk adds the contributions of one chunk to its slot, block by block.
func (s *scratch) chunk(c int, slot []float64) error {
	if err := s.load(c); err != nil {
		return err
	}
	for lo := s.lo; lo < s.hi; lo += blockRows {
		rows := min(blockRows, s.hi-lo)
		s.fill(lo, rows)
		s.predict(lo, rows)
		s.link(lo, rows, slot)
		s.gram(rows, slot)
	}
	return nil
}

// fill reads the block's columns, standardised and in the design's basis. The rows are
// among those of the window.
func (s *scratch) fill(lo, rows int) {
	for j, c := range s.cols {
		scale, shift := s.d.scale[j], s.d.shift[j]
		z := s.column(j, rows)
		for i, x := range c[lo-s.lo : lo-s.lo+rows] {
			z[i] = x*scale - shift
		}
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

// predict fills eta with the linear predictor.
func (s *scratch) predict(lo, rows int) {
	eta := s.eta[:rows]
	for i := range eta {
		eta[i] = s.intercept
	}
	if s.d.offset != nil {
		for i, o := range s.d.offset[lo : lo+rows] {
			eta[i] += o
		}
	}
	for j := 0; j < s.p; j += tile {
		axpy4(eta, (*[4]float64)(s.coef[j:]), s.column(j, rows), s.column(j+1, rows), s.column(j+2, rows), s.column(j+3, rows))
	}
}

// link turns eta into residuals, variances and the loss.
func (s *scratch) link(lo, rows int, slot []float64) {
	y := s.d.y[lo : lo+rows]
	if s.d.w != nil {
		s.linkWeighted(y, s.d.w[lo:lo+rows], slot)
		return
	}
	eta, res, vee := s.eta[:rows], s.residual[:rows], s.variance[:rows]
	var loss, grad, hess float64
	// Everything comes from e = e^-|eta|, which cannot overflow, and from
	// 1/(1+e), which lies in [1/2, 1]: no tail loses digits.
	product := 1.0 // of 1+e^-|eta|: at most 2^blockRows, so one log serves the block
	for i, h := range eta {
		e := math.Exp(-math.Abs(h))
		t := 1 / (1 + e)
		v := e * t * t
		mu := e * t
		if h > 0 {
			mu = t
		}
		r := y[i] - mu
		product *= 1 + e
		loss += max(h, 0) - y[i]*h
		grad += r
		hess += v
		res[i], vee[i] = r, v
	}
	slot[slotLoss] += loss + math.Log(product)
	slot[slotWeight] += float64(rows)
	slot[slotGrad0] += grad
	slot[slotHess0] += hess
}

// linkWeighted is link with case weights: a log per row, because the product
// trick would need powers.
func (s *scratch) linkWeighted(y, w, slot []float64) {
	for i, h := range s.eta[:len(y)] {
		e := math.Exp(-math.Abs(h))
		t := 1 / (1 + e)
		mu := e * t
		if h > 0 {
			mu = t
		}
		r, v := w[i]*(y[i]-mu), w[i]*(e*t*t)
		slot[slotLoss] += w[i] * (max(h, 0) - y[i]*h + math.Log1p(e))
		slot[slotWeight] += w[i]
		slot[slotGrad0] += r
		slot[slotHess0] += v
		s.residual[i], s.variance[i] = r, v
	}
}

// gram adds the block's gradient, border and upper Gram matrix to the slot.
// Residuals and variances ride through the kernel as two more columns: their
// products with Z are the gradient and the intercept's row of the Hessian.
// Pairs of rows meet tiles of four columns from the diagonal on; the few
// entries below it that a tile overlaps are computed and ignored.
func (s *scratch) gram(rows int, slot []float64) {
	p := s.p
	gram := slot[slotGrad+2*p:]
	s.edge(rows, slot)
	u0, u1 := s.tileRows[:rows], s.tileRows[blockRows:blockRows+rows]
	for i := 0; i < p; i += 2 {
		z0, z1 := s.column(i, rows), s.column(i+1, rows)
		for k, v := range s.variance[:rows] {
			u0[k], u1[k] = v*z0[k], v*z1[k]
		}
		for j := i &^ (tile - 1); j < p; j += tile {
			s.dot(u0, u1, j, gram[i*p+j:], gram[(i+1)*p+j:])
		}
	}
}

// edge adds the block's gradient and border to the slot.
func (s *scratch) edge(rows int, slot []float64) {
	grad := slot[slotGrad:]
	for j := 0; j < s.p; j += tile {
		s.dot(s.residual[:rows], s.variance[:rows], j, grad[j:], grad[s.p+j:])
	}
}

// dot adds the products of a0 with columns j..j+3 to sum0, and of a1 to sum1.
func (s *scratch) dot(a0, a1 []float64, j int, sum0, sum1 []float64) {
	rows := len(a0)
	var acc [8]float64
	dot2x4(&acc, a0, a1, s.column(j, rows), s.column(j+1, rows), s.column(j+2, rows), s.column(j+3, rows))
	for k := range tile {
		sum0[k] += acc[k]
		sum1[k] += acc[tile+k]
	}
}
