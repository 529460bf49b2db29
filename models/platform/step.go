package platform

import "math"

// Combine is how several numbers become one.
type Combine string

// The ways.
const (
	Mean  Combine = "mean"  // by weight
	Sum   Combine = "sum"   // weights only say how Reweight shares out
	Worst Combine = "worst" // the smallest
)

// Missing is what a number that is not there does to the others.
type Missing string

// The policies.
const (
	Reweight Missing = "reweight" // its weight goes to the others in proportion
	Zero     Missing = "zero"     // it counts as 0
	Unscored Missing = "unscored" // nothing can be said
)

// Rounding is how a number becomes a whole one.
type Rounding string

// The roundings. They differ at halves only: 2.5 becomes 3 or 2, and -2.5 becomes -2 both
// times.
const (
	Exact    Rounding = ""          // not at all
	HalfUp   Rounding = "half_up"   // towards plus infinity
	HalfEven Rounding = "half_even" // to the even neighbour
)

// Step makes one number of several: it combines them, adds Start, rounds, and keeps what
// comes out within the limits, in this order. It is used on both levels of a card, on the
// measures of a group and on the groups. A number that is missing stays so through all four.
type Step struct {
	Combine Combine  `json:"combine"`
	Missing Missing  `json:"missing"` // of the points that it combines
	Start   float64  `json:"start,omitempty"`
	Round   Rounding `json:"round,omitempty"`
	Low     *float64 `json:"low,omitempty"` // nil: no limit
	High    *float64 `json:"high,omitempty"`
}

// of is the number of the step, NaN where there is none.
func (s *Step) of(points, weights []float64) float64 {
	return limit(s.Round.of(s.Start+s.combine(points, weights)), s.Low, s.High)
}

// combine is the number before start, rounding and limits, summed in the order of points.
// points and weights are of one length. Without points it is what no measure gives: 0 for a
// sum, NaN for a mean or a worst. Under Unscored a mean can do without a measure that weighs
// nothing; a sum cannot, since there a weight is not what points are multiplied by.
func (s *Step) combine(points, weights []float64) float64 {
	if s.Combine == Worst {
		return s.worst(points)
	}
	var sum, present, all float64
	for k, p := range points {
		w := weights[k]
		all += w
		switch {
		case !missing(p):
		case s.Missing == Zero:
			p = 0
		case s.Missing == Unscored && (w > 0 || s.Combine == Sum):
			return math.NaN()
		default:
			continue
		}
		present += w
		if s.Combine == Mean {
			p = float64(w * p)
		}
		sum += p
	}
	if s.Combine == Mean {
		return sum / present // 0/0, nothing there to weigh, is missing
	}
	return s.scaled(sum, present, all)
}

// scaled is a sum in which those present stand for all. Where nobody is missing the ratio
// is 1 and the sum keeps its bits. Where those present count for nothing they can stand for
// nobody, and there is no number: a factor that can only take points away has the weight 0.
func (s *Step) scaled(sum, present, all float64) float64 {
	switch {
	case s.Missing != Reweight:
		return sum
	case present == 0:
		return math.NaN()
	}
	return float64(sum * (all / present))
}

// worst is the smallest of the points that are there, NaN where none is. Weights do not count:
// the worst of a hundred measures decides as that of two.
func (s *Step) worst(points []float64) float64 {
	least := math.NaN()
	for _, p := range points {
		if missing(p) {
			switch s.Missing {
			case Unscored:
				return p
			case Reweight:
				continue
			}
			p = 0
		}
		if missing(least) || p < least {
			least = p
		}
	}
	return least
}

// shares are the factors by which the points enter the number, all 0 where there is none:
// their products with the points that are there sum to it, but for start, rounding and
// limits. shares is as long as points and comes as zeros. Measures that tie for the worst
// share it alike, since to name one of them would be to name the first in the file.
func (s *Step) shares(points, weights, shares []float64) {
	number := s.combine(points, weights)
	if missing(number) {
		return
	}
	var present, all float64
	worst := 0.0
	for k, p := range points {
		all += weights[k]
		if !missing(p) || s.Missing == Zero {
			present += weights[k]
		}
		if p == number {
			worst++
		}
	}
	for k, p := range points {
		switch {
		case missing(p):
		case s.Combine == Mean:
			shares[k] = weights[k] / present
		case s.Combine == Worst && p == number:
			shares[k] = 1 / worst
		case s.Combine == Sum && s.Missing == Reweight:
			shares[k] = all / present
		case s.Combine == Sum:
			shares[k] = 1
		}
	}
}

// of rounds; a missing number stays missing.
func (r Rounding) of(x float64) float64 {
	switch r {
	case HalfUp:
		whole := math.Floor(x)
		if x-whole >= 0.5 { // x+0.5 would round 0.49999999999999994 up
			whole++
		}
		return whole
	case HalfEven:
		return math.RoundToEven(x)
	}
	return x
}
