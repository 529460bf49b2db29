package report

import (
	"fmt"
	"strconv"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/plots/words"
)

// methodSection answers: how was it done, and can it be done again?
func methodSection(p Page) Section {
	r := p.Result
	s := Section{
		ID: "method", Title: "How was it done?",
		Lead: "Every number above comes from replaying the past without looking ahead, and the same data and settings give the same report.",
		Text: []string{clockWords(clock(r)), embargoWords(r.Options), inferenceWords(r.Options)},
	}
	if best, ok := find(r, winner(r)); ok && best.Final != nil {
		s.Text = append(s.Text, training(best.Final))
	}
	s.Tables = []Table{recordTable(p)}
	s.Details = numbersDetails(r)
	return s
}

// clockWords says when an outcome counts for a snapshot.
func clockWords(c dataset.Clock) string {
	switch c.Mode {
	case dataset.Renewal:
		return fmt.Sprintf("Label clock: each renewal decision is judged by the newest snapshot taken at least %s before it, and at most %s older than that.",
			words.Plural(c.Lead, "day", "days"), words.Plural(c.MaxAge, "day", "days"))
	case dataset.Horizon:
		return fmt.Sprintf("Label clock: each snapshot is judged by whether the account churned in the %s after it; windows that had not fully passed are left out, churners too.",
			words.Plural(c.Horizon, "day", "days"))
	}
	return "Label clock: not recorded."
}

// embargoWords says what a model was allowed to know.
func embargoWords(o backtest.Options) string {
	window := "all earlier examples"
	if !o.Window.IsZero() {
		window = "the examples of the " + o.Window.String() + " before"
	}
	return fmt.Sprintf("Embargo: every %s the scores were trained on %s whose outcome was known by that day, and tested on the dates up to the next training day.",
		o.Every, window)
}

// inferenceWords says where the intervals come from.
func inferenceWords(o backtest.Options) string {
	return fmt.Sprintf("Uncertainty: an account that appears in several periods counts as one piece of evidence. AUC and its differences use DeLong's variance "+
		"summed by account (Obuchowski 1997), calibration lines use standard errors clustered by account (Liang and Zeger 1986); everything else comes from %s that draw whole accounts (seed %d)%s.",
		words.Plural(o.Replicates, "bootstrap sample", "bootstrap samples"), o.Seed, correctionWords(o))
}

// correctionWords says what is done to the samples, where something is.
func correctionWords(o backtest.Options) string {
	if o.Intervals != backtest.BCa {
		return ""
	}
	return ", with intervals corrected for bias and skewness (BCa, Efron 1987)"
}

// recordTable holds what is needed to repeat the run: settings, and the hashes of what was read.
// There is no time and no folder of the run in it: the same data give the same table anywhere.
func recordTable(p Page) Table {
	r := p.Result
	t := Table{Caption: "The record of the run", Head: []Column{text("Item"), text("Value")}}
	add := func(item, value string) {
		if value != "" {
			t.Rows = append(t.Rows, Row{Cells: cells(item, value)})
		}
	}
	add("observed until", r.Data.ObservedUntil.String())
	add("champion", name(r.Verdict.Champion))
	add("primary metric", words.Metric(r.Options.Primary).Label)
	add("margin", strconv.FormatFloat(r.Options.Margin, 'g', -1, 64))
	add("interval level", words.Level(r.Options.Level))
	add("seed", strconv.FormatUint(r.Options.Seed, 10))
	add("snapshots, content hash", r.Data.Hashes.Snapshots)
	add("outcomes, content hash", r.Data.Hashes.Outcomes)
	add("project", words.Clean(p.ConfigName))
	add("version", words.Clean(p.Version))
	return t
}
