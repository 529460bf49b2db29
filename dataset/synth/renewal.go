package synth

// decision is one renewal whose answer is known, with the truth behind it.
type decision struct {
	renewal, asOf, decided int32 // days
	churned                bool
	arrBefore, arrAfter    float64
	stage                  Stage
	odds                   odds
}

// odds are the true probabilities of a renewal.
type odds struct {
	churn         float64 // given the factors and what is hidden
	churnFactors  float64 // given the recorded factors: the best any model can do
	contractAfter float64 // renewed for less, given the recorded factors
	expandAfter   float64 // renewed for more, given the recorded factors
}

const (
	// lateDecisionDays bounds how long after the renewal date an answer comes.
	// A renewal is recorded only when all its answers would be in by the last
	// snapshot: else, as leaving is told early and staying late, the last days
	// of the window would show churners alone.
	lateDecisionDays = 10

	// noticeDays bounds how long before the renewal date a churner says so. It
	// is below 30, so that a lead of 30 days is still honest.
	noticeDays = 25
)

// The ordered logit (McCullagh 1980) that says whether those who renew pay less,
// the same or more. It sees usage alone:
//
//	P(less)         = sigmoid(ContractCut - GrowthWeight * active_users / licences)
//	P(less or same) = sigmoid(ExpandCut   - GrowthWeight * active_users / licences)
const (
	ContractCut  = 0.05
	ExpandCut    = 2.85
	GrowthWeight = 3.0
)

// oddsOf computes the truth for a renewal decided by the snapshot r, with the
// hidden part at quantile u.
func (w *world) oddsOf(r *row, asOf int32, u float64) (Stage, odds) {
	stage := StageAt(r[colTenureDays])
	// Drift is part of p_factors, not hidden: it is the same for all renewals of a
	// day, and a model refitted over time can follow it.
	eta := w.laws[stage].logOdds(r) + w.Drift*float64(asOf-w.firstDay())/daysPerYear
	less, lessOrSame := growthOdds(r)
	p := ChurnProbability(eta, w.Noise)
	return stage, odds{
		churn:         ChurnProbability(eta/Attenuation+Hidden(u), w.Noise),
		churnFactors:  p,
		contractAfter: (1 - p) * less,
		expandAfter:   (1 - p) * (1 - lessOrSame),
	}
}

// growthOdds are the cumulative odds of the ordered logit among those who renew.
func growthOdds(r *row) (less, lessOrSame float64) {
	s := GrowthWeight * r[colActiveUsers] / r[colLicences]
	return sigmoid(ContractCut - s), sigmoid(ExpandCut - s)
}

// decide draws what the account does at the renewal and changes its contract
// accordingly.
func (w *world) decide(d dice, a *account, r *row, renewal, asOf int32) decision {
	out := decision{renewal: renewal, asOf: asOf, arrBefore: a.arr}
	out.stage, out.odds = w.oddsOf(r, asOf, d.quantile())
	out.churned = d.chance(out.odds.churn)
	// Leaving is announced before the date and never after; staying is signed
	// from three weeks before it to some days after.
	when := d.Float64()
	if out.churned {
		out.decided = renewal - int32(when*(noticeDays+1))
		return out
	}
	out.decided = renewal - 2*lateDecisionDays + int32(when*(3*lateDecisionDays+1))
	a.resize(d, r)
	out.arrAfter = a.arr
	return out
}

// resize gives a renewed account its new contract: seats and money move
// together, by 5 to 45 %, mostly by little.
func (a *account) resize(d dice, r *row) {
	less, lessOrSame := growthOdds(r)
	u, v := d.Float64(), d.Float64()
	change := 0.0
	switch {
	case u < less:
		change = -(0.05 + 0.4*v*v)
	case u >= lessOrSame:
		change = 0.05 + 0.4*v*v
	}
	a.licences = max(2, roundTo(a.licences*(1+change), 1))
	a.arr = roundTo(a.arr*(1+change), 100)
}
