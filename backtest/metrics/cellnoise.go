package metrics

import (
	"iter"
	"math"
	"math/rand/v2"
)

// How many draws an inversion counts. A tail of a fortieth is five of noiseDraws; that they are the same
// at all places makes the comparison of places sharper than each tail. What chance does to
// miscalibration and to ECE is nearly the same for a draw and its opposite, so that pairs would be half
// as many: their draws are single.
const (
	noiseDraws   = 200 // an even number: pairs
	workingDraws = 1000
)

// leastMass is the least share of its mass that noise leaves to a cell: normal noise of a cell of
// few accounts would take it below nothing now and then.
const leastMass = 0.1

// disturbance is what chance makes of cells: their masses, which add up to 1, and what is added to
// their gaps.
type disturbance struct{ mass, gap []float64 }

// quiet is no chance at all.
func (c *cells) quiet() disturbance { return disturbance{c.mass, make([]float64, len(c.gap))} }

// disturbances are draws of it with a covariance. They come in pairs of opposite sign: their mean is 0
// as it should be, and what is odd in them cancels.
func (c *cells) disturbances(cov []float64, seed uint64) []disturbance {
	out := make([]disturbance, 0, noiseDraws)
	for e := range c.draws(cov, noiseDraws/2, seed, residualStream) {
		out = append(out, c.disturbed(e, 1), c.disturbed(e, -1))
	}
	return out
}

// widened are draws with gaps as much wider as Student's quantile of a level is than the normal one.
func (c *cells) widened(noise []disturbance, level float64) []disturbance {
	wider := studentQuantile(level, c.moments.degrees) / normalQuantile(level)
	out := make([]disturbance, len(noise))
	for k, e := range noise {
		out[k] = disturbance{e.mass, scaled(e.gap, wider)}
	}
	return out
}

// The streams of noise.
const (
	residualStream = 0
	workingStream  = 2 // the coverage in CONTRIBUTING is that of these draws
)

// draws are normal ones with a covariance, by the PCG stream (seed, stream).
func (c *cells) draws(cov []float64, count int, seed, stream uint64) iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		width := 2 * len(c.mass)
		root, z, rng := cholesky(cov, width), make([]float64, width), rand.New(rand.NewPCG(seed, stream))
		for range count {
			for k := range z {
				z[k] = rng.NormFloat64()
			}
			if !yield(timesTriangle(root, z)) {
				return
			}
		}
	}
}

// disturbed adds noise of masses and gaps. Rates are not held between 0 and 1: what a few cells
// have too much evens out in the pools that they end in, and to cut it off would bias them.
func (c *cells) disturbed(e []float64, sign float64) disturbance {
	n := len(c.mass)
	d := disturbance{make([]float64, n), make([]float64, n)}
	var all float64
	for k, m := range c.mass {
		d.mass[k], d.gap[k] = max(m+float64(sign*e[k]), leastMass*m), sign*e[n+k]
		all += d.mass[k]
	}
	for k := range d.mass {
		d.mass[k] /= all
	}
	return d
}

// covariance is that of the masses and the gaps of all cells, 2n x 2n. With x_gk the share of the
// weight that account g has in cell k, and u_gk its residual there as a share, the accounts'
// influences are
//
//	on mass k: x_gk - m_k sum_j x_gj      on gap k: u_gk / m_k
//
// (the infinitesimal jackknife of shares and of a ratio), and the covariance is the sum of
// their products times G/(G-1).
func (c *cells) covariance(m cellMoments) []float64 {
	n := len(c.mass)
	width := 2 * n
	cov := make([]float64, width*width)
	scale := smallSample(m.accounts) / (c.all * c.all)
	for k, v := range m.of {
		cov[k] = v * scale
	}
	c.shareMasses(cov, width, 1, width) // rows
	c.shareMasses(cov, 1, width, width) // columns
	for i := range width {
		for j := range width {
			if i >= n {
				cov[i*width+j] /= c.mass[i-n]
			}
			if j >= n {
				cov[i*width+j] /= c.mass[j-n]
			}
		}
	}
	return cov
}

// shareMasses takes from the number of every mass its share of their sum, along all lines.
// down is the step from one mass to the next, across that from one line to the next.
func (c *cells) shareMasses(cov []float64, down, across, lines int) {
	for line := range lines {
		var sum float64
		for k := range c.mass {
			sum += cov[k*down+line*across]
		}
		for k, m := range c.mass {
			cov[k*down+line*across] -= float64(m * sum)
		}
	}
}

// cholesky is the lower triangle L of a covariance L L'. What is a sum of others, as the masses of
// all cells but one determine the last, has no chance of its own: its column is 0.
func cholesky(cov []float64, width int) []float64 {
	const nothing = 1e-10 // of a variance
	l := make([]float64, width*width)
	for i := range width {
		row := l[i*width:][:width]
		for j := range i + 1 {
			x, other := cov[i*width+j], l[j*width:][:width]
			for k, v := range row[:j] {
				x -= float64(v * other[k])
			}
			switch {
			case i != j && other[j] > 0:
				row[j] = x / other[j]
			case i == j && x > nothing*cov[i*width+i]:
				row[i] = math.Sqrt(x)
			}
		}
	}
	return l
}
