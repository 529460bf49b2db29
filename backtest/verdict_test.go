package backtest

import (
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// judged builds a result with a champion "now", challengers with the given primary
// comparisons, and a baseline that every challenger beats by 0.1 in log loss unless
// said otherwise.
type judged struct {
	gains    []Comparison // one per challenger
	aucLow   float64      // of every challenger; 0: well above chance
	aucHigh  float64      // 0: 0.8
	overBase float64      // gain in log loss over the baseline; 0: 0.1
	margin   float64
	rows     int
	champion models.Kind // "": hand weights
	clock    dataset.Clock

	slope, citl Metric        // of every challenger; zero: as it should be
	segments    []SegmentGain // of challenger a
	moved       metrics.Stability
}

func (j judged) verdict() Verdict {
	r := &Result{Options: Options{Primary: LogLoss, Margin: j.margin, Level: 0.95}, Data: Data{Clock: j.clock}}
	if j.rows == 0 {
		j.rows = 1000
	}
	if j.aucLow == 0 {
		j.aucLow = 0.6
	}
	if j.aucHigh == 0 {
		j.aucHigh = 0.8
	}
	if j.overBase == 0 {
		j.overBase = 0.1
	}
	r.Predictions.Fold = make([]int32, j.rows)
	kind := models.Weights
	if j.champion != "" {
		kind = j.champion
	}
	auc := Metric{Name: AUC, Value: 0.7, Low: j.aucLow, High: j.aucHigh}
	if j.slope == (Metric{}) {
		j.slope = Metric{Value: 1, Low: 0.9, High: 1.1}
	}
	if j.citl == (Metric{}) {
		j.citl = Metric{Low: -0.1, High: 0.1}
	}
	j.slope.Name, j.citl.Name = CalibrationSlope, CITL
	r.Segments, r.Options = j.segments, r.Options.withGates()
	r.Candidates = []CandidateResult{{Name: "now", Kind: kind}}
	for i, c := range j.gains {
		name := string(rune('a' + i))
		c.Challenger, c.Champion, c.Metric = name, "now", LogLoss
		r.Comparisons = append(r.Comparisons, c)
		r.Candidates = append(r.Candidates, CandidateResult{Name: name, Kind: models.Logistic, Stability: j.moved,
			Pooled: []Metric{auc, {Name: LogLoss, Value: 0.4}, j.slope, j.citl}})
	}
	r.Candidates = append(r.Candidates, CandidateResult{Name: models.BaselineName, Kind: models.Baseline, Pooled: []Metric{{Name: LogLoss, Value: 0.4 + j.overBase}}})
	r.boot = &resampled{values: make([][]float64, len(r.Candidates)*len(resampledMetrics))}
	loss := slices.Index(resampledMetrics, LogLoss)
	for c := range r.Candidates {
		level := 0.4
		if c == len(r.Candidates)-1 {
			level += j.overBase
		}
		r.boot.values[c*len(resampledMetrics)+loss] = []float64{level, level, level}
	}
	return judge(r)
}

// gain is a comparison with its family interval.
func gain(value, low, high float64) Comparison {
	return Comparison{Gain: value, FamilyLow: low, FamilyHigh: high, StdErr: (high - low) / 4}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		fact       string
		given      judged
		decision   Decision
		challenger string
		headline   string
	}{
		{"a gain beyond chance promotes", judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}}, Promote, "a", "Promote a"},
		{"renewals are what was not seen", judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}}, Promote, "a", "on renewals it had not seen"},
		{"by horizon snapshots are", judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}, clock: dataset.Clock{Mode: dataset.Horizon}}, Promote, "a", "on snapshots it had not seen"},
		{"a gain that could be chance needs more data", judged{gains: []Comparison{gain(0.02, -0.01, 0.05)}}, NeedMoreData, "a", "Need more data"},
		{"a loss for certain holds", judged{gains: []Comparison{gain(-0.02, -0.03, -0.01)}}, Hold, "a", "Hold: no challenger beats now"},
		{"no challenger holds", judged{}, Hold, "", "Keep now: there is no challenger"},
		{"a gain must clear the margin", judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}, margin: 0.015}, NeedMoreData, "a", "Need more data"},
		{"a gain surely below the margin holds", judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}, margin: 0.05}, Hold, "a", "Hold"},
		{"an interval that ends on the margin is not above it", judged{gains: []Comparison{gain(0.02, 0, 0.04)}}, NeedMoreData, "a", ""},
		{"of two that clear the margin the larger gain is promoted",
			judged{gains: []Comparison{gain(0.02, 0.01, 0.03), gain(0.03, 0.005, 0.06)}}, Promote, "b", "Promote b"},
		{"one that clears the margin beats a larger gain that could be chance",
			judged{gains: []Comparison{gain(0.05, -0.01, 0.1), gain(0.02, 0.01, 0.03)}}, Promote, "b", "Promote b"},
		{"one undecided challenger is enough to need more data",
			judged{gains: []Comparison{gain(-0.02, -0.03, -0.01), gain(-0.03, -0.09, 0.02)}}, NeedMoreData, "a", "Need more data"},
		{"what ranks no better than chance is not rolled out", judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}, aucLow: 0.49}, Hold, "a", "is not fit for a rollout"},
		{"what does not beat the base rate is not rolled out", judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}, overBase: -0.01}, Hold, "a", "is not fit for a rollout"},
		{"without an interval nothing is decided", judged{gains: []Comparison{gain(0.02, math.NaN(), math.NaN())}}, NeedMoreData, "a", "Need more data"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			v := c.given.verdict()
			if v.Decision != c.decision || v.Challenger != c.challenger || v.Champion != "now" || !strings.Contains(v.Headline, c.headline) {
				t.Errorf("got %s %q %q, want %s %q %q", v.Decision, v.Challenger, v.Headline, c.decision, c.challenger, c.headline)
			}
			if len(v.Reasons) == 0 {
				t.Error("no reasons")
			}
		})
	}
}

func TestGatesAreThoseOfARollout(t *testing.T) {
	names := func(v Verdict) (list []string) {
		for _, g := range v.Gates {
			list = append(list, g.Name)
		}
		return list
	}
	with := judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}}
	if got := names(with.verdict()); !slices.Equal(got, []string{"beats_champion", "ranks_better_than_chance", "beats_base_rate", "calibration_slope", "citl"}) {
		t.Errorf("gates %q", got)
	}
	with.champion = models.Baseline
	if got := names(with.verdict()); !slices.Equal(got, []string{"beats_champion", "ranks_better_than_chance", "calibration_slope", "citl"}) {
		t.Errorf("gates against the base rate %q: it is the champion already", got)
	}
}

// n ((z(0.975) + z(0.80)) SE / edge)^2 with z = 1.959964 and 0.841621 (R: qnorm):
// with n = 1000, SE = 0.01 and an edge of 0.02, 1000 (2.801585 * 0.5)^2 = 1962.2, so
// 963 more.
func TestNeededRenewalsByHand(t *testing.T) {
	last := func(j judged) string { v := j.verdict(); return v.Reasons[len(v.Reasons)-1] }
	undecided := Comparison{Gain: 0.02, StdErr: 0.01, FamilyLow: -0.001, FamilyHigh: 0.04}
	for _, c := range []struct {
		fact  string
		given judged
		want  string
	}{
		{"a promising gain", judged{gains: []Comparison{undecided}}, "about 963 further examples would settle it with 80 % power if the gain stays 0.0200"},
		{"half the edge takes four times as many: 7849 in all", judged{gains: []Comparison{undecided}, margin: 0.01}, "about 6,849 further examples"},
		{"nearly there", judged{gains: []Comparison{{Gain: 0.02, StdErr: 0.005, FamilyLow: -0.001, FamilyHigh: 0.04}}}, "missed by little"},
		{"a gain of next to nothing: 78,488 times as many", judged{gains: []Comparison{{Gain: 0.0001, StdErr: 0.01, FamilyLow: -0.001, FamilyHigh: 0.04}}},
			"the measured gain, 0.0001, is so small that more data will not tell the two apart"},
		{"a loss that could be a gain", judged{gains: []Comparison{{Gain: -0.02, StdErr: 0.02, FamilyLow: -0.06, FamilyHigh: 0.02}}}, "may well confirm now"},
		{"no standard error", judged{gains: []Comparison{{Gain: 0.02, StdErr: math.NaN(), FamilyLow: math.NaN(), FamilyHigh: math.NaN()}}}, "raise bootstrap"},
	} {
		if got := last(c.given); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

// 8 rows of 4 accounts, scored by two candidates and the baseline.
func comparedResult(t *testing.T) (*Result, *resampled, *metrics.AUCs) {
	t.Helper()
	r := &Result{Options: Options{Level: 0.95, Primary: LogLoss, Capacity: 2, Replicates: 400, Seed: 3}, Folds: make([]Fold, 1)}
	r.Predictions = Predictions{
		Fold: make([]int32, 8), Account: []int32{0, 0, 1, 1, 2, 2, 3, 3}, Churned: []bool{true, false, true, false, true, false, false, true},
		Eta: [][]float64{{1, -1, 2, 0, 0.5, -2, 1, 0}, {0.5, 0.5, 1, -1, 0, 0, -1, 1}, {1, -1, 2, 0, 0.5, -2, 1, 0}, make([]float64, 8)},
	}
	r.Predictions.Score = r.Predictions.Eta
	for i, name := range []string{"a", "now", "copy", models.BaselineName} {
		kind := models.Weights
		if i == 3 {
			kind = models.Baseline
		}
		r.Candidates = append(r.Candidates, CandidateResult{Name: name, Kind: kind})
	}
	r.Champion = 1
	s := r.Predictions.take(every[int32](8))
	boot, err := resample(t.Context(), &r.Predictions, s, r.Options, func(string, int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	aucs, err := metrics.DeLong(r.Predictions.Score, s.churned, s.cluster)
	if err != nil {
		t.Fatal(err)
	}
	if err := measure(r, r.Predictions.fieldOf(s), boot, aucs, 2); err != nil {
		t.Fatal(err)
	}
	return r, boot, aucs
}

func TestFamilyIntervalIsBonferroniOverTheChallengers(t *testing.T) {
	r, boot, aucs := comparedResult(t)
	compare(r, boot, aucs)
	c, ok := r.comparison("a", LogLoss)
	if !ok {
		t.Fatal("a was not compared")
	}
	// Two challengers, a and copy: the baseline is none. 1 - 0.05/2 = 0.975.
	gains := make([]float64, 400)
	for i := range gains {
		gains[i] = boot.column(1, LogLoss)[i] - boot.column(0, LogLoss)[i]
	}
	low, high := percentile(gains, 0.975)
	if c.FamilyLow != low || c.FamilyHigh != high || !(c.FamilyLow < c.Low && c.High < c.FamilyHigh) {
		t.Errorf("family interval [%v, %v], want [%v, %v], wider than [%v, %v]", c.FamilyLow, c.FamilyHigh, low, high, c.Low, c.High)
	}
	auc, _ := r.comparison("a", AUC)
	if want := aucs.Difference(0, 1, 0.975); auc.FamilyLow != want.Low || auc.FamilyHigh != want.High || auc.Method != byDeLong {
		t.Errorf("AUC %+v, want the clustered interval %+v", auc, want)
	}
}

func TestGainIsPositiveWhereTheChallengerIsBetterWhateverTheMetric(t *testing.T) {
	r, boot, aucs := comparedResult(t)
	compare(r, boot, aucs)
	for _, m := range compared {
		c, ok := r.comparison("a", m.name)
		if m.name == ValueCapture {
			if ok {
				t.Errorf("money was compared where there is none: %+v", c)
			}
			continue
		}
		better := Find(r.Candidates[0].Pooled, m.name).Value - Find(r.Candidates[1].Pooled, m.name).Value
		if m.less {
			better = -better
		}
		if !ok || !near(c.Gain, better, 1e-15) {
			t.Errorf("%s: gain %v, want %v", m.name, c.Gain, better)
		}
	}
}

func TestBootstrapIsPairedSoThatACopyNeverDiffers(t *testing.T) {
	r, boot, aucs := comparedResult(t)
	r.Champion = 0
	compare(r, boot, aucs)
	for _, m := range compared {
		c, ok := r.comparison("copy", m.name)
		if !ok {
			continue
		}
		if c.Gain != 0 || c.StdErr != 0 || c.Low != 0 || c.High != 0 || c.P != 1 {
			t.Errorf("%s: a copy of the champion differs: %+v", m.name, c)
		}
	}
}

func TestSpreadIsTheStandardDeviationOfWhatIsDefined(t *testing.T) {
	// 2, 4, 6: mean 4, squares 8, 8/2 = 4.
	if got := spread([]float64{2, math.NaN(), 4, 6}); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
	if got := spread(nil); !math.IsNaN(got) {
		t.Errorf("of nothing: %v, want NaN", got)
	}
}
