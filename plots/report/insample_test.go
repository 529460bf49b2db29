package report

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots"
	"holdfast/plots/internal/fixture"
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

// inSampleOfCompany is a validation of a company, with the state of its data and pictures.
func inSampleOfCompany(t *testing.T) InSample {
	t.Helper()
	r := fixture.Company(4, 4, 20)
	v := validated()
	v.Data, v.Warnings = r.Data, []dataset.Warning{{Code: "too_few_dates", Message: "every example has one date <b>"}}
	v.Candidates[0].Final, v.Candidates[1].Final = r.Candidates[0].Final, r.Candidates[2].Final
	v.Verdict.Champion, v.Verdict.Challenger = "today", v.Candidates[1].Name
	p := InSample{Validation: v, Why: "every example has one date", Health: stateOfData(), Version: "0.1.0", ConfigName: "holdfast.yaml"}
	weights, err := plots.Weights(p.Studied().Final)
	if err != nil {
		t.Fatal(err)
	}
	p.Charts = []plots.Chart{weights}
	return p
}

func TestAValidationShowsWeightsAndDataAsABacktestDoes(t *testing.T) {
	p := inSampleOfCompany(t)
	d, err := p.Build()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range d.Sections {
		ids = append(ids, s.ID)
	}
	if want := []string{"caution", "verdict", "figures", "weights", "data", "health", "method"}; !slices.Equal(ids, want) {
		t.Errorf("sections %q, want %q", ids, want)
	}
	weights := d.Sections[3]
	if best := p.Validation.Candidates[1].Final; len(weights.Figures) != 1 || weights.Figures[0].Name != "weights" || len(weights.Tables[0].Rows) != min(mostRows, len(byShare(best))) {
		t.Errorf("%d figures and %d weights, of %d", len(weights.Figures), len(weights.Tables[0].Rows), len(best.Weights))
	}
	var page bytes.Buffer
	if err := p.Write(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"looks most of all at", "today stays in use", "What became of all", "every example has one date &lt;b&gt;", "What can the data support?", "missing_factor: nps", "<svg"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page.String(), "NaN") || strings.Contains(page.String(), "date <b>") {
		t.Error("a warning is markup, or an undefined number is shown")
	}
}

func TestAValidationWithoutAChallengerShowsTheChampion(t *testing.T) {
	p := inSampleOfCompany(t)
	p.Validation.Verdict.Challenger, p.Health, p.Charts = "", nil, nil
	if c := p.Studied(); c.Name != "today" {
		t.Errorf("%s is studied, want the champion", c.Name)
	}
	var page bytes.Buffer
	if err := p.Write(&page); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "stays in use") || strings.Contains(page.String(), "What can the data support?") {
		t.Error("the page tells of a challenger or of a state of the data that are not there")
	}
}

func TestAValidationThatIsMissingIsNoPage(t *testing.T) {
	var page bytes.Buffer
	if err := (InSample{}).Write(&page); err == nil || page.Len() > 0 {
		t.Errorf("%v, %d bytes", err, page.Len())
	}
}
