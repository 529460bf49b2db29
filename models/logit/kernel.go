package logit

// How to change the kernel: change the Go of it first, then the vectors, until
// TestBothKernelsGiveTheSameBits and FuzzKernels are satisfied; then look at the table of
// digits and at BenchmarkKernel. The vector side is in kernel_amd64.s and exact_amd64.s;
// -tags purego leaves it out.

import "math"

// kernel is the arithmetic of a block of rows, everything of a pass whose time grows with
// rows times columns. There are two: vector instructions on amd64 (kernel_amd64.s) and Go
// (kernel_go.go). They do the same operations in the same order, with products and sums
// fused in the same places and every sum over rows kept in four lanes, so they agree to
// the last bit. That is why the Go one spells out math.FMA and the lanes: it is the
// definition, and the other its fast form.
//
// Columns of a block lie blockRows apart. Lengths in rows are multiples of grain; what is
// beyond the last row of a problem is zero, with weight zero.
type kernel struct {
	// standardise sets z to x scale - shift. Any multiple of lanes will do.
	standardise func(z, x []float64, scale, shift float64)

	// moments adds the sums of x - centre and of its square to sums. Any multiple of
	// twice the lanes will do.
	moments func(x []float64, centre float64, sums *[2]float64)

	// predict adds sum_j coef_j z_j to eta, in the order of the columns.
	predict func(eta, z, coef []float64)

	// exponential sets e to e^-|eta|, or to e^least where that is larger. Any multiple of
	// batch will do.
	exponential func(e, eta []float64, least float64)

	// sides sets p and q to the logistic functions of eta and -eta, given q = e^-|eta|. Any
	// multiple of lanes will do.
	sides func(p, q, eta []float64)

	// link sets residual to w (y - p) and variance to w p (1-p), with p the logistic
	// function of eta, and adds to sums what the slots of a pass begin with: the part
	// sum w (max(eta, 0) - y eta) of the loss, and the sums of w, residual and variance.
	link func(eta, e, y, w, residual, variance []float64, sums *[4]float64)

	// logarithm adds the rest of the loss, sum w log(1+e), for 0 <= e <= 1.
	logarithm func(e, w []float64, sum *[1]float64)

	// weigh sets u to v z.
	weigh func(u, v, z []float64)

	// gram adds the inner products of three columns u with the columns z, a multiple of
	// four, to three rows of sums that lie width apart.
	gram func(sums []float64, width int, u, z []float64, rows int)

	// inner adds the inner products of one column u with the columns z to sums.
	inner func(sums, u, z []float64)

	// term adds the term of a column of raw numbers to scores. Any multiple of lanes will do.
	term func(score, x []float64, t *Term)

	// add adds coef x to scores, not fused. Any multiple of lanes will do.
	add func(score, x []float64, coef float64)

	// The rest is in double-double: blocks of blockHalf rows, whose high words are the
	// first and whose low words the second half of a column. exactStandardise takes any
	// multiple of lanes; the others whole blocks.
	exactStandardise func(z, x []float64, scale, shift float64)
	exactPredict     func(eta, z []float64, coef []dd) // adds to eta, not normalised
	exactWeigh       func(u, v, z []float64)           // the product, normalised; u may be one of the others
	exactAdd         func(z, x, y []float64)           // the sum, likewise
	exactShift       func(z, x []float64, by dd)
	exactInner       func(sums, u, z []float64) // adds to one lane sum per column of z
}

// Sizes of the kernel's tiles.
const (
	lanes   = 4  // doubles in a vector
	grain   = 32 // rows: eight vectors, enough to hide the latency of a fused addition
	tileU   = 3  // columns u of gram, with
	tileZ   = 4  // columns z: twelve sums and four operands fill sixteen registers
	tile    = tileZ
	unrolls = 2 * lanes // rows that moments takes at once
	batch   = 4 * lanes // rows that exponential takes at once
)

// roundUp is the next multiple of m, a power of two.
func roundUp(n, m int) int { return (n + m - 1) &^ (m - 1) }

// standardised fills z with a piece of a column, of any length, and the rest of z with
// zeros.
func (k kernel) standardised(z, x []float64, scale, shift float64) {
	body := len(x) &^ (lanes - 1)
	k.standardise(z[:body], x[:body], scale, shift)
	for i := body; i < len(x); i++ {
		z[i] = math.FMA(x[i], scale, -shift)
	}
	clear(z[len(x):])
}

// centred returns the sums of x - centre and of its square, for any length.
func (k kernel) centred(x []float64, centre float64, sums *[2]float64) {
	body := len(x) &^ (unrolls - 1)
	k.moments(x[:body], centre, sums)
	for _, v := range x[body:] {
		sums[0] += v - centre
		sums[1] = math.FMA(v-centre, v-centre, sums[1])
	}
}

// The constants of link. Both series are Taylor's: on these ranges one or two more terms
// than a fitted polynomial's are worth having no fitted numbers.
const (
	// leastExponent bounds -|eta| from below: no probability is below 1e-152. A product of
	// two such is still a normal number; denormal ones are a hundred times slower.
	leastExponent = -350
	// roundBias added to a number below 2^51 leaves the nearest integer in its low bits.
	roundBias = 0x1.8p52
	perLn2    = 1 / math.Ln2
	// ln2High is ln 2 in float64, ln2Low the rest of it.
	ln2High = 0x1.62e42fefa39efp-1
	ln2Low  = 0x1.abc9e3b39803fp-56
)

// linkTable is what the kernels' link reads, in this order: the constants above, the
// series of e^r, |r| <= ln(2)/2, highest power first, whose remainder r^14/14! is below
// 5e-18, and that of atanh(s)/s in s^2, s <= 1/3, whose remainder is below 1e-17.
var linkTable = [...]float64{
	perLn2, roundBias, ln2High, ln2Low, 2,

	1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320, 1. / 5040,
	1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1, 1,

	1. / 33, 1. / 31, 1. / 29, 1. / 27, 1. / 25, 1. / 23, 1. / 21, 1. / 19,
	1. / 17, 1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3, 1,
}

// Where the two series are in linkTable.
const (
	expAt   = 5
	atanhAt = expAt + 14
)
