package metrics

import (
	"math"
	"slices"

	"holdfast/models/logit"
)

// design is what one of the two fits regresses on: logit p = a + b z, for rows of which some
// weight churned and some was kept. A held design has b = 1, which is the one-parameter fit.
//
// All methods take the coefficients as beta = (a, b), score vectors as (d/da,
// d/db) and symmetric matrices by their upper triangle (00, 01, 11); of a held design all but
// the first element are 0.
type design struct {
	z             []float64
	churned, kept []float64 // weights; of a row that stands for itself one is 0
	held          bool
}

// on is the same rows on another regressor.
func (d design) on(z []float64) design { return design{z: z, churned: d.churned, kept: d.kept} }

// holding is the design with b = 1.
func (d design) holding() design {
	d.held = true
	return d
}

// standardised is the design on (z - centre) / scale.
func (d design) standardised(centre, scale float64) design {
	z := make([]float64, len(d.z))
	for i, v := range d.z {
		z[i] = (v - centre) / scale
	}
	return d.on(z)
}

// Gathered designs have a cell for each of so many parts of the rows, or less where rows lie
// further than gatherWidth over that number apart.
const (
	coarseCells = 8192
	fineCells   = 16 * coarseCells
	gatherWidth = 64.0
)

// gathered are small designs, the coarser first, in whose place most of the steps to the
// maximum can be made: neighbouring rows are one, at their mean. What their spread within a
// cell does to the maximum is of second order, so that the design itself needs a step or two
// from there. There are none where there would be little to gain. Rows further than unit times
// gatherWidth over the number of cells apart share none.
func (d design) gathered(unit float64) (small []design) {
	for _, cells := range [2]int{fineCells, coarseCells} {
		if len(d.z) >= 4*cells {
			d = d.inCells(cells, unit*gatherWidth/float64(cells)) // the coarse cells are of fine ones
			small = append(small, d)
		}
	}
	slices.Reverse(small)
	return small
}

// inCells gathers rows that rise or fall in z.
func (d design) inCells(cells int, width float64) (small design) {
	most := (len(d.z) + cells - 1) / cells
	small.z, small.churned, small.kept = make([]float64, 0, cells), make([]float64, 0, cells), make([]float64, 0, cells)
	for from := 0; from < len(d.z); {
		to := from + 1
		for to < len(d.z) && to-from < most && math.Abs(d.z[to]-d.z[from]) <= width {
			to++
		}
		small.gather(d, from, to)
		from = to
	}
	return small
}

// gather appends rows [from, to) of d as one; rows without weight are none.
func (d *design) gather(from design, i, end int) {
	var churned, kept, z float64
	for ; i < end; i++ {
		w := from.churned[i] + from.kept[i]
		churned, kept = churned+from.churned[i], kept+from.kept[i]
		z += float64(w * from.z[i])
	}
	if all := churned + kept; all > 0 {
		d.z = append(d.z, z/all)
		d.churned, d.kept = append(d.churned, churned), append(d.kept, kept)
	}
}

// Newton's method stops once the decrement says that the step just taken was
// already exact to rounding: errors square, so 1e-20 leaves none.
const (
	maxSteps      = 100
	converged     = 1e-20
	exhausted     = 1e-28 // likewise, of the decrement of the step that would come next
	quadraticZone = 1e-8  // decrement below which full steps need no check
	gatheredZone  = 1e-2  // likewise where a gathered design was at its maximum: a tenth of a standard error of many thousand rows
	collinear     = 1e-10 // 1 - r^2 of intercept and slope that leaves too few digits
)

// arrived reports whether a Newton step ends at the maximum to rounding. From one step to the
// next the decrement shrinks by at least the square of the reach, the most that the step moves
// the log-odds of a row, because the information of a row changes by no more than that share
// of itself (Bach 2010, the self-concordance of the logistic loss): a last step that only
// finds nothing left to do is not taken.
func arrived(decrement, reach float64) bool {
	return decrement <= converged || reach <= 0.5 && decrement*reach*reach <= exhausted
}

// maximise fits (a, b) by Newton steps, halved while they would raise the loss; steps of a
// decrement below zone are taken as they are. From the line of no relation, beta 0, they
// always arrive. It gives up where the outcomes overlap in so few of the digits of eta that
// rounding errors decide.
func (d design) maximise(beta [2]float64, zone float64) (_ [2]float64, ok bool) {
	farthest := max(math.Abs(d.z[0]), math.Abs(d.z[len(d.z)-1])) // rows stand in order
	loss := math.NaN()                                           // at beta, where it is known
	for range maxSteps {
		gradient, information := d.derivatives(beta, nil)
		if !(determinant(information) > collinear*information[0]*information[2]) {
			return beta, false
		}
		step := solve(information, gradient)
		decrement := step[0]*gradient[0] + step[1]*gradient[1]
		if decrement > zone {
			if math.IsNaN(loss) {
				loss = d.loss(beta)
			}
			beta, loss = d.descend(beta, step, loss)
			continue
		}
		loss, beta = math.NaN(), [2]float64{beta[0] + step[0], beta[1] + step[1]}
		if arrived(decrement, math.Abs(step[0])+math.Abs(step[1])*farthest) {
			return beta, true
		}
	}
	return beta, false
}

// descend halves the step until the loss at beta does not rise, and returns that of where it ends. The loss is convex, so
// some fraction of a Newton step always lowers it, unless the step is already
// down to rounding errors; then the smallest one is as good as any.
func (d design) descend(beta, step [2]float64, loss float64) (next [2]float64, after float64) {
	for size := 1.0; ; size /= 2 {
		next = [2]float64{beta[0] + size*step[0], beta[1] + size*step[1]}
		if after = d.loss(next); after <= loss || size < 1e-10 {
			return next, after
		}
	}
}

// logOdds is a row's linear predictor. The product is rounded on purpose: a
// compiler that fused it with the sum would change bits between architectures.
func logOdds(z float64, beta [2]float64) float64 { return beta[0] + float64(beta[1]*z) }

// partialRows are added plainly before their sum is added with its rounding error kept:
// a few units in the last place, in a fraction of the time.
const partialRows = 128

// loss is the negative log-likelihood.
func (d design) loss(beta [2]float64) float64 {
	var all compensated
	var odds, decays, tails [partialRows]float64
	for from := 0; from < len(d.z); from += partialRows {
		to := min(from+partialRows, len(d.z))
		n, churned, kept := to-from, d.churned[from:to], d.kept[from:to]
		for i, z := range d.z[from:to] {
			odds[i%partialRows] = logOdds(z, beta)
		}
		logit.Decays(decays[:n], odds[:n])
		logOnePlus(tails[:n], decays[:n])
		sum := 0.0
		for i, x := range odds[:n] {
			tail := tails[i]
			sum += float64(churned[i]*(max(-x, 0)+tail)) + float64(kept[i]*(max(x, 0)+tail))
		}
		all.add(sum)
	}
	return all.value()
}

// residual is y - p, with the relative precision of the smaller of p and 1-p.
func residual(logOdds float64, churned bool) float64 {
	miss := sigmoid(toward(logOdds, churned))
	if churned {
		return miss
	}
	return -miss
}

// derivatives are the score vector and the information matrix (00, 01, 11) of
// the log-likelihood at beta. each, where there is one, is shown the weighted y - p of some rows
// after the other, those from a number on, with the relative precision of the smaller of p and 1-p.
func (d design) derivatives(beta [2]float64, each func(residuals []float64, from int)) (gradient [2]float64, information [3]float64) {
	var all [5]compensated
	var b derivation
	for from := 0; from < len(d.z); from += partialRows {
		to := min(from+partialRows, len(d.z))
		sums := b.of(design{z: d.z[from:to], churned: d.churned[from:to], kept: d.kept[from:to]}, beta)
		if each != nil {
			each(b.u[:to-from], from)
		}
		for k := range all {
			all[k].add(sums.across(k))
		}
	}
	if d.held {
		return [2]float64{all[0].value(), 0}, [3]float64{all[2].value(), 0, 0}
	}
	return [2]float64{all[0].value(), all[1].value()}, [3]float64{all[2].value(), all[3].value(), all[4].value()}
}

// derivation is scratch memory for partialRows rows.
type derivation struct{ u, x, e, z, churned, kept [partialRows]float64 }

// of adds up so few rows and leaves their residuals in u. Rows that are no whole number of
// vectors are filled up with rows of no weight, which add nothing.
func (b *derivation) of(d design, beta [2]float64) (sums lineSums) {
	n := len(d.z)
	for i, z := range d.z {
		b.x[i%partialRows] = logOdds(z, beta)
	}
	if odd := n % tailLanes; odd > 0 {
		padded := n + tailLanes - odd
		clear(b.x[n:padded])
		d.z, d.churned, d.kept = filled(&b.z, d.z, padded), filled(&b.churned, d.churned, padded), filled(&b.kept, d.kept, padded)
		n = padded
	}
	logit.Decays(b.e[:n], b.x[:n])
	derive(b.u[:n], b.x[:n], b.e[:n], d.z, d.churned, d.kept, &sums)
	return sums
}

// filled is x in other memory, filled up with zeros.
func filled(to *[partialRows]float64, x []float64, n int) []float64 {
	clear(to[copy(to[:], x):n])
	return to[:n]
}
