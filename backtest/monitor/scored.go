package monitor

import (
	"context"
	"fmt"

	"holdfast/dataset"
	"holdfast/models"
)

// bandCount is the number of bins of bands: green, yellow, red and no band, in this order,
// that of models.Band.Risk.
const bandCount = 4

// scored is what a model makes of some rows.
type scored struct {
	// score ranks and eta is the log-odds; NaN where there is no score.
	score, eta []float64

	// band is Band.Code, -1 for none. Nobody is taken to have looked before: both sides are
	// without hysteresis, and so alike.
	band []int32

	// unscored has no code for a row with a score.
	unscored []models.Unscored
}

// score scores rows of the Timeline, and asks of those without a score why.
// Element i of the result is of rows[i]. Errors: those of eachScored.
func score(ctx context.Context, m *models.Model, t *dataset.Timeline, rows []int32) (*scored, error) {
	n := len(rows)
	out := &scored{score: make([]float64, n), eta: make([]float64, n), band: make([]int32, n), unscored: make([]models.Unscored, n)}
	return out, eachScored(ctx, m, t, rows, func(from int, s *models.Scorer, b *dataset.Batch, piece *models.Scores) error {
		copy(out.score[from:], piece.Score)
		copy(out.eta[from:], piece.Eta)
		copy(out.band[from:], piece.Band)
		why, err := s.Unscored(ctx, b, piece)
		copy(out.unscored[from:], why)
		return err
	})
}

// eachScored scores rows of the Timeline batch by batch, and hands over each of them with the place of its first row in
// rows. What is handed over is good until the next batch. Errors: those of ctx, of reading, of the model and of do.
func eachScored(ctx context.Context, m *models.Model, t *dataset.Timeline, rows []int32, do func(from int, s *models.Scorer, b *dataset.Batch, piece *models.Scores) error) error {
	s, from := m.Scorer(), 0
	var piece models.Scores
	for b, err := range t.InTurn(rows) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = s.Score(ctx, b, &piece)
		}
		if err == nil {
			err = do(from, s, b, &piece)
		}
		if err != nil {
			return fmt.Errorf("monitor: %w", err)
		}
		from += b.Len()
	}
	return nil
}

// bandBins are the bins of the bands, row by row: Band.Code, and the last for no band.
func (s *scored) bandBins() []int32 {
	bin := make([]int32, len(s.band))
	for i, b := range s.band {
		bin[i] = b
		if b < 0 {
			bin[i] = bandCount - 1
		}
	}
	return bin
}
