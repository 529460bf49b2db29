package metrics

// Gain is one row of a gains table: the slice of rows down to the K-th riskiest from where
// the slice before it ends, alone and together with all above. Ties at a cut count by
// their expectation, as in [AtCapacity].
type Gain struct {
	K              int     // rows from the top to this cut
	Rows, Churned  float64 // of this slice alone
	Rate           float64 // Churned / Rows
	Lift           float64 // Rate over the churn rate of all rows
	Value          float64 // churned value of the slice; 0 without values
	Precision      float64 // churned share of the K rows
	CumulativeLift float64 // Precision over the churn rate of all rows
	Capture        float64 // share of all churned rows among the K
	ValueCapture   float64 // share of all churned value among the K; NaN without values
	KS             float64 // TPR - FPR at the cut
}

// Gains is the gains table of the score in so many slices of equal count, usually 10: slice
// i of s ends at row floor(n i / s), and slices without a row are left out. value may be
// nil. The table is nil without rows, for fewer than one slice and for a NaN score.
//
// Tables of scorecards cut at the scores of percentiles, so that a tie moves into one slice
// or the other whole and the slices of two scores are not comparable. Here every slice has
// its share of the rows, whatever the ties, and the table of a score that knows nothing has
// a lift of 1 throughout.
func Gains(score []float64, churned []bool, value []float64, slices int) []Gain {
	if value != nil {
		mustMatch(len(churned), len(value))
	}
	return newPlainRanking(score, churned).Gains(value, slices)
}

// Gains is [Gains] of the rows that were ranked.
func (r *Ranking) Gains(value []float64, slices int) []Gain {
	if r.undefined {
		return nil
	}
	var cuts []int // nested lists
	for i := 1; i <= slices; i++ {
		cuts = append(cuts, len(r.code)*i/slices)
	}
	tops := r.Tops(r.weights(nil), value, append(cuts, len(r.code)))
	var out []Gain
	var last List
	for _, top := range tops[:len(cuts)] {
		if top.Rows > last.Rows {
			out = append(out, gain(last, top, tops[len(cuts)]))
			last = top
		}
	}
	return out
}

// gain compares two successive lists with each other and with all rows.
func gain(last, top, whole List) Gain {
	rows, hits := top.Rows-last.Rows, top.Churned-last.Churned
	renewed := whole.Rows - whole.Churned
	return Gain{
		// Rows of a list are whole, but were added up in fractions of ties.
		K: int(top.Rows + 0.5), Rows: rows, Churned: hits,
		Rate:           hits / rows,
		Lift:           ratio(hits*whole.Rows, rows*whole.Churned),
		Value:          top.Value - last.Value,
		Precision:      top.Churned / top.Rows,
		CumulativeLift: ratio(top.Churned*whole.Rows, top.Rows*whole.Churned),
		Capture:        ratio(top.Churned, whole.Churned),
		ValueCapture:   ratio(top.Value, whole.Value),
		KS:             ratio(top.Churned, whole.Churned) - ratio(top.Rows-top.Churned, renewed),
	}
}
