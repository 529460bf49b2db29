package metrics

import "math"

// kernel is the weight of every place's rate in the curve at place i, which is linear in the rates:
// the row of the hat matrix of [smoother.fit], 0 for places out of its window.
func (s smoother) kernel(i int, out []float64) {
	h := s.bandwidth(i)
	if h == 0 {
		out[i] = 1
		return
	}
	from, to := s.within(i, h)
	var m moments
	for _, x := range s.at[from:to] {
		if u, w := s.tricube(x, i, h); w > 0 {
			m.add(u, w, 0)
		}
	}
	by := m.coefficients(s.degree)
	for k := from; k < to; k++ {
		if u, w := s.tricube(s.at[k], i, h); w > 0 {
			out[k] = w * (by[0] + float64(u*(by[1]+float64(u*by[2]))))
		}
	}
}

// tricube is how far a place lies from place i in bandwidths, and what it weighs there.
func (s smoother) tricube(x place, i int, h float64) (u, weight float64) {
	u = (x.p - s.at[i].p) / h
	c := 1 - math.Abs(u*u*u)
	return u, x.n * c * c * c
}

// coefficients turn moments of y into [moments.intercept], which is their sum of products.
func (m *moments) coefficients(degree int) (by [3]float64) {
	for k := range by {
		unit := *m
		unit.y = [3]float64{}
		unit.y[k] = 1
		by[k] = unit.intercept(degree)
	}
	return by
}

// counted is the smoother that knows what lies below each place, as [smoother.curve] finds out.
func (s smoother) counted() smoother {
	s.below = make([]float64, len(s.at)+1)
	for i, x := range s.at {
		s.below[i+1] = s.below[i] + x.n
	}
	return s
}
