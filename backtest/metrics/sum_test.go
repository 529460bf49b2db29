package metrics

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func sumOf(terms []float64) float64 {
	var s exactSum
	for _, x := range terms {
		s.add(x)
	}
	return s.value()
}

// bigSum adds in 2,200 bits, which holds every sum of doubles exactly.
func bigSum(terms []float64) float64 {
	total := new(big.Float).SetPrec(2200)
	for _, x := range terms {
		total.Add(total, new(big.Float).SetPrec(2200).SetFloat64(x))
	}
	v, _ := total.Float64()
	return v
}

// anyFinite draws doubles of every magnitude, by their bits.
func anyFinite() *rapid.Generator[float64] {
	return rapid.Custom(func(t *rapid.T) float64 {
		x := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return 1
		}
		return x
	})
}

func TestExactSumEqualsArbitraryPrecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := rapid.SliceOfN(anyFinite(), 0, 40).Draw(t, "terms")
		if got, want := sumOf(terms), bigSum(terms); got != want {
			t.Fatalf("sum %v, want %v", got, want)
		}
	})
}

func TestExactSumOfCancellingTermsEqualsArbitraryPrecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 0, 40).Draw(t, "terms")
		for _, x := range terms {
			terms = append(terms, -x*(1+0x1p-50))
		}
		if got, want := sumOf(terms), bigSum(terms); got != want {
			t.Fatalf("sum %v, want %v", got, want)
		}
	})
}

func TestExactSumAtTheEdges(t *testing.T) {
	inf, tiny := math.Inf(1), math.SmallestNonzeroFloat64
	for _, c := range []struct {
		name  string
		terms []float64
		want  float64
	}{
		{"nothing adds up to zero", nil, 0},
		{"large terms cancel and leave the small one", []float64{1e308, 1, -1e308}, 1},
		{"subnormals are exact", []float64{tiny, tiny, tiny}, 3 * tiny},
		{"a negative subnormal is exact", []float64{-tiny}, -tiny},
		{"a tie rounds to even downwards", []float64{1 << 53, 1}, 1 << 53},
		{"a tie rounds to even upwards", []float64{1<<53 + 2, 1}, 1<<53 + 4},
		{"the smallest excess over a tie rounds up", []float64{1 << 53, 1, tiny}, 1<<53 + 2},
		{"the smallest lack rounds down", []float64{1<<53 + 2, 1, -tiny}, 1<<53 + 2},
		{"the largest doubles overflow to infinity", []float64{math.MaxFloat64, math.MaxFloat64}, inf},
		{"they do not if they cancel again", []float64{math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64}, math.MaxFloat64},
		{"infinity wins over everything finite", []float64{inf, -1e308}, inf},
		{"opposite infinities have no sum", []float64{inf, -inf}, math.NaN()},
		{"NaN wins", []float64{1, math.NaN()}, math.NaN()},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := sumOf(c.terms); !sameBits(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestCarryingInMidSumChangesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var often, never exactSum
	for range 1000 {
		x := rng.NormFloat64() * math.Ldexp(1, rng.IntN(80)-40)
		often.pending = carryEvery - 1 // as after 2^30 - 1 additions
		often.add(x)
		never.add(x)
		if often.pending != 0 {
			t.Fatal("no carry took place")
		}
	}
	if often.value() != never.value() {
		t.Errorf("with carries %v, without %v", often.value(), never.value())
	}
}
