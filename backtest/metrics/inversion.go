package metrics

import "slices"

// family is a distance along a path of truths: how far off they are grows with s from 0 on, where
// nothing is off.
type family struct {
	at    func(s float64)                 // goes to a place on the path
	of    func(noise disturbance) float64 // the distance there with some noise
	noise []disturbance
	quiet disturbance
}

// invert is the interval of a distance that was observed: all places on the path at which the test of
// that place does not reject it (Neyman 1937). The test at s rejects in the tails of what the
// distance would be there with noise: alpha-a(s) above and a(s) below, of alpha = 1 - level in
// all. Where nothing is off the distance cannot be too small, and a(0) = 0; from there a rises
// to alpha/2 with the power to tell s from 0,
//
//	a(s) = alpha/2 (power(s) - alpha) / (1 - alpha),
//
// so that every truth has the same chance to be held, be it near 0 or far, and no interval is
// empty (in the way of Feldman and Cousins 1998, by another order of the outcomes). The
// same draws of noise serve all places.
func (f family) invert(observed, level float64) (low, high float64) {
	alpha := 1 - level
	null := f.distances(0)
	slices.Sort(null)
	cut := quantile(null, level)
	// Common draws make both tails move one way along the path, but for steps of a draw.
	tails := func(s float64) (above, below float64) { // what is left of either tail before the test rejects
		n := float64(len(f.noise))
		var atLeast, atMost, beyond float64
		for _, d := range f.distances(s) {
			atLeast, atMost, beyond = atLeast+indicate(d >= observed), atMost+indicate(d <= observed), beyond+indicate(d > cut)
		}
		lower := alpha / 2 * min(1, max(0, (beyond/n-alpha)/(1-alpha)))
		return atLeast/n - (alpha - lower), atMost/n - lower
	}
	least := 0.0
	if above, _ := tails(0); above < 0 {
		least = lastPlace(func(s float64) bool { above, _ := tails(s); return above < 0 })
	}
	most := lastPlace(func(s float64) bool { _, below := tails(s); return below >= 0 })
	if least > 0 {
		low = f.truth(least) // not by rounding alone
	}
	return low, max(low, f.truth(max(least, most)))
}

// distances are those at a place, with every noise; the test there counts them.
func (f family) distances(s float64) []float64 {
	f.at(s)
	out := make([]float64, len(f.noise))
	for k, e := range f.noise {
		out[k] = f.of(e)
	}
	return out
}

// truth is the distance at a place.
func (f family) truth(s float64) float64 {
	f.at(s)
	return f.of(f.quiet)
}

// indicate is 1 for what is so.
func indicate(so bool) float64 {
	if so {
		return 1
	}
	return 0
}

// lastPlace is where a condition that holds at 0 ceases to hold, to a 500th of it; farthest if
// that is nowhere.
func lastPlace(holds func(s float64) bool) float64 {
	const farthest, halvings = 256, 8
	from, to := 0.0, 1.0
	for holds(to) {
		if to >= farthest {
			return to
		}
		from, to = to, 2*to
	}
	for range halvings {
		if mid := (from + to) / 2; holds(mid) {
			from = mid
		} else {
			to = mid
		}
	}
	return (from + to) / 2
}
