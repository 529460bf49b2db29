package metrics

import "math"

// Point is one point of the ROC curve: the rates of churned (TPR) and renewed
// rows (FPR) that score Threshold or more.
type Point struct{ Threshold, FPR, TPR float64 }

// ROC is the receiver operating characteristic at the distinct scores, from
// (0,0) at threshold +Inf to (1,1) at the lowest score. Rows with equal scores
// pass a threshold together, so the curve is a diagonal across them: its area
// by trapezoids is [AUC]. It is nil where [AUC] is NaN.
func ROC(score []float64, churned []bool) []Point {
	r := newPlainRanking(score, churned)
	w := r.weights(nil)
	all := r.totals(w)
	if r.undefined || all.churned == 0 || all.renewed == 0 {
		return nil
	}
	points := []Point{{Threshold: math.Inf(1)}}
	var above tally
	for i := 0; i < len(r.code); {
		end, t := r.block(i, w)
		above.churned += t.churned
		above.renewed += t.renewed
		points = append(points, Point{
			Threshold: score[r.row[i]] + 0, // -0 and 0 are one score: show 0
			FPR:       float64(above.renewed) / float64(all.renewed),
			TPR:       float64(above.churned) / float64(all.churned),
		})
		i = end
	}
	return points
}

// KS is the Kolmogorov-Smirnov distance between the scores of churned and
// renewed rows: the largest |TPR - FPR| over the distinct scores. NaN if
// either outcome is absent or a score is NaN.
func KS(score []float64, churned []bool) float64 {
	return newPlainRanking(score, churned).Curve(nil).KS
}

// AveragePrecision is the area under the precision-recall curve by steps,
//
//	AP = sum over distinct scores (R_i - R_(i-1)) P_i
//
// with no interpolation between thresholds (Davis and Goadrich 2006 show why;
// the convention is scikit-learn's). NaN if no row churned or a score is NaN; 1
// if all did.
func AveragePrecision(score []float64, churned []bool) float64 {
	return newPlainRanking(score, churned).Curve(nil).AveragePrecision
}

// Curve holds the metrics that one sweep over the distinct scores yields.
type Curve struct{ AUC, KS, AveragePrecision float64 }

// Curve sweeps once for all threshold metrics, the rows of account g counted
// count[g] times; nil counts every account once. [Ranking.AUC] alone is faster.
func (r *Ranking) Curve(count []int32) Curve {
	if r.undefined {
		return Curve{math.NaN(), math.NaN(), math.NaN()}
	}
	w := r.weights(count)
	all := r.totals(w)
	var above tally
	var won, widest int64 // in half pairs and in units of 1/(n1 n0)
	var precision compensated
	for i := 0; i < len(r.code); {
		end, t := r.block(i, w)
		won += t.renewed * (2*above.churned + t.churned)
		above.churned += t.churned
		above.renewed += t.renewed
		gap := above.churned*all.renewed - above.renewed*all.churned
		widest = max(widest, gap, -gap)
		if t.churned > 0 {
			precision.add(float64(t.churned*above.churned) / float64(above.churned+above.renewed))
		}
		i = end
	}
	pairs := float64(all.churned) * float64(all.renewed)
	return Curve{
		AUC:              ratio(float64(won), 2*pairs),
		KS:               ratio(float64(widest), pairs),
		AveragePrecision: ratio(precision.value(), float64(all.churned)),
	}
}

// compensated adds in a given order and carries the rounding error along
// (Neumaier 1974). Enough where the order is canonical already, and cheaper
// per replicate than exactSum.
type compensated struct{ sum, lost float64 }

func (c *compensated) add(x float64) {
	t := c.sum + x
	if math.Abs(c.sum) >= math.Abs(x) {
		c.lost += (c.sum - t) + x
	} else {
		c.lost += (x - t) + c.sum
	}
	c.sum = t
}

func (c *compensated) value() float64 { return c.sum + c.lost }
