package main

import (
	"fmt"
	"strings"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots/report"
	"holdfast/plots/words"
)

// sideNames are what the two runs are called in text and tables.
var sideNames = [2]string{"A", "B"}

// page lays the comparison out for people. The terminal shows the same document.
func (c *sideBySide) page() *report.Document {
	d := &report.Document{Format: report.Format, Title: "holdfast compare", Banner: c.banner(), Footer: "holdfast " + version}
	for i := range c.Targets {
		d.Sections = append(d.Sections, c.differenceSection(&c.Targets[i]))
	}
	d.Sections = append(d.Sections, c.runsSection())
	for i := range c.Targets {
		t := &c.Targets[i]
		d.Sections = append(d.Sections, c.verdictsSection(t), c.candidatesSection(t))
		if len(t.Paired.Pairs) > 0 {
			d.Sections = append(d.Sections, c.weightsSection(t))
		}
	}
	return d
}

// of names a target behind a title, where there are several.
func (c *sideBySide) of(t *targetFile) string {
	if len(c.Targets) == 1 {
		return ""
	}
	return " (" + string(t.Target) + ")"
}

// id is the fragment identifier of a section.
func (c *sideBySide) id(name string, t *targetFile) string {
	for i := range c.Targets {
		if &c.Targets[i] == t && i > 0 {
			return fmt.Sprintf("%s-%d", name, i+1)
		}
	}
	return name
}

// banner says what became of the pair that counts.
func (c *sideBySide) banner() report.Banner {
	t := &c.Targets[0]
	chosen := t.chosen()
	switch {
	case t.Paired.Shared == 0:
		return report.Banner{Word: "No example in common", Class: "wait", Headline: "Nothing can be said of the difference: the runs did not predict the same accounts at the same dates."}
	case chosen == nil:
		return report.Banner{Word: "No candidate in common", Class: "wait", Headline: "The runs have no candidates of the same name; pair them with --candidates."}
	case chosen.Identical:
		return report.Banner{Word: "The same predictions", Class: "wait", Headline: "The candidates of both runs predicted the same for every example that they share."}
	}
	difference, defined := chosen.in(t.Primary)
	if !defined {
		return report.Banner{Word: "Undefined", Class: "wait", Headline: "On the shared examples the " + words.Metric(t.Primary).Label + " is not defined."}
	}
	b := report.Banner{Word: "No difference shown", Class: "wait"}
	switch judged(difference) {
	case 1:
		b.Word, b.Class = "B is better", "promote"
	case -1:
		b.Word, b.Class = "A is better", "hold"
	}
	b.Headline = fmt.Sprintf("%s, on the %s that both runs predicted: the gain of B in %s is %s (%s).", chosen.label(),
		words.Plural(t.Paired.Shared, "example", "examples"), words.Metric(t.Primary).Label, gainText(difference.Metric, difference.Gain), gainInterval(difference))
	return b
}

// chosen is the pair that counts: of those that differ the challenger of B, or else that of
// A, or else the first; the first of all if none differs; nil without pairs.
func (t *targetFile) chosen() *pairFile {
	rank := func(p *pairFile) int {
		switch {
		case p.Identical:
			return 0
		case p.Second == t.Verdicts[1].Challenger:
			return 3
		case p.First == t.Verdicts[0].Challenger:
			return 2
		}
		return 1
	}
	var chosen *pairFile
	for i := range t.Paired.Pairs {
		if p := &t.Paired.Pairs[i]; chosen == nil || rank(p) > rank(chosen) {
			chosen = p
		}
	}
	return chosen
}

// label names a pair.
func (p *pairFile) label() string {
	if p.First == p.Second {
		return words.Label(p.First, 80)
	}
	return words.Label(p.First, 80) + " (A) and " + words.Label(p.Second, 80) + " (B)"
}

// in finds the difference in a metric.
func (p *pairFile) in(metric string) (comparisonFile, bool) {
	for _, d := range p.Differences {
		if d.Metric == metric {
			return d, true
		}
	}
	return comparisonFile{}, false
}

// judged is 1 where the interval, widened for the number of pairs, lies above 0, -1 where
// it lies below, and 0 where it spans 0 or is not defined.
func judged(d comparisonFile) int {
	switch {
	case d.FamilyLow > 0:
		return 1
	case d.FamilyHigh < 0:
		return -1
	}
	return 0
}

// gainText is a difference in the unit of its metric, with its sign; of shares, percentage
// points, as in the report. One that is not defined or without end is n/a.
func gainText(metric string, v models.Stat) string {
	text := words.Metric(metric).Format(float64(v))
	if v > 0 {
		text = "+" + strings.TrimPrefix(text, "+")
	}
	if share, ok := strings.CutSuffix(text, "%"); ok {
		return share + " pp"
	}
	return text
}

func gainInterval(d comparisonFile) string {
	if text := words.Interval(gainText(d.Metric, d.FamilyLow), gainText(d.Metric, d.FamilyHigh)); text != "" {
		return text
	}
	return "no interval"
}

// differenceSection compares what both runs predicted.
func (c *sideBySide) differenceSection(t *targetFile) report.Section {
	s := report.Section{ID: c.id("difference", t), Title: "Which is better on what both predicted?" + c.of(t), Lead: sharedWords(t.Paired)}
	if t.Paired.Shared > 0 && len(t.Paired.Pairs) == 0 {
		s.Text = append(s.Text, "No candidate of A has the name of one of B; pair them with --candidates.")
	}
	if t.Paired.Relabelled > 0 {
		s.Text = append(s.Text, words.Plural(t.Paired.Relabelled, "further example has", "further examples have")+" another outcome in B than in A and were left out: the data were corrected in between.")
	}
	if t.Paired.Revalued > 0 {
		s.Text = append(s.Text, words.Plural(t.Paired.Revalued, "shared example has", "shared examples have")+" another value in B; money is counted by that of A.")
	}
	if len(t.Paired.Pairs) == 0 {
		return s
	}
	table := report.Table{Caption: "Paired differences", Head: []report.Column{{Name: "Candidate"}, {Name: "Metric"}, {Name: "A", Figure: true}, {Name: "B", Figure: true},
		{Name: "Gain of B", Figure: true}, {Name: "p", Figure: true}, {Name: "Reading"}}}
	var same []string
	for i := range t.Paired.Pairs {
		p := &t.Paired.Pairs[i]
		if p.Identical {
			same = append(same, p.label())
			continue
		}
		for _, d := range p.Differences {
			table.Rows = append(table.Rows, differenceRow(p, d, t.Primary))
		}
	}
	if len(same) > 0 {
		s.Text = append(s.Text, "Predicted the same in both runs: "+strings.Join(same, ", ")+".")
	}
	if len(table.Rows) == 0 {
		return s
	}
	s.Tables = append(s.Tables, table)
	s.Notes = append(s.Notes, fmt.Sprintf("A positive gain is better for B, whatever the metric. Intervals are %s intervals that respect repeated accounts, the gains' widened for the number of pairs (Bonferroni); ~ means that they span 0.",
		words.Level(t.Level)))
	s.Notes = append(s.Notes, fmt.Sprintf("Lists are of %s per period, the test windows and the capacity of A.", words.Plural(t.Capacity, "account", "accounts")))
	return s
}

// sharedWords says what the two have in common.
func sharedWords(p pairedFile) string {
	only := fmt.Sprintf("%s only in A, %s only in B", words.Count(p.OnlyFirst), words.Count(p.OnlySecond))
	if p.Shared == 0 {
		return "The two runs have no example in common (" + only + "), so that nothing can be said of the difference between their scores: the one may have met easier accounts."
	}
	return fmt.Sprintf("Both runs predicted %s of %s, as of %s to %s, of which %s churned (%s).", words.Plural(p.Shared, "example", "examples"),
		words.Plural(p.Accounts, "account", "accounts"), p.FirstAsOf, p.LastAsOf, words.Count(p.Churned), only)
}

// differenceRow is one metric of one pair.
func differenceRow(p *pairFile, d comparisonFile, primary string) report.Row {
	name := words.Metric(d.Metric).Label
	row := report.Row{Cells: []report.Cell{{Value: p.label()}, {Value: name}, metricCell(d.Metric, p.InFirst[d.Metric]), metricCell(d.Metric, p.InSecond[d.Metric]),
		{Value: gainText(d.Metric, d.Gain), Interval: gainInterval(d)}, {Value: words.Fixed(float64(d.P), 3)}, {Value: map[int]string{1: "B better", 0: "~", -1: "A better"}[judged(d)]}}}
	if d.Metric == primary {
		row.Class = "champion" // bold
	}
	return row
}

// metricCell is a metric with its interval.
func metricCell(name string, m metricFile) report.Cell {
	format := words.Metric(name).Format
	return report.Cell{Value: format(float64(m.Value)), Interval: words.Interval(format(float64(m.Low)), format(float64(m.High)))}
}

// runsSection says what the runs were made of.
func (c *sideBySide) runsSection() report.Section {
	s := report.Section{ID: "runs", Title: "What are the two runs?", Lead: c.madeOf()}
	table := report.Table{Caption: "The runs", Head: []report.Column{{Name: ""}, {Name: "A"}, {Name: "B"}, {Name: ""}}}
	for _, line := range []struct {
		name string
		of   func(r *runFile) string
	}{
		{"directory", func(r *runFile) string { return words.Label(r.Dir, 120) }},
		{"holdfast", func(r *runFile) string { return words.Label(r.Version, 40) }},
		{"project file", func(r *runFile) string { return words.Label(r.Config.Name, 60) + " " + short(r.Config.SHA256) }},
		{"snapshots", func(r *runFile) string { return short(r.Inputs.Snapshots) }},
		{"outcomes", func(r *runFile) string { return short(r.Inputs.Outcomes) }},
		{"as of", func(r *runFile) string { return labelOrDash(r.AsOf, 20) }},
		{"observed until", func(r *runFile) string { return dateOrDash(r.ObservedUntil) }},
		{"label clock", func(r *runFile) string { return clockWords(r.Clock) }},
		{"examples", func(r *runFile) string { return words.Count(r.Counts.Mature) }},
		{"churned", func(r *runFile) string { return words.Count(r.Counts.Churned) }},
		{"accounts", func(r *runFile) string { return words.Count(r.Counts.Accounts) }},
		{"tested folds", func(r *runFile) string {
			return fmt.Sprintf("%d, cutoffs %s to %s", r.Folds, dateOrDash(r.FirstCutoff), dateOrDash(r.LastCutoff))
		}},
		{"capacity", func(r *runFile) string { return words.Count(r.Capacity) + " per period" }},
		{"targets", func(r *runFile) string { return targetWords(r.Targets) }},
		{"seed", func(r *runFile) string { return fmt.Sprint(r.Seed) }},
	} {
		a, b := line.of(&c.Runs[0]), line.of(&c.Runs[1])
		same := "same"
		if a != b {
			same = "differs"
		}
		table.Rows = append(table.Rows, report.Row{Cells: textCells(line.name, a, b, same)})
	}
	s.Tables = append(s.Tables, table)
	return s
}

// madeOf is what differs, in a sentence.
func (c *sideBySide) madeOf() string {
	same := c.Same
	switch data := same.Snapshots && same.Outcomes && same.Joined; {
	case data && same.Config:
		return "Both runs were made from the same data with the same project file."
	case data:
		return "Both runs were made from the same data; the project files differ."
	case same.Config:
		return "Both runs were made with the same project file; the data differ."
	}
	return "Both the data and the project files differ."
}

// verdictsSection sets the verdicts side by side.
func (c *sideBySide) verdictsSection(t *targetFile) report.Section {
	s := report.Section{ID: c.id("verdicts", t), Title: "What did each of them say?" + c.of(t)}
	s.Lead = "Both runs came to the same decision."
	if t.Verdicts[0].Decision != t.Verdicts[1].Decision {
		s.Lead = "The runs came to different decisions."
	}
	table := report.Table{Caption: "Verdicts", Head: []report.Column{{Name: "Run"}, {Name: "Decision"}, {Name: "Champion"}, {Name: "Challenger"}, {Name: "In a sentence"}}}
	for i, v := range t.Verdicts {
		table.Rows = append(table.Rows, report.Row{Cells: textCells(sideNames[i], strings.ReplaceAll(words.Label(string(v.Decision), 40), "_", " "), words.Label(v.Champion, 80),
			labelOrDash(v.Challenger, 80), words.Clean(v.Headline))})
	}
	s.Tables = append(s.Tables, table)
	return s
}

// ownMetrics are what each candidate of each run is shown with.
var ownMetrics = [...]string{backtest.AUC, backtest.LogLoss, backtest.Brier, backtest.CalibrationSlope, backtest.Capture, backtest.ValueCaptured}

// candidatesSection shows all candidates on the examples of their own run.
func (c *sideBySide) candidatesSection(t *targetFile) report.Section {
	s := report.Section{ID: c.id("candidates", t), Title: "How did all candidates do in their own run?" + c.of(t),
		Lead: "These figures are of each run's own accounts and dates: compare them within a run, not across."}
	table := report.Table{Caption: "Candidates on the examples of their own run", Head: []report.Column{{Name: "Candidate"}, {Name: "Run"}}}
	for _, name := range ownMetrics {
		table.Head = append(table.Head, report.Column{Name: words.Capital(words.Metric(name).Label), Figure: true})
	}
	for _, x := range t.Candidates {
		cells := textCells(words.Label(x.Name, 80), sideNames[(x.Run-1)&1])
		for _, name := range ownMetrics {
			m, measured := x.Metrics[name]
			if !measured {
				m = metricFile{models.Undefined(), models.Undefined(), models.Undefined()}
			}
			cells = append(cells, metricCell(name, m))
		}
		table.Rows = append(table.Rows, report.Row{Cells: cells})
	}
	s.Tables = append(s.Tables, table)
	return s
}

// weightsListed bounds the table of weights.
const weightsListed = 30

// weightsSection lists the weights that moved.
func (c *sideBySide) weightsSection(t *targetFile) report.Section {
	s := report.Section{ID: c.id("weights", t), Title: "Which weights differ?" + c.of(t), Lead: "The models on all labels have the same weights in both runs."}
	if len(t.Weights) == 0 {
		return s
	}
	s.Lead = words.Plural(len(t.Weights), "weight differs", "weights differ") + " between the models on all labels of the candidates that were paired."
	table := report.Table{Caption: "Weights, in log-odds of churn per standard deviation of the factor", Head: []report.Column{{Name: "Candidate"}, {Name: "Factor"},
		{Name: "A", Figure: true}, {Name: "B", Figure: true}, {Name: "Change", Figure: true}}}
	for _, w := range t.Weights[:min(len(t.Weights), weightsListed)] {
		pair := pairFile{First: w.First, Second: w.Second}
		table.Rows = append(table.Rows, report.Row{Cells: textCells(pair.label(), factorText(w), words.Signed(float64(w.A), 3), words.Signed(float64(w.B), 3), words.Signed(float64(w.Change), 3))})
	}
	s.Tables = append(s.Tables, table)
	if more := len(t.Weights) - weightsListed; more > 0 {
		s.Notes = append(s.Notes, words.Plural(more, "further weight", "further weights")+", which changed less, in compare --json.")
	}
	return s
}

// factorText names what a weight is of.
func factorText(w weightPair) string {
	text := words.Label(w.Factor, 60)
	if w.Level != "" {
		text += " = " + words.Label(w.Level, 40)
	}
	if w.Segment != "" {
		text += " in " + words.Label(w.Segment, 40)
	}
	return text
}

// textCells are cells without intervals.
func textCells(values ...string) []report.Cell {
	cells := make([]report.Cell, len(values))
	for i, v := range values {
		cells[i].Value = v
	}
	return cells
}

// short is the beginning of a hash: enough to tell two apart by eye.
func short(hash string) string { return labelOrDash(hash[:min(len(hash), 12)], 12) }

func labelOrDash(text string, limit int) string {
	if text == "" {
		return "–"
	}
	return words.Label(text, limit)
}

func dateOrDash(d dataset.Date) string {
	if d == dataset.NoDate {
		return "–"
	}
	return d.String()
}
