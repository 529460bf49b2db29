package export

import (
	"math"

	"holdfast/dataset/expr"
	"holdfast/features/sql"
	"holdfast/models"
)

// band is the band of the row: of a recipe that of its score, else that of the thresholds.
func (s *sqlScore) band() sql.Value {
	q := s.q
	if s.m.Calibration.Bands != nil {
		return q.Raw(expr.Text, "CASE %s WHEN 0 THEN 'green' WHEN 1 THEN 'yellow' WHEN 2 THEN 'red' END", s.score)
	}
	t := s.m.Bands
	if t == nil {
		return q.Raw(expr.Text, "CAST(NULL AS "+q.TextType()+")")
	}
	red, yellow := s.reached(t.Red, t.Hysteresis), s.reached(t.Yellow, t.Hysteresis)
	return q.Raw(expr.Text, "CASE WHEN %[1]s IS NULL THEN NULL WHEN %[2]s THEN 'red' WHEN %[3]s THEN 'yellow' ELSE 'green' END", s.eta, red, yellow)
}

// reached says whether the row is in the band of a threshold or a worse one: because its
// probability is, or because that of a row before was and none has left the band by more than
// the hysteresis since (models.Thresholds.BandAfter, taken apart into one latch for each
// threshold). Rows without a score neither enter nor leave.
func (s *sqlScore) reached(threshold, hysteresis float64) sql.Value {
	q := s.q
	enters := s.above(threshold, 0)
	if hysteresis == 0 {
		return enters
	}
	entered := q.LastRow(enters)
	left := q.LastRow(q.Raw(expr.Bool, "(NOT %s)", s.above(threshold, hysteresis)))
	return q.Raw(expr.Bool, "(%[1]s IS NOT NULL AND (%[2]s IS NULL OR %[1]s > %[2]s))", entered, left)
}

// above says whether the probability, with so much added, is at least a threshold. It looks
// at the log-odds, which have no exp in them: where the rest is exact, so is the band.
func (s *sqlScore) above(threshold, added float64) sql.Value {
	least := leastEta(func(eta float64) bool { return models.Reaches(models.Probability(eta)+added, threshold) })
	switch {
	case math.IsInf(least, 1):
		return s.q.Raw(expr.Bool, "(%[1]s <> %[1]s)", s.eta)
	case math.IsInf(least, -1):
		return s.q.Raw(expr.Bool, "(%[1]s = %[1]s)", s.eta)
	}
	return s.q.Raw(expr.Bool, "(%s >= %s)", s.eta, s.q.Number(least))
}

// leastEta is the smallest of the numbers for which something holds that holds for all
// greater ones: by halving the ordered bits. It is infinite where all do, or none.
func leastEta(holds func(float64) bool) float64 {
	number := func(at int64) float64 { // ascending with at
		if at < 0 {
			return -math.Float64frombits(uint64(-at))
		}
		return math.Float64frombits(uint64(at))
	}
	last := int64(math.Float64bits(math.MaxFloat64))
	low, high := -last, last
	switch {
	case holds(number(low)):
		return math.Inf(-1)
	case !holds(number(high)):
		return math.Inf(1)
	}
	for low+1 < high {
		if middle := low + int64((uint64(high)-uint64(low))/2); holds(number(middle)) {
			high = middle
		} else {
			low = middle
		}
	}
	return number(high)
}
