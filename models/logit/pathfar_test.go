package logit

import (
	"math"
	"math/rand/v2"
	"testing"
)

// farPath is a problem with a few values far out and few strengths, so that the optimum of one is
// far from that of the next.
func farPath(seed uint64) (Problem, PathSettings) {
	rng := rand.New(rand.NewPCG(seed, 3))
	n := 20 + rng.IntN(30)
	p := Problem{Y: make([]float64, n), Weights: make([]float64, n), Offset: make([]float64, n), Columns: make([][]float64, 1+rng.IntN(4))}
	for j := range p.Columns {
		for range n {
			p.Columns[j] = append(p.Columns[j], math.Exp(2*rng.NormFloat64()))
		}
	}
	for i := range n {
		p.Weights[i] = 1
		if rng.Float64() < sigmoid(3*math.Log(p.Columns[0][i])-4) {
			p.Y[i] = 1
		}
	}
	return p, PathSettings{Alpha: float64(rng.IntN(2)), Count: 3 + rng.IntN(3), Tolerance: 1e-7}
}

// A whole step climbs in all of these, so that it has to be halved: in the last three under a Gram matrix
// that was renewed because a step under the old one had climbed as well.
func TestStepsThatClimbStillLeadToTheOptimum(t *testing.T) {
	for _, seed := range []uint64{71, 99, 100, 223, 913, 1534, 3153} {
		p, s := farPath(seed)
		for _, at := range mustPath(t, p, s).Points {
			if v := violated(p, s, at); !(v <= 2*s.Tolerance) {
				t.Errorf("problem %d, lambda %v: violated by %v, %v claimed", seed, at.Lambda, v, at.Violation)
			}
		}
	}
}
