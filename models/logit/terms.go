package logit

// Term is what one column of raw numbers adds to a linear score:
//
//	Coef * (min(max(x, Low), High) - Mean) / SD, with Fill for x where that is NaN.
//
// A NaN Fill makes the score NaN. Low -Inf, High +Inf, Mean 0 and SD 1 leave a number as it is.
type Term struct{ Fill, Low, High, Mean, SD, Coef float64 }

// termRows are the rows that AddTerms takes through all columns at once: their scores stay in
// the nearest cache.
const termRows = 512

// AddTerms adds the terms of the columns to score, in their order; all columns are as long as
// score. Nothing is fused, so that every processor gives the bits that the formula gives when
// it is written down in Go.
func AddTerms(score []float64, columns [][]float64, terms []Term) {
	k := fastest()
	for from := 0; from < len(score); from += termRows {
		rows := score[from:min(from+termRows, len(score))]
		body := len(rows) &^ (lanes - 1)
		for j := range terms {
			x := columns[j][from:][:len(rows)]
			k.term(rows[:body], x[:body], &terms[j])
			termGo(rows[body:], x[body:], &terms[j])
		}
	}
}

// AddColumns adds coef_j x_j to score, column by column, as AddTerms does: of numbers that are
// encoded already.
func AddColumns(score []float64, columns [][]float64, coef []float64) {
	k := fastest()
	for from := 0; from < len(score); from += termRows {
		rows := score[from:min(from+termRows, len(score))]
		body := len(rows) &^ (lanes - 1)
		for j, c := range coef {
			x := columns[j][from:][:len(rows)]
			k.add(rows[:body], x[:body], c)
			addGo(rows[body:], x[body:], c)
		}
	}
}

// addGo is kernel.add, for any number of rows.
func addGo(score, x []float64, coef float64) {
	x = x[:len(score)]
	for i, v := range x {
		score[i] += float64(coef * v)
	}
}

// termGo asks so that NaN is never the larger nor the smaller one, as vectors do.
func termGo(score, x []float64, t *Term) {
	x = x[:len(score)]
	for i, v := range x {
		if v != v {
			v = t.Fill
		}
		if t.Low > v {
			v = t.Low
		}
		if t.High < v {
			v = t.High
		}
		score[i] += float64(t.Coef * ((v - t.Mean) / t.SD))
	}
}
