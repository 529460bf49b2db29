package report

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/models"
	"holdfast/plots"
	"holdfast/plots/words"
)

// InSample is the page of a validation without a walk forward. It says first what it is not;
// what it says of the data and of the weights is as in the report of a backtest. It has no
// panel of sliders and no candidates to hide.
type InSample struct {
	// Validation must not be nil, and has a champion among its candidates.
	Validation *backtest.InSample

	// Why there was no walk forward: one sentence, from the plan that failed.
	Why string

	// Health is of the data; nil: its section is left out.
	Health *health.Report

	// Charts are from [plots.Health], and [plots.Weights] of the model that Studied names.
	Charts []plots.Chart

	// Version is of holdfast and ConfigName the project file, for the last line; empty: left
	// out.
	Version    string
	ConfigName string
}

// Write writes the page to w: a whole page, or nothing but an error. Errors: no validation, a
// chart that cannot be drawn, and those of w.
func (p InSample) Write(w io.Writer) error {
	d, drawn, err := p.compose()
	if err != nil {
		return err
	}
	return d.Write(w, drawn.find)
}

// Build lays out the page as a document, to be saved and written again with its pictures: the
// bytes of [plots.Chart.SVG] under the names of the charts.
func (p InSample) Build() (*Document, error) {
	d, _, err := p.compose()
	return d, err
}

// compose lays out the page and draws its charts.
func (p InSample) compose() (*Document, pictures, error) {
	v := p.Validation
	if v == nil {
		return nil, nil, errors.New("report: no validation to report; run a backtest first")
	}
	placed, drawn, err := draw(p.Charts)
	if err != nil {
		return nil, nil, err
	}
	d := &Document{
		Format:   Format,
		Title:    "Validation in sample",
		Banner:   verdictBanner(&backtest.Result{Verdict: v.Verdict}),
		Sections: p.sections(),
		Footer:   footer(Page{Version: p.Version, ConfigName: p.ConfigName}),
	}
	placed.place(d.Sections)
	return d, drawn, nil
}

// sections are the answers in the order of the reader's questions.
func (p InSample) sections() []Section {
	v := p.Validation
	list := []Section{
		p.caution(),
		{ID: "verdict", Title: "What was asked of the best candidate?", Lead: "Nothing is promoted on examples that it has seen.",
			Text: gateWords(v.Verdict.Gates), Tables: []Table{gateTable(v.Target, v.Verdict.Gates)}},
		p.figures(), p.weights(),
		dataSection(&backtest.Result{Data: v.Data, Warnings: v.Warnings}),
	}
	if p.Health != nil {
		list = append(list, healthSection(p.Health))
	}
	return append(list, p.method())
}

// Studied is the candidate whose weights the page shows: the best challenger, as the champion
// is known already, or the champion where nobody challenges it.
func (p InSample) Studied() backtest.InSampleCandidate {
	v := p.Validation
	for _, c := range v.Candidates {
		if c.Name == v.Verdict.Challenger {
			return c
		}
	}
	return v.Candidates[v.Champion]
}

// weights are those of the model that was fitted to all examples.
func (p InSample) weights() Section {
	c, champion := p.Studied(), p.Validation.Candidates[p.Validation.Champion].Name
	s := weightsOf(backtest.CandidateResult{Name: c.Name, Kind: c.Kind, Final: c.Final})
	if c.Name != champion {
		s.Text = append(s.Text, "It learned from all examples. Until it has been tested on later ones, "+name(champion)+" stays in use.")
	}
	return s
}

// caution says what the page is not.
func (p InSample) caution() Section {
	n := p.Validation.Candidates[0]
	return Section{ID: "caution", Title: "Is this a backtest?",
		Lead: "No. There are too few dates to learn from the past and test on what came after.",
		Text: []string{
			sentence(words.Capital(p.Why)),
			fmt.Sprintf("Every score learned from all %s examples, %s of them %s, and was tested on the same ones. What that flatters it by was estimated and taken off; "+
				"what another quarter would bring, nobody can tell from these data.", words.Count(n.N), words.Count(n.Churned), p.Validation.Target.Event()),
		}}
}

// figures has a row per candidate and metric.
func (p InSample) figures() Section {
	v := p.Validation
	t := Table{Caption: "Corrected for optimism", Head: []Column{text("Score"), text("Measure"), number("On what it learned from"), number("Optimism"), number("Corrected")}}
	for c, cand := range v.Candidates {
		class := ""
		if c == v.Champion {
			class = "champion"
		}
		for _, m := range cand.Metrics {
			term := words.Metric(m.Name)
			t.Rows = append(t.Rows, Row{Class: class, Cells: []Cell{
				{Value: name(cand.Name)}, {Value: words.Capital(term.Label)}, {Value: term.Format(m.Apparent)}, {Value: words.Signed(m.Optimism, 4)},
				{Value: term.Format(m.Value), Interval: words.Interval(term.Format(m.Low), term.Format(m.High))},
			}})
		}
	}
	return Section{ID: "figures", Title: "How good are the scores?",
		Lead:   inSampleLead(v),
		Text:   []string{"What counts is the last column; the one before it is what a score learned by heart."},
		Tables: []Table{t},
		Notes:  []string{"AUC: 0.5 is guessing, 1 is perfect. Log loss and Brier score: less is better. A slope below 1 means that the percentages are too extreme."}}
}

// inSampleLead says AUC, corrected, as what it is: the share of pairs in the right order.
func inSampleLead(v *backtest.InSample) string {
	var said []string
	for _, c := range v.Candidates {
		for _, m := range c.Metrics {
			if m.Name == backtest.AUC && words.Fixed(m.Value, 0) != words.Undefined {
				said = append(said, name(c.Name)+" picks the churner "+outOf100(m.Value))
			}
		}
	}
	if v.Target.OrChurn() != models.Churn || len(said) == 0 {
		return "The table says how far each score can be trusted."
	}
	return "Shown one account that churned and one that stayed, " + strings.Join(said, ", ") + ", where guessing would be right 50 times."
}

// method says what was done.
func (p InSample) method() Section {
	v := p.Validation
	text := []string{
		fmt.Sprintf("The accounts were drawn anew %d times, and everything was refitted on each draw, at the strength of penalty that was chosen on all examples. The optimism is the mean of what a refit gains on its own draw over all examples "+
			"(Harrell, Lee and Mark 1996). The interval is that of the draws, moved by the optimism (Noma and others 2021).", v.Replicates),
	}
	if v.Failed > 0 {
		text = append(text, fmt.Sprintf("%d further draws were left out, because a candidate had no usable fit on them.", v.Failed))
	}
	return Section{ID: "method", Title: "How was this done?", Lead: "By refitting every score on draws of the accounts.", Text: text}
}
