package models

import (
	"math"

	"holdfast/features"
	"holdfast/models/logit"
)

// level95 is the two-sided 95 % point of the standard normal, R's qnorm(0.975).
const level95 = 1.959963984540054

// logisticWeights states the coefficients of a standardised fit per unit of each
// factor. For z = (x - mean)/sd the weight per unit is b/sd and the intercept is
// b0 - sum_j b_j mean_j / sd_j, with the delta method for its standard error.
func logisticWeights(e *features.Encoder, f *logit.Fitted) []Weight {
	columns, names := e.Kept(), e.Names()
	weights := make([]Weight, 0, len(names)+1)
	weights = append(weights, interceptWeight(e.Form, columns, f))
	total := 0.0
	for j, b := range f.Coef {
		total += math.Abs(b * spreadOf(e.Form, columns[j]))
	}
	for j, n := range names {
		unit := columns[j].SD / spreadOf(e.Form, columns[j]) // of the factor, in units of the design
		w := wald(f.Coef[j]/unit, f.StdErr[j]/unit)
		w.Factor, w.Level, w.Category = n.Factor, n.Level, n.Category
		w.PerSD = Stat(f.Coef[j] * spreadOf(e.Form, columns[j]))
		w.Share = Stat(math.Abs(float64(w.PerSD)) / total)
		weights = append(weights, w)
	}
	return weights
}

// interceptWeight is the log-odds where every factor is 0, with the variance
// g' Cov g of the linear combination g of the standardised coefficients. PerSD is the log-odds
// where every factor is at its mean, which is the level that people can picture.
func interceptWeight(form features.Form, columns []features.Column, f *logit.Fitted) Weight {
	slope := make([]float64, len(columns)+1) // of the raw intercept in (b0, b1, ..., bp)
	slope[0] = 1
	raw := f.Intercept
	atMean := f.Intercept
	for j, c := range columns {
		if form != features.Standardised { // a score of 0 is the 0 that it enters the fit with
			atMean += f.Coef[j] * c.Mean
			continue
		}
		slope[j+1] = -c.Mean / c.SD
		raw += f.Coef[j] * slope[j+1]
	}
	variance := 0.0
	for i, gi := range slope {
		for j, gj := range slope {
			variance += gi * gj * f.Covariance.At(i, j)
		}
	}
	w := wald(raw, math.Sqrt(variance))
	w.Factor, w.PerSD, w.Share = Intercept, Stat(atMean), Undefined()
	return w
}

// wald is an estimate with its standard error, z, two-sided p and 95 % interval against the
// normal; all but the estimate NaN where there is no error. erfc keeps the digits of a small p.
func wald(estimate, stdErr float64) Weight {
	z := estimate / stdErr
	return Weight{
		Weight: Stat(estimate), StdErr: Stat(stdErr), Z: Stat(z), P: Stat(math.Erfc(math.Abs(z) / math.Sqrt2)),
		Low: Stat(estimate - level95*stdErr), High: Stat(estimate + level95*stdErr),
	}
}

// scoreWeights states what a hand-set or imported score means per unit of each
// factor: declared, not estimated, so without standard errors. The intercept comes first, then
// the design columns. Calibration is set: a weight is the slope times the declared one.
func scoreWeights(m *Model) []Weight {
	names, columns := m.Encoder.Names(), m.Encoder.Kept()
	constant, slope := m.Calibration.line()
	undefined := Weight{StdErr: Undefined(), Z: Undefined(), P: Undefined(), Low: Undefined(), High: Undefined(), Share: Undefined()}
	first := undefined
	first.Factor, first.Weight, first.PerSD = Intercept, Stat(constant), Undefined()
	weights := []Weight{first}
	total := 0.0
	for _, b := range m.Coef {
		total += math.Abs(b)
	}
	for j, n := range names {
		w := undefined
		w.Factor, w.Level, w.Category = n.Factor, n.Level, n.Category
		w.Weight = Stat(slope * m.Coef[j])
		w.PerSD = Stat(slope * m.Coef[j] * columns[j].SD)
		w.Share = Stat(math.Abs(m.Coef[j]) / total)
		w.Points = m.pointsAt(j, float64(w.Share))
		weights = append(weights, w)
	}
	return weights
}

// inPoints says whether the weights are points of health: set by hand, or percent weights.
func (m *Model) inPoints() bool { return m.Kind == Weights || m.Percents != nil }

// pointsAt are the points of a column: those of percent weights, or the share of hand
// weights; nil for a score that has none.
func (m *Model) pointsAt(j int, share float64) *float64 {
	if !m.inPoints() {
		return nil
	}
	points := 100 * share
	if m.Percents != nil {
		points = m.Percents.Points[j]
	}
	return &points
}
