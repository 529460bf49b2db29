package backtest

import (
	"math"
	"slices"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

// fourRows by hand: scores 3/4 (churned), 3/4 (renewed), 1/2 (churned), 1/4 (renewed).
func TestCutsAreTheROCCurveInOtherCoordinates(t *testing.T) {
	s, eta := fourRows()
	c := CandidateResult{ROC: metrics.ROC(eta, s.churned), Pooled: []Metric{{Name: AUC, N: 4, Churned: 2}}}
	want := []Cut{{math.Log(3), 0.5, 0.5, 0.5}, {0, 0.75, 1, 2.0 / 3}, {-math.Log(3), 1, 1, 0.5}}
	if got := c.Cuts(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := (&CandidateResult{}).Cuts(); got != nil {
		t.Errorf("cuts without a curve: %v", got)
	}
}

// The area under the steps of the curve is the average precision.
func TestStepsOverTheCutsAddUpToAveragePrecision(t *testing.T) {
	_, _, r := measuredRun(t)
	for i := range r.Candidates {
		c := &r.Candidates[i]
		area, before := 0.0, 0.0
		for _, cut := range c.Cuts() {
			area += (cut.Recall - before) * cut.Precision
			before = cut.Recall
		}
		if want := Find(c.Pooled, AveragePrecision).Value; !near(area, want, 1e-12) {
			t.Errorf("%s: %v, want %v", c.Name, area, want)
		}
	}
}

// A good score among 30 accounts: normal limits of what eight tenths capture reach 104 %.
func TestLimitsOfACaptureAreShares(t *testing.T) {
	p := &Predictions{Score: make([][]float64, 1), Eta: make([][]float64, 1)}
	for a := range 30 {
		eta := float64(15-a) / 4
		p.Fold, p.Account, p.Churned, p.Value = append(p.Fold, 0), append(p.Account, int32(a)), append(p.Churned, a < 8 || a == 17 || a == 22), append(p.Value, float64(1+a%7))
		p.Score[0], p.Eta[0] = append(p.Score[0], eta), append(p.Eta[0], eta)
	}
	own := p.take(nil).rankedBy(p.Score[0], p.Eta[0])
	var w Worth
	w.measureValueCurves(own, 0.95)
	atMost := 0
	for i, g := range gainsTable(own, 0.95) {
		byValue := w.Gains[i]
		if !(0 <= g.CaptureLow && g.CaptureLow <= g.Capture && g.Capture <= g.CaptureHigh && g.CaptureHigh <= 1 && g.LiftHigh <= 30/float64(g.K)+1e-9) {
			t.Errorf("%+v", g)
		}
		if c := byValue.Capture; !(0 <= c.Low && c.Low <= c.Value && c.Value <= c.High && c.High <= 1 && byValue.CumulativeLift.High <= 1/byValue.Share+1e-9) {
			t.Errorf("by value %+v", byValue)
		}
		if g.Capture < 1 && g.CaptureHigh == 1 && byValue.Capture.High == 1 {
			atMost++
		}
	}
	if atMost == 0 {
		t.Error("no limit was cut off: nothing was tried")
	}
}

func TestGainsTableEndsWithEverybody(t *testing.T) {
	_, _, r := measuredRun(t)
	for i := range r.Candidates {
		c := &r.Candidates[i]
		last := c.Gains[len(c.Gains)-1]
		if len(c.Gains) != gainSlices || last.K != len(r.Predictions.Fold) || last.Capture != 1 || !near(last.CumulativeLift, 1, 1e-12) {
			t.Errorf("%s: %d slices, the last %+v", c.Name, len(c.Gains), last)
		}
		for _, s := range c.Gains {
			if !(s.CaptureLow <= s.Capture && s.Capture <= s.CaptureHigh && s.LiftLow <= s.CumulativeLift && s.CumulativeLift <= s.LiftHigh) {
				t.Errorf("%s: %+v lies outside its intervals", c.Name, s)
			}
		}
	}
}

// The interval of a slice is the one that the account bootstrap gives, within the noise of
// its 500 replicates (a standard error of them has a relative one of 1/sqrt(1000)) and of
// the rate at the cut.
func TestIntervalOfASliceIsThatOfTheBootstrap(t *testing.T) {
	_, s, r := measuredRun(t)
	score := r.Predictions.Score[0]
	slice := r.Candidates[0].Gains[2]
	m := metrics.RankMetrics{Lists: []int{slice.K}}
	replicates, err := metrics.BootstrapRanks(t.Context(), []*metrics.Ranking{metrics.NewRanking(score, s.churned, s.cluster)}, m, 500, 3)
	if err != nil {
		t.Fatal(err)
	}
	got := (slice.CaptureHigh - slice.CaptureLow) / (2 * quantile(r.Options.Level))
	if want := replicates.StdErr(m.ColumnCapture(0)); math.Abs(got/want-1) > 0.15 {
		t.Errorf("standard error %v, the bootstrap says %v", got, want)
	}
}

func TestHistogramOfTheChurnedIsAPartOfAll(t *testing.T) {
	_, s, r := measuredRun(t)
	for _, c := range r.Candidates {
		n := 0
		for i, churned := range c.ChurnedHistogram {
			if n += churned; churned > c.Histogram[i] {
				t.Errorf("%s: %d of %d in cell %d churned", c.Name, churned, c.Histogram[i], i)
			}
		}
		if n != s.events() {
			t.Errorf("%s: %d churned, want %d", c.Name, n, s.events())
		}
	}
}

// A fitted candidate learns in every fold; what a vendor scores has no weights.
func TestWeightsOfEveryFoldAreKept(t *testing.T) {
	_, _, r := measuredRun(t)
	for _, c := range r.Candidates {
		if len(c.FoldWeights) != len(r.Folds) {
			t.Fatalf("%s: weights of %d folds, want %d", c.Name, len(c.FoldWeights), len(r.Folds))
		}
		for k, f := range r.Folds {
			has := len(c.FoldWeights[k]) > 0
			if want := f.Skipped == "" && c.Kind == models.Logistic; has != want && (want || f.Skipped != "") {
				t.Errorf("%s, fold %d (skipped %q): weights %v", c.Name, k, f.Skipped, c.FoldWeights[k])
			}
		}
	}
}

func TestKSHasTheIntervalThatIsCorrectedForItsBias(t *testing.T) {
	_, _, r := measuredRun(t)
	ks := Find(r.Candidates[0].Pooled, KS)
	low, high := r.boot.gaps[0].interval(ks.Value, r.Options.Level)
	if ks.Low != low || ks.High != high {
		t.Errorf("[%v, %v], want [%v, %v]", ks.Low, ks.High, low, high)
	}
	plainLow, plainHigh, _ := r.boot.interval(0, KS, r.Options.Level)
	if !(low < plainLow && high < plainHigh) {
		t.Errorf("[%v, %v] is not lower than the percentiles [%v, %v]", low, high, plainLow, plainHigh)
	}
}

// measuredRun is a small run with its test rows.
func measuredRun(t *testing.T) (company, *sample, *Result) {
	t.Helper()
	c := newCompany(250, 5)
	r := mustRun(t, c.load(t), threeCandidates(t, c.types()), quick())
	return c, r.Predictions.take(nil), r
}
