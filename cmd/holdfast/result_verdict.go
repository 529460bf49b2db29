package main

import (
	"holdfast/backtest"
	"holdfast/models"
)

// verdictFile is what a verdict says: the head of verdict.json.
type verdictFile struct {
	Target      models.Target     `json:"target"`
	Decision    backtest.Decision `json:"decision"`
	Headline    string            `json:"headline"`
	Gates       []gateFile        `json:"gates"`
	Reasons     []string          `json:"reasons"`
	Champion    string            `json:"champion"`
	Challenger  string            `json:"challenger,omitempty"`
	Primary     string            `json:"primary"`
	Margin      float64           `json:"margin"`
	More        models.Stat       `json:"further_examples"` // that would settle what is undecided; null where no number would do
	Comparisons []comparisonFile  `json:"comparisons"`
}

type gateFile struct {
	Name   string      `json:"name"`
	Passed bool        `json:"passed"`
	Open   bool        `json:"undecided"` // not passed, but more data may open it
	Value  models.Stat `json:"value"`
	Limit  models.Stat `json:"limit"`
	AtMost bool        `json:"at_most"` // the value must stay below the limit; otherwise above
	Words  string      `json:"words"`
}

// comparisonFile is one candidate against another on the same examples.
type comparisonFile struct {
	Challenger string      `json:"challenger"`
	Champion   string      `json:"champion"`
	Metric     string      `json:"metric"`
	Gain       models.Stat `json:"gain"` // positive: better for the challenger
	StdErr     models.Stat `json:"std_error"`
	Low        models.Stat `json:"ci_low"`
	High       models.Stat `json:"ci_high"`
	P          models.Stat `json:"p_value"`
	FamilyLow  models.Stat `json:"family_ci_low"`
	FamilyHigh models.Stat `json:"family_ci_high"`
	Method     string      `json:"method"`
}

func verdictOf(r *backtest.Result) verdictFile {
	v := r.Verdict
	out := verdictFile{Target: r.Target, Decision: v.Decision, Headline: v.Headline, Champion: v.Champion, Challenger: v.Challenger,
		Primary: v.Primary, Margin: v.Margin, More: models.Stat(v.FurtherExamples), Reasons: v.Reasons, Gates: []gateFile{}, Comparisons: []comparisonFile{}}
	for _, g := range v.Gates {
		out.Gates = append(out.Gates, gateFile{g.Name, g.Passed, g.Undecided, models.Stat(g.Value), models.Stat(g.Limit), g.AtMost, g.Words})
	}
	for _, c := range r.Comparisons {
		out.Comparisons = append(out.Comparisons, comparisonOf(c))
	}
	return out
}

func comparisonOf(c backtest.Comparison) comparisonFile {
	return comparisonFile{c.Challenger, c.Champion, c.Metric, models.Stat(c.Gain), models.Stat(c.StdErr),
		models.Stat(c.Low), models.Stat(c.High), models.Stat(c.P), models.Stat(c.FamilyLow), models.Stat(c.FamilyHigh), c.Method}
}
