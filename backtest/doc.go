// Package backtest answers: would it have worked?
//
// Run replays the past. On each cutoff it trains every candidate on what was known
// that day and lets it score the as-of dates up to the next cutoff; all candidates
// meet the same rows. The steps, in order:
//
//  1. plan places the cutoffs and the embargo: folds (folds.go).
//  2. walk fits and scores every candidate in every fold (walk.go). A fold in which
//     a candidate has no usable fit is left out for all of them and says why.
//  3. measure computes the metrics of each candidate, per fold and pooled, with
//     intervals that respect repeated accounts (measure.go, resample.go).
//  4. compare sets every candidate against the champion on the same rows
//     (compare.go).
//  5. judge turns that into promote, hold or need more data (verdict.go).
//  6. refit learns every candidate once more on all mature labels (run.go).
//
// The metrics themselves are the sub-package metrics, which knows nothing of
// accounts or files.
package backtest
