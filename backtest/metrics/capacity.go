package metrics

import "math"

// AtCapacity is what a list of the K riskiest rows would have held. Where the
// cut falls inside a block of tied scores the list is not unique; unless the
// name says otherwise a field is the expectation over a random order within
// ties (McSherry and Najork 2008), which is a fraction of the block.
type AtCapacity struct {
	K              int     // rows in the list: the k asked for, at most all rows
	Precision      float64 // share of the list that churned
	Lift           float64 // Precision over the churn rate of all rows
	Capture        float64 // share of all churned rows that are in the list (recall)
	ValueCaptured  float64 // value of the churned rows in the list
	ValueCapture   float64 // share of all churned value that is in the list
	PrecisionWorst float64 // Precision if every tie is resolved against the score
	PrecisionBest  float64 // Precision if every tie is resolved in its favour
	CaptureWorst   float64 // Capture, likewise
	CaptureBest    float64
	ListValue      float64 // value of all rows in the list: what is at risk there
	ValuePrecision float64 // share of ListValue that churned
	ValueLift      float64 // ValuePrecision over the churned share of all value
}

// BreakEvenSaveRate is the share of the churned value on the list that has to be saved for
// the contacts to pay, at a cost per row: cost K / ValueCaptured. Above 1 no success can
// pay for them. NaN if there is nothing to save.
func (at AtCapacity) BreakEvenSaveRate(contactCost float64) float64 {
	return ratio(contactCost*float64(at.K), at.ValueCaptured)
}

// Capacity evaluates the k rows with the highest scores. value is the money at
// stake per row, or nil to leave the value fields NaN.
//
// Lift and Capture count rows, the value fields count money: a list can be good
// at one and poor at the other. All figures are NaN if there are no rows, k < 1 or a score is NaN; Lift and
// the captures also if no row churned, ValueCapture and ValueLift if the churned value is zero.
func Capacity(score []float64, churned []bool, value []float64, k int) AtCapacity {
	return newPlainRanking(score, churned).Capacity(nil, value, k)
}

// Capacity is [Capacity] with the rows of account g counted count[g] times; nil
// counts every account once. value is in the row order given to [NewRanking]. The
// sweep ends at the cut, so a short list of many rows costs little; only the
// share of all churned value needs every row.
func (r *Ranking) Capacity(count []int32, value []float64, k int) AtCapacity {
	if value != nil {
		mustMatch(len(r.code), len(value))
	}
	w := r.weights(count)
	all := r.totals(w)
	rows := all.churned + all.renewed
	k = int(min(int64(k), rows))
	if r.undefined || k < 1 {
		return noCapacity(max(k, 0))
	}
	cut := r.cutAt(w, int64(k))
	// Expected churned rows in the list; everything but the money follows from it.
	hits := float64(cut.above.churned) + cut.share()*float64(cut.tied.churned)
	worst, best := cut.extremes()
	size := float64(k)
	at := AtCapacity{
		K:              k,
		Precision:      hits / size,
		Lift:           ratio(hits*float64(rows), size*float64(all.churned)),
		Capture:        ratio(hits, float64(all.churned)),
		ValueCaptured:  math.NaN(),
		ValueCapture:   math.NaN(),
		PrecisionWorst: float64(worst) / size,
		PrecisionBest:  float64(best) / size,
		CaptureWorst:   ratio(float64(worst), float64(all.churned)),
		CaptureBest:    ratio(float64(best), float64(all.churned)),
		ListValue:      math.NaN(),
		ValuePrecision: math.NaN(),
		ValueLift:      math.NaN(),
	}
	if value != nil {
		r.valueAt(&at, cut, w, value)
	}
	return at
}

// cut describes where the list of k rows ends: positions [0,from) are in it
// whole, positions [from,to) tie and share the room that is left.
type cut struct {
	from, to    int
	above, tied tally
	room        int64
}

// cutAt finds the tied block in which the k-th row lies, k counting from one. The
// caller has made sure that there are k rows. Blocks whose accounts all have
// multiplicity zero are empty and passed over, for room is never zero.
func (r *Ranking) cutAt(count []int32, k int64) cut {
	c := cut{room: k}
	for {
		c.to, c.tied = r.block(c.from, count)
		size := c.tied.churned + c.tied.renewed
		if c.room <= size {
			return c
		}
		c.room -= size
		c.above.churned += c.tied.churned
		c.above.renewed += c.tied.renewed
		c.from = c.to
	}
}

// share is the probability that a row of the tied block is in the list: every
// row has it, so expectations are this fraction of what the block holds.
func (c cut) share() float64 {
	return float64(c.room) / float64(c.tied.churned+c.tied.renewed)
}

// extremes are the fewest and the most churned rows the list can hold: renewed
// rows of the tie take the room first, or churned ones do.
func (c cut) extremes() (worst, best int64) {
	worst = c.above.churned + max(0, c.room-c.tied.renewed)
	best = c.above.churned + min(c.room, c.tied.churned)
	return worst, best
}

// valueAt fills in the money: what is expected above the cut, and what there is in all.
func (r *Ranking) valueAt(at *AtCapacity, c cut, count []int32, value []float64) {
	above := r.valueOf(0, c.from, count, value)
	tied := r.valueOf(c.from, c.to, count, value)
	all := r.valueOf(0, len(r.code), count, value)
	at.ValueCaptured = above.churned + c.share()*tied.churned
	at.ValueCapture = ratio(at.ValueCaptured, all.churned)
	at.ListValue = at.ValueCaptured + above.renewed + c.share()*tied.renewed
	at.ValuePrecision = ratio(at.ValueCaptured, at.ListValue)
	at.ValueLift = ratio(at.ValuePrecision*(all.churned+all.renewed), all.churned)
}

// valueOf adds the value of the rows at positions [from,to) by outcome. Tied rows stand in
// the order they came in; the exact sums do not see it.
func (r *Ranking) valueOf(from, to int, count []int32, value []float64) mass {
	var churned, renewed exactSum
	for i := from; i < to; i++ {
		c := r.code[i]
		v := float64(count[c>>accountShift]) * value[r.row[i]]
		if c&churnedBit != 0 {
			churned.add(v)
		} else {
			renewed.add(v)
		}
	}
	return mass{churned.value(), renewed.value()}
}

// noCapacity is the undefined result.
func noCapacity(k int) AtCapacity {
	nan := math.NaN()
	return AtCapacity{k, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan}
}
