package backtest

import "testing"

// The curve lies within its band but where draws are few and steps large, never far from it;
// the baseline, one score for everybody in a fold, may have a band or none.
func TestEveryCandidateWithScoresHasABandAroundItsROCCurve(t *testing.T) {
	_, _, r := measuredRun(t)
	for _, c := range r.Candidates {
		if c.Kind == baseline {
			continue
		}
		if len(c.ROCBand) != bandSteps+1 {
			t.Fatalf("%s: %d points, want %d", c.Name, len(c.ROCBand), bandSteps+1)
		}
		first, last := c.ROCBand[0], c.ROCBand[bandSteps]
		if first.FPR != 0 || last.FPR != 1 || last.TPR != 1 || last.Low != 1 {
			t.Errorf("%s: from %+v to %+v", c.Name, first, last)
		}
		outside := 0
		for i, p := range c.ROCBand {
			if i > 0 && (p.TPR < c.ROCBand[i-1].TPR || p.Low < c.ROCBand[i-1].Low) {
				t.Errorf("%s: the curve falls at %v", c.Name, p.FPR)
			}
			if p.TPR < p.Low || p.TPR > p.High {
				outside++
			}
		}
		if outside > 2 {
			t.Errorf("%s: the curve leaves its band at %d of %d rates", c.Name, outside, bandSteps+1)
		}
	}
}

// Groups of repeated accounts have intervals as wide as their effective number of rows, and
// bars of consistency that hold the mean prediction.
func TestCalibrationGroupsAreConsistentAboutTheirPrediction(t *testing.T) {
	_, _, r := measuredRun(t)
	for _, c := range r.Candidates {
		for k, b := range c.Bins {
			if b.ConsistentLow > b.MeanP || b.ConsistentHigh < b.MeanP || b.ConsistentLow < 0 || b.ConsistentHigh > 1 {
				t.Errorf("%s, group %d: %+v", c.Name, k, b)
			}
		}
	}
}
