package report

import (
	"slices"
	"strings"

	"holdfast/backtest"
	"holdfast/models"
	"holdfast/plots"
	"holdfast/plots/words"
)

// verdictBanner is what a reader with ten seconds takes away.
func verdictBanner(r *backtest.Result) Banner {
	b := Banner{Headline: words.Prose(words.Shorten(words.Clean(r.Verdict.Headline), 300))}
	switch r.Verdict.Decision {
	case backtest.Promote:
		b.Word, b.Class = "Promote", "promote"
	case backtest.Hold:
		b.Word, b.Class = "Hold", "hold"
	case backtest.NeedMoreData:
		b.Word, b.Class = "Need more data", "wait"
	default:
		b.Word, b.Class = "No verdict", "wait"
	}
	return b
}

// verdictSection answers: why? Every gate has a row, passed or not, and in a fold-out its
// numbers; reasons that are no gate stand as text.
func verdictSection(r *backtest.Result) Section {
	s := Section{ID: "verdict", Title: "Why?", Lead: verdictLead(r)}
	if len(r.Verdict.Gates) > 0 {
		s.Tables = append(s.Tables, gateTable(r.Target, r.Verdict.Gates))
		s.Notes = []string{"Value is the end of the " + words.Level(r.Options.Level) + " interval that comes closest to failing, where there is an interval: a test is passed when even that end passes."}
	}
	s.Text = otherReasons(r.Verdict)
	if numbers := gateWords(r.Verdict.Gates); len(numbers) > 0 {
		s.Details = append(s.Details, Detail{Summary: "The tests in numbers", Text: numbers})
	}
	if t := comparisonTable(r); len(t.Rows) > 0 {
		s.Details = append(s.Details, Detail{
			Summary: "Every candidate against the champion",
			Text: []string{"Gains are on the same accounts and dates, and positive is better for the candidate whatever the metric. " +
				"The wide interval allows for having tried several challengers; the verdict uses it. " +
				"~ marks a difference whose wide interval spans zero: the data cannot tell the two apart."},
			Tables: []Table{t},
		})
	}
	return s
}

// verdictLead says how the verdict came about, without a number that needs a
// footnote.
func verdictLead(r *backtest.Result) string {
	passed, open := 0, 0
	for _, g := range r.Verdict.Gates {
		switch {
		case g.Passed:
			passed++
		case g.Undecided:
			open++
		}
	}
	if len(r.Verdict.Gates) == 0 {
		return "There was nothing to decide: no candidate stood against " + name(r.Verdict.Champion) + "."
	}
	lead := "A new score replaces the one in use only if it passes every test below; " +
		name(r.Verdict.Challenger) + " passed " + words.Count(passed) + " of " + words.Plural(len(r.Verdict.Gates), "test", "tests")
	if open > 0 {
		lead += ", and of " + words.Count(open) + " nobody can tell yet"
	}
	return lead + "."
}

// gateTable has a row per condition, with its value and its limit.
func gateTable(target models.Target, gates []backtest.Gate) Table {
	t := Table{Caption: "The tests", Head: []Column{text("Test"), text("Result"), number("Value"), number("Must be")}}
	for _, g := range gates {
		result, class := gateResult(g)
		t.Rows = append(t.Rows, Row{Class: class, Cells: cells(
			gateName(target, g), result, gateNumber(g, g.Value), gateLimit(g),
		)})
	}
	return t
}

// gateResult says how a test went, in words and as a class of page.css. A test that more
// data may open has not failed.
func gateResult(g backtest.Gate) (result, class string) {
	switch {
	case g.Passed:
		return "passed", "passed"
	case g.Undecided:
		return "cannot be told yet", "undecided"
	}
	return "not passed", "failed"
}

// gateNumber writes a value of a test: a count as a count, everything else in the digits in
// which it is compared.
func gateNumber(g backtest.Gate, x float64) string {
	if g.Name == testedForward {
		return words.Fixed(x, 0)
	}
	return words.Fixed(x, 4)
}

// testedForward is the test of a validation in sample that counts test windows.
const testedForward = "tested_forward"

// gateLimit is the limit and the side of it that passes.
func gateLimit(g backtest.Gate) string {
	side := "above "
	switch {
	case g.Name == testedForward:
		side = "at least "
	case g.AtMost:
		side = "below "
	}
	return side + gateNumber(g, g.Limit)
}

// gateName is a condition in words, for churn and for other targets. One that it does not know
// keeps its own name, with blanks for underscores.
func gateName(target models.Target, g backtest.Gate) string {
	if target.OrChurn() != models.Churn {
		switch g.Name {
		case "ranks_better_than_chance":
			return "Ranks accounts better than guessing"
		case "beats_base_rate":
			return "Knows more than the overall rate"
		case backtest.CITL:
			return "It expects about as many as there were"
		}
	}
	switch g.Name {
	case "beats_champion":
		return "Beats the champion by more than chance explains"
	case "ranks_better_than_chance":
		return "Ranks churners better than guessing"
	case "beats_base_rate":
		return "Knows more than the overall churn rate"
	case backtest.CalibrationSlope:
		return "Its percentages are neither too extreme nor too timid"
	case backtest.CITL:
		return "It expects about as much churn as there was"
	case "no_segment_worse":
		return "No segment is clearly worse off"
	case "stable":
		return "Its predictions have not drifted"
	case testedForward:
		return "Test windows after what it learned from"
	}
	return strings.ReplaceAll(words.Label(g.Name, 80), "_", " ")
}

// gateWords are the conditions in numbers, one a line.
func gateWords(gates []backtest.Gate) []string {
	var out []string
	for _, g := range gates {
		if text := sentence(g.Words); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// otherReasons are the reasons of a verdict that are not the words of a gate.
func otherReasons(v backtest.Verdict) []string {
	var out []string
	for _, reason := range v.Reasons {
		isGate := slices.ContainsFunc(v.Gates, func(g backtest.Gate) bool { return g.Words == reason })
		if text := sentence(words.Capital(words.Clean(reason))); text != "" && !isGate {
			out = append(out, text)
		}
	}
	return out
}

// sentence is a line of any origin as a sentence of the page: cleaned, cut to 600 characters,
// its numbers set as the page sets them, and with a full stop. Nothing stays nothing.
func sentence(line string) string {
	text := words.Prose(words.Shorten(words.Clean(line), 600))
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// comparisonTable has a row per candidate and metric.
func comparisonTable(r *backtest.Result) Table {
	t := Table{Caption: "Gain over " + name(r.Verdict.Champion), Head: []Column{
		text("Candidate"), text("Metric"), number("Gain"), number(words.Level(r.Options.Level) + " interval"), number("Wide interval"), number("p"), text("Method"),
	}}
	for _, c := range r.Comparisons {
		t.Rows = append(t.Rows, Row{Candidate: placeOf(r, c.Challenger), Cells: cells(
			name(c.Challenger), words.Metric(c.Metric).Label, gain(c), gainInterval(c.Metric, c.Low, c.High),
			gainInterval(c.Metric, c.FamilyLow, c.FamilyHigh), words.PValue(c.P), words.Clean(c.Method),
		)})
	}
	return t
}

// gain is a difference, marked "~" where its interval spans zero.
func gain(c backtest.Comparison) string {
	text := difference(c.Metric, c.Gain)
	if plots.Undecided(c) {
		return "~ " + text
	}
	return text
}

// difference is a signed number in the unit of its metric; of shares, percentage
// points.
func difference(metric string, x float64) string {
	switch metric {
	case backtest.Capture, backtest.ValueCapture, backtest.Precision:
		if text := words.Signed(100*x, 1); text != words.Undefined {
			return text + " pp"
		}
		return words.Undefined
	}
	return words.Signed(x, 4)
}

// gainInterval is the interval of a gain in the unit of its metric, n/a without both ends.
func gainInterval(metric string, low, high float64) string {
	return orUndefined(words.Interval(difference(metric, low), difference(metric, high)))
}

// orUndefined fills a cell that would be empty.
func orUndefined(text string) string {
	if text == "" {
		return words.Undefined
	}
	return text
}
