package logit

// This file is the double-double pass by blocks of rows: what refine asks of all rows, ten
// times faster than row by row. The idea is that of compensated summation. A product of
// two numbers and the sum of two numbers leave rounding errors that are numbers themselves
// and come out of a few more operations; adding them up beside the result gives the sum
// as if it had been computed in twice the precision, and all of it are plain additions
// and fused multiplications, four rows at a time. The logistic function takes whole columns of
// double-double numbers (exactlink.go).

import (
	"context"
	"math"
)

// blockHalf is the number of rows of a block in double-double. Its columns are those of
// kernel, blockRows numbers long: the high words of 64 rows, then the low words. With 24
// columns they stay in the first-level cache.
const blockHalf = blockRows / 2

// exactBlock is one worker's view of one block of rows in double-double. It is to
// exactPasses what scratch is to passes, for designs without a basis; with one, rows go
// one by one (exactRow), because each is then a linear combination of its own.
//
// Sums over the rows are kept in lanes, each a sum and what rounding has taken from it so
// far, and become double-double numbers at the end of a chunk. The error of what was taken
// is the unit roundoff squared times the number of rows in a lane of a chunk: 1e-29
// relative to the sum of magnitudes.
type exactBlock struct {
	*window
	kernel
	q        int
	z        []float64 // q columns of Z, the leading ones included
	u        []float64 // one column
	eta      ddColumn
	residual []float64
	variance []float64
	sums     []float64 // q lane sums for the gradient, q x q for the Gram matrix
	logistic exactLink
}

// sumSize is the size of a lane sum: the sums of four lanes, and what rounding has taken
// from each.
const sumSize = 2 * lanes

func newExactBlock(d *design) *exactBlock {
	q := d.size()
	b := &exactBlock{window: newWindow(d), kernel: d.kernel, q: q, z: make([]float64, q*blockRows), sums: make([]float64, sumSize*(q+q*q))}
	for _, v := range []*[]float64{&b.u, &b.residual, &b.variance} {
		*v = make([]float64, blockRows)
	}
	b.logistic.kernel = d.kernel
	return b
}

// column is column j of Z, high words first.
func (b *exactBlock) column(j int) []float64 { return b.z[j*blockRows : (j+1)*blockRows] }

// fill reads the columns of a block: one subtraction each, whose rounding error is the
// low word. What is beyond the last row is zero.
func (b *exactBlock) fill(lo, rows int) {
	f := b.d.first()
	if f == 1 {
		one := b.column(0)
		clear(one)
		for i := range rows {
			one[i] = 1
		}
	}
	body := rows &^ (lanes - 1)
	for j, c := range b.cols {
		x, z := c[lo-b.lo:lo-b.lo+rows], b.column(f+j)
		b.exactStandardise(z, x[:body], b.d.scale[j], b.d.shift[j])
		for i := body; i < blockHalf; i++ {
			var s dd
			if i < rows {
				s = twoSum(x[i]*b.d.scale[j], -b.d.shift[j])
			}
			z[i], z[blockHalf+i] = s.hi, s.lo
		}
	}
}

// link computes linear predictors, residuals and variances, and adds to the log
// likelihood. Without coefficients the variances are the weights.
func (b *exactBlock) link(lo, rows int, zeta []dd) {
	if zeta == nil {
		clear(b.residual)
		clear(b.variance)
		for i := range rows {
			b.variance[i] = b.d.weight(lo + i)
		}
		return
	}
	y, w := b.logistic.y[:blockHalf], b.logistic.w[:blockHalf]
	clear(w[copy(y, b.d.y[lo:lo+rows]):])
	for i := range rows {
		w[i] = b.d.weight(lo + i)
	}
	// Rows beyond the last have weight zero, so what their linear predictor comes to does not matter.
	clear(b.eta[:])
	if b.d.offset != nil {
		copy(b.eta[:], b.d.offset[lo:lo+rows])
	}
	b.exactPredict(b.eta[:], b.z, zeta)
	b.logistic.link(&b.eta, b.residual, b.variance)
}

// gram adds the upper Gram matrix of the block: each column of Z, times the variances,
// against itself and the columns after it.
func (b *exactBlock) gram() {
	for a := range b.q {
		b.exactWeigh(b.u, b.variance, b.column(a))
		b.exactInner(b.sums[sumSize*(b.q+a*b.q+a):], b.u, b.z[a*blockRows:])
	}
}

// gather moves the sums into a slot, in the order gradient, log likelihood, Gram matrix,
// as far as the slot has room.
func (b *exactBlock) gather(slot []dd) {
	for k := range b.q {
		slot[k] = slot[k].add(b.take(k))
	}
	slot[b.q] = slot[b.q].add(b.logistic.take())
	for k := range len(slot) - b.q - 1 {
		slot[b.q+1+k] = slot[b.q+1+k].add(b.take(b.q + k))
	}
}

// take returns a lane sum and sets it back to zero.
func (b *exactBlock) take(k int) dd {
	s := b.sums[sumSize*k : sumSize*(k+1)]
	var sum dd // the order of lanes is fixed, as that of everything that is added
	for l := range lanes {
		sum = sum.add(fastTwoSum(s[l], s[lanes+l]))
	}
	clear(s)
	return sum
}

// blocks runs over the rows and returns gradient, log likelihood and, if wanted, the Gram
// matrix at zeta: q+1 or q+1+q x q numbers, the lower triangle not filled in.
func (e *exactPasses) blocks(ctx context.Context, zeta []dd, wantGram bool) ([]dd, error) {
	q := e.d.size()
	size := q + 1
	if wantGram {
		size += q * q
	}
	return e.over(ctx, size, func(w *exactRow, slot []dd) error {
		b := w.block
		if err := b.load(w.chunk); err != nil {
			return err
		}
		for lo := b.lo; lo < b.hi; lo += blockHalf {
			rows := min(blockHalf, b.hi-lo)
			b.fill(lo, rows)
			b.link(lo, rows, zeta)
			b.exactInner(b.sums, b.residual, b.z)
			if wantGram {
				b.gram()
			}
		}
		b.gather(slot)
		return nil
	})
}

// The Go kernel in double-double. Sums and products carry their rounding errors along
// (Ogita, Rump and Oishi 2005, algorithms 3.1, 3.5 and 5.3), as dd does, but for the
// normalisation, which waits until the end of a sum.

// exactStandardiseGo is exact altogether: the product with a power of two, and the
// subtraction as the sum of two words.
func exactStandardiseGo(z, x []float64, scale, shift float64) {
	for i, v := range x {
		s := twoSum(float64(v*scale), -shift)
		z[i], z[blockHalf+i] = s.hi, s.lo
	}
}

// exactTerm returns sum + a b and what rounding took from it, added to lost.
func exactTerm(sum, lost, aHi, aLo, bHi, bLo float64) (float64, float64) {
	p := float64(aHi * bHi)
	e := math.FMA(aLo, bHi, math.FMA(aHi, bLo, math.FMA(aHi, bHi, -p)))
	s := twoSum(sum, p)
	return s.hi, lost + (s.lo + e)
}

// exactPredictGo starts from what eta holds, the offset.
func exactPredictGo(eta, z []float64, coef []dd) {
	for j, c := range coef {
		column := z[j*blockRows:][:blockRows]
		for i := range blockHalf {
			eta[i], eta[blockHalf+i] = exactTerm(eta[i], eta[blockHalf+i], c.hi, c.lo, column[i], column[blockHalf+i])
		}
	}
}

// exactWeighGo is a product of double-doubles, normalised: it is an operand again.
func exactWeighGo(u, v, z []float64) {
	for i := range blockHalf {
		p := float64(v[i] * z[i])
		e := math.FMA(v[blockHalf+i], z[i], math.FMA(v[i], z[blockHalf+i], math.FMA(v[i], z[i], -p)))
		s := fastTwoSum(p, e)
		u[i], u[blockHalf+i] = s.hi, s.lo
	}
}

// exactAddGo is a sum of double-doubles.
func exactAddGo(z, x, y []float64) {
	for i := range blockHalf {
		s := dd{x[i], x[blockHalf+i]}.add(dd{y[i], y[blockHalf+i]})
		z[i], z[blockHalf+i] = s.hi, s.lo
	}
}

// exactShiftGo is the sum with one number.
func exactShiftGo(z, x []float64, by dd) {
	for i := range blockHalf {
		s := dd{x[i], x[blockHalf+i]}.add(by)
		z[i], z[blockHalf+i] = s.hi, s.lo
	}
}

// exactInnerGo adds row i to lane i mod lanes.
func exactInnerGo(sums, u, z []float64) {
	for j := range len(z) / blockRows {
		column, s := z[j*blockRows:][:blockRows], sums[sumSize*j:][:sumSize]
		for i := range blockHalf {
			l := i % lanes
			s[l], s[lanes+l] = exactTerm(s[l], s[lanes+l], u[i], u[blockHalf+i], column[i], column[blockHalf+i])
		}
	}
}
