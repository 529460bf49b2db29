// Package models answers: how do factors become a probability?
//
// A Candidate is what the user wrote; a Model is what was learned from training
// examples, and only a Model predicts.
//
//  1. Compile resolves candidates against factors and columns and adds the
//     baseline, which is always there.
//  2. Candidate.Fit encodes the training view (package features), fits the score
//     of its kind (learn) and returns a frozen Model. Scores that are not
//     probabilities are calibrated on the same training rows (calibrate), or on
//     the latest of them (holdBack).
//  3. Model.Introduce adds what people need and scores do not: what is usual for
//     each factor, and where the bands begin (Ladder). Only the model that is
//     shipped is introduced, not one per fold.
//  4. Model.Predict scores any rows with what is stored; Model.Explain and
//     Model.Ways say why, and what would help.
//  5. Model.Write and Read keep models in a versioned, human-readable JSON file
//     that reloads to bit-equal scores.
//
// The solver is the sub-package logit, which knows nothing of accounts or files.
//
// # One arithmetic for all kinds
//
// Every model is a score, linear in the encoded factors, and a line that turns the
// score into log-odds of churn:
//
//	score = b_0 + sum_j b_j x_j      eta = a + c score      p = 1/(1 + exp(-eta))
//
// Logistic: x are standardised factors, b is fitted, a = 0 and c = 1. Weights: x are
// 0-100 factor scores with 100 = healthy, b_j = -w_j / sum w, so that the score is
// minus a health. Vendor: x is the column and b is +1 or -1 by its declared
// direction. For these two a and c are fitted (Platt 1999) with c >= 0: data may
// weaken a declared direction but never turn it round. Baseline: no x, c = 0.
//
// A worked score: usage weighs 60 and the survey 40, and the calibration came out as
// a = 1.4 and c = 0.05. The average training account scores 60 and 50 on the two, this one
// 80 and 50:
//
//	           0.6 usage + 0.4 survey    score   eta = 1.4 + 0.05 score     p
//	average    36 + 20 = 56              -56     -1.4                       0.198
//	this one   48 + 20 = 68              -68     -2.0                       0.119
//
// Its explanation is usage -0.6 and survey 0: together the -0.6 by which its log-odds lie
// below those of the average account.
//
// # What was computed elsewhere
//
// The scores of customer-success platforms (package platform) are candidates of the same
// arithmetic: a Card makes one column x of the design, in which missing values are still
// missing, and b is +1 or -1 by the declared direction. Rules are one factor, the place of
// the first recipe that holds, and have one log-odds for each band instead of a line:
//
//	eta = log(r/(1-r)),  r = (churned + a)/(rows + 1),  a the churn rate of all rows
//
// pooled where a band leaves less often than a less risky one (calibrateBands). Hand
// weights with a Missing policy are the card of a weighted mean. A candidate may also be the
// model file of an earlier run, as it is or its recipe refitted (Earlier), or the
// predictions of another tool, joined to the snapshots by dataset (Predicted).
//
// Two of them can see too much, and are stopped: a model file that is used as it is knows
// the labels of its own training, so a backtest leaves out the folds whose cutoff lies
// before the last of them (Candidate.KnownBy); a prediction that was made after the day it
// is of is refused. What has no score, because a measure, a recipe or the other tool could
// not tell, is NaN: not scored, counted, and no part of calibration (rated).
//
// # Penalties
//
// Ridge, lasso and elastic net are parametrised as in glmnet: lambda of the mean log
// likelihood, over columns standardised with 1/n, the intercept free. Penalty.Auto walks
// forward inside the training rows (chosenStrength): each inner model learns from labels
// known at its cutoff and is judged on later as-of dates, because random folds would let
// the future choose how much to believe the past. Where the training rows have too few dates for
// that, parts of the accounts take turns (accountSplits), and a warning says so. Penalty.OneSE then takes the strongest
// strength that is not clearly worse than the best. Firth's penalty has no strength.
//
// # Limits
//
// Fitting says what weights may be: of the declared sign, between bounds, pinned, or capped
// by category; or whole points of health that sum to 100 (Percent), which is what a
// platform can run. All of these are convex, so that there is one best fit, and package
// logit proves of each that it is it (FitConstrained). A task puts what is known before the
// fit into the solver's offset: pinned weights, hand weights to shrink to
// (Candidate.Toward, with Candidate.Path for the whole way), the sampling of the rows.
//
// # Calibration
//
// Calibrate says how a score becomes log-odds, and Model.Calibration carries it: a line
// (Platt 1999), a rising staircase (package isotonic), a shift of log-odds for everyone or
// per segment. With Later the score is fitted on what was known on the first day of the
// latest slice of the training rows, and calibrated on that slice; the score is not fitted
// again on all rows afterwards, because the calibration is that of this score. A staircase
// gives many scores one probability. Ranking metrics, call lists and ties go by the score,
// which no calibration changes.
//
// # Segments
//
// A candidate with PerSegment has the pooled weights and, for every segment with enough
// events, weights of its own over the same encoder, drawn to the pooled ones (fitSegments).
// How strongly is chosen in time order, one strength for all (chooseSegmentStrength). Routing says which
// segment a row is of; a row of none, or of one that training did not have, has the pooled
// weights.
//
// # Targets
//
// A candidate gives the probability of churn, of contraction or of expansion: its Target is
// the event that the training view asks about (dataset.View.For), and everything above is
// the same for all three. What is declared in terms of health is turned for expansion. An
// Outlook adds models of growth and of shrinking to a model of churn, and NewProspect makes
// one distribution of the three answers.
//
// # Weights for people
//
// Logistic weights are stated per unit of each factor: b_j / sd_j, and the intercept
// b_0 - sum_j b_j mean_j / sd_j with a standard error by the delta method. Under a ridge
// penalty the standard errors are those of the penalised Hessian: they measure
// spread around the shrunken value, not around the truth.
//
// # Inference
//
// Model.Infer asks how far the weights of a fit can be trusted: account-clustered errors,
// profile-likelihood intervals, a test per factor, variance inflation, shares of the
// score (Shares has the definitions), and the accounts that move a weight most.
// Candidate.Stability draws the accounts anew; Model.Effects is each factor's partial
// effect beside what the rows say themselves. What a factor is worth on renewals that
// no fit has seen is for a backtest to say (Candidate.Without, backtest.DropOne). None of
// it enters a model file.
//
// # Model files
//
// A file is accepted if and only if it is, byte for byte, what Write writes of the
// model it holds, its sha256 seal included. The seal finds damage and idle edits; it
// is no signature and does not prove who wrote the file.
//
// # Where to look
//
//	candidate, target, penalty, fitting, emphasis    what a user can ask for, and what is refused
//	fit, logistic, task, limits                      from examples to weights
//	strength, near, toward, segments_strength        what is chosen in time order inside the training rows
//	percent, percent_round                           whole points out of 100
//	calibrate, calibrate_learn, calibrate_stairs     from score to log-odds: learned
//	calibration, predict, routing                    from score to log-odds: used
//	categories, platform, rules, predictions, earlier  scores that are not fitted here
//	bands, ladder, peers, reference                  what is learned once a model is shipped
//	sharing                                          what candidates of one fold do together
//	explain, reading, way, topcategory, outlook      what an account is told
//	inference and its siblings                       how far the weights can be trusted
//	weights, with, stat                              weights as people read and move them
//	file                                             the model file
//	scorer and its siblings                          a model at work over many rows
package models
