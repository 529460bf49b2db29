package report

import (
	"cmp"
	"math"
	"slices"

	"holdfast/backtest"
	"holdfast/models"
	"holdfast/plots"
	"holdfast/plots/words"
)

// weightsSection answers: what does the score look at?
func weightsSection(r *backtest.Result) Section {
	best, _ := find(r, winner(r))
	return weightsOf(best)
}

// weightsOf answers it for a candidate.
func weightsOf(best backtest.CandidateResult) Section {
	s := Section{ID: "weights", Title: "What does the score look at?"}
	weights := byShare(best.Final)
	s.Lead = weightsLead(best, weights)
	if len(weights) == 0 {
		return s
	}
	s.Tables = []Table{weightTable("Weights of "+name(best.Name), best.Final, weights)}
	s.Notes = []string{
		"Share is the part that a factor has in all that moves the score. " +
			"A weight says what goes together with churn among these accounts; it does not promise that changing the factor changes the outcome.",
	}
	s.Details = []Detail{{
		Summary: "How weights are measured",
		Text: []string{"A weight is the change in the log-odds of churn when the factor is one standard deviation higher, all others equal. " +
			"Intervals are 95% Wald intervals of the fit on all mature labels, which count rows: where accounts come back often they are too narrow, and weights.csv " +
			"has the errors that count accounts. Hand-set and imported scores have none. " +
			"Healthier: the factor enters as a score of 0 to 100 with 100 = healthy, and the weight is that of the score."},
	}}
	if len(weights) > mostRows {
		s.Tables = []Table{weightTable("The heaviest weights of "+name(best.Name), best.Final, weights[:mostRows])}
		s.Details = append(s.Details, Detail{
			Summary: "All " + words.Count(len(weights)) + " weights",
			Tables:  []Table{weightTable("All weights of "+name(best.Name), best.Final, weights)},
		})
	}
	return s
}

// mostRows is how many weights are shown before the rest is folded away.
const mostRows = 12

// byShare returns the weights of a model without its intercept, the heaviest per standard
// deviation first. The model is left as it is.
func byShare(m *models.Model) []models.Weight {
	if m == nil {
		return nil
	}
	weights := slices.DeleteFunc(slices.Clone(m.Weights), func(w models.Weight) bool { return w.Factor == models.Intercept })
	slices.SortStableFunc(weights, func(a, b models.Weight) int {
		return cmp.Compare(size(b), size(a))
	})
	return weights
}

// size orders weights; what is undefined comes last.
func size(w models.Weight) float64 {
	if !w.PerSD.Defined() {
		return -1
	}
	return math.Abs(float64(w.PerSD))
}

// weightsLead names what counts most, or says why there is nothing to name.
func weightsLead(c backtest.CandidateResult, weights []models.Weight) string {
	switch {
	case c.Final == nil && c.FinalErr != "":
		return "There is no final model of " + name(c.Name) + ": " + sentence(c.FinalErr)
	case len(weights) == 0:
		return name(c.Name) + " has no weights to show."
	}
	top := slices.DeleteFunc(slices.Clone(weights[:min(3, len(weights))]), func(w models.Weight) bool { return size(w) <= 0 })
	if len(top) == 0 {
		return "Nothing moves " + name(c.Name) + ": all of its weights are zero, and it says the same of every account."
	}
	lead := name(c.Name) + " looks most of all at "
	for i, w := range top {
		switch {
		case i == 0:
		case i == len(top)-1:
			lead += " and "
		default:
			lead += ", "
		}
		lead += plots.FactorName(c.Final, w)
	}
	return lead + "."
}

// weightTable says each weight in words first; the figures are for the analyst.
func weightTable(caption string, m *models.Model, weights []models.Weight) Table {
	t := Table{Caption: caption, Head: []Column{
		text("Factor"), text("Category"), text("In words"), number("Share"), number("Weight"), number("95% interval"),
	}}
	for _, w := range weights {
		low, high := plots.PerSD(w)
		t.Rows = append(t.Rows, Row{Cells: cells(
			plots.FactorName(m, w), category(w), inWords(w, m), words.Percent(float64(w.Share), 1), words.Signed(float64(w.PerSD), 2),
			orUndefined(words.Interval(words.Signed(low, 2), words.Signed(high, 2))),
		)})
	}
	return t
}

// category is the category of a weight; a factor need not have one.
func category(w models.Weight) string {
	if w.Category == "" {
		return ""
	}
	return words.Label(w.Category, 40)
}

// inWords says which way a weight points. A weight of a 0-100 score points the way
// of the score: where more of the factor is worse, the score says so already. So do the
// points of a platform.
func inWords(w models.Weight, m *models.Model) string {
	low, high := plots.PerSD(w)
	subject := "higher"
	switch {
	case plots.OnScores(m):
		subject = "healthier"
	case plots.OnPoints(m):
		subject = "more points"
	case w.Level != "":
		subject = "if so"
	}
	switch {
	case !w.PerSD.Defined():
		return words.Undefined
	case w.PerSD == 0:
		return "no effect"
	case low <= 0 && high >= 0:
		return subject + " → no clear effect"
	case w.PerSD > 0:
		return subject + " → more churn"
	}
	return subject + " → less churn"
}
