package metrics

import "math"

// SampleSize is how many rows a model of so many design columns needs before it is
// fitted, by the criteria of Riley et al. Rows are taken as independent.
type SampleSize struct {
	Shrinkage int // for a uniform shrinkage factor of at least 0.9
	Optimism  int // for an optimism of at most 0.05 in Nagelkerke's R2
	Rate      int // to know the overall churn rate to within 0.05
	Rows      int // the largest of them
}

// Targets of the criteria (Riley et al. 2019, section 3; Riley et al. 2020, box 1).
const (
	shrinkageTarget = 0.9
	optimismTarget  = 0.05
	rateMargin      = 0.05
	rateZ           = 1.96 // as printed there
)

// RileySampleSize is the minimum sample size for a prediction model with a binary
// outcome of the given rate (Riley, Snell, Ensor et al., Statistics in Medicine 38,
// 2019, 1276-1296; Riley, Ensor, Snell et al., BMJ 368, 2020, m441):
//
//	n1 = p / ((S-1) ln(1 - R2/S))          with S = 0.9
//	n2 = p / ((S-1) ln(1 - R2/S))          with S = R2 / (R2 + 0.05 max R2)
//	n3 = (1.96/0.05)^2 rate (1-rate)
//
// r2 is the Cox-Snell R2 that the model is expected to reach, before optimism, and
// max R2 its largest value at that rate (see [MaxCoxSnell]). All are zero for a rate
// outside (0,1), and the first two for r2 outside (0, max R2) or no columns.
func RileySampleSize(columns int, rate, r2 float64) SampleSize {
	var s SampleSize
	if !(rate > 0 && rate < 1) {
		return s
	}
	if most := MaxCoxSnell(rate); columns > 0 && r2 > 0 && r2 < most {
		s.Shrinkage = rowsForShrinkage(columns, r2, shrinkageTarget)
		s.Optimism = rowsForShrinkage(columns, r2, r2/(r2+optimismTarget*most))
	}
	s.Rate = int(math.Ceil(rateZ * rateZ / (rateMargin * rateMargin) * rate * (1 - rate)))
	s.Rows = max(s.Shrinkage, s.Optimism, s.Rate)
	return s
}

// rowsForShrinkage is equation 11 of Riley et al. 2019.
func rowsForShrinkage(columns int, r2, shrinkage float64) int {
	return int(math.Ceil(float64(columns) / ((shrinkage - 1) * math.Log1p(-r2/shrinkage))))
}

// MaxCoxSnell is the largest Cox-Snell R2 that a model of outcomes of this rate can
// have, 1 - (rate^rate (1-rate)^(1-rate))^2.
func MaxCoxSnell(rate float64) float64 {
	return -math.Expm1(2 * (rate*math.Log(rate) + (1-rate)*math.Log1p(-rate)))
}

// HanleyMcNeil is the variance of an AUC estimated from the given numbers of churned
// and renewed rows, all independent, if scores are exponential within each class
// (Hanley and McNeil, Radiology 143, 1982, equation 1):
//
//	(A(1-A) + (n1-1)(Q1-A^2) + (n0-1)(Q2-A^2)) / (n1 n0),  Q1 = A/(2-A),  Q2 = 2A^2/(1+A)
//
// It needs no scores, so it can plan a study. NaN without rows of both classes.
func HanleyMcNeil(auc float64, churned, renewed int) float64 {
	n1, n0 := float64(churned), float64(renewed)
	q1, q2 := auc/(2-auc), 2*auc*auc/(1+auc)
	return ratio(auc*(1-auc)+(n1-1)*(q1-auc*auc)+(n0-1)*(q2-auc*auc), n1*n0)
}

// DetectableAUC is the smallest difference of two AUCs on the same rows that a
// two-sided test at 5 % finds with a power of 80 %: (z_.975 + z_.8) times the standard
// error of the difference, of variance 2 (1-correlation) designEffect HanleyMcNeil
// (Hanley and McNeil, Radiology 148, 1983). correlation is that of the two estimates;
// designEffect is what accounts that repeat do to the variance, 1 if none does.
func DetectableAUC(auc, correlation, designEffect float64, churned, renewed int) float64 {
	const power = 0.8
	z := normalQuantile(0.95) + normalQuantile(2*power-1)
	return z * math.Sqrt(2*(1-correlation)*designEffect*HanleyMcNeil(auc, churned, renewed))
}
