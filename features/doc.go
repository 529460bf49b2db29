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
//     matrix, column by column, in one of three forms: Standardised for a logistic
//     fit, Scores (0-100, 100 = healthy) for hand-set weights, Raw for a score that
//     is used as it is.
//  4. Encoder.Encode does the same to any other rows.
//  5. Leaks finds factors that know the answer.
package features
