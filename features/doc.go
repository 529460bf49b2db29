// Package features answers: what do we look at?
//
// A Factor is what the user wrote: a named expression over snapshot columns with
// its policies for missing values, outliers, scale and rare levels. An Encoder is
// what was learned about the factors from training rows: fills, clip bounds,
// levels, anchors, means and deviations. Only an Encoder turns rows into numbers,
// and it uses nothing but what it has stored: one account scored alone gets the
// same bits as inside a million.
//
//  1. Compile checks factors against the columns there are.
//  2. Complete leaves out examples that a factor with missing: drop cannot use.
//  3. Fit learns an Encoder from a view of examples and returns their design
//     matrix, column by column, in one of six forms: Standardised for a logistic
//     fit, Scores (0-100, 100 = healthy) for hand-set weights, Raw for a score that
//     is used as it is; Graded and Observed, which are Scores and Raw with what is
//     missing left missing, for arithmetic that knows what to make of it; and Shared,
//     Scores in which the factors that say so leave it missing.
//  4. Encoder.Encode does the same to any other rows.
//  5. Leaks finds factors that know the answer; Describe profiles them for people.
//
// A factor reads an expression over the columns of one snapshot, or a history: what
// package history makes of the snapshots of its account up to that day (history.go).
// Compile notes what the history is taken of, Histories says what dataset has to compute,
// and from there on a history is a column of numbers like any other, with the same
// policies. A Scope reads recipes in which factors are named before columns, and writes
// them out over columns, so that they are factors like any other (derive.go): a Rule is
// one that the factor itself gives.
//
// All of a definition is data, an expression tree and numbers: no factor holds a function,
// so that it can be written to a model file, and be compiled to another language.
//
// # The way of a number
//
// A value v of the expression passes these steps, in this order; fill, low, high,
// at0, at100, mean and sd are numbers that the encoder has stored.
//
//	v = fill                                  if it is missing (missing: drop: NaN)
//	v = min(max(v, low), high)                if there is a clip
//	v = ln(1 + v) or asinh(v)                 if there is a scale
//	x = (v - mean) / sd                       Standardised
//	x = 100 (v - at0) / (at100 - at0)         Scores, held within 0 and 100
//
// Raw and Observed stop after the first step; Observed and Graded skip it. Fit learns them
// in the same order from the training rows: the fill is their median or mean, clip
// percentiles are of type 7 (Hyndman and Fan 1996), anchors are the clip bounds or the
// percentiles 5 and 95, mean and population deviation are those of the scaled values with
// missing ones filled. A percentile never sees a filled value, a mean does: it centres what
// the fit will see.
//
// With log1p there is always a low bound above -1, the smallest value of training if
// nobody gave one, so that no later value is without a logarithm. For example, clip
// [p1, p99], log1p on values 0, 1, 3 and a new row of -0.5: low is 0.02, so the row
// encodes as one of 0.02 and says nothing worse than training ever saw.
//
// missing: own adds a second column, 1 where the value was missing: the fit can then
// give not-known a weight of its own, beside that of the median.
//
// A truth is a number, 1 or 0, and scores 0 and 100 however rare one of them is. Where a
// rule cannot be told, by the logic of three values of package expr, it is missing.
//
// # The way of a shape
//
// Three kinds make another number of the value, which then is what the factor is worth, in
// Raw and Observed too; they have no clip and no scale, and their direction is their own.
//
//	bins      the weight of evidence of the value's bin (package binning), positive = risk.
//	          Cuts are learned from the labels of the training rows, or given. Missing values
//	          have a bin of their own, but in the forms that leave them missing. As a score,
//	          0 is the riskiest bin and 100 the safest.
//	points    0-100 points, linear between anchors and flat outside of them.
//	tiers     0-100 points, the same up to and including the upper end of a tier.
//
// Points are scores as they are, to the bit, and a fit standardises them. A fourth kind,
// spline, is a number that becomes several columns of a standardised design: itself, which
// is called linear, and a bend for each knot but two (spline.go). In the other forms it is
// the number.
//
// # The way of factors made of others
//
// An interaction is the product of its members, each standardised as on its own; it is
// missing where one of them is, and 0 then unless it says otherwise, as if all were at
// their mean. A group is the mean of its members' standardised values, turned by their
// expect so that more is healthier; missing members are left out of the mean, and where all
// are missing so is the group. From there on both are numbers like any other. Members are
// numbers, bins, points or tiers that stand before them in the list, so that there are no
// circles; what they learned is stored with the factor that they are members of
// (members.go).
//
// For example, members with mean 2 and deviation 1, of which the second is the riskier the
// more: an account with 3 and 1 has 1 and -1, a product of -1 and a group of (1 + 1)/2 = 1.
//
// # For whom, and for how long
//
// Only limits a factor to segments: it is learned from their rows and says nothing about
// others, 0 where columns are standardised (limit.go). Fresh makes a value missing whose
// companion date is too old, lies after the as-of date, or is not known (fresh.go): with
// max_age 90 a value of 90 days is fresh and one of 91 is not. Dates of the future are
// counted in a warning. With Stale Redistribute, form Shared leaves what is missing to the
// other factors of the score.
//
// # The way of a category
//
// Levels seen in training get a column each, 1 in their rows and 0 elsewhere, but for
// the reference level, which the intercept stands for. The reference is the one asked
// for, else the first in byte order. Levels with fewer than Rare training rows share
// one column, OtherLevel; missing values have their own, MissingLevel. Columns are
// standardised like numbers. Data may hold levels of those names: it is the Role of a
// column that counts, and a level of the data is shown in quotes then.
//
// A level that training never saw goes where Unseen says: to the reference, to the
// pool, or to NaN, which means not scored. It is counted in a warning in any case.
//
// # What is left out
//
// A column that is the same in all training rows can carry no weight. It is marked
// Constant, is no column of any design, and is warned of. Columns that all but a
// handful of rows share, categories finer than their rows can tell apart, and a
// reference that never occurs are warned of too (warnings.go).
//
// # Leaks
//
// A factor leaks when it alone tells churned from renewed almost without error: its
// value, a level, or whether it is there at all (leak.go). The judgement is made
// against the labels, and against whether the account ever churned: a column that was
// overwritten when the account left gives away its early rows as well, long before
// they are labelled churned. Few examples prove nothing, and an honest factor of AUC
// 0.85 stays far below the line.
// A factor made of others is not judged: it knows what its members know.
//
// # Designs on disk
//
// The design of a view whose table is stored (dataset.Reading.Memory) goes to a temporary
// file, column by column as its factors are fitted, and is read back by the piece
// (design.go). Fitting a factor takes a few columns of memory, whatever their number. With a
// Notebook the file is that of all designs of the view: each column is written once, over
// those of the view before, and closing the notebook gives the space back.
//
// # Bits
//
// The design that Fit returns, the one that Encode makes of the same rows, and the one
// that an encoder read back from JSON makes of them are equal bit for bit, on any
// number of processors and in batches of any size. Every value depends on its own row
// and on stored numbers only; sums run over rows in canonical order.
package features
