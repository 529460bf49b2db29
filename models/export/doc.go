// Package export answers: how does a model run where holdfast does not?
//
// A model file is turned into four other things:
//
//  1. SQL writes one SELECT over the table of snapshots (package features/sql has the
//     dialects).
//  2. PMML and ONNX write the formats of scoring engines.
//  3. WeightsCSV and WeightsMarkdown write percent weights with the values that score 0 and
//     100, for people to type into a customer-success platform.
//
// None of them may say anything else than Model.Predict. What a format cannot say is
// refused with an *UnsupportedError that names the part, and never left out.
//
// # The way to PMML and ONNX
//
// The two formats, and the evaluators of one format, do not agree about missing values,
// infinities, rounding and three-valued logic. So compile turns a model into a program
// first: a graph of two dozen operations over doubles, in which all of that is written out
// as choices.
//
//   - lower.go and text.go turn expressions into nodes. A truth is two nodes, that it holds
//     and that it does not, so that and, or and not are those of Kleene (1952) without a
//     third value; a text is never a node, only a comparison is.
//   - encode.go turns what an encoder learned into nodes, and card.go the score of a
//     platform.
//   - score.go weighs, calibrates, and cuts p into bands.
//   - pmml.go and onnx.go spell the nodes.
//
// Equal nodes are one node, so that the size of a file is that of the model.
//
// # How equal is equal
//
// The steps are those of the Go scorer in double precision. What may differ is the last
// digit of exp and log, and the order of a sum: p agrees to a relative 1e-12, and the band
// always. A threshold of a band is the probability of a training row, so that ties at it
// are the rule: p may lie a relative 1e-12 below where the band begins. The steps of a
// staircase (isotonic) begin midway between scores of training rows, so that no row stands
// at one (models, calibrate_stairs.go). The tests compare every row of a simulated company
// of odd values in Go, and in onnxruntime and JPMML where the environment says where they
// are; .ci/engines does.
//
// # What is not in a PMML or ONNX file
//
// Histories have to be computed beforehand, as input columns by the names that the model
// file gives them. Models of what else may happen (Model.Outlook) are models of their own.
// Bands with a memory (hysteresis) need the band before, and are refused.
package export
