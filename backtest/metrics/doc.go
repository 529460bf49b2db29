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
//   - weight []float64: how much a row counts for, from 0 on; 1 for each where it is nil.
//   - cluster []int32: the account of each row, numbered from 0. nil says that
//     every row is an account of its own. An account seen in several rows is
//     one observation, not several, and every interval here respects that.
//
// # How a number is made
//
//  1. [NewRanking] sorts the rows once, highest score first, and marks where
//     blocks of tied scores end. Rows that come in [Order] need no sort, and the
//     parts of rows that are ranked none of their own ([PartRankings]).
//  2. [Ranking.AUC], [Ranking.Curve] and [Ranking.Capacity] sweep the blocks
//     once with integer counts; [AUC], [KS], [AveragePrecision], [ROC],
//     [Capacity], [Gains] and [ProfitCurve] are the same sweeps with every row
//     counted once.
//  3. [WeightedCurve], [WeightedCapacity], [WeightedGains], [WeightedLogLoss], [WeightedBrier]
//     and [DecisionCurve] are their twins where rows weigh differently, by money for
//     example: ties are blocks of weight instead of counts. So have the others
//     theirs: [WeightedCalibrate], [WeightedECE], [WeightedSmoothCalibration], [WeightedRate],
//     [WeightedPSI] and [WeightedDrift], and the tests [WeightedSpiegelhalter] and
//     [WeightedHosmerLemeshow], for which a weight is no repetition.
//  4. [LogLoss], [Brier] and the calibration functions add their terms exactly
//     (see exactSum) and round once, at the end. [DecomposeBrier] and
//     [DecomposeLogLoss] split a loss into what recalibrating would gain and what
//     the order is worth; [SmoothCalibration], [ECEEqualCount], [Spiegelhalter] and
//     [HosmerLemeshow] measure the distance of p from the rates, and [Forecast.Distances] says
//     what of it would be left without chance. [NewForecast] sorts the rows and takes their
//     exponentials once for any number of these, [Forecast.Weighing] once more by weight.
//  5. [DeLong] turns the sweep into one pair of integers per account and the
//     clustered covariance of all candidates' AUCs (Obuchowski 1997); [AUCByGroup]
//     does so within each lead, segment or period.
//  6. [Bootstrap] redraws accounts and hands their multiplicities to a
//     statistic, typically a [Ranking] sweep: one sort serves all replicates.
//     [BootstrapAUC] and [BootstrapRanks] do the same for rank metrics, sixteen
//     replicates to a sweep, and [Draws] for lists and sums. Intervals are [Replicates.Percentile], or
//     [Replicates.BCa] with the [Acceleration] of [RankMetrics.Influence]; several
//     candidates are compared with [Replicates.Contrast] and
//     [Replicates.Simultaneous]. [ROCBands] draws the bands of ROC curves,
//     [CalibrationBins] knows where groups would lie if the predictions were right.
//  7. [Campaign] puts a score's profit into one number, [AtCapacity] that of a list.
//  8. Before there are scores: [PSI] and [Drift] compare distributions, the latter where
//     accounts repeat; [ClusteredRate] is a churn rate with its design effect;
//     [RileySampleSize] and [DetectableAUC] say how many rows a question needs, and
//     [FurtherRows] how many more a comparison does that is not decided.
//
// # What can be relied on
//
// Shuffling the rows, renumbering the accounts or changing GOMAXPROCS changes
// no bit of any result. A metric that is undefined (no rows, one class only, a
// NaN score) is NaN, never 0 and never an error: reports print it as "n/a".
// Slices of unequal length and account numbers below zero are bugs of the
// caller and panic in functions without an error result.
package metrics
