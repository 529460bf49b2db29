package metrics

import "math"

// workingNoise are draws of chance by a working covariance (Liang and Zeger 1986, Biometrika 73, their
// model-based one): a row varies as r(1-r) with the recalibration line's rate r, and any two rows of an
// account have the same correlation rho. With M_kl the sum over accounts of the products of their
// weights in two cells, and W_k that of the squared weights of the rows in one, the covariance of
// the sums of residuals is
//
//	sd_k sd_l (rho M_kl + (1 - rho) W_k [k = l]),   sd_k^2 = r_k (1 - r_k).
//
// ECE and miscalibration over weight need it: their noise is a sum of absolute values or of squares,
// as large as the cells' own deviations. What the few accounts of a cell happened to do says next to
// nothing of its variance, and by the accounts' own residuals the spread comes out too wide: that of
// miscalibration by a third to a half where a few accounts make most of a cell. One correlation is
// known far better. Drawn are masses and sums of residuals, which is what an isotonic regression
// pools, and the gaps are their quotients.
//
// It takes for granted that rows of much weight are no less certain than others, and that all
// accounts are as alike in themselves, and so serves where it must.
func (c *cells) workingNoise(seed uint64) []disturbance {
	m := c.moments
	m.of = m.working(c.deviations())
	noise := make([]disturbance, 0, workingDraws)
	for e := range c.draws(c.covariance(m), workingDraws, seed, workingStream) {
		d := c.disturbed(e, 1)
		for k, mass := range c.mass {
			d.gap[k] *= mass / d.mass[k]
		}
		noise = append(noise, d)
	}
	return noise
}

// deviations are the standard deviations of a row of each cell by the recalibration line.
func (c *cells) deviations() []float64 {
	a, b := c.line()
	sd := make([]float64, len(c.odds))
	for k, x := range c.odds {
		rate := sigmoid(a + float64(b*x))
		sd[k] = math.Sqrt(rate * (1 - rate))
	}
	return sd
}

// working are the moments with the working covariance for that of residuals, and none of
// them with masses.
func (m *cellMoments) working(sd []float64) []float64 {
	n, rho := len(sd), m.correlation(sd)
	width := 2 * n
	of := append([]float64(nil), m.of...)
	for i := range n {
		for j := range n {
			v := rho * m.of[i*width+j]
			if i == j {
				v += float64((1 - rho) * m.rows[i].mass)
			}
			of[i*width+n+j], of[(n+i)*width+j], of[(n+i)*width+n+j] = 0, 0, sd[i]*sd[j]*v
		}
	}
	return of
}

// correlation is that of two rows of an account: what the products of their residuals come to
// together, of what they would if they were alike. It is held between 0, since nothing is to be
// gained by accounts whose rows take turns, and 1.
func (m *cellMoments) correlation(sd []float64) float64 {
	n := len(sd)
	var own, ownAlike, all, allAlike float64
	for i := range n {
		own += m.rows[i].churn
		ownAlike += float64(sd[i] * sd[i] * m.rows[i].mass)
		for j := range n {
			all += m.of[(n+i)*2*n+n+j]
			allAlike += float64(sd[i] * sd[j] * m.of[i*2*n+j])
		}
	}
	const rounding = 1e-9
	if !(allAlike-ownAlike > rounding*allAlike) { // accounts of one row have no pairs
		return 0
	}
	return min(1, max(0, (all-own)/(allAlike-ownAlike)))
}
