package report

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/models"
)

// validated is a small validation, made by hand.
func validated() *backtest.InSample {
	return &backtest.InSample{
		Target: models.Churn, Replicates: 198, Failed: 2,
		Candidates: []backtest.InSampleCandidate{
			{Name: "today", N: 1207, Churned: 32, Metrics: []backtest.Corrected{{Name: backtest.AUC, Apparent: 0.75, Optimism: 0.01, Value: 0.74, Low: 0.63, High: 0.85}}},
			{Name: "<b>new</b>", N: 1207, Churned: 32, Metrics: []backtest.Corrected{{Name: backtest.CalibrationSlope, Apparent: 1, Optimism: 0.2, Value: 0.8, Low: math.NaN(), High: math.NaN()}}},
		},
		Verdict: backtest.Verdict{Decision: backtest.NeedMoreData, Headline: "Need more data: there are too few dates.",
			Gates: []backtest.Gate{{Name: "tested_forward", Limit: 1, Undecided: true, Words: "no candidate was tested on dates after those it learned from"}}},
	}
}

func TestAValidationSaysFirstThatItIsNoBacktest(t *testing.T) {
	var page bytes.Buffer
	err := InSample{Validation: validated(), Why: "every example has one date", Version: "0.1.0", ConfigName: "holdfast.yaml"}.Write(&page)
	if err != nil {
		t.Fatal(err)
	}
	html := page.String()
	for _, want := range []string{"Need more data", "Is this a backtest?", "Every example has one date.", "1,207", "0.740", "0.630", "0.850", "198 times", "2 further draws", "&lt;b&gt;new"} {
		if !strings.Contains(html, want) && !strings.Contains(html, strings.ToLower(want)) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if no, what := strings.Index(html, "Is this a backtest?"), strings.Index(html, "How good are the scores?"); no < 0 || no > what {
		t.Error("the figures come before what they are not")
	}
	if strings.Contains(html, "<b>new") || strings.Contains(html, "NaN") {
		t.Error("a name of the data is markup, or an undefined number is shown")
	}
}

func TestAValidationThatIsMissingIsNoPage(t *testing.T) {
	var page bytes.Buffer
	if err := (InSample{}).Write(&page); err == nil || page.Len() > 0 {
		t.Errorf("%v, %d bytes", err, page.Len())
	}
}
