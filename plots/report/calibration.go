package report

import (
	"fmt"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// calibrationSection answers: does 20 percent mean 20 percent?
func calibrationSection(r *backtest.Result) section {
	columns := present(r, []string{backtest.MeanP, backtest.BaseRate, backtest.CalibrationSlope, backtest.CalibrationIntercept, backtest.CITL})
	s := section{ID: "calibration", Title: "Can the probabilities be believed?", Lead: calibrationLead(r)}
	if len(columns) == 0 {
		return s
	}
	s.Tables = []table{metricTable(r, "Calibration, over all test windows", columns)}
	s.Notes = []string{"A score can rank well and still be badly calibrated: then its order can be used, but not its percentages. " +
		"The slope of the baseline is undefined where it has one probability only."}
	s.Details = []detail{glossary(columns), groupDetail(r)}
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

// groupDetail lists the groups of the picture for the winner.
func groupDetail(r *backtest.Result) detail {
	best, _ := find(r, winner(r))
	t := table{Caption: "Groups of " + name(best.Name), Head: []column{
		text("Group"), number("Examples"), number("Churned"), number("Predicted"), number("Observed"), number(words.Level(r.Options.Level) + " interval"),
	}}
	for i, b := range best.Bins {
		t.Rows = append(t.Rows, row{Cells: cells(
			words.Count(i+1), words.Count(b.N), words.Count(b.Churned), words.Percent(b.MeanP, 1), words.Percent(b.Rate, 1),
			orUndefined(words.Interval(words.Percent(b.Low, 1), words.Percent(b.High, 1))),
		)})
	}
	return detail{
		Summary: "The groups behind the picture",
		Text:    []string{"Test examples are sorted by predicted risk and cut into groups of about equal size; equal predictions are never split. Intervals are Wilson's (1927)."},
		Tables:  []table{t},
	}
}
