package metrics

import "math"

// Point is one point of the ROC curve: the rates of churned (TPR) and renewed
// rows (FPR) that score Threshold or more.
//
// A threshold of +Inf, which no row reaches, stands for the point (0,0).
type Point struct{ Threshold, FPR, TPR float64 }

// ROC is the receiver operating characteristic at the distinct scores, from
// (0,0) at threshold +Inf to (1,1) at the lowest score. Rows with equal scores
// pass a threshold together, so the curve is a diagonal across them: its area
// by trapezoids is [AUC]. It is nil where [AUC] is NaN. The number of points is
// one more than that of distinct scores, up to n+1: thin it before drawing.
func ROC(score []float64, churned []bool) []Point {
	return newPlainRanking(score, churned).ROC(score, len(score))
}

// ROC is [ROC] of the rows that were ranked by these scores, but of its points only those at which one of the
// rates is the first to reach a multiple of 1/steps: all of them, where neither outcome has more rows than steps.
func (r *Ranking) ROC(score []float64, steps int) []Point {
	w := r.weights(nil)
	all := r.totals(w)
	if r.undefined || all.churned == 0 || all.renewed == 0 {
		return nil
	}
	points := []Point{{Threshold: math.Inf(1)}}
	var above, reached tally // rows, and the steps that their rates have come
	for i := 0; i < len(r.code); {
		end, t := r.block(i, w)
		above.churned += t.churned
		above.renewed += t.renewed
		come := tally{above.churned * int64(steps) / all.churned, above.renewed * int64(steps) / all.renewed}
		if come != reached {
			points = append(points, Point{
				Threshold: score[r.row[i]] + 0, // -0 and 0 are one score: show 0
				FPR:       float64(above.renewed) / float64(all.renewed),
				TPR:       float64(above.churned) / float64(all.churned),
			})
		}
		reached, i = come, end
	}
	return points
}

// KS compares the two outcomes' distributions of scores; unlike [AUC] it looks at
// one threshold only, the best one. It is the Kolmogorov-Smirnov distance between the scores of churned and
// renewed rows: the largest |TPR - FPR| over the distinct scores. NaN if
// either outcome is absent or a score is NaN.
func KS(score []float64, churned []bool) float64 {
	return CurveOf(score, churned).KS
}

// AveragePrecision is the area under the precision-recall curve by steps,
//
//	AP = sum over distinct scores (R_i - R_(i-1)) P_i
//
// where R_i is the share of churned rows that score at least the i-th distinct
// score and P_i the share of churned rows among all that do. Its value for a
// score that knows nothing is the churn rate, so it compares only within one data
// set. There is no interpolation between thresholds (Davis and Goadrich 2006 show why;
// the convention is scikit-learn's). NaN if no row churned or a score is NaN; 1
// if all did.
func AveragePrecision(score []float64, churned []bool) float64 {
	return CurveOf(score, churned).AveragePrecision
}

// Curve holds the metrics that one sweep over the distinct scores yields.
type Curve struct{ AUC, KS, AveragePrecision float64 }

// CurveOf is [AUC], [KS] and [AveragePrecision] of one sort.
func CurveOf(score []float64, churned []bool) Curve {
	return newPlainRanking(score, churned).Curve(nil)
}

// Curve sweeps once for all threshold metrics, the rows of account g counted
// count[g] times; nil counts every account once. [Ranking.AUC] alone is faster.
func (r *Ranking) Curve(count []int32) Curve {
	if r.undefined {
		return Curve{math.NaN(), math.NaN(), math.NaN()}
	}
	w := r.weights(count)
	all := r.totals(w)
	var above tally
	var won, widest int64     // in half pairs and in units of 1/(n1 n0)
	var precision compensated // its order, by falling score, is canonical
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
