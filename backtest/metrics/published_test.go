package metrics

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"
)

// printed is a number somebody else's program printed, and to which relative
// precision it was printed (or the two programs can agree).
type printed struct {
	what      string
	got, want float64
	relative  float64
}

func checkPrinted(t *testing.T, rows []printed) {
	t.Helper()
	for _, r := range rows {
		if !near(r.got, r.want, r.relative) {
			t.Errorf("%s = %.16g, published %.16g (relative tolerance %g)", r.what, r.got, r.want, r.relative)
		}
	}
}

// aSAH: 113 patients, 41 with poor outcome (Turck et al. 2010). Numbers: R
// package pROC 1.18, equal to its tests test-auc.R and test-roc.test.R.
func TestDeLongOfAneurysmDataEqualsPROC(t *testing.T) {
	d := readPublished(t, "DeLong against pROC on aSAH", "aSAH.csv")
	y := isEqual(d["outcome"], "Poor")
	a, err := DeLong([][]float64{floats(t, d["wfns"]), floats(t, d["s100b"]), floats(t, d["ndka"])}, y, nil)
	if err != nil {
		t.Fatal(err)
	}
	ws, wn, sn := a.Difference(0, 1, 0.95), a.Difference(0, 2, 0.95), a.Difference(1, 2, 0.95)
	checkPrinted(t, []printed{
		{"AUC wfns", a.AUC[0], 0.823678861788618, 1e-15},
		{"AUC s100b", a.AUC[1], 0.731368563685637, 1e-15},
		{"AUC ndka", a.AUC[2], 0.611957994579946, 1e-15},
		{"var wfns", a.Cov.At(0, 0), 0.00146991470882363, 4e-15},
		{"var s100b", a.Cov.At(1, 1), 0.00266868245717244, 4e-15},
		{"var ndka", a.Cov.At(2, 2), 0.0031908105493913, 4e-15},
		{"cov wfns s100b", a.Cov.At(0, 1), 0.00119615567376754, 4e-15},
		{"cov wfns ndka", a.Cov.At(0, 2), -0.000532967856762438, 4e-15},
		{"cov s100b ndka", a.Cov.At(1, 2), -0.000756164938056579, 4e-15},
		{"Z wfns s100b", ws.Z, 2.20898359144091, 4e-15},
		{"p wfns s100b", ws.P, 0.0271757822291882, 1e-14},
		{"low wfns s100b", ws.Low, 0.0104061769564846, 1e-14},
		{"high wfns s100b", ws.High, 0.174214419249478, 4e-15},
		{"Z wfns ndka", wn.Z, 2.79777591868904, 4e-15},
		{"p wfns ndka", wn.P, 0.00514557970691098, 1e-14},
		{"p s100b ndka", sn.P, 0.164295175223054, 1e-14},
	})
}

// The same patients: pROC's unpaired test (roc.test, paired = FALSE), whose statistic has the
// t distribution with Welch's degrees of freedom, and its partial AUC of wfns where
// specificity is at least 0.9, the area under the ROC curve up to a false-positive rate of 0.1.
func TestUnpairedDeLongAndPartialAreaOfAneurysmDataEqualPROC(t *testing.T) {
	d := readPublished(t, "unpaired DeLong and partial AUC against pROC on aSAH", "aSAH.csv")
	y, wfns := isEqual(d["outcome"], "Poor"), floats(t, d["wfns"])
	a := mustDeLong(t, [][]float64{wfns, floats(t, d["s100b"])}, y, nil)
	v, w, rows := a.Cov.At(0, 0), a.Cov.At(1, 1), float64(len(y))
	statistic := (a.AUC[0] - a.AUC[1]) / math.Sqrt(v+w)
	degrees := (v + w) * (v + w) / ((v*v + w*w) / (rows - 1))
	checkPrinted(t, []printed{
		{"D wfns s100b", statistic, 1.43490640926908, 4e-15},
		{"p wfns s100b", mathext.RegIncBeta(degrees/2, 0.5, degrees/(degrees+statistic*statistic)), 0.152825378808796, 1e-13},
		{"partial AUC wfns", areaUpTo(0.1, ROC(wfns, y)), 0.0334417344173442, 1e-14},
	})
}

// areaUpTo is the area under a ROC curve up to a false-positive rate, by trapezoids.
func areaUpTo(rate float64, curve []Point) (area float64) {
	for i := 1; i < len(curve); i++ {
		from, to := curve[i-1], curve[i]
		if to.FPR > rate && to.FPR > from.FPR {
			to.TPR = from.TPR + (to.TPR-from.TPR)*(rate-from.FPR)/(to.FPR-from.FPR)
			to.FPR = rate
		}
		if to.FPR > from.FPR {
			area += (to.FPR - from.FPR) * (to.TPR + from.TPR) / 2
		}
	}
	return area
}

// fair: 6,366 women, a logistic fit of affairs (Fair 1978). Numbers:
// scikit-learn and R on the same predicted probabilities.
func TestMetricsOfFairAffairsEqualScikitLearn(t *testing.T) {
	d := readPublished(t, "metrics against scikit-learn on Fair's data", "fair_pred.csv")
	y, p := isEqual(d["y"], "1"), floats(t, d["p"])
	eta := logits(p)
	at := Capacity(p, y, nil, 637)
	const uncertainty = 0.218491798195 // CORP decomposition: UNC
	checkPrinted(t, []printed{
		{"AUC", AUC(p, y), 0.7438462135283749, 1e-15},
		{"AP", AveragePrecision(p, y), 0.5771863062850227, 1e-15},
		{"KS", KS(p, y), 0.37352168463155094, 1e-15},
		{"Brier", Brier(eta, y), 0.18322796626826163, 1e-14},
		{"scaled Brier", ScaledBrier(eta, y), 1 - 0.18322796626826163/uncertainty, 1e-11},
		{"log loss", LogLoss(eta, y), 0.5453143925630977, 1e-14},
		{"ECE, 10 equal widths", ECEEqualWidth(eta, y, 0), 0.0167626037139, 1e-11},
		{"ECE, 10 equal counts", ECEEqualCount(eta, y, 10), 0.0164830667090, 1e-11},
		{"precision at 637", at.Precision, 0.6985871271586, 1e-12},
		{"lift at 637", at.Lift, 2.166198563805, 1e-12},
		{"capture at 637", at.Capture, 445.0 / 2053, 1e-15}, // 445 of 2,053 churned rows
	})
}

// mlc_churn: 1,667 telecom customers not fitted on, with (pA) and without (pB)
// the number of service calls. Numbers: scikit-learn, pROC, statsmodels; the
// clustered variance and z (accounts of five consecutive rows) from a direct
// O(n^2) program of Obuchowski's formula.
func TestMetricsOfTelecomChurnEqualFourPrograms(t *testing.T) {
	d := readPublished(t, "metrics and clustered DeLong on mlc_churn", "mlc_pred.csv")
	y, pA, pB := isEqual(d["y"], "1"), floats(t, d["pA"]), floats(t, d["pB"])
	eta := logits(pA)
	rowwise, err := DeLong([][]float64{pA, pB}, y, nil)
	if err != nil {
		t.Fatal(err)
	}
	clustered, err := DeLong([][]float64{pA, pB}, y, blocksOf(5, len(y)))
	if err != nil {
		t.Fatal(err)
	}
	if clustered.Clusters != 334 {
		t.Errorf("%d accounts of five rows in 1,667 rows, want 334", clustered.Clusters)
	}
	row, five := rowwise.Difference(0, 1, 0.95), clustered.Difference(0, 1, 0.95)
	at := Capacity(pA, y, nil, 100)
	checkPrinted(t, []printed{
		{"AUC A", AUC(pA, y), 0.8413585288585289, 1e-15},
		{"AUC B", rowwise.AUC[1], 0.7627524502524502, 1e-15}, // all 323,232 pairs compared in numpy
		{"AP", AveragePrecision(pA, y), 0.476560375608, 1e-12},
		{"Brier", Brier(eta, y), 0.091495559282, 1e-11},
		{"log loss", LogLoss(eta, y), 0.301402940033, 1e-11},
		{"hits in 100", at.Precision * 100, 51, 1e-15},
		{"lift at 100", at.Lift, 3.7954017857, 1e-10},
		{"row-wise Z", row.Z, 4.97698774934, 1e-11},
		{"row-wise p", row.P, 6.45814073529e-07, 1e-11},
		{"clustered variance", five.StdErr * five.StdErr, 0.0002307998059959443, 2e-15},
		{"clustered Z", five.Z, 5.1741428126779745, 2e-15},
	})
}

// Slope, intercept and CITL of the same predictions: R (rms val.prob) to the
// digits printed. Standard errors: a plain numpy program of the sandwich formula
// in long double sums, written for this test.
func TestCalibrationOfTelecomChurnEqualsValProb(t *testing.T) {
	d := readPublished(t, "calibration against rms and a sandwich in numpy", "mlc_pred.csv")
	y, eta := isEqual(d["y"], "1"), logits(floats(t, d["pA"]))
	row, err := Calibrate(eta, y, nil, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	five, err := Calibrate(eta, y, blocksOf(5, len(y)), 0.95)
	if err != nil {
		t.Fatal(err)
	}
	checkPrinted(t, []printed{
		{"slope", row.Slope.Value, 1.10110437, 5e-9},
		{"intercept", row.Intercept.Value, 0.01862635, 5e-7},
		{"CITL", row.CITL.Value, -0.11957564, 5e-8},
		{"E/O", row.ExpectedOverObserved, 1.0851656329445330555, 1e-14},
		{"se intercept, rows", row.Intercept.StdErr, 0.138234482149018, 1e-12},
		{"se slope, rows", row.Slope.StdErr, 0.074637196036211, 1e-12},
		{"se CITL, rows", row.CITL.StdErr, 0.080003577678091, 1e-12},
		{"se intercept, accounts", five.Intercept.StdErr, 0.135324278461026, 1e-12},
		{"se slope, accounts", five.Slope.StdErr, 0.071710353853529, 1e-12},
		{"se CITL, accounts", five.CITL.StdErr, 0.079382116904951, 1e-12},
	})
	if five.Slope.Value != row.Slope.Value {
		t.Error("clustering changed the slope itself")
	}
}

// birthwt, fitted on odd rows and tested on even ones: val.prob of R package rms.
func TestCalibrationOfBirthWeightHoldOutEqualsValProb(t *testing.T) {
	d := readPublished(t, "calibration against rms on birthwt", "birthwt_holdout.csv")
	y, eta := isEqual(d["y"], "1"), logits(floats(t, d["p"]))
	c, err := Calibrate(eta, y, nil, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	checkPrinted(t, []printed{
		{"AUC", AUC(eta, y), 0.659946949602122, 1e-15},     // all pairs in numpy
		{"C of val.prob", AUC(eta, y), 0.6596816976, 5e-4}, // which puts predictions into bins of 0.002 first
		{"Brier", Brier(eta, y), 0.2038904428059, 1e-12},
		{"slope", c.Slope.Value, 0.5850055171634, 1e-7}, // val.prob stops early
		{"intercept", c.Intercept.Value, -0.2115821582513, 1e-7},
	})
}

// Wilson 5 of 40 and the tie case: statsmodels and scikit-learn.
func TestWilsonIntervalOfFiveInFortyEqualsStatsmodels(t *testing.T) {
	low, high := Wilson(5, 40, 0.95)
	checkPrinted(t, []printed{
		{"low", low, 0.054595002509, 1e-11},
		{"high", high, 0.261121198389, 1e-11},
	})
}

// The same rate with the exact interval: statsmodels, proportion_confint(5, 40, method="beta").
func TestExactIntervalOfFiveInFortyEqualsStatsmodels(t *testing.T) {
	low, high := ClopperPearson(5, 40, 0.95)
	checkPrinted(t, []printed{
		{"low", low, 0.041859626139, 1e-11},
		{"high", high, 0.268032917362, 1e-11},
	})
}

// The variance that Sun and Xu's code (roc_comparison, its test of the variance) has for a
// logistic regression on the iris data: is a flower versicolor? Ranks are all that matters:
// the outcomes of the 120 test flowers from the highest score down, as scikit-learn 1.9
// splits (random_state 42) and fits them. Its one tie is of two 0.
func TestVarianceOfTheIrisScoreIsThatOfSunAndXu(t *testing.T) {
	const falling = "110111110011111010101011101010100101100001100001010011100111000000000010000100001000010000000000001000000000000000000000"
	score, y := make([]float64, len(falling)), make([]bool, len(falling))
	for i, outcome := range falling {
		score[i], y[i] = float64(-i), outcome == '1'
	}
	a := mustDeLong(t, [][]float64{score}, y, nil)
	checkPrinted(t, []printed{
		{"AUC", a.AUC[0], 0.8176638176638176, 1e-15},
		{"variance", a.Cov.At(0, 0), 0.0015359814789736538, 1e-17},
	})
}

func TestTiedScoresGiveScikitLearnsAUCAndAveragePrecision(t *testing.T) {
	y, score := bools(0, 1, 0, 1, 1, 0), []float64{.5, .5, .5, .5, .9, .1}
	checkPrinted(t, []printed{
		{"AUC", AUC(score, y), 7.0 / 9, 1e-15},
		{"AP", AveragePrecision(score, y), 0.7333333333333333, 1e-15},
		{"KS", KS(score, y), 1.0 / 3, 1e-15}, // by hand: at .9 and at .5 alike
	})
}

// A score of eleven levels that knows nothing: sorting (score, outcome) pairs
// puts the churned rows of a level first and reports a lift of 4.7.
func TestLiftOfATiedScoreWithoutSignalIsNearOne(t *testing.T) {
	const n = 11000
	y, score := make([]bool, n), make([]float64, n)
	for i := range y {
		score[i] = float64(i % 11)
		y[i] = i/11%10 == 0 // a tenth of every level
	}
	at := Capacity(score, y, nil, n/100)
	if math.Abs(at.Lift-1) > 1e-12 {
		t.Errorf("lift %v of a score without signal, want 1", at.Lift)
	}
	if at.PrecisionBest != 100.0/110 || at.PrecisionWorst != 0 {
		t.Errorf("precision between %v and %v, want 0 and 100/110", at.PrecisionWorst, at.PrecisionBest)
	}
}
