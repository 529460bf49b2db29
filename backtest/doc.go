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
//     intervals that respect repeated accounts (measure.go, resample.go), the parts of the
//     losses (quality.go) and the curves (curves.go, decision.go).
//  4. compare sets every candidate against the champion on the same rows
//     (compare.go).
//  5. weigh puts it into money (money.go), splits it by segment and cohort
//     (bysegment.go), looks past what the team's own work did to the figures
//     (touched.go) and asks which rule would have chosen well (audition.go).
//  6. judge turns that into promote, hold or need more data (verdict.go).
//  7. refit learns every candidate once more on all mature labels (run.go), and
//     estimateImmature says how that should be doing where labels are not in yet
//     (immature.go).
//
// Where there are too few dates for a walk forward, Run returns a *PlanError and Validate
// is what is left: an in-sample validation less its optimism (optimism.go).
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
// the clustered DeLong covariance (Obuchowski 1997), and most other metrics have a
// percentile interval over draws of whole accounts, or a BCa one where that is asked for
// (drawn.go). All candidates are measured on the same
// draws: differences are paired. Money on the lists, of which a few accounts hold much, has a
// BCa interval (Efron 1987) that knows how few (dollars.go), and KS, which is too large on the
// whole, one around itself less its bias (gap.go); intervals.go says which metric has which.
// Points of gains tables and decision curves have normal intervals with clustered standard
// errors. Distances from the rates, such as ECE, ICI and miscalibration, and discrimination have
// intervals of the truth without chance, by inverting a test; chance makes the values too large, and
// they may lie above (quality.go).
//
// # What a verdict needs
//
// The lower end of the challenger's interval, widened by Bonferroni for the number
// of challengers, must lie above the margin in the primary metric; its AUC must be
// above 1/2 for certain; it must beat the base rate in log loss; the intervals of its
// calibration slope and calibration in the large must lie in their ranges; no segment
// with enough events may lose for certain more than its margin; and its predictions must
// not have moved since it was trained. Each is a Gate, with its number and its limit. An
// interval that spans a limit is not a draw: it means that the data cannot tell yet, and
// the verdict says how many examples could.
//
// Of two equally good candidates, one is promoted in 2.4 % of 2,000 simulated companies of
// 300 accounts (TestFalsePromotions), where 5 % are allowed.
//
// # Money and call lists
//
// In each period (test window) the team works the Capacity riskiest accounts, each
// once, at its first as-of date. Ties at the cut count by their expectation. Value is
// the money of churned accounts on the lists; what saving them is worth depends on
// save rates that the user assumes and the data cannot confirm. The difference of two
// candidates in money is that of the same account draws; both teams make as many calls, so
// that it holds at any contact cost. Tiers have teams, and so lists, of their own.
//
// # Bands, warnings and the day of the rollout
//
// Where red and yellow begin is learned on the training rows of every fold, as the rules
// say, and judged on the fold's test window (bands.go, bands_learn.go). With the Timeline of
// the examples the models of a fold also score every snapshot of its window, not only those
// that the label clock asks about, and each account is followed from one to the next
// (bands_watch.go): how it changes its colour (bands_movement.go), how long before a churn
// it was flagged and who was green to the last (warning.go, warning_silent.go), and what an
// alert would have been worth (triggers.go). Only snapshots count at which the account had
// neither left nor said that it would.
//
// A score that flickers flags everybody sooner or later, so that the share of churners who
// were ever flagged is highest for pure noise. The curve of a warning therefore stands
// beside the share that was flagged without a break to the end, and beside that of the
// accounts that were flagged and renewed.
//
// The models that are shipped meet on the newest snapshots: rollout.go lists the accounts
// that change their band when the challenger replaces the champion, and what the two
// models disagree about.
//
// The metrics themselves are the sub-package metrics, which knows nothing of
// accounts or files.
package backtest
