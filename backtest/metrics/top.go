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
	var list List
	if r.undefined {
		return list
	}
	room := float64(k)
	for from := 0; from < len(r.code) && room > 0; {
		to, tied := r.block(from, count)
		size := float64(tied.churned + tied.renewed)
		share := min(1, room/max(size, 1)) // of the block that finds room
		list.Rows += share * size
		list.Churned += share * float64(tied.churned)
		if value != nil && tied.churned > 0 {
			list.Value += share * r.churnedValue(from, to, count, value)
		}
		room -= size
		from = to
	}
	return list
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
