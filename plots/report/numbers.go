package report

import (
	"slices"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/plots/words"
)

// numbersDetails are every metric of every candidate with its interval, for the reader who
// looks for one number, and what each means.
func numbersDetails(r *backtest.Result) []Detail {
	d := Detail{
		Summary: "Every number of every candidate",
		Text: []string{"Over all test windows. Beneath each value: its " + words.Level(r.Options.Level) + " interval, where it has one. " +
			"The file metrics.csv has the same by fold, segment and cohort."},
	}
	var shown []string
	for _, group := range metricGroups() {
		columns := present(r, group.metrics)
		if len(columns) == 0 {
			continue
		}
		d.Tables = append(d.Tables, turnedTable(r, group.caption, columns, func(c backtest.CandidateResult) []backtest.Metric { return c.Pooled }))
		shown = append(shown, columns...)
	}
	if weighted := weightedNames(r); len(weighted) > 0 {
		d.Tables = append(d.Tables, turnedTable(r, "Each account counted by its value", weighted, weightedOf))
		shown = append(shown, weighted...)
	}
	for _, t := range []Table{
		stabilityTable(r, "Have the predictions moved? The newest test window against its training window", func(c backtest.CandidateResult) metrics.Stability { return c.Stability }),
		stabilityTable(r, "The same by value: has the money moved?", func(c backtest.CandidateResult) metrics.Stability { return c.ValueMove }),
	} {
		if len(t.Rows) > 0 {
			d.Tables = append(d.Tables, t)
		}
	}
	if len(d.Tables) == 0 {
		return nil
	}
	definitions := glossary(shown)
	definitions.Summary = "Definitions"
	return []Detail{d, definitions}
}

// metricGroup is a table of the numbers.
type metricGroup struct {
	caption string
	metrics []string
}

// metricGroups part all metrics that a candidate may have. What belongs to no group is in
// the last.
func metricGroups() []metricGroup {
	groups := []metricGroup{
		{"Ranking", []string{backtest.AUC, backtest.Gini, backtest.KS, backtest.AveragePrecision}},
		{"Probabilities", []string{backtest.LogLoss, backtest.Brier, backtest.BaseRate, backtest.MeanP, backtest.CalibrationIntercept, backtest.CalibrationSlope, backtest.CITL,
			backtest.ECE, backtest.ICI, backtest.CalibrationE50, backtest.CalibrationE90, backtest.SpiegelhalterZ, backtest.SpiegelhalterP}},
		{"What the losses are made of", lossParts()},
		{"The lists of the team", []string{backtest.Precision, backtest.PrecisionWorst, backtest.PrecisionBest, backtest.Lift, backtest.LiftWorst, backtest.LiftBest,
			backtest.Capture, backtest.CaptureWorst, backtest.CaptureBest, backtest.ValueCaptured, backtest.ValueCapture, backtest.ValueMissed}},
		{"Kept for comparison with old reports", []string{backtest.HosmerLemeshow, backtest.HosmerLemeshowP}},
	}
	rest := metricGroup{caption: "Further numbers"}
	for _, m := range backtest.MetricNames() {
		if !slices.ContainsFunc(groups, func(g metricGroup) bool { return slices.Contains(g.metrics, m) }) {
			rest.metrics = append(rest.metrics, m)
		}
	}
	return append(groups, rest)
}

// lossParts are the parts of Brier score and log loss.
func lossParts() []string {
	return []string{backtest.BrierMiscalibration, backtest.BrierDiscrimination, backtest.BrierUncertainty,
		backtest.LogLossMiscalibration, backtest.LogLossDiscrimination, backtest.LogLossUncertainty}
}

// turnedTable has a row per metric and a column per candidate: there are more metrics than
// candidates.
func turnedTable(r *backtest.Result, caption string, metrics []string, of func(backtest.CandidateResult) []backtest.Metric) Table {
	t := Table{Caption: caption, Head: []Column{text("Metric")}}
	for _, i := range order(r) {
		t.Head = append(t.Head, candidateColumn(r, r.Candidates[i].Name))
	}
	for _, m := range metrics {
		line := cells(words.Capital(words.Metric(m).Label))
		for _, i := range order(r) {
			line = append(line, estimate(backtest.Find(of(r.Candidates[i]), m)))
		}
		t.Rows = append(t.Rows, Row{Cells: line})
	}
	return t
}

// weightedOf are the metrics of a candidate in which accounts count by their value; nil without
// values.
func weightedOf(c backtest.CandidateResult) []backtest.Metric {
	if c.Worth == nil {
		return nil
	}
	return c.Worth.Weighted
}

// weightedNames are the names of those, each once, in the order of the candidates.
func weightedNames(r *backtest.Result) []string {
	var list []string
	for _, c := range r.Candidates {
		for _, m := range weightedOf(c) {
			if !slices.Contains(list, m.Name) {
				list = append(list, m.Name)
			}
		}
	}
	return list
}

// stabilityTable says how far the newest predictions lie from those of the training window.
func stabilityTable(r *backtest.Result, caption string, of func(backtest.CandidateResult) metrics.Stability) Table {
	t := Table{Caption: caption, Head: []Column{
		text("Candidate"), number("Stability index (PSI)"), number("By chance below, in 95%"), number("p"), number("Newest examples"),
	}}
	for _, i := range order(r) {
		x := of(r.Candidates[i])
		if x.N == 0 {
			continue
		}
		t.Rows = append(t.Rows, candidateRow(r, i, cells(title(r, i), words.Fixed(x.PSI, 3), words.Fixed(x.Null95, 3), words.PValue(x.P), words.Count(x.N))))
	}
	return t
}
