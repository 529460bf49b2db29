// Package models answers: how do factors become a probability?
//
// A Candidate is what the user wrote; a Model is what was learned from training
// examples, and only a Model predicts.
//
//  1. Compile resolves candidates against factors and columns and adds the
//     baseline, which is always there.
//  2. Candidate.Fit encodes the training view (package features), fits the score
//     of its kind (fitLogistic, fitWeights, fitVendor, fitBaseline) and returns a
//     frozen Model. Scores that are not probabilities get a two-parameter
//     calibration learned on the same training rows.
//  3. Model.Predict scores any rows with what is stored.
//  4. Model.Write and Read keep models in a versioned, human-readable JSON file
//     that reloads to bit-equal scores.
//
// The solver is the sub-package logit, which knows nothing of accounts or files.
package models
