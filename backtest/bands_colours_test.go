package backtest

import (
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/models"
)

// Another tool's predictions begin on the day of the first cutoff, so that no training row of the first
// fold has one: its test rows are scored and have no colour, and that is said of this candidate and
// of no other.
func TestColoursThatNoTrainingRowTellsAreMissingAndSaidToBe(t *testing.T) {
	begin := dataset.NewDate(2023, 7, 1)
	c := newCompany(150, 61)
	for i, day := range c.asOf {
		p := models.Probability(-1.2 - 0.9*c.numbers["usage"][i])
		if day < begin {
			p = nan()
		}
		c.add("predictions of other", p)
	}
	foreign := &models.Foreign{Predictions: dataset.Predictions{Path: "other.parquet", Column: "p"}, Probability: true}
	other, err := models.Compile([]models.Candidate{{Name: "other", Kind: models.Predicted, Foreign: foreign}}, nil, c.types())
	if err != nil {
		t.Fatal(err)
	}
	uses := c.types()
	uses["predictions of other"] = expr.Number
	o := quick()
	o.FirstCutoff, o.Every = begin, Step{Months: 6}
	r := mustRun(t, c.loadWith(t, uses), append(other[:1], threeCandidates(t, c.types())...), o)
	var said []dataset.Warning
	for _, w := range r.Warnings {
		if w.Code == "no_colours" {
			said = append(said, w)
		}
	}
	if len(said) != 1 || said[0].Where != "candidate other" || !strings.HasSuffix(said[0].Message, "(fold 2023-07-01)") {
		t.Errorf("warnings %+v, want one of the first fold", said)
	}
	first := 0
	for i, k := range r.Predictions.Fold {
		first += int(oneIf(k == 0))
		if got := r.Predictions.Band[0][i] == uncoloured; got != (k == 0) {
			t.Fatalf("row %d of fold %d has no colour: %v", i, k, got)
		}
	}
	if got := r.Candidates[0].Bands.Uncolored; got != first || first == 0 || first == len(r.Predictions.Fold) {
		t.Errorf("%d rows of %d without a colour, want the %d of the first fold", got, len(r.Predictions.Fold), first)
	}
}
