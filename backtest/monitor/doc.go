// Package monitor answers: is the model that is in use still the one we tested?
//
// A model is fitted on one world and used in the next. Learn writes down, when a model is
// made, what the accounts looked like and what its backtest promised (models.Reference);
// Watch holds every quarter since then against that.
//
//  1. Learn takes the newest snapshot of every account in every quarter of the year before
//     the model was made (newest) and counts its factors, log-odds and bands in bins
//     (histogram, learn.go).
//  2. Watch takes the newest snapshot of every account in every quarter since (divide,
//     watch.go), scores it (score, learn.go), and measures with the same bins how far each
//     factor has moved, what is missing and which levels training never saw (followFactors,
//     drift.go), then how far the score has moved, who cannot be scored and why, and how many
//     accounts are in each band (followScores, drift.go).
//  3. Where labels have matured since, it measures what came true against what was promised
//     (followLabels and keep, matured.go), and how good an estimate without labels would have
//     been; the same estimate, with that record, is made for the accounts whose labels are
//     still open (expectOpen, open.go).
//  4. What is too far off, and by more than chance, becomes a Finding: what, how much, what
//     the limit is, and what to do (find and rejected, findings.go).
//
// A command needs no more than
//
//	report, err := monitor.Watch(ctx, model, examples, monitor.Options{})
//	for _, f := range report.Standing() {
//		fmt.Println(f.Words)
//		fmt.Println(f.Do)
//	}
//
// where examples carry the Timeline of their panel.
//
// # Who is compared with whom
//
// The rows that a fit learns from are accounts some months before a renewal, all of whose
// labels are in. No later quarter has such rows while its labels are open, and by the time
// it has, a drift has done its harm. So both sides are the accounts that anybody could have
// scored: the customers of a quarter as they last looked in it, once each, against the
// customers of the quarters of the year before the model was made. A whole year has all its
// seasons in it, and is not so long that a company's own ageing looks like drift.
//
// Matured performance is of as-of dates after the last day whose labels the model knew.
// With renewals an outcome counts from the day of the renewal on, although some are known
// earlier: what is announced early is mostly churn, and would bias the newest quarter.
//
// # What counts as a finding
//
// A figure must be beyond its limit (Options: how much is too much to go on) and beyond
// chance. All tests of one quarter are a family: a finding is one that Holm's step-down rule
// (Holm 1979) rejects at 1-Level, so that in a quarter in which nothing has changed there is
// a finding in at most one case of twenty, however many factors there are. The pooled
// figures of all matured quarters are a family of their own. Tests across quarters are not
// adjusted for each other: a quarter is judged once, on its own, by who reads it.
//
// The null point of an index knows that accounts repeat in the reference (its design
// effect), and not which of them are in the later quarter as well. Those make the index
// smaller, so that the test is conservative: metrics.Against.
//
// A finding that lasts is one finding, of the quarter in which it began.
//
// # An example
//
// A model knows labels up to 31 December 2024. Its reference is the 4,381 accounts of that
// year, 15,827 snapshots, four of most accounts. On 1 July 2025 a new tool counts half of the
// users. In the first two quarters of 2025 the factor users per licence has an index of
// 0.003 and 0.004, where chance alone stays below 0.006: nothing to be said. In the third it
// has 4.8, far beyond the limit of 0.25, and all other factors are where they were; of the
// hand-set score, which leans on it, three times as many accounts are red. That is known on
// 30 September, when not one label of those accounts is in. By the end of the year 706 of
// them are: the AUC is 0.63, and 0.72 [0.70, 0.75] was promised. The findings are of the
// third quarter and last to the fourth.
//
// # What it does not see
//
// A change of what makes accounts leave, with accounts that look as before, shows only when
// labels mature: the expectation for open labels believes the model. A column that means
// something else and has the same distribution does not show at all before that. A drift
// that was in the year before the model was made already is part of the reference. And
// whoever looks at many quarters finds something in one of twenty, as was said.
//
// # What it costs
//
// One pass over the snapshots per factor and one for the score, with the values of one
// factor in memory at a time; a design effect takes the square of the bins per account.
//
// The package reads models and data and knows nothing of files. It draws no random numbers
// and works in one goroutine on rows that the dataset has sorted: no bit depends on the order
// of the files or on the number of processors.
package monitor
