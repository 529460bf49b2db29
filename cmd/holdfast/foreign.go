package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"holdfast/cmd/holdfast/internal/project"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/models/platform"
)

// foreignSpec fills in what a candidate that is computed elsewhere has beside its name and kind.
func foreignSpec(cand *models.Candidate, spec project.Candidate, c *project.Config) {
	cand.Missing = platform.Missing(spec.Missing)
	cand.Refit = spec.Refit
	if spec.Sheet != nil {
		sheet := *spec.Sheet
		sheet.Missing = cand.Missing
		cand.Sheet = &sheet
	}
	switch spec.Kind {
	case project.CandidateRules:
		r := spec.Recipes
		cand.Recipes = &models.Recipes{Red: r.Red, Yellow: r.Yellow, Green: r.Green, Else: models.Band(r.Else)}
		if r.Unscored {
			cand.Recipes.Unknown = platform.Unscored
		}
	case project.CandidatePredictions:
		p := spec.Predictions
		cand.Column = "" // it is a column of the predictions, not of the snapshots
		cand.Foreign = &models.Foreign{Probability: p.Probability, Predictions: dataset.Predictions{
			Path: c.Path(spec.File), Account: cmp.Or(p.Account, c.Columns.Account), AsOf: p.AsOf, Column: spec.Column, MadeAt: p.MadeAt, MaxAge: p.MaxAgeDays,
		}}
	}
}

// readEarlier reads the model files of the candidates that are models of an earlier run.
func readEarlier(config *project.Config, candidates []models.Candidate) project.Problems {
	var problems project.Problems
	for i, spec := range config.Candidates {
		if spec.Kind != project.CandidateModel {
			continue
		}
		m, err := readModelFile(config.Path(spec.File))
		if err != nil {
			hint := "name the model.json of an earlier fit or backtest"
			if errors.Is(err, fs.ErrNotExist) {
				hint += "; paths are relative to the project file"
				err = errors.New("there is no such file")
			}
			problems = append(problems, config.Problemf(fmt.Sprintf("candidates[%d].file", i), hint, "%q: %v", spec.File, err))
			continue
		}
		candidates[i].Earlier = m
	}
	return problems
}

// readModelFile reads one model file.
func readModelFile(path string) (*models.Model, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, errors.New("this is not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := models.Read(path, f)
	var refused *models.RefusedError
	if errors.As(err, &refused) {
		return nil, errors.New(refused.Reason) // the problem names the file
	}
	return m, err
}
