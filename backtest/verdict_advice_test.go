package backtest

import (
	"math"
	"strings"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

func TestHeadlineOfAHoldNamesWhatStandsAgainstIt(t *testing.T) {
	for _, c := range []struct {
		fact   string
		closed []Gate
		want   string
	}{
		{"one gate is one reason", []Gate{{Name: "stable"}}, "its latest predictions have moved away from those of its training"},
		{"two are joined", []Gate{{Name: CITL}, {Name: "no_segment_worse"}}, "its percentages are off on the whole, and a segment is worse off with it"},
		{"three are listed", []Gate{{Name: "ranks_better_than_chance"}, {Name: "beats_base_rate"}, {Name: CalibrationSlope}},
			"it ranks no better than chance, it knows no more than the base rate, and its percentages are too extreme or too timid"},
		{"a gate of a later version is named", []Gate{{Name: "brand_new"}}, "brand new"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			if got := unfit(c.closed); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestEveryGateOfAVerdictHasWords(t *testing.T) {
	v := judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}}.verdict()
	for _, g := range v.Gates[1:] { // the first is the comparison with the champion, which has a headline of its own
		if strings.Contains(g.against(), strings.ReplaceAll(g.Name, "_", " ")) {
			t.Errorf("%s has no words", g.Name)
		}
	}
}

func TestAdviceIsGivenOnceAndOnlyWhereSomethingCanBeDone(t *testing.T) {
	got := advice([]Gate{{Name: CalibrationSlope}, {Name: CITL}, {Name: "stable"}, {Name: "beats_base_rate"}})
	if len(got) != 2 || !strings.Contains(got[0], "recalibrate") || !strings.Contains(got[1], "moved") {
		t.Errorf("%q", got)
	}
	v := judged{gains: []Comparison{gain(0.02, 0.01, 0.03)}, slope: Metric{Name: CalibrationSlope, Value: 0.3, Low: 0.2, High: 0.4}}.verdict()
	if last := v.Reasons[len(v.Reasons)-1]; v.Decision != Hold || !strings.HasPrefix(last, "what to do: ") || !strings.HasSuffix(v.Headline, "too extreme or too timid.") {
		t.Errorf("%s %q: %q", v.Decision, v.Headline, v.Reasons)
	}
}

// A challenger that wins is told what to do about every gate that is not open. One that may not win
// is told of those that stand against it whatever more data would say, and not of a slope of 0.6
// that may be 0.8.
func TestAdviceIsAboutWhatStandsAgainstARollout(t *testing.T) {
	unclear := gain(0.02, -0.01, 0.05)
	flat, off := Metric{Value: 0.6, Low: 0.4, High: 0.8}, Metric{Value: 0.45, Low: 0.34, High: 0.57}
	moved := metrics.Stability{PSI: 0.362, Null95: 0.1, N: 100, M: 100}
	for _, c := range []struct {
		fact  string
		given judged
		want  []string
	}{
		{"a slope outside that may lie within", judged{gains: []Comparison{decisive}, slope: flat}, []string{"recalibrate"}},
		{"the same and predictions that moved", judged{gains: []Comparison{decisive}, slope: flat, moved: moved}, []string{"recalibrate", "have moved"}},
		{"an unclear gain, percentages off for certain", judged{gains: []Comparison{unclear}, citl: off}, []string{"recalibrate"}},
		{"an unclear gain, predictions that moved", judged{gains: []Comparison{unclear}, slope: flat, moved: moved}, []string{"have moved"}},
	} {
		var got []string
		v := c.given.verdict()
		for _, words := range v.Reasons {
			if strings.HasPrefix(words, "what to do: ") {
				got = append(got, words)
			}
		}
		same := len(got) == len(c.want)
		for i := range min(len(got), len(c.want)) {
			same = same && strings.Contains(got[i], c.want[i])
		}
		if v.Decision != Hold || !same {
			t.Errorf("%s: %s, advice %q, want %q", c.fact, v.Decision, got, c.want)
		}
	}
}

// On data where those who leave have stopped paying already, the lists of any good score
// hold no money.
func TestListsThatHoldLessMoneyThanChanceAreCautionedAgainst(t *testing.T) {
	money := func(name string, kind models.Kind, value, low, high float64) CandidateResult {
		return CandidateResult{Name: name, Kind: kind, Pooled: []Metric{{Name: ValueCapture, Value: value, Low: low, High: high}}}
	}
	for _, c := range []struct {
		fact       string
		low, high  float64
		last       models.Kind
		wantsWords bool
	}{
		{"for certain less than at random", 0.002, 0.004, models.Baseline, true},
		{"perhaps as much as at random", 0.002, 0.13, models.Baseline, false},
		{"no money in the data", math.NaN(), math.NaN(), models.Baseline, false},
		{"no random lists to compare with", 0.002, 0.004, models.Logistic, false},
	} {
		t.Run(c.fact, func(t *testing.T) {
			r := &Result{Candidates: []CandidateResult{money("a", models.Logistic, 0.003, c.low, c.high), money("b", c.last, 0.122, 0.12, 0.124)}}
			got := r.poorer("a")
			if (got != "") != c.wantsWords {
				t.Errorf("%q", got)
			}
			if c.wantsWords && (!strings.Contains(got, "0.3 %") || !strings.Contains(got, "12.2 %")) {
				t.Errorf("%q lacks the two shares", got)
			}
		})
	}
}
