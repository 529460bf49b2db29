package features

// EncodeNumbers returns the design columns that one factor would have for other values of
// its own, NaN for missing: what would become of a row if it changed. It is nil for a
// factor whose values are not numbers. Columns are as long as values, constant ones left out;
// whether the factor is for the row at all (Only) is not asked.
func (e *Encoder) EncodeNumbers(factor int, values []float64) [][]float64 {
	f := &e.Factors[factor]
	if f.Factor.isText() || f.Factor.Kind == Category {
		return nil
	}
	out := make([][]float64, f.width())
	for j := range out {
		out[j] = make([]float64, len(values))
	}
	f.encodeNumbers(e.Form, values, out)
	return out
}
