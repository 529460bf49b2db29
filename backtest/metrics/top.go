package metrics

// List is what the top of a ranking holds. Ties at its end count by their
// expectation, as in [AtCapacity].
type List struct {
	Rows    float64 // the k asked for, or all there are
	Churned float64
	Value   float64 // of the churned rows; 0 without values
}

// Top is the list of the k riskiest rows, the rows of account g counted count[g]
// times. Unlike [Ranking.Capacity] it knows nothing of the rows below and takes
// time for the list alone, so that many short lists can be redrawn often. count
// may number more accounts than the ranking holds.
func (r *Ranking) Top(count []int32, value []float64, k int) List {
	return r.Tops(count, value, []int{k})[0]
}

// Tops is [Ranking.Top] of lists of several lengths, none shorter than the one before, in the
// time of the longest.
func (r *Ranking) Tops(count []int32, value []float64, ks []int) []List {
	out := make([]List, len(ks))
	if r.undefined {
		return out
	}
	var above List // the ties that are in all lists from here on
	next := 0      // the first list that may end at the tie
	for from := 0; from < len(r.code) && next < len(ks); {
		if float64(ks[next]) <= above.Rows {
			out[next] = above
			next++
			continue
		}
		to, tied := r.block(from, count)
		whole := List{Rows: float64(tied.churned + tied.renewed), Churned: float64(tied.churned)}
		if value != nil && tied.churned > 0 {
			whole.Value = r.churnedValue(from, to, count, value)
		}
		for ; next < len(ks) && float64(ks[next]) < above.Rows+whole.Rows; next++ {
			out[next] = above.plus(whole, (float64(ks[next])-above.Rows)/whole.Rows)
		}
		above = above.plus(whole, 1)
		from = to
	}
	for ; next < len(ks); next++ {
		out[next] = above
	}
	return out
}

// plus adds a share of a tie.
func (l List) plus(tie List, share float64) List {
	return List{l.Rows + float64(share*tie.Rows), l.Churned + float64(share*tie.Churned), l.Value + float64(share*tie.Value)}
}

// churnedValue adds the value of the churned rows at positions [from,to). Tied rows stand
// in the order they came in; the exact sum does not see it.
func (r *Ranking) churnedValue(from, to int, count []int32, value []float64) float64 {
	if to == from+1 { // nearly always: there is nothing to add up
		return float64(count[r.code[from]>>accountShift]) * value[r.row[from]]
	}
	var sum exactSum
	for i := from; i < to; i++ {
		if c := r.code[i]; c&churnedBit != 0 {
			sum.add(float64(count[c>>accountShift]) * value[r.row[i]])
		}
	}
	return sum.value()
}
