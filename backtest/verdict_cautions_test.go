package backtest

import (
	"math"
	"strings"
	"testing"

	"holdfast/models"
)

// A fifth of the odds is 0.2 in log-odds: exp(0.2) = 1.22. Less is not worth a word, and what chance
// may explain is none either.
func TestPercentagesThatAreOffForCertainAreCautionedAgainst(t *testing.T) {
	for _, c := range []struct {
		fact             string
		value, low, high float64
		wantsWords       bool
	}{
		{"a little more than a fifth of the odds too low", 0.21, 0.05, 0.37, true},
		{"a little less", 0.19, 0.05, 0.33, false},
		{"a little more than a fifth too high", -0.21, -0.37, -0.05, true},
		{"far off, but perhaps right", 0.6, 0, 1.2, false},
		{"far off the other way, but perhaps right", -0.6, -1.2, 0, false},
		{"not known", math.NaN(), math.NaN(), math.NaN(), false},
	} {
		r := &Result{Candidates: []CandidateResult{{Name: "a", Pooled: []Metric{
			{Name: CITL, Value: c.value, Low: c.low, High: c.high}, {Name: MeanP, Value: 0.12}, {Name: BaseRate, Value: 0.15}}}}}
		got := r.miscalibrated("a")
		if (got != "") != c.wantsWords || c.wantsWords && !strings.Contains(got, "a predicted 12.0 % churn where 15.0 % happened") {
			t.Errorf("%s: %q", c.fact, got)
		}
	}
}

func TestListsThatHoldLessMoneyThanTheChampionsAreCautionedAgainst(t *testing.T) {
	for _, c := range []struct {
		fact       string
		gain, high float64
		want       string
	}{
		{"less for certain", -0.05, -0.01, "a put 30.0 % of the churned value on the lists, 5.0 points less than now, more than chance explains"},
		{"perhaps less", -0.05, 0.01, "5.0 points less than now, which chance may explain"},
		{"perhaps just as much", -0.05, 0, "5.0 points less than now, which chance may explain"},
		{"as much", 0, 0, ""},
		{"more", 0.05, 0.1, ""},
	} {
		r := &Result{Comparisons: []Comparison{{Challenger: "a", Champion: "now", Metric: ValueCapture, Gain: c.gain, High: c.high}},
			Candidates: []CandidateResult{{Name: "a", Pooled: []Metric{{Name: ValueCapture, Value: 0.3}}}}}
		if got := r.costlier("a"); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
	if got := (&Result{Candidates: []CandidateResult{{Name: "a", Kind: models.Logistic}}}).costlier("a"); got != "" {
		t.Errorf("without money: %q", got)
	}
}

// A promotion, too, is given with its caution: 0.25 lies within the range of the gate, 0.3, and
// beyond what is worth a word.
func TestAPromotionSaysItsCautions(t *testing.T) {
	v := judged{gains: []Comparison{decisive}, citl: Metric{Value: 0.25, Low: 0.21, High: 0.29}}.verdict()
	if last := v.Reasons[len(v.Reasons)-1]; v.Decision != Promote || !strings.HasPrefix(last, "caution: a predicted") {
		t.Errorf("%s, %q", v.Decision, v.Reasons)
	}
}
