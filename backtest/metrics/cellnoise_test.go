package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The covariance by its definition: the sum over accounts of products of their influences,
// x_gk - m_k sum_j x_gj on mass k and u_gk / m_k on gap k, times G/(G-1). The numbers of the moments are
// multiples of 2^-30 of an account's weight.
func TestCovarianceOfCellsIsThatOfTheAccountsInfluences(t *testing.T) {
	for seed := range uint64(6) {
		eta, value, churned, cluster := valued(20+seed, 60)
		f := NewForecast(eta, churned)
		weight, all := inPlaces(value, f.order), 0.0
		for _, w := range weight {
			all += w
		}
		spans, _ := f.inPlacesOf(9)
		r, _ := f.counted(cluster, weight, all, spans, f.ofEqualCount(5))
		c := newCells(r, 0)
		n := len(c.mass)
		influence := make([][]float64, clusterCount(cluster))
		for k, s := range spans {
			for i := s.from; i < s.to; i++ {
				g := cluster[f.row(i)]
				if influence[g] == nil {
					influence[g] = make([]float64, 2*n)
				}
				x := weight[i] / all
				influence[g][k] += x
				for j := range n {
					influence[g][j] -= x * c.mass[j]
				}
				influence[g][n+k] += x * (f.residual(i) - c.curve[k]) / c.mass[k]
			}
		}
		want, accounts := make([]float64, 4*n*n), 0.0
		for _, u := range influence {
			if u != nil {
				accounts++
			}
			for i, v := range u {
				for j, w := range u {
					want[i*2*n+j] += v * w
				}
			}
		}
		got := c.covariance(r.moments(0, c.curve))
		for i := range want {
			want[i] *= accounts / (accounts - 1)
		}
		for i := range want {
			a, b := i/(2*n), i%(2*n)
			if own := math.Sqrt(want[a*2*n+a] * want[b*2*n+b]); math.Abs(got[i]-want[i]) > 1e-6*own {
				t.Fatalf("company %d, element %d, %d: %v, want %v", seed, a, b, got[i], want[i])
			}
		}
	}
}

// L L' is the covariance, also of numbers in units far apart and of one that the others determine.
func TestTheRootOfACovarianceIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "numbers")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		cov, unit := make([]float64, n*n), make([]float64, n)
		for k := range unit {
			unit[k] = math.Ldexp(1, rng.IntN(41)-20)
		}
		for range n + 2 { // so many accounts
			u, sum := make([]float64, n), 0.0
			for k := range u[:n-1] {
				u[k] = rng.NormFloat64()
				sum += u[k]
			}
			u[n-1] = -sum
			for i := range cov {
				cov[i] += u[i/n] * u[i%n] * unit[i/n] * unit[i%n]
			}
		}
		l := cholesky(cov, n)
		for i := range n {
			for j := range n {
				got := 0.0
				for k := range n {
					got += l[i*n+k] * l[j*n+k]
				}
				if math.Abs(got-cov[i*n+j]) > 1e-9*math.Sqrt(cov[i*n+i]*cov[j*n+j]) || j > i && l[i*n+j] != 0 {
					t.Fatalf("%v has the root %v", cov, l)
				}
			}
			if l[i*n+n-1] != 0 {
				t.Fatalf("what the others determine has a chance of its own: %v", l)
			}
		}
	})
}

// Half and half, with noise of 0.1 that goes from one mass to the other; then so much that a mass is left
// a tenth of itself, 0.05 beside 1.1, of 1.15 in sum.
func TestDisturbedCellsByHand(t *testing.T) {
	c := &cells{mass: []float64{0.5, 0.5}, gap: make([]float64, 2)}
	for _, x := range []struct {
		e         []float64
		sign      float64
		mass, gap []float64
	}{
		{[]float64{0.1, -0.1, 0.2, 0.3}, 1, []float64{0.6, 0.4}, []float64{0.2, 0.3}},
		{[]float64{0.1, -0.1, 0.2, 0.3}, -1, []float64{0.4, 0.6}, []float64{-0.2, -0.3}},
		{[]float64{0.6, -0.6, 0, 0}, 1, []float64{1.1 / 1.15, 0.05 / 1.15}, []float64{0, 0}},
	} {
		d := c.disturbed(x.e, x.sign)
		for k := range d.mass {
			if !near(d.mass[k], x.mass[k], 1e-14) || d.gap[k] != x.gap[k] {
				t.Errorf("%v times %v: %+v, want masses of %v and gaps of %v", x.e, x.sign, d, x.mass, x.gap)
			}
		}
	}
}

// Draws come in pairs of opposite sign, and their squares are chi-squares: of 100 pairs of a variance
// of 4 in sum 400, give or take 4 times 57.
func TestDisturbancesAreNormalInPairs(t *testing.T) {
	c := &cells{mass: []float64{0.5, 0.5}, gap: make([]float64, 2)}
	cov := make([]float64, 16)
	cov[2*4+2], cov[2*4+3], cov[3*4+2], cov[3*4+3] = 4, 2, 2, 4
	draws := c.disturbances(cov, 3)
	var square, product float64
	for i := 0; i < len(draws); i += 2 {
		a, b := draws[i].gap, draws[i+1].gap
		if a[0] != -b[0] || a[1] != -b[1] || !slices.Equal(draws[i].mass, c.mass) {
			t.Errorf("draws %d and %d are no pair: %+v, %+v", i, i+1, draws[i], draws[i+1])
		}
		square, product = square+a[0]*a[0], product+a[0]*a[1]
	}
	if len(draws) != noiseDraws || math.Abs(square-400) > 228 || math.Abs(product-200) > 180 {
		t.Errorf("%d draws, squares of %v and products of %v in sum, want %d, 400 and 200", len(draws), square, product, noiseDraws)
	}
}
