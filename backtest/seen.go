package backtest

import (
	"fmt"

	"holdfast/dataset"
	"holdfast/models"
)

// skipSeen leaves out the folds that a candidate has seen: an earlier model that is used
// as it is knows labels from after their cutoffs, so that it would be tested on what it
// remembers. They are left out for all candidates, so that all stay on the same rows.
func skipSeen(r *Result, candidates []models.Candidate) {
	for _, c := range candidates {
		known, left := c.KnownBy(), 0
		for k := range r.Folds {
			if f := &r.Folds[k]; f.Cutoff < known && f.Skipped == "" {
				f.Skipped = fmt.Sprintf("candidate %s learned from labels known by %s, after this cutoff", c.Name, known)
				left++
			}
		}
		if left > 0 {
			r.Warnings = append(r.Warnings, dataset.Warning{Code: "folds_seen", Where: "candidate " + c.Name, Message: fmt.Sprintf(
				"%d of %d folds were left out for all candidates: the model learned from labels known by %s and would be tested on what it remembers; with refit: true its recipe is fitted anew in each fold",
				left, len(r.Folds), known)})
		}
	}
}
