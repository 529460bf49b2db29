package metrics

import (
	"math"
	"sort"
)

// smoother is a local polynomial regression of the rates on the places (Cleveland 1979). At
// every place i, with x the place and h the distance of the nearest-th row from it,
//
//	minimise sum_k n_k w(u_k) (rate_k - polynomial(u_k))^2,  u_k = (p_k - x)/h
//
// over the polynomials of the degree; its value at u = 0 is the curve's at x. The weights
// w(u) = (1 - |u|^3)^3 are 0 from |u| = 1 on.
type smoother struct {
	at      []place // by rising p
	nearest float64 // rows within the bandwidth, or their weight
	degree  int     // at most 2

	below []float64 // rows below each place, and of all at the end
}

// curve evaluates the regression at every place. It does not interpolate between a few
// vertices as R does by default: that saves time where the data are many, but so do fewer
// places, and then the curve is at least the curve of those.
func (s smoother) curve() []float64 {
	s.below = make([]float64, len(s.at)+1)
	for i, x := range s.at {
		s.below[i+1] = s.below[i] + x.n
	}
	out := make([]float64, len(s.at))
	for i := range s.at {
		out[i] = s.fit(i)
	}
	return out
}

// within is the places [from, to) no farther than h from place i.
func (s smoother) within(i int, h float64) (from, to int) {
	centre := s.at[i].p
	from = sort.Search(i, func(k int) bool { return centre-s.at[k].p <= h })
	to = i + 1 + sort.Search(len(s.at)-i-1, func(k int) bool { return s.at[i+1+k].p-centre > h })
	return from, to
}

// bandwidth is the distance from place i to its nearest-th row: the least distance to a
// place, on the left or on the right, within which there are so many rows. Rows that tie
// count each, and distances on the two sides need not match, so either side is searched
// with the count of both.
func (s smoother) bandwidth(i int) float64 {
	enough := func(h float64) bool {
		from, to := s.within(i, h)
		return s.below[to]-s.below[from] >= s.nearest
	}
	left := func(k int) float64 { return s.at[i].p - s.at[i-k].p }
	right := func(k int) float64 { return s.at[i+k].p - s.at[i].p }
	h := math.Inf(1)
	if k := sort.Search(i+1, func(k int) bool { return enough(left(k)) }); k <= i {
		h = left(k)
	}
	if k := sort.Search(len(s.at)-i, func(k int) bool { return enough(right(k)) }); i+k < len(s.at) {
		h = min(h, right(k))
	}
	return h
}

// fit is the value at place i of the weighted least squares polynomial over its window,
// centred there and scaled by the bandwidth. The sums run in the order of places, which is
// canonical. Where the nearest rows are all at the place itself, their rate is the answer.
func (s smoother) fit(i int) float64 {
	h := s.bandwidth(i)
	if h == 0 {
		return s.at[i].rate
	}
	from, to := s.within(i, h)
	var m moments
	for _, x := range s.at[from:to] {
		u := (x.p - s.at[i].p) / h
		c := math.Abs(u)
		if c = 1 - c*c*c; c > 0 {
			m.add(u, x.n*c*c*c, x.rate)
		}
	}
	return m.intercept(s.degree)
}

// moments are the sums of a weighted regression on 1, u, u^2.
type moments struct {
	u      [5]float64 // of weight times u^k
	y      [3]float64 // of weight times u^k y
	places int
}

func (m *moments) add(u, weight, y float64) {
	m.places++
	for k := range m.u {
		m.u[k] += weight
		if k < len(m.y) {
			m.y[k] += float64(weight * y)
		}
		weight *= u
	}
}

// intercept solves the normal equations for the value at u = 0, by the highest degree that
// the places allow. |u| is at most 1 and the centre has the greatest weight, so the
// equations are as well conditioned as they come.
func (m *moments) intercept(degree int) float64 {
	s, y := m.u, m.y
	switch min(degree, m.places-1) {
	case 0:
		return y[0] / s[0]
	case 1:
		return differenceOfProducts(s[2], y[0], s[1], y[1]) / differenceOfProducts(s[0], s[2], s[1], s[1])
	}
	// Cramer's rule with the cofactors of the first column.
	c0 := differenceOfProducts(s[2], s[4], s[3], s[3])
	c1 := differenceOfProducts(s[1], s[4], s[3], s[2])
	c2 := differenceOfProducts(s[1], s[3], s[2], s[2])
	return (y[0]*c0 - y[1]*c1 + y[2]*c2) / (s[0]*c0 - s[1]*c1 + s[2]*c2)
}
