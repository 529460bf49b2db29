package models

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Many at a time are the same numbers as one at a time, to the bit, whatever rows lie beside.
func TestManyProbabilitiesAreThoseOfEach(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{0, 1, 7, 1023, 1024, 1025, 3000} {
		eta := make([]float64, n)
		for i := range eta {
			eta[i] = 10 * rng.NormFloat64()
		}
		for i, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 800} {
			if n > 1000 {
				eta[200*i] = v
			}
		}
		p, health := make([]float64, n), make([]float64, n)
		Probabilities(p, eta)
		Healths(health, eta)
		for i, v := range eta {
			if math.Float64bits(p[i]) != math.Float64bits(Probability(v)) && v == v || math.Float64bits(health[i]) != math.Float64bits(Health(v)) && v == v || v != v && (p[i] == p[i] || health[i] == health[i]) {
				t.Fatalf("log-odds %v, row %d of %d: %v and %v, want %v and %v", v, i, n, p[i], health[i], Probability(v), Health(v))
			}
		}
	}
}
