package backtest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// refit learns every candidate on all mature labels, the models that are shipped, and says how
// far their weights can be trusted. What is learned about factors stays in the notebook.
func refit(ctx context.Context, all dataset.View, candidates []models.Candidate, notebook *features.Notebook, r *Result) error {
	finals := make([]*models.Model, len(candidates))
	for c, cand := range candidates {
		m, err := cand.Sharing(notebook).Fit(ctx, all)
		var unfit *models.FitError
		switch {
		case errors.As(err, &unfit):
			r.Candidates[c].FinalErr = unfit.Reason
			r.Warnings = append(r.Warnings, dataset.Warning{Code: "refit_failed", Where: "candidate " + cand.Name,
				Message: "no model on all mature labels: " + unfit.Reason})
		case err != nil:
			return err
		default:
			finals[c], r.Candidates[c].Final = m, m
			for _, w := range m.Warnings {
				if !strings.Contains(w.Where, cand.Name) {
					w.Where = strings.TrimSuffix("candidate "+cand.Name+", "+w.Where, ", ")
				}
				w.Message += " (refit on all labels)"
				r.Warnings = append(r.Warnings, w)
			}
		}
	}
	inferred, err := infer(ctx, finals, all, notebook)
	for c := range inferred {
		r.Candidates[c].Inference = inferred[c]
	}
	return err
}

// infer infers from models that were fitted to all examples, nil from one that is nil. It leaves
// out the profile intervals and the influence of accounts, which take longer than all the rest
// and are for the fit of one model to show.
func infer(ctx context.Context, finals []*models.Model, all dataset.View, notebook *features.Notebook) ([]*models.Inference, error) {
	list := make([]*models.Inference, len(finals))
	some := all.Examples.Table.AtOnce(int64(all.Len()) * designRow)
	return list, someAtOnce(some, len(finals), func(i int) (err error) {
		if finals[i] == nil {
			return nil
		}
		if list[i], err = finals[i].Infer(ctx, all, models.InferenceOptions{ProfileRows: -1, Influential: -1, Notebook: notebook}); err != nil {
			err = fmt.Errorf("candidate %q: %w", finals[i].Name, err)
		}
		return err
	})
}

// designRow is about what a row of a design takes in bytes: two dozen columns.
const designRow = 24 * 8
