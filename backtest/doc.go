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
// # Several targets
//
// Candidates for churn, contraction and expansion are contests of their own, each with a
// base rate, a champion and a verdict; nobody is compared across them. The first, churn if
// anybody is for it, is the Result, and the others are Result.Further, on the same calendar
// (targets.go), so that Result.Outlook can lay their predictions side by side.
//
// # What a model may know
//
// A fold with cutoff c trains on examples whose label was known by c, and, with a
// sliding window, whose as-of date is after c less the window. It tests on as-of
// dates in [c, next c). The label's own delay is the embargo: an account scored in
// spring whose renewal falls in autumn teaches nothing before autumn. Cutoffs are
// counted in steps from the first one, so that month ends do not creep.
//
// # What an interval means
//
// Accounts come up for renewal again and again, and their rows are alike; counting
// them as independent finds differences where there are none (the size test of this
// package rejects equal scores in 13 % of companies at a nominal 5 %). So the AUC has
// the clustered DeLong covariance (Obuchowski 1997), and every other metric a
// percentile interval over draws of whole accounts. All candidates are measured on
// the same draws: differences are paired.
//
// # What a verdict needs
//
// The lower end of the challenger's interval, widened by Bonferroni for the number
// of challengers, must lie above the margin in the primary metric; its AUC must be
// above 1/2 for certain; and it must beat the base rate in log loss. An interval that
// spans the margin is not a draw: it means that the data cannot tell yet, and the
// verdict says how many examples could.
//
// # Money and call lists
//
// In each period (test window) the team works the Capacity riskiest accounts, each
// once, at its first as-of date. Ties at the cut count by their expectation. Value is
// the money of churned accounts on the lists; what saving them is worth depends on
// save rates that the user assumes and the data cannot confirm.
//
// The metrics themselves are the sub-package metrics, which knows nothing of
// accounts or files.
package backtest
