package backtest

import (
	"math"
	"slices"
	"testing"

	"holdfast/dataset"
	"holdfast/models"
)

// interventions simulates a company whose champion sees the truth, and a team that works
// three in four of those with p above 0.4 and saves the given share of their churners.
func interventions(rows int, saved float64) (*Result, *dataset.Examples, []bool) {
	rng := newRand(29)
	r := &Result{Options: Options{Level: 0.95, Capacity: 1}, Candidates: []CandidateResult{{Name: "truth", Kind: models.Weights}}}
	e := new(dataset.Examples)
	would := make([]bool, rows) // churn, if left alone
	p := &r.Predictions
	p.Score = make([][]float64, 1)
	for i := range rows {
		eta := -0.5 + 1.2*rng.NormFloat64()
		would[i] = rng.Float64() < models.Probability(eta)
		churned, touched := would[i], dataset.NoDate
		if models.Probability(eta) > 0.4 && rng.Float64() < 0.75 {
			touched = 1
			churned = churned && rng.Float64() >= saved
		}
		p.Fold, p.Row, p.Account = append(p.Fold, 0), append(p.Row, int32(i)), append(p.Account, int32(i))
		p.Churned, p.Score[0] = append(p.Churned, churned), append(p.Score[0], eta)
		e.Touched = append(e.Touched, touched)
	}
	p.Eta = p.Score
	return r, e, would
}

// A team that saves half of those it works makes a true score look poor. Weighting those
// left alone brings the figures back to what they would be without the team: within the
// interval, of a half-width of some 0.02.
func TestWeightingTheUntouchedUndoesTheSaves(t *testing.T) {
	r, e, would := interventions(8000, 0.5)
	if err := measureTouched(r, e, r.Predictions.take(nil)); err != nil {
		t.Fatal(err)
	}
	honest := r.Predictions
	honest.Churned = would
	s := honest.take(nil)
	list, err := pointMetrics(s, honest.Score[0], honest.Eta[0], r.Options)
	if err != nil {
		t.Fatal(err)
	}
	m := r.Touched.Candidates[0]
	for _, name := range []string{AUC, LogLoss, Brier} {
		truth, weighted, in := Find(list, name).Value, Find(m.Weighted, name), Find(m.In, name)
		if !(weighted.Low < truth && truth < weighted.High) {
			t.Errorf("%s: weighted %v [%v, %v], in truth %v", name, weighted.Value, weighted.Low, weighted.High, truth)
		}
		if math.Abs(in.Value-truth) < 2*math.Abs(weighted.Value-truth) {
			t.Errorf("%s: as they did %v is as near the truth %v as weighted %v: the saves do not show", name, in.Value, truth, weighted.Value)
		}
	}
}

// Rows by hand, one stratum because the champion says the same of everybody: five rows, of
// which two were touched, one of them saved. Of the three left alone one churned.
func TestTouchedByHand(t *testing.T) {
	r := &Result{Options: Options{Level: 0.95, Capacity: 1}, Candidates: []CandidateResult{{Name: "new"}, {Name: "now"}}, Champion: 1}
	score := []float64{5, 4, 3, 2, 1}
	r.Predictions = Predictions{Fold: make([]int32, 5), Row: []int32{0, 1, 2, 3, 4}, Account: []int32{0, 1, 2, 3, 4},
		Churned: []bool{false, true, true, false, false}, Score: [][]float64{score, make([]float64, 5)}, Eta: [][]float64{score, make([]float64, 5)}}
	e := &dataset.Examples{Touched: []dataset.Date{7, 7, dataset.NoDate, dataset.NoDate, dataset.NoDate}}
	if err := measureTouched(r, e, r.Predictions.take(nil)); err != nil {
		t.Fatal(err)
	}
	got := r.Touched
	if want := []TouchedStratum{{Low: 0.5, High: 0.5, N: 3, Churned: 1, Touched: 2, Saved: 1}}; got.N != 2 || got.Churned != 1 || !slices.Equal(got.Strata, want) {
		t.Fatalf("got %+v, want %+v", got, want)
	}
	m := got.Candidates[0]
	// As they did: churners rank 2 and 3 of 5, so 4 of 6 pairs are won. Left alone: the
	// churner of 3 leads. Had the touched been lost, the three churners would lead.
	for name, c := range map[string]struct {
		list []Metric
		want float64
	}{"in": {m.In, 4.0 / 6}, "out": {m.Out, 1}, "weighted": {m.Weighted, 1}, "lost": {m.Lost, 1}} {
		if auc := Find(c.list, AUC).Value; !near(auc, c.want, 1e-12) {
			t.Errorf("%s: AUC %v, want %v", name, auc, c.want)
		}
	}
	// Equal weights are none.
	if a, b := Find(m.Weighted, LogLoss).Value, Find(m.Out, LogLoss).Value; !near(a, b, 1e-12) {
		t.Errorf("weighted log loss %v, of the untouched %v", a, b)
	}
}

func TestAStratumWithoutAnybodyLeftAloneHasNoWeight(t *testing.T) {
	var x Touched
	weight := x.stratify([]float64{0, 0, 1, 1}, make([]bool, 4), []bool{true, true, true, false})
	if !slices.Equal(weight, []float64{0, 0, 2, 2}) || x.Unmatched != 2 {
		t.Errorf("weights %v, %d unmatched; want 0 0 2 2 and two", weight, x.Unmatched)
	}
}

func TestWithoutTouchesNothingIsSaid(t *testing.T) {
	r, e, _ := interventions(50, 0)
	for i := range e.Touched {
		e.Touched[i] = dataset.NoDate
	}
	for _, e := range []*dataset.Examples{e, new(dataset.Examples)} {
		if err := measureTouched(r, e, r.Predictions.take(nil)); err != nil || r.Touched != nil {
			t.Errorf("got %+v, %v", r.Touched, err)
		}
	}
}
