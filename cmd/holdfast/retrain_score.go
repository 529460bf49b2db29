package main

import (
	"context"
	"io"

	"holdfast/dataset"
)

// currentScores are the scores of the current accounts by the model that serves.
type currentScores struct {
	columns []scoreColumn
	rows    []scoredAccount
}

// score scores the newest snapshot of every account with the model that serves from now on.
func (run *retraining) score(ctx context.Context, done *carriedOut) (currentScores, []dataset.Warning, error) {
	s, err := run.newestFor(ctx, run.p.config.Path(run.p.config.Data.Snapshots), nil, done.serves)
	if err != nil {
		return currentScores{}, nil, err
	}
	defer s.Table.Close()
	scored, err := newScoreRun(done.serves, s, scoreOptions{reasons: topReasons, today: dataset.NoDate}, nil)
	if err != nil {
		return currentScores{}, nil, err
	}
	current := currentScores{columns: scoreColumnsOf(done.serves, false)}
	err = scored.each(ctx, func(rows []scoredAccount) error {
		current.rows = append(current.rows, rows...)
		return nil
	})
	return current, scored.warnings(), err
}

// counts are the accounts with a score and those without.
func (c currentScores) counts() (scored, unscored int) {
	for _, x := range c.rows {
		if x.Unscored != "" {
			unscored++
		}
	}
	return len(c.rows) - unscored, unscored
}

// write writes the scores in the format of a file ending.
func (c currentScores) write(ctx context.Context, w io.Writer, ending string) error {
	return scoreFormats[ending].write(ctx, w, c.columns, c.rows)
}
