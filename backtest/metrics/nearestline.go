package metrics

import "math"

// nearestLine is the path of truths to an E90: at each place, of all recalibration lines with that
// E90, the most likely one. The other distances go straight through the fitted line, which makes
// all that is off larger alike. But the E90 is what is off somewhere, and where that is turns with the
// line: a straight path that noise has turned a little gets from an E90 of some offs at the upper
// end to a larger one by offs at the lower end, where most rows are and hardly any noise is. Of
// scores that are too extreme it lost the truth in one company of six. To ask each time for
// the most likely truth is to profile what else is unknown (Chuang and Lai 2000, Hybrid resampling
// methods for confidence intervals, Statistica Sinica 10; with an order like that of [family.invert]: Sen,
// Walker and Woodroofe 2009, On the unified method with nuisance parameters, Statistica Sinica 19).
//
// A line adds reach (cos t + z sin t) to the log-odds, with z those of p in standard deviations from
// their mean. How likely it is goes by the information at the fitted line; that rows of an account
// are alike makes all of it less by about a factor, which changes no order.
type nearestLine struct {
	*tallied
	of          func(disturbance) float64
	z           []float64
	fitted      [2]float64 // what the fitted line adds at z = 0, and per z
	information [3]float64 // of the two: of the first, of both, of the second
	distance    [lineDirections][lineReaches]float64
	unit        float64 // the distance at place 1: what was observed
}

// The lines whose distance is tabulated: every ten degrees, from a fiftieth of log-odds to twenty.
const (
	lineDirections = 36
	lineReaches    = 18
	firstReach     = 0.02
	nextReach      = 1.5
	leastUnit      = 1e-3
)

// nearest tabulates the distances of lines.
func (t *tallied) nearest(of func(disturbance) float64) *nearestLine {
	p := &nearestLine{tallied: t, of: of, z: make([]float64, len(t.mass))}
	p.fit()
	quiet := t.quiet()
	copy(t.bent, t.curve)
	p.unit = max(leastUnit, of(quiet))
	for direction := range p.distance {
		reach, most := firstReach, 0.0
		for k := range p.distance[direction] {
			p.lead(float64(direction), reach)
			most = max(most, of(quiet)) // more reach is more distance, but for what smoothing evens out
			p.distance[direction][k] = most
			reach *= nextReach
		}
	}
	return p
}

// fit finds the fitted line in terms of z, and the information there.
func (p *nearestLine) fit() {
	const same, ridge = 1e-9, 1e-3 // the ridge of the line
	var mean, variance float64
	for k, x := range p.odds {
		mean += float64(p.mass[k] * x)
	}
	for k, x := range p.odds {
		variance += float64(p.mass[k] * (x - mean) * (x - mean))
	}
	sd := math.Sqrt(variance)
	if sd > same {
		for k, x := range p.odds {
			p.z[k] = (x - mean) / sd
		}
	}
	a, b := p.line()
	p.fitted = [2]float64{a + float64((b-1)*mean), (b - 1) * sd}
	p.information = [3]float64{ridge, 0, ridge}
	for k, x := range p.odds {
		rate := sigmoid(a + float64(b*x))
		w := p.mass[k] * rate * (1 - rate)
		p.information[0] += w
		p.information[1] += float64(w * p.z[k])
		p.information[2] += float64(w * p.z[k] * p.z[k])
	}
}

// lead goes to the line of a direction and a reach.
func (p *nearestLine) lead(direction, reach float64) {
	sin, cos := math.Sincos(2 * math.Pi * direction / lineDirections)
	for k, x := range p.odds {
		p.rates[k] = sigmoid(x + float64(reach*(cos+float64(sin*p.z[k]))))
	}
	p.bend()
}

// at goes to the most likely line of a distance, s times what was observed, no further than the table
// and to p itself at 0.
func (p *nearestLine) at(s float64) {
	most := 0.0
	for _, d := range p.distance {
		most = max(most, d[lineReaches-1])
	}
	distance := min(s*p.unit, most)
	best, least := 0, math.Inf(1)
	for direction := range lineDirections {
		if u := p.unlikeliness(direction, distance); u < least {
			best, least = direction, u
		}
	}
	turn, reach := 0.0, p.reach(best, distance)
	before, after := p.unlikeliness(best-1, distance), p.unlikeliness(best+1, distance)
	if bend := before + after - 2*least; bend > 0 && !math.IsInf(bend, 1) { // the least of a parabola
		turn = (before - after) / (2 * bend)
		next := best + 1
		if turn < 0 {
			next = best - 1
		}
		reach += float64(math.Abs(turn) * (p.reach(next, distance) - reach))
	}
	p.lead(float64(best)+turn, reach)
}

// unlikeliness is how far the line of a distance in a direction lies from the fitted one: what twice the log-likelihood loses.
func (p *nearestLine) unlikeliness(direction int, distance float64) float64 {
	reach := p.reach(direction, distance)
	if math.IsInf(reach, 1) {
		return reach
	}
	sin, cos := math.Sincos(2 * math.Pi * float64(direction) / lineDirections)
	u, v := float64(reach*cos)-p.fitted[0], float64(reach*sin)-p.fitted[1]
	return float64(p.information[0]*u*u) + float64(2*p.information[1]*u*v) + float64(p.information[2]*v*v)
}

// reach is where a direction has a distance, linear within the table; +Inf if nowhere in it.
func (p *nearestLine) reach(direction int, distance float64) float64 {
	before, reach, from := 0.0, firstReach, 0.0
	for _, d := range p.distance[(direction+lineDirections)%lineDirections] {
		if d >= distance && d > before {
			return from + float64((reach-from)*(distance-before)/(d-before))
		}
		before, from, reach = d, reach, reach*nextReach
	}
	return math.Inf(1)
}
