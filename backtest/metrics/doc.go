// Package metrics answers "how good were the predictions, and how sure are
// we?" for binary outcomes: slices in, numbers out, nothing known of accounts'
// names, files or configuration.
//
// # Inputs
//
// All slices of one call run over the same n rows.
//
//   - churned []bool: the outcome; true is the event (churn).
//   - score []float64: any number that ranks, higher is riskier. Ties are
//     allowed and treated exactly: no metric depends on the order of tied rows.
//   - eta []float64: log-odds of churn; the probability is 1/(1+exp(-eta)).
//   - value []float64: money at stake in a row; nil where money does not matter.
//   - cluster []int32: the account of each row, numbered from 0. nil says that
//     every row is an account of its own. An account seen in several rows is
//     one observation, not several, and every interval here respects that.
//
// # How a number is made
//
//  1. [NewRanking] sorts the rows once, highest score first, and marks where
//     blocks of tied scores end. It is the only place that compares scores.
//  2. [Ranking.AUC], [Ranking.Curve] and [Ranking.Capacity] sweep the blocks
//     once with integer counts; [AUC], [KS], [AveragePrecision], [ROC] and
//     [Capacity] are the same sweeps with every row counted once.
//  3. [LogLoss], [Brier] and the calibration functions add their terms exactly
//     (see exactSum) and round once, at the end.
//  4. [DeLong] turns the sweep into one pair of integers per account and the
//     clustered covariance of all candidates' AUCs (Obuchowski 1997).
//  5. [Bootstrap] redraws accounts and hands their multiplicities to a
//     statistic, typically a [Ranking] sweep: one sort serves all replicates.
//     [BootstrapAUC] does the same for AUCs, eight replicates to a sweep.
//  6. Before there are scores: [PSI] and [Drift] compare distributions, the latter where
//     accounts repeat; [ClusteredRate] is a churn rate with its design effect;
//     [RileySampleSize] and [DetectableAUC] say how many rows a question needs.
//
// # What can be relied on
//
// Shuffling the rows, renumbering the accounts or changing GOMAXPROCS changes
// no bit of any result. A metric that is undefined (no rows, one class only, a
// NaN score) is NaN, never 0 and never an error: reports print it as "n/a".
// Slices of unequal length and account numbers below zero are bugs of the
// caller and panic in functions without an error result.
package metrics
