package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// peaked has a KS of 2 Phi(1/2) - 1 = 0.3829249 in an endless company: scores are normal, one
// apart by outcome, and their distributions are furthest apart half way.
func peaked(rng *rand.Rand, rows int) (score []float64, churned []bool) {
	for range rows {
		y := rng.IntN(2) == 0
		x := rng.NormFloat64()
		if y {
			x++
		}
		score, churned = append(score, x), append(churned, y)
	}
	return score, churned
}

// The estimate of the bias, on the mean of 1,000 companies of 1,000 rows, against the bias. The
// rate is that of many rows: with 200 of them the estimate is a seventh too small.
func TestGapBiasIsTheBiasOfKS(t *testing.T) {
	const companies = 1000
	truth := math.Erf(0.5 / math.Sqrt2)
	var bias, said float64
	for i := range companies {
		rng := rand.New(rand.NewPCG(61, uint64(i)))
		score, churned := peaked(rng, 1000)
		r := NewRanking(score, churned, nil)
		bias += (KS(score, churned) - truth) / companies
		said += r.GapBias(uint64(i)) / companies
	}
	// The standard error of the mean KS is 0.028 / sqrt(1000), 0.0009.
	t.Logf("bias %.4f, said to be %.4f", bias, said)
	if bias < 0.008 || math.Abs(said-bias) > 0.003 {
		t.Errorf("bias %.4f, said to be %.4f", bias, said)
	}
}

// Counting each half by hand gives what the one sweep gives.
func TestGapBiasIsThatOfTheHalvesOneByOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(62, 0))
	score, churned := peaked(rng, 301)
	cluster := make([]int32, len(score))
	for i := range score {
		cluster[i] = int32(rng.IntN(51))
		score[i] = math.Round(4*score[i]) / 4 // ties
	}
	side, whole := sides(51, 7), KS(score, churned)
	want := 0.0
	for s := range splits {
		for half := range uint8(2) {
			w := make([]float64, len(score))
			for i, g := range cluster {
				if side[g]>>s&1 == half {
					w[i] = 1
				}
			}
			want += (WeightedCurve(score, churned, w).KS - whole) / (2 * splits) / (math.Pow(2, 2.0/3) - 1)
		}
	}
	if got := NewRanking(score, churned, cluster).GapBias(7); math.Abs(got-want) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestGapBiasWithoutHalvesIsUndefined(t *testing.T) {
	for _, r := range []*Ranking{
		NewRanking(nil, nil, nil),
		NewRanking([]float64{1, 2}, []bool{true, false}, []int32{0, 0}), // one account
		NewRanking([]float64{1, 2}, []bool{true, false}, nil),           // no half has both outcomes
		NewRanking([]float64{1, math.NaN()}, []bool{true, false}, nil),  // no score
		NewRanking([]float64{1, 2, 3}, []bool{true, true, true}, nil),   // nobody renewed
	} {
		if got := r.GapBias(1); got == got {
			t.Errorf("%v, want NaN", got)
		}
	}
}
