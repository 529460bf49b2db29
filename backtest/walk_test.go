package backtest

import (
	"math"
	"slices"
	"testing"

	"holdfast/models"
)

// Scores that are log-odds have no memory of their own, until a fold in which they are not.
func TestScoresShareTheMemoryOfEqualLogOdds(t *testing.T) {
	odds := func(etas ...float64) *models.Predictions { return &models.Predictions{Score: etas, Eta: etas} }
	other := &models.Predictions{Score: []float64{7, 8, nan()}, Eta: []float64{1, 2, nan()}}
	for _, k := range []struct {
		folds      []*models.Predictions
		score, eta []float64
		shared     bool
	}{
		{[]*models.Predictions{odds(1, 2), odds(3, nan())}, []float64{1, 2, 3}, []float64{1, 2, 3}, true},
		{[]*models.Predictions{odds(1, 2), other, odds(4)}, []float64{1, 2, 7, 8, 4}, []float64{1, 2, 1, 2, 4}, false},
		{[]*models.Predictions{other, odds(4)}, []float64{7, 8, 4}, []float64{1, 2, 4}, false},
		{[]*models.Predictions{{Score: []float64{0}, Eta: []float64{math.Copysign(0, -1)}}}, []float64{0}, []float64{0}, false},
	} {
		p := Predictions{Score: make([][]float64, 1), Eta: [][]float64{make([]float64, 0, 9)}}
		for _, fold := range k.folds {
			var rows []int32
			for i, eta := range fold.Eta {
				if eta == eta {
					rows = append(rows, int32(i))
				}
			}
			p.appendScores(0, fold, rows)
		}
		if score, eta := p.Score[0], p.Eta[0]; !slices.Equal(score, k.score) || !slices.Equal(eta, k.eta) || (&score[0] == &eta[0]) != k.shared {
			t.Errorf("scores %v, log-odds %v, want %v, %v; shared: %v", score, eta, k.score, k.eta, k.shared)
		}
	}
}
