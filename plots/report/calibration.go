package report

import (
	"fmt"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// calibrationSection answers: does 20 percent mean 20 percent?
func calibrationSection(r *backtest.Result) Section {
	columns := present(r, []string{backtest.MeanP, backtest.BaseRate, backtest.CalibrationSlope, backtest.CalibrationIntercept, backtest.CITL})
	s := Section{ID: "calibration", Title: "Can the probabilities be believed?", Lead: calibrationLead(r)}
	if len(columns) == 0 {
		return s
	}
	s.Tables = []Table{metricTable(r, "Calibration, over all test windows", columns)}
	s.Notes = []string{"A score can rank well and still be badly calibrated: then its order can be used, but not its percentages. " +
		"The slope of the baseline is undefined where it has one probability only."}
	s.Details = []Detail{glossary(columns), groupDetail(r)}
	if d := lossDetail(r); len(d.Tables) > 0 {
		s.Details = append(s.Details, d)
	}
	return s
}

// calibrationLead compares the group at greatest risk with what happened to it.
func calibrationLead(r *backtest.Result) string {
	best, ok := find(r, winner(r))
	if !ok || len(best.Bins) == 0 {
		return "There are no test examples to compare the probabilities with."
	}
	top := best.Bins[len(best.Bins)-1]
	if len(best.Bins) == 1 {
		return fmt.Sprintf("%s expects the same of everyone: %s to churn, and %s did.",
			name(best.Name), words.Percent(top.MeanP, 0), words.Percent(top.Rate, 0))
	}
	return fmt.Sprintf("Of the %s accounts and dates that %s held to be most at risk it expected %s to churn, and %s did.",
		words.Count(top.N), name(best.Name), words.Percent(top.MeanP, 0), words.Percent(top.Rate, 0))
}

// groupDetail lists the groups of the picture for the winner, by rising probability.
func groupDetail(r *backtest.Result) Detail {
	best, _ := find(r, winner(r))
	t := Table{Caption: "Groups of " + name(best.Name), Head: []Column{
		text("Group"), number("Examples"), number("Churned"), number("Predicted"), number("Observed"), number(words.Level(r.Options.Level) + " interval"),
	}}
	for i, b := range best.Bins {
		t.Rows = append(t.Rows, Row{Cells: cells(
			words.Count(i+1), words.Count(b.N), words.Count(b.Churned), words.Percent(b.MeanP, 1), words.Percent(b.Rate, 1),
			orUndefined(words.Interval(words.Percent(b.Low, 1), words.Percent(b.High, 1))),
		)})
	}
	return Detail{
		Summary: "The groups behind the picture",
		Text:    []string{"Test examples are sorted by predicted risk and cut into groups of about equal size; equal predictions are never split. Intervals are Wilson's (1927)."},
		Tables:  []Table{t},
	}
}

// lossDetail says where the losses come from, and how far the probabilities are off.
func lossDetail(r *backtest.Result) Detail {
	d := Detail{
		Summary: "What the losses are made of, and how far off the probabilities are",
		Text: []string{"A loss is miscalibration less discrimination plus uncertainty (CORP; Dimitriadis, Gneiting and Jordan 2021). Uncertainty is the same for everybody: " +
			"a better score has less miscalibration or more discrimination.",
			"Chance alone makes distances from the rates larger. Their intervals are those of what would be left without it: a value above its interval is what chance alone makes of it."},
	}
	var shown []string
	for _, group := range []metricGroup{
		{"What the losses are made of", lossParts()},
		{"How far off the probabilities are", []string{backtest.ECE, backtest.ICI, backtest.CalibrationE50, backtest.CalibrationE90, backtest.SpiegelhalterZ, backtest.SpiegelhalterP}},
		{"Hosmer-Lemeshow, kept for comparison with old reports", []string{backtest.HosmerLemeshow, backtest.HosmerLemeshowP}},
	} {
		if columns := present(r, group.metrics); len(columns) > 0 {
			d.Tables = append(d.Tables, metricTable(r, group.caption, columns))
			shown = append(shown, columns...)
		}
	}
	d.Terms = glossary(shown).Terms
	return d
}
