package backtest

import (
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/backtest/metrics"
)

// decisive is a gain that alone would promote.
var decisive = gain(0.02, 0.01, 0.03)

func gateOf(t *testing.T, v Verdict, name string) Gate {
	t.Helper()
	at := slices.IndexFunc(v.Gates, func(g Gate) bool { return g.Name == name })
	if at < 0 {
		t.Fatalf("no gate %q among %+v", name, v.Gates)
	}
	return v.Gates[at]
}

func TestARolloutNeedsProbabilitiesThatCanBeTakenAtFaceValue(t *testing.T) {
	for _, c := range []struct {
		fact      string
		slope     Metric
		citl      Metric
		decision  Decision
		gate      string
		passed    bool
		undecided bool
		value     float64
		limit     float64
	}{
		{"an interval within the range passes", Metric{Value: 0.9, Low: 0.71, High: 1.09}, Metric{}, Promote, CalibrationSlope, true, false, 0.71, 0.7},
		{"the end with less room is shown", Metric{Value: 1.2, Low: 1.0, High: 1.4}, Metric{}, Promote, CalibrationSlope, true, false, 1.4, 1.4},
		{"a slope that may be too flat is undecided", Metric{Value: 0.8, Low: 0.6, High: 1.0}, Metric{}, NeedMoreData, CalibrationSlope, false, true, 0.6, 0.7},
		{"a slope that may be too steep is undecided", Metric{Value: 1.3, Low: 1.0, High: 1.6}, Metric{}, NeedMoreData, CalibrationSlope, false, true, 1.6, 1.4},
		{"a slope outside holds", Metric{Value: 0.6, Low: 0.4, High: 0.8}, Metric{}, Hold, CalibrationSlope, false, false, 0.4, 0.7},
		{"a score that does not vary has no slope and holds", Metric{Value: math.NaN(), Low: math.NaN(), High: math.NaN()}, Metric{}, Hold, CalibrationSlope, false, false, math.NaN(), 0.7},
		{"too much churn on the whole holds", Metric{}, Metric{Value: 0.4, Low: 0.2, High: 0.6}, Hold, CITL, false, false, 0.6, 0.3},
		{"perhaps too little churn is undecided", Metric{}, Metric{Value: -0.2, Low: -0.4, High: 0}, NeedMoreData, CITL, false, true, -0.4, -0.3},
		{"one gate shut for certain outweighs another undecided", Metric{Value: 0.8, Low: 0.6, High: 1.0}, Metric{Value: 0.4, Low: 0.2, High: 0.6}, Hold, CITL, false, false, 0.6, 0.3},
	} {
		t.Run(c.fact, func(t *testing.T) {
			v := judged{gains: []Comparison{decisive}, slope: c.slope, citl: c.citl}.verdict()
			g := gateOf(t, v, c.gate)
			same := g.Value == c.value || g.Value != g.Value && c.value != c.value
			if v.Decision != c.decision || g.Passed != c.passed || g.Undecided != c.undecided || !same || g.Limit != c.limit {
				t.Errorf("%s, gate %+v; want %s, passed %v, undecided %v, %v against %v", v.Decision, g, c.decision, c.passed, c.undecided, c.value, c.limit)
			}
		})
	}
}

// What lies beyond its limit for certain holds, whatever more data would say of the gain; what
// may yet come right does not stand in the way of asking for more.
func TestMoreDataIsNotAskedForWhatCannotBeRolledOut(t *testing.T) {
	unclear := gain(0.02, -0.01, 0.05)
	for _, c := range []struct {
		fact     string
		given    judged
		decision Decision
		words    string
	}{
		{"all is well but the gain", judged{}, NeedMoreData, "cannot be told apart yet"},
		{"too much churn for certain", judged{citl: Metric{Value: 0.45, Low: 0.34, High: 0.57}}, Hold, "either way: its percentages are off on the whole"},
		{"perhaps too much churn", judged{citl: Metric{Value: 0.4, Low: 0.2, High: 0.6}}, NeedMoreData, "cannot be told apart yet"},
		{"too flat for certain", judged{slope: Metric{Value: 0.5, Low: 0.4, High: 0.6}}, Hold, "either way: its percentages are too extreme or too timid"},
		{"predictions at the limit of having moved", judged{moved: metrics.Stability{PSI: 0.25, Null95: 0.1, N: 100, M: 100}}, NeedMoreData, "cannot be told apart yet"},
		{"predictions that moved", judged{moved: metrics.Stability{PSI: 0.362, Null95: 0.1, N: 100, M: 100}}, Hold, "either way: its latest predictions have moved"},
		{"worse than the base rate for certain", judged{overBase: -0.01}, Hold, "either way: it knows no more than the base rate"},
		{"perhaps no better than chance", judged{aucLow: 0.45}, NeedMoreData, "cannot be told apart yet"},
		{"no better than chance for certain", judged{aucLow: 0.3, aucHigh: 0.49}, Hold, "either way: it ranks no better than chance"},
		{"at best as good as a coin", judged{aucLow: 0.3, aucHigh: 0.5}, NeedMoreData, "cannot be told apart yet"},
		{"a segment that loses for certain", judged{segments: []SegmentGain{{Segment: "pro", Challenger: "a", Enough: true, Gain: -0.03, Low: -0.05, High: -0.01}}},
			Hold, "either way: a segment is worse off with it"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			c.given.gains = []Comparison{unclear}
			v := c.given.verdict()
			if v.Decision != c.decision || !strings.Contains(v.Headline, c.words) || v.FurtherExamples != 0 && v.Decision == Hold {
				t.Errorf("%s, %q, %v further examples; want %s, %q", v.Decision, v.Headline, v.FurtherExamples, c.decision, c.words)
			}
		})
	}
}

// Of two whose gain is unclear, the one that nothing else rules out is judged.
func TestAChallengerThatIsRuledOutDoesNotHideAnother(t *testing.T) {
	v := judged{gains: []Comparison{gain(0.03, -0.01, 0.07), gain(0.02, -0.01, 0.05)},
		segments: []SegmentGain{{Segment: "pro", Challenger: "a", Enough: true, Gain: -0.03, Low: -0.05, High: -0.01}}}.verdict()
	if v.Challenger != "b" || v.Decision != NeedMoreData {
		t.Errorf("%s of %s, want more data of b", v.Decision, v.Challenger)
	}
}

// The slope is 0.8 with a half-width of 0.2 at 95 %, so SE = 0.2/1.959964 = 0.1020427; the
// nearer limit, 0.7, is 0.1 away. 1000 (2.801585 * 0.1020427 / 0.1)^2 - 1000 = 7172.8.
func TestNeededExamplesForCalibrationByHand(t *testing.T) {
	v := judged{gains: []Comparison{decisive}, slope: Metric{Value: 0.8, Low: 0.6, High: 1.0}}.verdict()
	if v.FurtherExamples != 7173 || !strings.Contains(v.Reasons[len(v.Reasons)-1], "about 7,173 further examples would settle it") {
		t.Errorf("%v further examples, %q", v.FurtherExamples, v.Reasons)
	}
}

func TestNeededExamplesAreTheNumberOfTheWords(t *testing.T) {
	undecided := Comparison{Gain: 0.02, StdErr: 0.01, FamilyLow: -0.001, FamilyHigh: 0.04}
	if v := (judged{gains: []Comparison{undecided}}).verdict(); v.FurtherExamples != 963 {
		t.Errorf("%v further examples, want the 963 of the words", v.FurtherExamples)
	}
	if v := (judged{gains: []Comparison{decisive}}).verdict(); v.FurtherExamples != 0 {
		t.Errorf("%v further examples for a promotion", v.FurtherExamples)
	}
	lost := Comparison{Gain: -0.02, StdErr: 0.02, FamilyLow: -0.06, FamilyHigh: 0.02}
	if v := (judged{gains: []Comparison{lost}}).verdict(); !math.IsInf(v.FurtherExamples, 1) {
		t.Errorf("%v further examples for a gain that is a loss", v.FurtherExamples)
	}
}

func TestASegmentThatLosesForCertainStopsARollout(t *testing.T) {
	within := func(name string, low, high float64) SegmentGain {
		return SegmentGain{Segment: name, Challenger: "a", N: 100, Churned: 40, Enough: true, Gain: (low + high) / 2, Low: low, High: high}
	}
	few := within("few", -0.9, -0.5)
	few.Enough = false
	other := within("other", -0.9, -0.5)
	other.Challenger = "b"
	for _, c := range []struct {
		fact     string
		segments []SegmentGain
		decision Decision
		value    float64
		words    string
	}{
		{"no harm", []SegmentGain{within("pro", 0, 0.1), within("small", -0.05, 0.04)}, Promote, 0.04, "of the segments with enough events (2) small does worst"},
		{"harm for certain", []SegmentGain{within("pro", 0, 0.1), within("small", -0.05, -0.01)}, Hold, -0.01, "small does worst"},
		{"too few events have no say", []SegmentGain{within("pro", 0, 0.1), few}, Promote, 0.1, "enough events (1)"},
		{"another challenger's harm has none either", []SegmentGain{within("pro", 0, 0.1), other}, Promote, 0.1, "pro does worst"},
		{"nobody has enough", []SegmentGain{few}, Promote, math.NaN(), "no segment has 30 churned"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			v := judged{gains: []Comparison{decisive}, segments: c.segments}.verdict()
			g := gateOf(t, v, "no_segment_worse")
			same := g.Value == c.value || g.Value != g.Value && c.value != c.value
			if v.Decision != c.decision || !same || !strings.Contains(g.Words, c.words) {
				t.Errorf("%s, gate %+v; want %s, %v, %q", v.Decision, g, c.decision, c.value, c.words)
			}
		})
	}
}

func TestPredictionsThatHaveMovedStopARollout(t *testing.T) {
	for _, c := range []struct {
		fact     string
		moved    metrics.Stability
		decision Decision
		limit    float64
	}{
		{"below the rule", metrics.Stability{PSI: 0.2, Null95: 0.05, N: 100, M: 100}, Promote, 0.25},
		{"on the rule", metrics.Stability{PSI: 0.25, Null95: 0.05, N: 100, M: 100}, Hold, 0.25},
		{"above the rule and above chance", metrics.Stability{PSI: 0.3, Null95: 0.05, N: 100, M: 100}, Hold, 0.25},
		{"above the rule, but chance could do it", metrics.Stability{PSI: 0.3, Null95: 0.4, N: 20, M: 20}, Promote, 0.4},
		{"without a null point the rule counts", metrics.Stability{PSI: 0.3, Null95: math.NaN(), N: 20, M: 20}, Hold, 0.25},
	} {
		v := judged{gains: []Comparison{decisive}, moved: c.moved}.verdict()
		if g := gateOf(t, v, "stable"); v.Decision != c.decision || g.Limit != c.limit || g.Value != c.moved.PSI {
			t.Errorf("%s: %s, gate %+v; want %s at %v", c.fact, v.Decision, g, c.decision, c.limit)
		}
	}
}

// Log losses by hand, accounts 0 {rows 0, 1} and 1 {row 2}, eta 0 for the champion: every
// row costs ln 2. The challenger gives row 0 (churned) ln 3, p 3/4, and the others -ln 3,
// p 1/4, all right: each costs ln 4/3. The gain is ln 2 - ln 4/3 = ln 3/2 in every row, so
// no account moves it.
func TestGainWithinASegmentByHand(t *testing.T) {
	r := &Result{Options: Options{Primary: LogLoss, Level: 0.95}, Candidates: make([]CandidateResult, 2)}
	r.Predictions = Predictions{Fold: make([]int32, 3), Account: []int32{0, 0, 1}, Churned: []bool{true, false, false},
		Eta: [][]float64{{math.Log(3), -math.Log(3), -math.Log(3)}, {0, 0, 0}}}
	r.Champion = 1
	got, err := gainWithin(r, part{"all", r.Predictions.take(nil)}, 0)
	if err != nil || !near(got.Value, math.Log(1.5), 1e-15) || !near(got.StdErr, 0, 1e-15) {
		t.Errorf("%+v, %v; want a gain of ln 3/2 for certain", got, err)
	}
}

// Accounts with sums 1, 3 over 1, 1: the mean is 2, the influences are -1/2 and 1/2, and
// the standard error sqrt(2/1 * 1/2) = 1: that of a mean of 1 and 3, sqrt(2)/sqrt(2).
func TestLinearisedRatioByHand(t *testing.T) {
	e := ratioOf([]float64{1, 3}, []float64{1, 1}).estimate(0.95)
	if e.Value != 2 || !near(e.StdErr, 1, 1e-15) || !near(e.High, 2+1.959963984540054, 1e-12) {
		t.Errorf("%+v, want 2 with a standard error of 1", e)
	}
	if one := ratioOf([]float64{1}, []float64{1}).estimate(0.95); !math.IsNaN(one.StdErr) {
		t.Errorf("one account: %+v, want no standard error", one)
	}
}

func TestSegmentGainsCoverTheRowsOfARun(t *testing.T) {
	r, boot, aucs := comparedResult(t)
	compare(r, boot, aucs)
	r.Options.SegmentEvents = 1
	r.Predictions.Segment, r.Predictions.Segments = []int32{0, 0, 0, 0, 1, 1, -1, -1}, []string{"big", "small", "nobody"}
	list, err := segmentGains(r)
	if err != nil {
		t.Fatal(err)
	}
	// Two segments with rows, two challengers: the baseline is none.
	if len(list) != 4 || list[0].Segment != "big" || list[0].Challenger != "a" || list[0].N != 4 || list[0].Churned != 2 || !list[0].Enough {
		t.Fatalf("got %+v", list)
	}
	r.Predictions.Segment = make([]int32, 8)
	whole, err := segmentGains(r)
	if err != nil {
		t.Fatal(err)
	}
	if c, _ := r.comparison("a", LogLoss); !near(whole[0].Gain, c.Gain, 1e-15) {
		t.Errorf("a segment of all rows gains %v, all rows %v", whole[0].Gain, c.Gain)
	}
	if copied := whole[1]; copied.Challenger != "copy" {
		t.Errorf("second %+v, want the copy", copied)
	}
}

// Ten reference rows at each of ten scores, one later row at each: nothing moved. All later
// rows at the highest score: shares of 1/10 against 0 or 1, each with a half row added:
// (10.5/105 - 0.5/15) ln(0.1 / (0.5/15)) nine times and (0.7 - 0.1) ln 7 once.
func TestDriftOfScoresByHand(t *testing.T) {
	var reference, same, top []float64
	var account, later []int32
	for i := range 100 {
		reference, account = append(reference, float64(i/10)), append(account, int32(i))
	}
	for i := range 10 {
		same, top, later = append(same, float64(i)), append(top, 9), append(later, int32(100+i))
	}
	compared := func(scores []float64) twoSides {
		sides, err := twoSidesOf(spreadSide{account: account}, spreadSide{account: later})
		if err != nil {
			t.Fatal(err)
		}
		return sides.binned(reference, scores)
	}
	if s, err := compared(same).drift(); err != nil || !near(s.PSI, 0, 1e-15) || s.N != 10 || s.M != 100 {
		t.Errorf("%+v, %v; want nothing moved between 100 rows and 10", s, err)
	}
	want := 9*(0.1-0.5/15)*math.Log(3) + 0.6*math.Log(7)
	if s, err := compared(top).drift(); err != nil || !near(s.PSI, want, 1e-12) {
		t.Errorf("%+v, %v; want %v", s, err, want)
	}
}
