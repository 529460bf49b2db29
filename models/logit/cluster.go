package logit

import (
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"
)

// ClusterCovariance returns the cluster-robust covariance of the
// coefficients, laid out as Fitted.Covariance (Liang and Zeger 1986; R's
// sandwich::vcovCL for glm):
//
//	c V (sum_g u_g u_g') V,  u_g = sum_{i in g} w_i (y_i - mu_i) x_i,  c = G/(G-1)
//
// with V the model covariance and G the number of clusters.
//
// cluster has one entry per row of the problem, and rows of a cluster are neighbours: where the
// entry changes a cluster ends, and one that comes back is another. So no more scores are held than
// those of a few chunks of rows, whatever the number of clusters. Clusters without a row of positive
// weight take no part. With fewer than two nothing can be said and every entry is
// NaN. It panics if cluster and problem differ in length, a mistake of the
// program and not of its data.
//
// The only error is that of a Source that cannot be read.
func ClusterCovariance(p Problem, f *Fitted, cluster []int32) (*mat.SymDense, error) {
	if len(cluster) != len(p.Y) {
		panic("logit: ClusterCovariance: cluster and response lengths differ")
	}
	cov := mat.NewSymDense(len(f.Coef)+1, nil)
	groups := float64(clusters(p, cluster))
	if groups < 2 {
		fillNaN(cov)
		return cov, nil
	}
	spans := Spans(cluster, chunkRows)
	scorers := make([]*scorer, min(runtime.GOMAXPROCS(0), len(spans)))
	for i := range scorers {
		scorers[i] = newScorer(p, f, cluster)
	}
	// A round of spans, one for each scorer; their clusters are added in the order of the rows,
	// whoever scored them.
	for round := range slices.Chunk(spans, len(scorers)) {
		var group errgroup.Group
		for i, span := range round {
			group.Go(func() error { return scorers[i].score(span) })
		}
		if err := group.Wait(); err != nil {
			return nil, err
		}
		for i := range round {
			scorers[i].addTo(cov, groups/(groups-1))
		}
	}
	return cov, nil
}

// clusters is the number of those with a row of positive weight.
func clusters(p Problem, cluster []int32) int {
	count, counted := 0, false // counted: the cluster of row i
	for i, g := range cluster {
		if i == 0 || g != cluster[i-1] {
			counted = false
		}
		if !counted && p.weight(i) != 0 {
			count++
			counted = true
		}
	}
	return count
}

// weight is that of row i.
func (p Problem) weight(i int) float64 {
	if p.Weights == nil {
		return 1
	}
	return p.Weights[i]
}

// A Span is the rows [From, To).
type Span struct{ From, To int }

// Spans cuts all rows into spans of whole clusters, whose rows are neighbours. A span has at most so
// many rows, or those of a single cluster that has more.
func Spans(cluster []int32, rows int) []Span {
	var spans []Span
	for from := 0; from < len(cluster); {
		to := min(from+rows, len(cluster))
		for to < len(cluster) && to > from && cluster[to] == cluster[to-1] {
			to--
		}
		if to == from {
			to = clusterEnd(cluster, from)
		}
		spans = append(spans, Span{from, to})
		from = to
	}
	return spans
}

// clusterEnd is the row behind the cluster of a row.
func clusterEnd(cluster []int32, row int) int {
	end := row + 1
	for end < len(cluster) && cluster[end] == cluster[row] {
		end++
	}
	return end
}

// scorer adds up the scores of one cluster after the other. It holds what belongs to the clusters of
// one span.
type scorer struct {
	p       Problem
	f       *Fitted
	cluster []int32

	rows      *window
	residuals []float64     // w (y - mu) of the rows of the window
	u, v      *mat.VecDense // of the cluster, and V u
	weighed   bool          // whether a row of it has weight
	moves     []float64     // V u of each cluster of the span, one behind the other
}

func newScorer(p Problem, f *Fitted, cluster []int32) *scorer {
	d := &design{x: p.matrix(), n: len(p.Y)}
	for j := range f.Coef {
		d.source = append(d.source, j)
	}
	k := len(f.Coef) + 1
	return &scorer{p: p, f: f, cluster: cluster, rows: newWindow(d), residuals: make([]float64, min(chunkRows, d.n)),
		u: mat.NewVecDense(k, nil), v: mat.NewVecDense(k, nil)}
}

// score goes through a span, a window of rows at a time.
func (s *scorer) score(span Span) error {
	s.moves = s.moves[:0]
	for s.rows.hi = span.From; s.rows.hi < span.To; {
		if err := s.rows.read(s.rows.hi, min(s.rows.hi+chunkRows, span.To)); err != nil {
			return err
		}
		s.residue()
		for from := s.rows.lo; from < s.rows.hi; {
			to := clusterEnd(s.cluster[:s.rows.hi], from)
			s.add(from, to)
			if to < s.rows.hi || to == span.To { // else it may go on in the next window
				s.close()
			}
			from = to
		}
	}
	return nil
}

// residue fills in the residuals of the rows of the window.
func (s *scorer) residue() {
	lo := s.rows.lo
	residuals := s.residuals[:s.rows.hi-lo]
	s.f.linear(s.p, s.rows, residuals)
	for i, eta := range residuals {
		residuals[i] = s.p.weight(lo+i) * (s.p.Y[lo+i] - sigmoid(eta))
	}
}

// linear fills in the linear predictors of the rows of the window.
func (f *Fitted) linear(p Problem, rows *window, eta []float64) {
	for i := range eta {
		eta[i] = f.Intercept
		if p.Offset != nil {
			eta[i] += p.Offset[rows.lo+i]
		}
	}
	for j, c := range rows.cols {
		b := f.Coef[j]
		for i, x := range c {
			eta[i] += b * x
		}
	}
}

// add adds the rows [from, to) of the window, all of the same cluster, to its score.
func (s *scorer) add(from, to int) {
	residuals, u := s.residuals[from-s.rows.lo:to-s.rows.lo], s.u.RawVector().Data
	for i, r := range residuals {
		s.weighed = s.weighed || s.p.weight(from+i) != 0
		u[0] += r
	}
	for j, c := range s.rows.cols {
		sum := u[j+1]
		for i, x := range c[from-s.rows.lo : to-s.rows.lo] {
			sum += residuals[i] * x
		}
		u[j+1] = sum
	}
}

// close notes how far the cluster moves the coefficients, and begins another.
func (s *scorer) close() {
	if s.weighed {
		s.v.MulVec(s.f.Covariance, s.u)
		s.moves = append(s.moves, s.v.RawVector().Data...)
	}
	s.u.Zero()
	s.weighed = false
}

// addTo adds c v v' of every cluster to the covariance, v its V u.
func (s *scorer) addTo(cov *mat.SymDense, c float64) {
	for v := range slices.Chunk(s.moves, s.v.Len()) {
		copy(s.v.RawVector().Data, v)
		cov.SymRankOne(cov, c, s.v)
	}
}

// sigmoid returns 1/(1+e^-x) without overflow.
func sigmoid(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x > 0 {
		return 1 / (1 + e)
	}
	return e / (1 + e)
}
