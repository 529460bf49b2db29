package metrics

import "holdfast/dataset/radix"

// WeightedForecast is a [Forecast] of rows that weigh differently, by money for example: those
// that weigh something once more in order, ties of eta and outcome by rising weight, so that
// rows that still tie differ in nothing but their account, and are one to every sum along them.
// It is what the weighted metrics of probabilities share; like the forecast it is read only.
type WeightedForecast struct {
	kept   Forecast  // of the rows with weight
	weight []float64 // of each of its places
	all    float64   // what they weigh together

	whole  *Forecast // of all rows
	weighs []float64 // of each of its places
}

// Weighing is the forecast of rows of the given weights, which are in the order of the rows as they
// came. The metrics of weights that are negative or not finite are NaN.
func (f *Forecast) Weighing(weight []float64) *WeightedForecast {
	mustMatch(len(f.eta), len(weight))
	w := &WeightedForecast{kept: *f, weight: inPlaces(weight, f.order), whole: f}
	w.weighs = w.weight
	if w.kept.ok = f.ok && allWeights(weight, len(f.eta)); !w.kept.ok {
		return w
	}
	if places := weighedOrder(f.eta, f.churned, w.weight); places != nil {
		w.kept, w.weight = f.at(places), inPlaces(w.weight, places)
	}
	var sum exactSum
	sum.addAll(weight)
	w.all = sum.value()
	return w
}

// at are the rows at some places.
func (f *Forecast) at(places []uint32) Forecast {
	out := Forecast{eta: inPlaces(f.eta, places), churned: inPlaces(f.churned, places), ok: f.ok, order: places,
		p: inPlaces(f.p, places), q: inPlaces(f.q, places), loss: inPlaces(f.loss, places)}
	if f.order != nil {
		out.order = inPlaces(f.order, places)
	}
	return out
}

// weighedOrder are the places of the rows that weigh something, those of one score and outcome by
// rising weight; the rows come in the order of [descending]. nil: as they are.
func weighedOrder(score []float64, churned []bool, weight []float64) []uint32 {
	rise, all := riseInTies(score, churned, weight)
	if rise && all {
		return nil
	}
	out := make([]uint32, 0, len(weight))
	if rise {
		for i, v := range weight {
			if v > 0 {
				out = append(out, uint32(i))
			}
		}
		return out
	}
	var tie keyed
	for from := 0; from < len(weight); {
		to := from + 1
		for to < len(weight) && score[to] == score[from] && churned[to] == churned[from] {
			to++
		}
		if to-from == 1 {
			if weight[from] > 0 {
				out = append(out, uint32(from))
			}
			from = to
			continue
		}
		tie.Keys, tie.Rows = tie.Keys[:0], tie.Rows[:0]
		for i, v := range weight[from:to] {
			if v > 0 {
				tie.Keys, tie.Rows = append(tie.Keys, radix.Key(v)), append(tie.Rows, uint32(from+i))
			}
		}
		tie = tie.Sort()
		out = append(out, tie.Rows...)
		from = to
	}
	return out
}

// riseInTies reports whether the rows of every score and outcome come by rising weight, and whether
// all of them weigh something.
func riseInTies(score []float64, churned []bool, weight []float64) (rise, all bool) {
	all = true
	for i, v := range weight {
		if i > 0 && v < weight[i-1] && score[i] == score[i-1] && churned[i] == churned[i-1] {
			return false, false
		}
		all = all && v > 0
	}
	return true, all
}
