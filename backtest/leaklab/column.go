package leaklab

import "math"

// minLevel is how many accounts a level needs to speak for itself. The levels below it
// are read as one: a level of one or two accounts repeats what became of them.
const minLevel = 5

// score puts a snapshot row on a scale that can be ranked, NaN where it is missing.
type score func(row int32) float64

// scored ranks numbers as they are, levels by the share of positive examples among those
// of the sample that hold them. That share is of the very examples that are asked about, so
// that levels of few accounts have to share one (levelRates).
func (l *lab) scored(c *column, q sample) score {
	if !c.text() {
		return func(row int32) float64 { return c.values[row] }
	}
	rate := l.levelRates(c, q)
	return func(row int32) float64 {
		if v := c.values[row]; v == v {
			return rate[int(v)]
		}
		return math.NaN()
	}
}

// levelRates is the share of positive examples of each level, in the sample. Levels of
// few accounts share one rate; levels that the sample lacks are among them.
func (l *lab) levelRates(c *column, q sample) []float64 {
	counts := make([]struct{ accounts, rows, positive int }, len(c.levels)+1)
	last := make([]int32, len(c.levels)) // the account that was counted last, plus one
	for i, example := range q.about {
		row := l.rows[example]
		if !c.has(row) {
			continue
		}
		n := &counts[int(c.values[row])]
		n.rows++
		if q.positive[i] {
			n.positive++
		}
		if code := int(c.values[row]); last[code] != q.account[i]+1 {
			n.accounts++
			last[code] = q.account[i] + 1
		}
	}
	pool := &counts[len(c.levels)]
	for _, n := range counts[:len(c.levels)] {
		if n.accounts < minLevel {
			pool.rows += n.rows
			pool.positive += n.positive
		}
	}
	rates := make([]float64, len(c.levels))
	for code := range rates {
		n := counts[code]
		if n.accounts < minLevel {
			n = *pool
		}
		rates[code] = float64(n.positive) / float64(max(1, n.rows))
	}
	return rates
}

// ask gathers the scores of the examples of a sample that have one, with the answers: values[i]
// is that of present.about[i], and never NaN.
func (l *lab) ask(of score, q sample) (present sample, values []float64) {
	values = make([]float64, 0, len(q.about))
	present = q.where(func(i int) bool {
		row := l.rows[q.about[i]]
		if row == none {
			return false
		}
		v := of(row)
		if v == v {
			values = append(values, v)
		}
		return v == v
	})
	return present, values
}

// gaps says of every example of a sample whether the column is missing there: 1, else 0. An
// example without a snapshot row counts as missing.
func (l *lab) gaps(c *column, q sample) []float64 {
	gaps := make([]float64, len(q.about))
	for i, example := range q.about {
		if !c.has(l.rows[example]) {
			gaps[i] = 1
		}
	}
	return gaps
}
