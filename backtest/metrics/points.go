package metrics

import "math"

// PointScale is the scale of a scorecard (Siddiqi 2006, chapter 6), on which points are
// linear in the log-odds: an account with the given odds of churn has Points, and one
// with half of these odds DoubleOdds points more. More points are healthier.
//
//	points = Points - DoubleOdds/ln 2 * (eta - ln Odds),  eta = ln(p / (1-p))
//
// It is how a bank would print a churn probability, and keeps all of it: unlike a health of 0 to
// 100, points have no end on either side.
type PointScale struct {
	Points     float64 // at Odds
	Odds       float64 // p/(1-p) of churn, above 0
	DoubleOdds float64 // what halving the odds of churn, doubling those of renewal, is worth; not 0
}

// Of returns the points of log-odds of churn: -Inf to +Inf as these fall.
func (s PointScale) Of(eta float64) float64 {
	return s.Points - s.DoubleOdds/math.Ln2*(eta-math.Log(s.Odds))
}

// LogOdds returns the log-odds of churn of points, the inverse of Of.
func (s PointScale) LogOdds(points float64) float64 {
	return math.Log(s.Odds) - (points-s.Points)*math.Ln2/s.DoubleOdds
}
