package backtest

import (
	"context"
	"fmt"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

const baseline = models.Baseline

// Progress is told how much of a stage of a run is done. It may be called from
// several goroutines at once.
type Progress func(stage string, done, total int)

// Run backtests candidates (from models.Compile, the baseline last) on examples.
// progress may be nil. Data that cannot carry a backtest is a *PlanError; an
// unusable fit of a single fold is a warning.
func Run(ctx context.Context, e *dataset.Examples, candidates []models.Candidate, o Options, progress Progress) (*Result, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	if err := checkChampions(candidates, o); err != nil {
		return nil, err
	}
	e = e.InMemory() // folds come and go, and what they took goes with them
	list := contests(candidates, o)
	r, err := runTarget(ctx, e, list[0], o, progress)
	if err != nil {
		return nil, err
	}
	r.Warnings = append(slices.Clone(e.Warnings), r.Warnings...)
	return r, runFurther(ctx, e, r, list[1:], progress)
}

// runTarget backtests the candidates for one target.
func runTarget(ctx context.Context, e *dataset.Examples, k contest, o Options, progress Progress) (*Result, error) {
	all, candidates := e.All().For(k.target.Event()), k.candidates
	r, err := prepare(all, k, o)
	if err != nil {
		return nil, err
	}
	if r.Folds, err = plan(all, r.Options); err != nil {
		return nil, err
	}
	skipSeen(r, candidates)
	r.banding = newBanding(e, r)
	leads, err := walk(ctx, all, r.Folds, candidates, r, progress)
	if err != nil {
		return nil, err
	}
	if err := evaluate(ctx, r, e, leads, progress); err != nil {
		return nil, err
	}
	progress("measures", 1, 1)
	r.banding = nil
	r.Verdict = judge(r)
	if err := finals(ctx, all, candidates, r, progress); err != nil {
		return nil, err
	}
	err = finish(ctx, all, r)
	progress("bands and rollout", 1, 1)
	return r, err
}

// finals fits the candidates to all rows, and learns the bands there.
func finals(ctx context.Context, all dataset.View, candidates []models.Candidate, r *Result, progress Progress) error {
	notebook := features.NewNotebook(all)
	defer notebook.Close()
	if err := refit(ctx, all, candidates, notebook, r); err != nil {
		return err
	}
	progress("refit", 1, 1)
	return finishBands(ctx, all, notebook, r)
}

// evaluate is everything that is said of the test predictions.
func evaluate(ctx context.Context, r *Result, e *dataset.Examples, leads []leadScores, progress Progress) error {
	field := r.Predictions.fieldOf(r.Predictions.take(nil))
	pooled := field.sample
	aucs, err := metrics.DeLongOf(field.rankings)
	if err != nil {
		return fmt.Errorf("backtest: %w", err)
	}
	if r.boot, err = field.resample(ctx, r.Options, progress); err != nil {
		return err
	}
	some := e.Table.AtOnce(rankedBytes * int64(len(pooled.churned)))
	if err := measure(r, field, r.boot, aucs, some); err != nil {
		return fmt.Errorf("backtest: %w", err)
	}
	if err := measureROCBands(ctx, r, field); err != nil {
		return fmt.Errorf("backtest: %w", err)
	}
	if err := measureLeads(r, e, leads); err != nil {
		return fmt.Errorf("backtest: %w", err)
	}
	compare(r, r.boot, aucs)
	measureBands(r, pooled, r.banding)
	if err := weigh(ctx, r, e, field, progress); err != nil {
		return err
	}
	return measureWatched(ctx, r, r.banding)
}

// weigh says what the comparison is worth: in money, by segment and cohort, and over time.
func weigh(ctx context.Context, r *Result, e *dataset.Examples, pooled *field, progress Progress) (err error) {
	compareDollars(r)
	if err := measureTiers(ctx, r, progress); err != nil {
		return err
	}
	if err := measureGroups(r, pooled, e); err != nil {
		return err
	}
	if err := measureTouched(r, e, pooled.sample); err != nil {
		return err
	}
	r.Audition = audition(r, e)
	r.Segments, err = segmentGains(r)
	return err
}

// finish says what takes the models that are shipped, and their thresholds: why churners were
// missed, and what changes on the day of the rollout.
func finish(ctx context.Context, all dataset.View, r *Result) error {
	if err := estimateImmature(ctx, r, all.Examples); err != nil {
		return err
	}
	if all.Examples.Timeline == nil {
		return nil
	}
	if err := whySilent(ctx, r, all.Examples.Timeline); err != nil {
		return err
	}
	return measureRollout(ctx, all.Examples, r)
}

// prepare fills in defaults and what is known before any fit.
func prepare(all dataset.View, k contest, o Options) (*Result, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Bands.NeedValue() && all.Examples.Value == nil {
		return nil, &PlanError{Reason: "bands by value need the money at stake; name its column in columns.value"}
	}
	if err := checkTriggers([][]Trigger{o.Triggers, o.Playbooks}, all.Examples); err != nil {
		return nil, err
	}
	r := &Result{Options: o, Target: k.target}
	for c, cand := range k.candidates {
		if cand.Name == k.champion || k.champion == "" && cand.Kind == baseline {
			r.Champion = c
		}
		r.Candidates = append(r.Candidates, CandidateResult{Name: cand.Name, Kind: cand.Kind})
	}
	r.Options.Champion = r.Candidates[r.Champion].Name
	e := all.Examples
	r.Data = Data{Counts: e.Counts, Clock: e.Clock, ObservedUntil: e.ObservedUntil, Hashes: e.Hashes, Quarters: quarters(all), HasValue: e.Value != nil}
	if k.target != models.Churn {
		r.Data.Counts.Mature, r.Data.Counts.Churned = all.Len(), all.Events()
	}
	r.Predictions.Accounts, r.Predictions.Segments = e.Accounts, e.Segments
	return r, nil
}

// Winner is the candidate to use after the verdict: the challenger when it is promoted, the
// champion otherwise. Its Final may be nil.
func (r *Result) Winner() *CandidateResult {
	c := r.Champion
	if r.Verdict.Decision == Promote {
		c = r.index(r.Verdict.Challenger)
	}
	return &r.Candidates[c]
}
