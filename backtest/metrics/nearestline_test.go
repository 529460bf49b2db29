package metrics

import (
	"math"
	"testing"
)

// cellsOfCompany are the cells of a company of [valued].
func cellsOfCompany(t *testing.T, seed uint64, byValue bool) *cells {
	t.Helper()
	eta, value, churned, cluster := valued(seed, 150)
	f, weight, all := NewForecast(eta, churned), []float64(nil), float64(len(eta))
	if byValue {
		w := f.Weighing(value)
		f, weight, all = &w.kept, w.weight, w.all
	}
	spans, _ := f.inPlacesOf(cellsOf(len(eta)))
	r, ok := f.counted(cluster, weight, all, spans)
	if !ok {
		t.Fatal("no cells")
	}
	return newCells(r, 0)
}

// offAlong is the distance of the line that adds u + v z to the log-odds.
func (p *nearestLine) offAlong(u, v float64) float64 {
	for k, x := range p.odds {
		p.rates[k] = sigmoid(x + u + v*p.z[k])
	}
	p.bend()
	return p.of(p.quiet())
}

// Places have the distance that they are asked for, up to what is linear between the reaches of the
// table; and no line of a fine fan with that distance is likelier by more than the table's ten
// degrees leave open.
func TestNearestLineHasItsDistanceAndNoneIsLikelier(t *testing.T) {
	for seed := range uint64(4) {
		tallied := cellsOfCompany(t, 20+seed, seed%2 == 1).tallied()
		p := tallied.nearest(tallied.nearlyMostOff)
		p.at(0)
		if off := p.of(p.quiet()); off > 1e-12 {
			t.Errorf("company %d: %v off where nothing is", seed, off)
		}
		unlikely := func(u, v float64) float64 {
			u, v = u-p.fitted[0], v-p.fitted[1]
			return p.information[0]*u*u + 2*p.information[1]*u*v + p.information[2]*v*v
		}
		for _, s := range []float64{0.3, 0.7, 1, 1.6} {
			p.at(s)
			asked, got := s*p.unit, p.of(p.quiet())
			if math.Abs(got-asked) > 0.06*asked {
				t.Errorf("company %d: %v off, asked for %v", seed, got, asked)
			}
			// The line of the place, by its log-odds in two cells.
			last := len(p.z) - 1
			added := func(k int) float64 { return oddsOf(p.rates[k]) - p.odds[k] }
			v := (added(last) - added(0)) / (p.z[last] - p.z[0])
			u := added(0) - v*p.z[0]
			mine, best := unlikely(u, v), math.Inf(1)
			for turn := range 180 {
				sin, cos := math.Sincos(float64(turn) * math.Pi / 90)
				from, to := 0.0, 20.0
				for range 20 {
					if mid := (from + to) / 2; p.offAlong(mid*cos, mid*sin) < got {
						from = mid
					} else {
						to = mid
					}
				}
				best = min(best, unlikely(from*cos, from*sin))
			}
			whole := unlikely(0, 0)
			if mine > best+0.03*whole {
				t.Errorf("company %d, place %v: %v unlikely, another line of the same distance %v", seed, s, mine, best)
			}
		}
	}
}
