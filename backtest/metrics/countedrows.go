package metrics

import (
	"slices"
	"sort"
)

// countedRows are the rows of a forecast account by account, grouped into cells in up to two ways:
// what cells are made of. Accounts come at random, and that is what takes time: one pass lays
// their rows side by side, for all that follows.
type countedRows struct {
	forecast *Forecast
	weight   []float64 // of every place; nil: 1 each
	all      float64   // what they weigh together

	spans    [][]span     // of each grouping, by rising p
	rows     []countedRow // those of an account are neighbours, in the order of places
	ends     []int32      // where every account's rows end
	accounts int          // with rows
}

// countedRow is a row with its cell in each grouping.
type countedRow struct {
	residual, weight float64
	cell             [2]uint16
}

// counted lays out the rows, which all lie in spans; ok is false where they say nothing. cluster is
// that of rows as they came; nil says that each is an account of its own.
func (f *Forecast) counted(cluster []int32, weight []float64, all float64, spans ...[]span) (r *countedRows, ok bool) {
	if cluster = inPlaces(cluster, f.order); cluster == nil {
		cluster = make([]int32, len(f.eta))
		for i := range cluster {
			cluster[i] = int32(i)
		}
	}
	mustMatch(len(f.eta), len(cluster))
	r = &countedRows{forecast: f, weight: weight, all: all, spans: spans, rows: make([]countedRow, len(f.eta))}
	if events := countTrue(f.churned); !f.ok || events == 0 || events == len(f.churned) {
		return r, false
	}
	r.layOut(cluster)
	return r, r.accounts > 1
}

// layOut puts every row among those of its account.
func (r *countedRows) layOut(cluster []int32) {
	next := make([]int32, clusterCount(cluster)+1) // one place on: where an account's rows begin
	for _, g := range cluster {
		if next[g+1] == 0 {
			r.accounts++
		}
		next[g+1]++
	}
	for g := range next[1:] {
		next[g+1] += next[g]
	}
	var cells [2][]uint16
	for k, spans := range r.spans {
		cells[k] = cellsOfPlaces(spans, len(cluster))
	}
	for i, g := range cluster {
		row := &r.rows[next[g]]
		next[g]++
		row.residual, row.weight = r.forecast.residual(i), r.weigh(i)
		for k := range r.spans {
			row.cell[k] = cells[k][i]
		}
	}
	r.ends = next[:len(next)-1]
}

// cellsOfPlaces is the number of the span in which each place lies.
func cellsOfPlaces(spans []span, places int) []uint16 {
	out := make([]uint16, places)
	for k, s := range spans {
		for i := s.from; i < s.to; i++ {
			out[i] = uint16(k)
		}
	}
	return out
}

// eachAccount hands over the rows of one account after another.
func (r *countedRows) eachAccount(do func(rows []countedRow)) {
	from := int32(0)
	for _, to := range r.ends {
		if to > from {
			do(r.rows[from:to])
		}
		from = to
	}
}

// weigh is the weight of the row at a place.
func (r *countedRows) weigh(i int) float64 {
	if r.weight == nil {
		return 1
	}
	return r.weight[i]
}

// uneven is whether some rows weigh more than others.
func (r *countedRows) uneven() bool {
	return slices.ContainsFunc(r.weight, func(w float64) bool { return w != r.weight[0] })
}

// tally is the share of the weight that some rows have, their mean probability and their rate
// less it.
func (r *countedRows) tally(rows span) (mass, p, gap float64) {
	var all, predicted, excess exactSum
	f, n := r.forecast, rows.to-rows.from
	all.addEach(n, func(k int) float64 { return r.weigh(rows.from + k) })
	predicted.addEach(n, func(k int) float64 { return r.weigh(rows.from+k) * f.p[rows.from+k] })
	excess.addEach(n, func(k int) float64 { return r.weigh(rows.from+k) * f.residual(rows.from+k) })
	return all.value() / r.all, predicted.value() / all.value(), excess.value() / all.value()
}

// spansWithin are groups of places of the whole among those with weight: ties are not split, so that
// the lowest log-odds of a group tell where it ends. Groups without weight are left out.
func (f *WeightedForecast) spansWithin(groups []span) (spans []span) {
	to := len(f.kept.eta)
	for _, g := range groups { // from the lowest p, which is at the end
		highest := f.whole.eta[g.from]
		from := sort.Search(to, func(i int) bool { return f.kept.eta[i] <= highest })
		if from < to {
			spans = append(spans, span{from, to})
		}
		to = from
	}
	return slices.Clip(spans)
}
