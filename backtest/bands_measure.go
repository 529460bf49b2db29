package backtest

import "context"

// measureWatched fills in all that is known from watching accounts over time; nothing
// without a Timeline.
func measureWatched(ctx context.Context, r *Result, b *banding) error {
	for c := range r.Candidates {
		if r.Candidates[c].Bands != nil {
			r.Candidates[c].Goal = measureGoal(r, c, b)
		}
	}
	w := b.watched
	if w == nil || len(w.row) == 0 {
		return nil
	}
	if err := w.sort(); err != nil {
		return err
	}
	stays := endings(w, false)
	j := judgeRows(w, endings(w, true), r.Data.Clock, r.Data.ObservedUntil, r.Folds)
	return r.eachCandidate(func(c int, cand *CandidateResult) error { return cand.watch(ctx, w, j, stays, c, r) })
}

// watch measures one candidate; one without bands has nothing to warn with.
func (cand *CandidateResult) watch(ctx context.Context, w *watched, j *judgement, stays []ending, c int, r *Result) (err error) {
	if cand.Bands == nil || !anyColoured(w.band[c]) {
		return nil
	}
	cand.Bands.Movement = measureMovement(w, c, r.Folds, r.Options.Level)
	if cand.Warning, err = measureWarning(ctx, w, j.events, stays, c, r.Options); err != nil {
		return err
	}
	if cand.Triggers, err = measureTriggers(ctx, w, j, c, r.Options.Triggers, r.Folds, r.Options); err != nil {
		return err
	}
	cand.Playbooks, err = measureTriggers(ctx, w, j, c, r.Options.Playbooks, r.Folds, r.Options)
	return err
}
