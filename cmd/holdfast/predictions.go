package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/models"
)

// predictionsFile is the name of the file in a run directory.
const predictionsFile = "predictions.parquet"

// toldRun is what predictions.parquet holds of one target.
type toldRun struct {
	candidates []string
	table      backtest.Predictions // Score and Eta as candidates
}

// readPredictions reads predictions.parquet by target. All candidates of a target must have
// met the same examples in the same order, as writePredictions has it.
func readPredictions(ctx context.Context, path string) (map[models.Target]*toldRun, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fail(exitData, fmt.Errorf("%s: the run has no such file; run the backtest again", plain(path)))
	}
	t, err := parquetio.Read(ctx, path, []parquetio.Request{
		{Column: "target", As: parquetio.AsText}, {Column: "candidate", As: parquetio.AsText}, {Column: "fold", As: parquetio.AsDay},
		{Column: "account", As: parquetio.AsText}, {Column: "as_of", As: parquetio.AsDay}, {Column: "score", As: parquetio.AsNumber},
		{Column: "log_odds", As: parquetio.AsNumber}, {Column: "churned", As: parquetio.AsNumber}, {Column: "value", As: parquetio.AsNumber},
	}, parquetio.Options{})
	var column *parquetio.ColumnError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &column): // it is no mistake of a project file
		return nil, fail(exitData, errors.New(column.Error()+"; run the backtest again"))
	case err != nil:
		return nil, fail(exitData, err)
	}
	f := &predictionFile{path: path, target: t.Columns[0], candidate: t.Columns[1], fold: t.Columns[2].Days, account: t.Columns[3],
		asOf: t.Columns[4].Days, score: t.Columns[5].Numbers, eta: t.Columns[6].Numbers, churned: t.Columns[7].Numbers, value: t.Columns[8].Numbers}
	told, err := f.split()
	return told, fail(exitData, err)
}

// predictionFile are the columns of predictions.parquet.
type predictionFile struct {
	path                       string
	target, candidate, account parquetio.Column
	fold, asOf                 []int32
	score, eta                 []float64
	churned, value             []float64
}

// split takes the file apart into the blocks of its candidates.
func (f *predictionFile) split() (map[models.Target]*toldRun, error) {
	told := make(map[models.Target]*toldRun)
	n := len(f.target.Codes)
	for from := 0; from < n; {
		to := from
		for to < n && f.target.Codes[to] == f.target.Codes[from] && f.candidate.Codes[to] == f.candidate.Codes[from] {
			to++
		}
		if err := f.check(from, to); err != nil {
			return nil, err
		}
		target, candidate := models.Target(f.target.Levels[f.target.Codes[from]]), f.candidate.Levels[f.candidate.Codes[from]]
		run, begun := told[target]
		if !begun {
			run = &toldRun{table: f.examples(from, to)}
			told[target] = run
		}
		if slices.Contains(run.candidates, candidate) || !f.continues(&run.table, from, to) {
			return nil, f.damaged("candidate %q has other examples than the one before it", plain(candidate))
		}
		run.candidates = append(run.candidates, candidate)
		run.table.Score, run.table.Eta = append(run.table.Score, f.score[from:to]), append(run.table.Eta, f.eta[from:to])
		from = to
	}
	return told, nil
}

func (f *predictionFile) damaged(why string, args ...any) error {
	return fmt.Errorf("%s: %s; the file is damaged or was changed: run the backtest again", plain(f.path), fmt.Sprintf(why, args...))
}

// check refuses values that no backtest writes.
func (f *predictionFile) check(from, to int) error {
	if f.target.Codes[from] < 0 || f.candidate.Codes[from] < 0 {
		return f.damaged("row %d has no target or no candidate", from)
	}
	for i := from; i < to; i++ {
		switch {
		case f.account.Codes[i] < 0 || f.asOf[i] == parquetio.NullDay || f.fold[i] == parquetio.NullDay:
			return f.damaged("row %d has no account, as-of date or fold", i)
		case f.churned[i] != 0 && f.churned[i] != 1:
			return f.damaged("row %d has no outcome", i)
		case f.score[i] != f.score[i] || math.IsNaN(f.eta[i]) || math.IsInf(f.eta[i], 0):
			return f.damaged("row %d has a score or log-odds that are no numbers", i)
		case i > from && f.fold[i] < f.fold[i-1]:
			return f.damaged("row %d is of an earlier fold than the row before it", i)
		}
	}
	return nil
}

// examples are the rows that all candidates of a target share.
func (f *predictionFile) examples(from, to int) backtest.Predictions {
	p := backtest.Predictions{Account: f.account.Codes[from:to], Accounts: f.account.Levels}
	known := false
	for i := from; i < to; i++ {
		if i == from || f.fold[i] != f.fold[i-1] {
			p.Fold = append(p.Fold, int32(i-from))
		} else {
			p.Fold = append(p.Fold, p.Fold[len(p.Fold)-1])
		}
		p.AsOf, p.Churned = append(p.AsOf, dataset.Date(f.asOf[i])), append(p.Churned, f.churned[i] == 1)
		known = known || f.value[i] == f.value[i]
	}
	if known {
		p.Value = f.value[from:to]
	}
	return p
}

// continues says whether the rows are those of the candidate before.
func (f *predictionFile) continues(p *backtest.Predictions, from, to int) bool {
	if to-from != len(p.Account) {
		return false
	}
	for i, account := range p.Account {
		row := from + i
		if f.account.Codes[row] != account || dataset.Date(f.asOf[row]) != p.AsOf[i] || (f.churned[row] == 1) != p.Churned[i] {
			return false
		}
	}
	return true
}
