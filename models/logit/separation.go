package logit

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A finite maximum-likelihood estimate fails to exist exactly when some
// direction d != 0 is one of recession (Albert and Anderson 1984, Biometrika
// 71, theorems 1 and 2; Geyer 2009): for every row
//
//	u'd >= 0 where y = 1,  u'd <= 0 where y = 0,  u'd = 0 where 0 < y < 1,
//
// and d does not touch a penalised coefficient. Complete separation is the
// case without equality. On such outcomes Newton's steps tend to a d in the
// relative interior of these directions, because every row that can still
// gain asks for one more unit of its linear predictor per iteration. So the
// step is the suspect, and recession is the judge:
//
//  1. rows where |u'step| is tiny are taken to be equalities;
//  2. d is the projection of step on the directions where these rows (and
//     the penalised coefficients) are exactly zero;
//  3. d is convicted only if every row, checked one by one, obeys the signs.
//
// Nothing is ever convicted on large coefficients alone, so near-separable
// and rare-event data that have an estimate are never refused.

// certificateNoise is how far from zero, relative to the largest row, an
// equality may be after the projection.
const certificateNoise = 1e-8

// recession returns a *SeparationError if the last step proves separation.
func (n *newton) recession(ctx context.Context) error {
	if n.d.firth || n.d.anchored() {
		return ctx.Err() // the penalty falls in every direction
	}
	margins, err := n.d.margins(n.step)
	if err != nil {
		return err
	}
	largest := maxAbs(margins)
	if largest == 0 || math.IsNaN(largest) || math.IsInf(largest, 0) {
		return ctx.Err()
	}
	// What counts as tiny depends on how far the iteration has run: the rows
	// that will be equalities shrink with it. A wrong guess costs a try and
	// cannot convict.
	for _, tiny := range []float64{1e-7, 1e-5, 1e-3} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !n.d.obeys(margins, tiny*largest) {
			continue
		}
		direction, equalities, err := n.d.project(n.step, margins, tiny*largest)
		if err != nil {
			return err
		}
		if direction == nil {
			continue
		}
		m, err := n.d.margins(direction)
		if err != nil {
			return err
		}
		noise := certificateNoise * maxAbs(m)
		if noise > 0 && n.d.obeys(m, noise) && small(m, equalities, noise) {
			columns, err := n.d.responsible(direction)
			if err != nil {
				return err
			}
			return &SeparationError{Columns: columns, Complete: len(equalities) == 0}
		}
	}
	return nil
}

// anchored says whether no direction can be one of recession, before any row is looked at: a
// ridge holds every column, and outcomes of both kinds hold the intercept (ErrOneClass). A ridge
// that is small beside the largest is not trusted to hold in rounded arithmetic.
func (d *design) anchored() bool {
	return len(d.lambda) > 0 && slices.Min(d.lambda) > 1e-6*slices.Max(d.lambda)
}

// margins returns u'direction for every row.
func (d *design) margins(direction []float64) ([]float64, error) {
	s := newScratch(d, pad(len(d.source)))
	copy(s.coef, direction[d.first():])
	if d.intercept {
		s.intercept = direction[0]
	}
	out := make([]float64, d.n)
	for c := range d.chunks() {
		if err := s.load(c); err != nil {
			return nil, err
		}
		for lo := s.lo; lo < s.hi; lo += blockRows {
			rows := min(blockRows, s.hi-lo)
			s.fill(lo, rows)
			s.predict(lo, rows)
			for i, h := range s.eta[:rows] {
				if d.offset != nil {
					h -= d.offset[lo+i]
				}
				out[lo+i] = h
			}
		}
	}
	return out, nil
}

// obeys reports whether every row beyond the noise is on its own side.
func (d *design) obeys(margins []float64, noise float64) bool {
	for i, m := range margins {
		if math.Abs(m) <= noise {
			continue
		}
		if y := d.y[i]; !(y == 1 && m > 0 || y == 0 && m < 0) {
			return false
		}
	}
	return true
}

// small reports whether the listed rows are equalities up to the noise.
func small(margins []float64, rows []int, noise float64) bool {
	for _, i := range rows {
		if math.Abs(margins[i]) > noise {
			return false
		}
	}
	return true
}

// project returns the part of the step in the null space of the rows with
// |margin| <= tiny and of the penalty, and those rows. It returns nil if the
// null space is empty.
func (d *design) project(step, margins []float64, tiny float64) (direction []float64, equalities []int, err error) {
	for i, m := range margins {
		if math.Abs(m) <= tiny {
			equalities = append(equalities, i)
		}
	}
	q := d.size()
	constraints, err := d.constraints(equalities)
	if err != nil {
		return nil, nil, err
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(constraints, true) {
		return nil, nil, nil
	}
	values := eigen.Values(nil)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	direction = make([]float64, q)
	found := false
	for k, v := range values {
		// An exact null vector leaves about 1e-16.
		if v > 1e-11*max(values[q-1], 1) {
			continue
		}
		found = true
		column := vectors.ColView(k)
		along := mat.Dot(column, mat.NewVecDense(q, step))
		for i := range direction {
			direction[i] += along * column.AtVec(i)
		}
	}
	if !found {
		return nil, nil, nil
	}
	return direction, equalities, nil
}

// constraints is the Gram matrix of the given rows, of mean 1 on its diagonal
// or so, plus the penalty scaled to matter as much. The rows rise, so that each chunk is
// read once.
func (d *design) constraints(rows []int) (*mat.SymDense, error) {
	q := d.size()
	g := mat.NewSymDense(q, nil)
	u := make([]float64, q)
	s := newScratch(d, pad(len(d.source)))
	for _, i := range rows {
		if i >= s.hi {
			if err := s.load(i / chunkRows); err != nil {
				return nil, err
			}
		}
		d.row(s, i, u)
		g.SymRankOne(g, 1/float64(len(rows)), mat.NewVecDense(q, u))
	}
	if d.penalty == nil {
		return g, nil
	}
	scale := 1 / maxAbs(d.penalty)
	for i := range q {
		for j := i; j < q; j++ {
			g.SetSym(i, j, g.At(i, j)+scale*d.penalty[i*q+j])
		}
	}
	return g, nil
}

// row writes row i of U to u.
func (d *design) row(s *scratch, i int, u []float64) {
	s.fill(i, 1)
	if d.intercept {
		u[0] = 1
	}
	for j := range d.source {
		u[d.first()+j] = s.z[j*blockRows]
	}
}

// responsible names the columns to blame for a certified direction. Under
// complete separation the direction is any of a solid cone and touches every
// column; what the reader needs is the leak, so columns that separate alone
// come first.
func (d *design) responsible(direction []float64) ([]int, error) {
	var alone []int
	for j, c := range d.source {
		if d.lambda[j] != 0 {
			continue
		}
		separates, err := d.separatesAlone(c)
		if err != nil {
			return nil, err
		}
		if separates {
			alone = append(alone, c)
		}
	}
	if alone != nil {
		return alone, nil
	}
	zeta := d.fromBasis(direction)[d.first():]
	var together []int
	for j, v := range zeta {
		if math.Abs(v) > 1e-6*maxAbs(zeta) {
			together = append(together, d.source[j])
		}
	}
	return together, nil
}

// separatesAlone reports whether a threshold on one column (zero when there
// is no intercept) has no y = 1 on one side and no y = 0 on the other.
func (d *design) separatesAlone(column int) (bool, error) {
	low := [2]float64{math.Inf(1), math.Inf(1)}
	high := [2]float64{math.Inf(-1), math.Inf(-1)}
	err := walk(d.x, column, d.n, func(from int, piece []float64) {
		for i, x := range piece {
			for class := range 2 {
				if d.y[from+i] != float64(1-class) { // a fraction belongs to both
					low[class], high[class] = min(low[class], x), max(high[class], x)
				}
			}
		}
	})
	if !d.intercept {
		return low[1] >= 0 && high[0] <= 0 || low[0] >= 0 && high[1] <= 0, err
	}
	return low[1] >= high[0] || low[0] >= high[1], err
}
