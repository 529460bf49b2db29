package metrics

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Campaign is a retention campaign in money per account (Verbraken, Verbeke and Baesens,
// IEEE Transactions on Knowledge and Data Engineering 25, 2013): every account contacted
// costs Contact; one that would have renewed takes the Incentive, and so does a churner who
// is persuaded, which keeps its Value.
type Campaign struct {
	Value     float64 // lifetime value of an account kept
	Incentive float64 // what is offered to keep it
	Contact   float64
}

// Optimum is the best that a campaign can make of a score.
type Optimum struct {
	Profit   float64 // per account, in money
	Targeted float64 // share of the accounts to contact, those with the highest scores
}

// MaxProfit is the maximum profit measure MPC: the most over all thresholds of
//
//	V [(g (1-d) - f) pi1 TPR - (d + f) pi0 FPR]
//
// with d = Incentive/V, f = Contact/V, g the share of churners who are persuaded, and
// pi1, pi0 the shares of churned and renewed rows (Verbraken et al. 2013, equation 5).
// Contacting nobody is always possible, so it is never negative; of thresholds that
// profit alike the one with the shortest list counts. NaN where [AUC] is, and for a Value
// that is not above 0.
func (c Campaign) MaxProfit(score []float64, churned []bool, saveRate float64) Optimum {
	return c.bestOn(newHull(score, churned), saveRate)
}

// Optima are [Campaign.MaxProfit] at every save rate and [Campaign.ExpectedMaxProfit] of one
// score, which is sorted once for all of them.
func (c Campaign) Optima(score []float64, churned []bool, saveRates []float64, a, b float64) (best []Optimum, expected Optimum) {
	hull := newHull(score, churned)
	for _, rate := range saveRates {
		best = append(best, c.bestOn(hull, rate))
	}
	return best, c.expectedOn(hull, a, b)
}

// bestOn is MPC over the corners of a hull.
func (c Campaign) bestOn(hull []mass, saveRate float64) Optimum {
	if hull == nil || !(c.Value > 0) {
		return Optimum{math.NaN(), math.NaN()}
	}
	var best Optimum
	for _, v := range hull {
		if p := c.profit(v, saveRate); p > best.Profit {
			best = Optimum{p, v.churned + v.renewed}
		}
	}
	return best
}

// ExpectedMaxProfit is EMPC: the expectation of [Campaign.MaxProfit] when the save rate is
// not known but Beta(a, b) distributed, usually Beta(6, 14), of mean 0.3 (Verbraken et al.
// 2013, section 5). For each save rate one corner of the convex hull of the ROC curve is
// best, so the integral is a sum over the corners of incomplete beta functions. NaN as
// there, and for a or b that is not above 0.
func (c Campaign) ExpectedMaxProfit(score []float64, churned []bool, a, b float64) Optimum {
	return c.expectedOn(newHull(score, churned), a, b)
}

// expectedOn is EMPC over the corners of a hull.
func (c Campaign) expectedOn(hull []mass, a, b float64) Optimum {
	if hull == nil || !(c.Value > 0 && a > 0 && b > 0) {
		return Optimum{math.NaN(), math.NaN()}
	}
	var profit, targeted compensated
	from := 0.0 // the save rate from which the corner is best
	for i, v := range hull {
		to := 1.0
		if i+1 < len(hull) {
			to = min(1, max(0, c.indifference(v, hull[i+1])))
		}
		if to > from {
			chance := betaBetween(a, b, from, to)
			persuaded := a / (a + b) * betaBetween(a+1, b, from, to) // the save rate times chance
			profit.add(c.profit(v, 0)*chance + float64((c.Value-c.Incentive)*v.churned*persuaded))
			targeted.add((v.churned + v.renewed) * chance)
			from = to
		}
	}
	return Optimum{profit.value(), targeted.value()}
}

// profit is that of contacting all above a threshold, per account: what the persuaded bring,
// less the contacts, less the incentives of those who would have stayed anyway.
func (c Campaign) profit(v mass, saveRate float64) float64 {
	return (saveRate*(c.Value-c.Incentive)-c.Contact)*v.churned - float64((c.Incentive+c.Contact)*v.renewed)
}

// indifference is the save rate at which two thresholds profit alike: the slope of the hull
// between them in money.
func (c Campaign) indifference(v, w mass) float64 {
	churned, renewed := w.churned-v.churned, w.renewed-v.renewed
	if churned == 0 || c.Value <= c.Incentive {
		return 1 // only renewed rows are added, or churners bring nothing: never worth it
	}
	return ((c.Incentive+c.Contact)*renewed/churned + c.Contact) / (c.Value - c.Incentive)
}

// betaBetween is the probability that a Beta(a, b) variable lies in [from, to].
func betaBetween(a, b, from, to float64) float64 {
	return mathext.RegIncBeta(a, b, to) - mathext.RegIncBeta(a, b, from)
}

// newHull lists the corners of the upper convex hull of the ROC curve from (0,0) to (1,1),
// as shares of all rows: pi1 TPR and pi0 FPR. nil where [AUC] is NaN.
func newHull(score []float64, churned []bool) []mass {
	blocks, ok := masses(score, churned, nil)
	all := totalMass(blocks)
	if !ok || all.churned == 0 || all.renewed == 0 {
		return nil
	}
	corners := []mass{{}}
	var at mass
	for _, b := range blocks {
		at = mass{at.churned + b.churned, at.renewed + b.renewed}
		for len(corners) > 1 && !turnsRight(corners[len(corners)-2], corners[len(corners)-1], at) {
			corners = corners[:len(corners)-1]
		}
		corners = append(corners, at)
	}
	for i := range corners { // counts until here: the turns are exact
		corners[i].churned /= all.churned + all.renewed
		corners[i].renewed /= all.churned + all.renewed
	}
	return corners
}

// turnsRight reports whether the hull bends down at b on its way from a to c. On a straight
// line it does not, and b is no corner.
func turnsRight(a, b, c mass) bool {
	return (b.churned-a.churned)*(c.renewed-b.renewed) > (c.churned-b.churned)*(b.renewed-a.renewed)
}

// ProfitPoint is what working the K riskiest rows would have made at a save rate.
type ProfitPoint struct {
	K       int
	Saved   float64 // saveRate times the churned value among them
	Contact float64 // K contacts
	Profit  float64 // Saved less Contact
}

// ProfitCurve is the profit of working lists of growing length, where every row has its own
// value: for each of ks, in its order, K and ties as in [AtCapacity]. It is the money of
// rows worked as a team works them, down from the top until its time is up, where
// [Campaign] has one value for all. NaN where [Capacity] is.
func ProfitCurve(score []float64, churned []bool, value []float64, saveRate, contactCost float64, ks []int) []ProfitPoint {
	r := newPlainRanking(score, churned)
	mustMatch(len(churned), len(value))
	w := r.weights(nil)
	out := make([]ProfitPoint, len(ks))
	for i, k := range ks {
		out[i] = ProfitPoint{k, math.NaN(), math.NaN(), math.NaN()}
		if top := r.Top(w, value, k); top.Rows > 0 {
			p := ProfitPoint{K: int(top.Rows + 0.5), Saved: saveRate * top.Value}
			p.Contact = contactCost * float64(p.K)
			p.Profit = p.Saved - p.Contact
			out[i] = p
		}
	}
	return out
}
