package metrics

import (
	"math"
	"testing"
)

// valuedRows are twelve rows of six accounts that the numbers below were computed on.
func valuedRows() (p []float64, y []bool, w []float64, cluster []int32) {
	return []float64{.1, .4, .35, .8, .4, .4, .2, .9, .15, .55, .3, .05}, bools(0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0),
		[]float64{1, 2.5, 3, .5, 4, 1.5, 2, .25, 5, 1, .75, 2}, []int32{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5}
}

// Numbers: the formulas of the doc comments in numpy 2.4.6; normal and chi-square tails from
// scipy 1.17.1.
func TestWeightedGoodnessOfFitEqualsNumpy(t *testing.T) {
	p, y, w, cluster := valuedRows()
	z, clustered := WeightedSpiegelhalter(logits(p), y, w, nil), WeightedSpiegelhalter(logits(p), y, w, cluster)
	x2 := WeightedHosmerLemeshow(logits(p), y, w, 3, false)
	checkPrinted(t, []printed{
		{"z", z.Statistic, -0.25808090989647464, 1e-14},
		{"p of z", z.P, 0.7963444643360815, 1e-14},
		{"z with accounts", clustered.Statistic, -0.5137191107263521, 1e-14},
		{"X2", x2.Statistic, 1.9737908636503163, 1e-14},
		{"p of X2", x2.P, 0.5778642907834155, 1e-14},
	})
	if x2.Freedom != 3 {
		t.Errorf("%d degrees of freedom out of sample, want 3", x2.Freedom)
	}
}

// Numbers: scikit-learn 1.9.1, roc_curve with sample_weight, read at quarters of all weight by
// numpy.interp along fpr and tpr.
func TestWeightedGainsEqualScikitLearn(t *testing.T) {
	p, y, w, cluster := valuedRows()
	table := WeightedGains(p, y, w, cluster, 4, 0.95)
	for i, want := range [][4]float64{ // capture, lift, precision, KS
		{0.5126953125, 2.05078125, 0.6981382978723404, 0.39827998991935487},
		{0.90625, 1.8125, 0.6170212765957447, 0.6159274193548387},
		{1, 1.3333333333333333, 0.45390070921985815, 0.3790322580645161},
		{1, 1, 0.3404255319148936, 0},
	} {
		g := table[i]
		for k, got := range [4]float64{g.Capture.Value, g.CumulativeLift.Value, g.Precision, g.KS} {
			if math.Abs(got-want[k]) > 1e-14 {
				t.Errorf("slice %d, number %d: %v, want %v", i+1, k, got, want[k])
			}
		}
	}
	if last := table[3]; last.Capture.StdErr > 1e-15 || last.CumulativeLift.StdErr > 1e-15 {
		t.Errorf("a list of everything has no error: %+v", last)
	}
}

// Numbers: scikit-learn 1.9.1, confusion_matrix with sample_weight.
func TestWeightedDecisionCurveEqualsScikitLearn(t *testing.T) {
	p, y, w, _ := valuedRows()
	for i, n := range DecisionCurve(logits(p), y, w, []float64{.2, .4, .6}) {
		if want := []float64{0.26063829787234044, 0.23758865248226949, 0.031914893617021274}[i]; !near(n.Model, want, 1e-14) {
			t.Errorf("at %v: %v, want %v", n.Threshold, n.Model, want)
		}
	}
}

// Numbers: numpy 2.4.6, lstsq of a local quadratic at every row, average and quantile (method
// inverted_cdf) with weights.
func TestWeightedSmoothCalibrationEqualsNumpy(t *testing.T) {
	p, y, w, _ := valuedRows()
	c := WeightedSmoothCalibration(logits(p), y, w, 0)
	checkPrinted(t, []printed{
		{"ICI", c.ICI, 0.1527823850995268, 1e-12},
		{"E50", c.E50, 0.143116677996322, 1e-12},
		{"E90", c.E90, 0.25211022246737513, 1e-12},
		{"EMax", c.EMax, 0.25211022246737513, 1e-12},
	})
}

// Numbers: numpy 2.4.6; without a prior scipy.stats.entropy both ways.
func TestWeightedPSIEqualsNumpy(t *testing.T) {
	e, a := []float64{10, 20, 5, 0.5}, []float64{3, 9, 8, 2}
	checkPrinted(t, []printed{
		{"PSI", WeightedPSI(e, a, 40, 25, PSIPrior), 0.4323881216615954, 1e-14},
		{"PSI without a prior", WeightedPSI(e, a, 40, 25, 0), 0.5093846143933247, 1e-14},
	})
}

// Numbers: the covariance of the doc comment in numpy 2.4.6, tails from scipy 1.17.1.
func TestWeightedDriftEqualsNumpy(t *testing.T) {
	_, _, w, cluster := valuedRows()
	bin, period := []int32{0, 1, 2, 0, 1, 2, 1, 1, 0, 2, 2, 1}, []int32{0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0}
	for _, c := range []struct {
		weight []float64
		want   [4]float64 // PSI, null 95 %, P, design effect
	}{
		{w, [4]float64{0.6959614640355904, 3.5600222238465533, 0.5488171072051083, 1.7647205845469924}},
		{nil, [4]float64{0.11297304805162714, 3.0817228712968285, 0.881156036885441, 1.506666666666667}},
	} {
		list, err := Drift(bin, period, cluster, 3, 1)
		if c.weight != nil {
			list, err = WeightedDrift(bin, period, cluster, c.weight, 3, 1)
		}
		if err != nil {
			t.Fatal(err)
		}
		s := list[0]
		for k, got := range [4]float64{s.PSI, s.Null95, s.P, s.DesignEffect} {
			if !near(got, c.want[k], 1e-12) {
				t.Errorf("number %d: %v, want %v", k, got, c.want[k])
			}
		}
		if s.N != 6 || s.M != 6 {
			t.Errorf("%d rows against %d, want 6 and 6", s.N, s.M)
		}
	}
}

// Numbers: numpy 2.4.6 and scipy 1.17.1: the ratio estimator over accounts, here worth more
// than Kish's 7.96 rows, and Wilson's interval.
func TestWeightedRateEqualsNumpy(t *testing.T) {
	_, y, w, cluster := valuedRows()
	r := WeightedRate(y, w, cluster, 0.95)
	checkPrinted(t, []printed{
		{"rate", r.Value, 0.3404255319148936, 1e-15},
		{"low", r.Low, 0.11707817286191435, 1e-14},
		{"high", r.High, 0.6676549685660713, 1e-14},
		{"rows that say as much", float64(r.N) / r.DesignEffect, 7.960360360360361, 1e-14},
	})
}
