package backtest

import (
	"math"
	"slices"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
)

// fourRows have log-odds whose losses are simple: p = 1/2, 3/4, 3/4 and 1/4.
func fourRows() (*sample, []float64) {
	s := &sample{rows: every[int32](4), churned: []bool{true, true, false, false}, cluster: []int32{0, 1, 2, 3}, accounts: 4,
		period: make([]int32, 4), first: []bool{true, true, true, true}}
	return s, []float64{0, math.Log(3), math.Log(3), -math.Log(3)}
}

// By hand: AUC: pairs (1/2, 3/4) lost, (1/2, 1/4) won, (3/4, 3/4) tied, (3/4, 1/4)
// won: 2.5 of 4. Log loss: (ln 2 + ln 4/3 + ln 4 + ln 4/3)/4. Brier: (1/4 + 1/16 +
// 9/16 + 1/16)/4. KS: at 3/4 the shares are 1/2 and 1/2, at 1/2 1 and 1/2. AP: half
// the churned at precision 1/2, the rest at 2/3.
func TestPointMetricsByHand(t *testing.T) {
	s, eta := fourRows()
	list, err := pointMetrics(s, eta, eta, Options{Capacity: 2, Level: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{
		AUC: 2.5 / 4, Gini: 0.25, KS: 0.5, AveragePrecision: 0.5*0.5 + 0.5*2.0/3,
		LogLoss: (math.Log(2) + 2*math.Log(4.0/3) + math.Log(4)) / 4, Brier: (0.25 + 0.0625 + 0.5625 + 0.0625) / 4,
		Precision: 0.5, Lift: 1, Capture: 0.5, BaseRate: 0.5, MeanP: (0.5 + 0.75 + 0.75 + 0.25) / 4,
	} {
		m := Find(list, name)
		if !near(m.Value, want, 1e-15) || m.N != 4 || m.Churned != 2 {
			t.Errorf("%s = %v of %d rows, %d churned; want %v of 4, 2", name, m.Value, m.N, m.Churned, want)
		}
	}
}

func TestMetricsWithoutMoneyHaveNoMoneyAndFindSaysNaN(t *testing.T) {
	s, eta := fourRows()
	list, err := pointMetrics(s, eta, eta, Options{Capacity: 2, Level: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ValueCaptured, ValueCapture, "no such metric"} {
		if m := Find(list, name); !math.IsNaN(m.Value) || !math.IsNaN(m.Low) || !math.IsNaN(m.High) || m.Name != name {
			t.Errorf("%s = %+v, want NaN throughout", name, m)
		}
	}
}

// One kind of outcome: nothing can be ranked, and a loss can still be measured.
func TestMetricsThatDoNotExistAreNaNAndNotZero(t *testing.T) {
	s, eta := fourRows()
	s.churned = make([]bool, 4)
	list, err := pointMetrics(s, eta, eta, Options{Capacity: 2, Level: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{AUC, Gini, KS, AveragePrecision, Lift, Capture, CalibrationSlope, CalibrationIntercept, CITL} {
		if m := Find(list, name); !math.IsNaN(m.Value) {
			t.Errorf("%s = %v with nobody churned, want NaN", name, m.Value)
		}
	}
	for name, want := range map[string]float64{BaseRate: 0, Precision: 0, LogLoss: (math.Log(2) + 2*math.Log(4) + math.Log(4.0/3)) / 4} {
		if m := Find(list, name); !near(m.Value, want, 1e-15) {
			t.Errorf("%s = %v with nobody churned, want %v", name, m.Value, want)
		}
	}
}

// A score that separates has no calibration line of finite slope.
func TestCalibrationOfAPerfectScoreIsUndefined(t *testing.T) {
	s, _ := fourRows()
	list, err := pointMetrics(s, []float64{4, 3, 2, 1}, []float64{4, 3, 2, 1}, Options{Capacity: 2, Level: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	if m := Find(list, CalibrationSlope); !math.IsNaN(m.Value) {
		t.Errorf("slope %v", m.Value)
	}
	if m := Find(list, AUC); m.Value != 1 {
		t.Errorf("AUC %v, want 1", m.Value)
	}
}

func TestIntervalsOfGiniAreThoseOfAUC(t *testing.T) {
	r, _, aucs := comparedResult(t)
	auc, gini := Find(r.Candidates[0].Pooled, AUC), Find(r.Candidates[0].Pooled, Gini)
	want := aucs.Interval(0, 0.95)
	if auc.Low != want.Low || auc.High != want.High || gini.Low != 2*want.Low-1 || gini.High != 2*want.High-1 {
		t.Errorf("AUC %+v, Gini %+v, want %+v", auc, gini, want)
	}
}

// The bootstrap's own arithmetic: a replicate that draws every account once is the
// sample itself.
func TestReplicateOfEveryAccountOnceIsTheSample(t *testing.T) {
	p := toy()
	s := p.take(every[int32](len(p.Fold)))
	eta := []float64{1, -1, 0.5, 0, -2, 0.2, 2, -0.3, 0.1}
	list, err := pointMetrics(s, p.Score[0], eta, Options{Capacity: 2, Level: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	out := replicate(s, p.Score[0], eta, slices.Repeat([]int32{1}, s.accounts))
	for i, name := range resampledMetrics {
		if want := Find(list, name).Value; !near(out[i], want, 1e-12*max(1, math.Abs(want))) {
			t.Errorf("%s: replicate %v, sample %v", name, out[i], want)
		}
	}
}

// replicate is one replicate of resampledMetrics at a capacity of 2.
func replicate(s *sample, score, eta []float64, count []int32) []float64 {
	ranking := metrics.NewRankings([][]float64{score}, s.churned, s.cluster)
	d := presort(&field{sample: s, score: [][]float64{score}, eta: [][]float64{eta}, rankings: ranking, lists: newListsOf(s, ranking)})
	out := make([]float64, len(resampledMetrics))
	curve := d.rankings[0].Curve(count)
	out[0], out[1] = curve.KS, curve.AveragePrecision
	d.fill(metrics.DrawsOf(count), 2, rowsOf(1, d.width), [][]float64{out[2:]})
	return out
}

// A replicate with account 0 twice and account 3 never is the sample with those
// rows doubled and left out.
func TestReplicateIsTheSampleWithItsAccountsRepeated(t *testing.T) {
	p := toy()
	s := p.take(every[int32](len(p.Fold)))
	eta := []float64{1, -1, 0.5, 0, -2, 0.2, 2, -0.3, 0.1}
	out := replicate(s, p.Score[0], eta, []int32{2, 1, 1, 0, 1, 1})
	rows := []int{0, 0, 1, 2, 3, 5, 5, 6, 7, 8}
	churned := pick(s.churned, rows)
	curve := metrics.NewRanking(pick(p.Score[0], rows), churned, nil).Curve(nil)
	for i, want := range map[int]float64{0: curve.KS, 1: curve.AveragePrecision,
		2: metrics.LogLoss(pick(eta, rows), churned), 3: metrics.Brier(pick(eta, rows), churned)} {
		if !near(out[i], want, 1e-14) {
			t.Errorf("%s: %v, want %v", resampledMetrics[i], out[i], want)
		}
	}
}

func TestMetricsThatAreNotResampledHaveNoReplicates(t *testing.T) {
	_, boot, _ := comparedResult(t)
	if boot.column(0, AUC) != nil {
		t.Error("AUC has replicates")
	}
	if _, _, ok := boot.interval(0, AUC, 0.95); ok {
		t.Error("AUC has a bootstrap interval")
	}
	low, high, ok := boot.interval(0, LogLoss, 0.95)
	if !ok || !(low < high) {
		t.Errorf("log loss has the interval [%v, %v]", low, high)
	}
}

func TestHistogramPutsCertaintyInTheLastBin(t *testing.T) {
	got := histogram([]float64{0, 0.5, 1, 0.25})
	for bin, want := range map[int]int{0: 1, 25: 1, 49: 1, 12: 1} {
		if got[bin] != want {
			t.Errorf("bin %d holds %d, want %d: %v", bin, got[bin], want, got)
		}
	}
}

func TestQuartersCountLabelsByTheDayTheyBecameKnown(t *testing.T) {
	day := dataset.NewDate
	known := []dataset.Date{day(2025, 4, 1), day(2025, 3, 31), day(2025, 1, 1), day(2025, 6, 30)}
	e := dated(known, known, []bool{true, false, true, false})
	want := []Quarter{{Start: day(2025, 1, 1), N: 2, Churned: 1}, {Start: day(2025, 4, 1), N: 2, Churned: 1}}
	if got := quarters(e.All()); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
