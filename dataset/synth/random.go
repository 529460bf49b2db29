package synth

import (
	"math"
	"math/rand/v2"
)

// purpose separates the random streams of one account. What an account does
// and how it decides come from different streams, so that a knob that changes
// decisions leaves everything before them untouched.
type purpose uint64

const (
	purposeLife purpose = iota
	purposeDecisions
	purposeCount
)

// dice is one random stream. It is reseeded for each account and purpose, which
// makes every account a function of (seed, index) alone: blocks of any size,
// made in any order, hold the same rows.
type dice struct {
	source *rand.PCG
	*rand.Rand
}

// newDice returns a stream that must be reseeded before use.
func newDice() dice {
	source := rand.NewPCG(0, 0)
	return dice{source, rand.New(source)}
}

// reseed starts the stream of the given account and purpose from its beginning.
func (d dice) reseed(seed uint64, index int, p purpose) {
	d.source.Seed(seed, mix(uint64(index)*uint64(purposeCount)+uint64(p)))
}

// mix spreads consecutive integers over all 64 bits (finaliser of SplitMix64;
// Steele, Lea and Flood 2014), so that neighbouring accounts share no pattern.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// chance is true with probability p.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// quantile draws a uniform number strictly between 0 and 1, both of which
// Float64 could stand for: 0 by itself, 1 as a complement.
func (d dice) quantile() float64 {
	return (float64(d.Uint64()>>12) + 0.5) / (1 << 52)
}

// pick draws an index with the given shares, which sum to one.
func (d dice) pick(shares []float64) int {
	u := d.Float64()
	for i, s := range shares {
		if u -= s; u < 0 {
			return i
		}
	}
	return len(shares) - 1
}

// poisson draws a count of the given mean: by multiplication of uniforms (Knuth,
// The Art of Computer Programming 2, 3.4.1 F) while that is cheap, by the
// rounded normal approximation above, where the skew it loses is below 0.2.
func (d dice) poisson(mean float64) float64 {
	const largest = 30
	if mean > largest {
		return max(0, math.Round(mean+math.Sqrt(mean)*d.NormFloat64()))
	}
	count, product, limit := 0.0, d.Float64(), math.Exp(-mean)
	for product > limit {
		product *= d.Float64()
		count++
	}
	return count
}

// binomial draws the number of successes in n trials. Its callers have n of a
// few tickets a month, so counting trials is the fastest way.
func (d dice) binomial(n, p float64) float64 {
	count := 0.0
	for range int(n) {
		if d.chance(p) {
			count++
		}
	}
	return count
}

// sigmoid is the inverse of the log-odds.
func sigmoid(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}

// roundTo rounds x to a number of steps per unit: 100 keeps cents.
func roundTo(x, stepsPerUnit float64) float64 {
	return math.Round(x*stepsPerUnit) / stepsPerUnit
}

// clamp keeps x within lo and hi.
func clamp(x, lo, hi float64) float64 { return max(lo, min(x, hi)) }
