package metrics

import (
	"math"
	"slices"
)

// powers are sums over the influences of accounts: all that an interval made of them takes.
// Sums are of influences in a unit, which is 1 but for numbers whose fourth powers leave the range
// of float64.
type powers struct{ accounts, squares, cubes, fourths, unit float64 }

// powersOf adds up, without rounding the sums, in one pass.
func powersOf(influence []float64) powers {
	unit := unitOf(influence)
	if unit != 1 {
		influence = slices.Clone(influence)
		for g := range influence {
			influence[g] /= unit
		}
	}
	var sums [3]exactSum
	var some [3][gatherBlock]float64
	for from := 0; from < len(influence); from += gatherBlock {
		part := influence[from:min(from+gatherBlock, len(influence))]
		for i, u := range part {
			square := u * u
			some[0][i], some[1][i], some[2][i] = square, square*u, square*u*u
		}
		for k := range sums {
			sums[k].addAll(some[k][:len(part)])
		}
	}
	return powers{float64(len(influence)), sums[0].value(), sums[1].value(), sums[2].value(), unit}
}

// unitOf is a power of two near the largest influence where its powers would be out of range.
func unitOf(influence []float64) float64 {
	body := len(influence) &^ (tailLanes - 1)
	largest, strange := largestOf(influence[:body])
	if strange {
		largest, body = 0, 0
	}
	for _, u := range influence[body:] {
		largest = max(largest, math.Abs(u))
	}
	if largest == 0 || largest > 0x1p-200 && largest < 0x1p200 || largest-largest != 0 {
		return 1
	}
	_, exponent := math.Frexp(largest)
	return math.Ldexp(1, exponent-1)
}

// stdErr is [InfluenceStdErr].
func (p powers) stdErr() float64 { return p.unit * math.Sqrt(smallSample(int(p.accounts))*p.squares) }

// acceleration is [Acceleration].
func (p powers) acceleration() float64 {
	if p.squares == 0 {
		return 0
	}
	return p.cubes / (6 * p.squares * math.Sqrt(p.squares))
}

// degrees are [EffectiveDegrees].
func (p powers) degrees() float64 {
	g := p.accounts
	if g < 2 {
		return math.NaN()
	}
	if p.squares == 0 {
		return math.Inf(1)
	}
	return 2 * g / (g*p.fourths/(p.squares*p.squares) - (g-3)/(g-1))
}
