package report

import (
	"holdfast/backtest"
	"holdfast/plots/words"
)

// movementDetail says how restless the colours are: without tables where nobody was watched.
func movementDetail(r *backtest.Result) Detail {
	d := Detail{
		Summary: "How accounts change their colour",
		Text: []string{"From one snapshot to the next: the share that goes where, and beneath it how many. " +
			"The models are trained anew at every cutoff, and an account may change its colour with them: people see that as a change, so it counts. " +
			"Days in a colour are all days that accounts spent in it over the times that one left it, so that a colour that is seldom left has more of them than the data has days."},
	}
	flips := Table{Caption: "Changes of colour", Head: []Column{
		text("Candidate"), number("Changes per account and year"), number("Days red on average"), number("Days yellow"), number("Days green"),
	}}
	for _, i := range order(r) {
		m := movementOf(r.Candidates[i])
		if m == nil {
			continue
		}
		line := cells(title(r, i))
		line = append(line, within(m.Flips, 2))
		for risk := len(m.DwellDays) - 1; risk >= 0; risk-- {
			line = append(line, Cell{Value: words.Fixed(m.DwellDays[risk], 0)})
		}
		flips.Rows = append(flips.Rows, candidateRow(r, i, line))
	}
	if len(flips.Rows) == 0 {
		return d
	}
	d.Tables = []Table{flips}
	for _, c := range contenders(r) {
		if m := movementOf(c); m != nil {
			d.Tables = append(d.Tables, transitionTable(c.Name, m))
		}
	}
	return d
}

// movementOf is nil where nobody was watched.
func movementOf(c backtest.CandidateResult) *backtest.Movement {
	if c.Bands == nil {
		return nil
	}
	return c.Bands.Movement
}

// colours are the bands in the order of a Movement.
func colours() [3]string { return [...]string{"green", "yellow", "red"} }

// transitionTable has a row per colour that accounts came from.
func transitionTable(candidate string, m *backtest.Movement) Table {
	t := Table{Caption: "From one snapshot to the next, " + name(candidate), Head: []Column{text("From"), number("to green"), number("to yellow"), number("to red")}}
	for from, colour := range colours() {
		line := cells(colour)
		for to := range m.Counts[from] {
			line = append(line, Cell{words.Percent(m.Transition[from][to], 1), words.Count(m.Counts[from][to])})
		}
		t.Rows = append(t.Rows, Row{Cells: line})
	}
	return t
}

// goalDetail follows the board's goal through the test windows, for the candidate that is in use
// after the verdict; empty without a goal.
func goalDetail(r *backtest.Result) Detail {
	best, _ := find(r, winner(r))
	if best.Goal == nil {
		return Detail{}
	}
	t := Table{Caption: "The goal in each test window, " + name(best.Name), Head: []Column{
		text("From"), number("Line"), number("At risk"), number("At risk from the first line"), number("Red"), number("Churned"), number("Churners at risk"),
	}}
	if r.Data.HasValue {
		t.Head = append(t.Head, number("Churned value outside"))
	}
	for _, f := range best.Goal.Folds {
		from := words.Undefined
		if f.Fold >= 0 && f.Fold < len(r.Folds) {
			from = r.Folds[f.Fold].Cutoff.String()
		}
		line := cells(from, words.Percent(f.Threshold, 1), words.Percent(f.AtRisk, 1), words.Percent(f.Held, 1), words.Percent(f.Red, 1),
			words.Percent(f.ChurnRate, 1), words.Percent(f.Captured, 1))
		if r.Data.HasValue {
			line = append(line, Cell{Value: words.Amount(f.ValueOutside)})
		}
		t.Rows = append(t.Rows, Row{Cells: line})
	}
	return Detail{
		Summary: "The goal: at most " + words.Percent(best.Goal.Share, 1) + " at risk",
		Text: []string{
			sentence(best.Goal.Words),
			"A share can always be met by moving the line. The column of the first line shows what would be at risk had it stayed where it was, and the churn rate shows whether anything became better.",
		},
		Tables: []Table{t},
	}
}
