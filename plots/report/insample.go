package report

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"holdfast/backtest"
	"holdfast/models"
	"holdfast/plots/words"
)

// InSample is the page of a validation without a walk forward. It is short, and says first
// what it is not.
type InSample struct {
	Validation *backtest.InSample
	Why        string // there was no walk forward
	Version    string // of holdfast, for the last line
	ConfigName string // the project file, likewise
}

// Write writes the page to w: a whole page, or nothing but an error.
func (p InSample) Write(w io.Writer) error {
	d, err := p.Build()
	if err != nil {
		return err
	}
	return d.Write(w, func(name string) ([]byte, error) {
		return nil, fmt.Errorf("a validation has no picture %q", name)
	})
}

// Build lays out the page as a document, to be saved and written again. It has no pictures.
func (p InSample) Build() (*Document, error) {
	v := p.Validation
	if v == nil {
		return nil, errors.New("report: no validation to report; run a backtest first")
	}
	return &Document{
		Format: Format,
		Title:  "Validation in sample",
		Banner: verdictBanner(&backtest.Result{Verdict: v.Verdict}),
		Sections: []Section{
			p.caution(),
			{ID: "verdict", Title: "What was asked of the best candidate?", Lead: "Nothing is promoted on examples that it has seen.",
				Text: gateWords(v.Verdict.Gates), Tables: []Table{gateTable(v.Target, v.Verdict.Gates)}},
			p.figures(),
			p.method(),
		},
		Footer: footer(Page{Version: p.Version, ConfigName: p.ConfigName}),
	}, nil
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
	return "Shown one account that churned and one that renewed, " + strings.Join(said, ", ") + ", where guessing would be right 50 times."
}

// method says what was done.
func (p InSample) method() Section {
	v := p.Validation
	text := []string{
		fmt.Sprintf("The accounts were drawn anew %d times, and everything was refitted on each draw. The optimism is the mean of what a refit gains on its own draw over all examples "+
			"(Harrell, Lee and Mark 1996). The interval is that of the draws, moved by the optimism (Noma and others 2021).", v.Replicates),
	}
	if v.Failed > 0 {
		text = append(text, fmt.Sprintf("%d further draws were left out, because a candidate had no usable fit on them.", v.Failed))
	}
	return Section{ID: "method", Title: "How was this done?", Lead: "By refitting every score on draws of the accounts.", Text: text}
}
