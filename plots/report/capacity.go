package report

import (
	"fmt"
	"math"
	"strings"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// capacitySection answers: what would we have had of it? It is never left out: where there is no
// capacity it says so, and where there is no money it counts accounts.
func capacitySection(r *backtest.Result) Section {
	s := Section{ID: "capacity", Title: "What is it worth to the team?", Lead: capacityLead(r), Trial: newTrial(r)}
	columns := []string{backtest.Precision, backtest.Lift, backtest.Capture}
	if r.Data.HasValue {
		columns = append(columns, backtest.ValueCapture, backtest.ValueCaptured)
	}
	s.Tables = []Table{metricTable(r, "At the capacity of the team, over all test windows", columns)}
	s.Notes = []string{"Beneath each value: its " + words.Level(r.Options.Level) + " interval, from drawing whole accounts again and again."}
	if t := moneyTable(r); len(t.Rows) > 0 {
		s.Details = append(s.Details, Detail{
			Summary: "Value protected over save rates",
			Text: []string{"A save rate is the share of listed churners who stay because the team called. It is an assumption of the project, not an estimate. " +
				"Net is the value protected minus the cost of all contacts; its interval is that of the value on the lists. " +
				"Amounts are in the currency of the data."},
			Tables: []Table{t},
		})
	} else if !r.Data.HasValue {
		s.Text = []string{"The data has no column for the value of an account, so the report counts accounts, not money."}
	}
	s.Details = append(s.Details, stakesDetail(r)...)
	s.Details = append(s.Details, worthDetails(r)...)
	if d, ok := decisionDetail(r); ok {
		s.Details = append(s.Details, d)
	}
	s.Details = append(s.Details, glossary(columns))
	return s
}

// capacityLead sets challenger and champion against each other in what the team
// would have seen: accounts called, churners found.
func capacityLead(r *backtest.Result) string {
	subjects := contenders(r)
	if len(subjects) == 0 || r.Options.Capacity < 1 {
		return "The project does not say how many accounts the team can work per period, so nothing can be said about its lists."
	}
	said := make([]string, len(subjects))
	for i, c := range subjects {
		said[i] = name(c.Name) + found(c)
	}
	return fmt.Sprintf("If the team works the %s riskiest accounts every %s, %s.",
		words.Count(r.Options.Capacity), r.Options.Every, strings.Join(said, "; "))
}

// found says what the lists of a candidate held.
func found(c backtest.CandidateResult) string {
	capture, precision := backtest.Find(c.Pooled, backtest.Capture), backtest.Find(c.Pooled, backtest.Precision)
	if math.IsNaN(capture.Value) {
		return " cannot be judged, for no test window holds a churner"
	}
	text := fmt.Sprintf(" finds %s of the churners beforehand", words.Percent(capture.Value, 0))
	if value := words.Amount(backtest.Find(c.Pooled, backtest.ValueCaptured).Value); value != words.Undefined {
		text += " (worth " + value + ")"
	}
	return text + fmt.Sprintf(", and %s of the accounts it lists do churn", words.Percent(precision.Value, 0))
}

// metricTable has a row per candidate and a column per metric, by their names in
// backtest.Metric, over all test windows together. A metric that a candidate lacks is n/a.
func metricTable(r *backtest.Result, caption string, metrics []string) Table {
	t := Table{Caption: caption, Head: []Column{text("Candidate")}}
	for _, m := range metrics {
		t.Head = append(t.Head, number(words.Capital(words.Metric(m).Label)))
	}
	for _, i := range order(r) {
		line := cells(title(r, i))
		for _, m := range metrics {
			line = append(line, estimate(backtest.Find(r.Candidates[i].Pooled, m)))
		}
		t.Rows = append(t.Rows, candidateRow(r, i, line))
	}
	return t
}

// moneyTable has a row per candidate and save rate, and none without money.
func moneyTable(r *backtest.Result) Table {
	t := Table{Caption: "Money over all test windows", Head: []Column{
		text("Candidate"), number("Save rate"), number("Value protected"), number("Cost of contacts"), number("Net"), number(words.Level(r.Options.Level) + " interval of net"),
	}}
	for _, i := range order(r) {
		for _, m := range r.Candidates[i].Money {
			t.Rows = append(t.Rows, candidateRow(r, i, cells(
				title(r, i), words.Percent(m.SaveRate, 0), words.Amount(m.ValueProtected), words.Amount(m.ContactCost),
				words.Amount(m.Net), orUndefined(words.Interval(words.Amount(m.Low), words.Amount(m.High))),
			)))
		}
	}
	return t
}

// glossary explains metrics, in the words of package words.
func glossary(metrics []string) Detail {
	d := Detail{Summary: "What the words mean"}
	for _, m := range metrics {
		t := words.Metric(m)
		d.Terms = append(d.Terms, Term{words.Capital(t.Label), sentence(words.Capital(t.Gloss))})
	}
	return d
}
