package metrics

import "math"

// AtWeight is what a list of the riskiest rows would have held that together weigh Weight:
// [AtCapacity] where rows weigh differently, such as hours of work or money.
type AtWeight struct {
	Weight                        float64 // the weight asked for, at most that of all rows
	Precision                     float64 // share of the list's weight that churned
	Lift                          float64 // Precision over the churned share of all weight
	Capture                       float64 // share of all churned weight that is on the list (recall)
	PrecisionWorst, PrecisionBest float64 // if every tie is resolved against the score, in its favour
	CaptureWorst, CaptureBest     float64
}

// WeightedCapacity evaluates the rows with the highest scores up to a total weight k. The
// block of tied scores in which the list ends is taken in the proportion that finds room,
// the expectation over orders of the tie where rows are small beside it. With weights of 1
// and a whole k it is [Capacity].
//
// NaN if k is not above 0, nothing weighs anything, a score is NaN, or a weight is negative
// or not finite; Lift and the captures also if no churned row weighs anything.
func WeightedCapacity(score []float64, churned []bool, weight []float64, k float64) AtWeight {
	blocks, ok := masses(score, churned, weight)
	all := totalMass(blocks)
	rows := all.churned + all.renewed
	k = min(k, rows)
	if !ok || !(k > 0) {
		nan := math.NaN()
		return AtWeight{nan, nan, nan, nan, nan, nan, nan, nan}
	}
	above, tied, room := cutMass(blocks, k)
	hits := above.churned + room/(tied.churned+tied.renewed)*tied.churned
	worst := above.churned + max(0, room-tied.renewed)
	best := above.churned + min(room, tied.churned)
	return AtWeight{
		Weight: k, Precision: hits / k,
		Lift:           ratio(hits*rows, k*all.churned),
		Capture:        ratio(hits, all.churned),
		PrecisionWorst: worst / k, PrecisionBest: best / k,
		CaptureWorst: ratio(worst, all.churned), CaptureBest: ratio(best, all.churned),
	}
}

// cutMass finds the block in which a list of weight k ends, and the room it has for it.
// Rounding may leave the last block short of k by an ulp: it is then taken whole.
func cutMass(blocks []mass, k float64) (above, tied mass, room float64) {
	var hits, misses compensated
	for i, b := range blocks {
		above = mass{hits.value(), misses.value()}
		room, tied = k-(above.churned+above.renewed), b
		if size := b.churned + b.renewed; room <= size || i+1 == len(blocks) {
			return above, b, min(room, size)
		}
		hits.add(b.churned)
		misses.add(b.renewed)
	}
	return above, tied, room
}
