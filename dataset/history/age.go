package history

import "math"

// ages fills out with the age of each row's own value, which is a day. It is that of the
// day on which the row became known: a value that was fresh when its row was of, and stale
// when the row was written, was stale for whoever read it. A day after that was not known
// then and has no age, nor has one that is more than so many days back.
func (r rows) ages(over int, out []float64) {
	for i, of := range r.of {
		age := float64(r.knownOn(i)) - of
		if !(age >= 0 && age <= float64(over)) {
			age = math.NaN()
		}
		out[i] = age
	}
}
