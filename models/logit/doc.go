// Package logit answers one question of the toolkit: which weights make a set
// of columns predict an outcome best, and how sure are they? It fits weighted
// logistic regressions, plain or penalised (ridge, elastic net, Firth), and knows nothing of
// accounts, files or settings: slices in, numbers out.
//
// The model is P(y=1) = 1/(1+exp(-eta)), eta = offset + b_0 + sum_j b_j x_j.
// [Fit] maximises
//
//	sum_i w_i [y_i log p_i + (1-y_i) log(1-p_i)]  -  1/2 sum_j lambda_j b_j^2
//
// in these steps, each in the file that bears its name:
//
//  1. check shapes and ranges (problem.go);
//  2. standardise columns by exact powers of two and a shift, and leave out
//     constant columns (newDesign in design.go, standardise in moments.go);
//  3. go on from a fit of nearly the same problem if there is one (goOn in warm.go), or on large
//     problems come close on a subset of the rows (warm), and from there closer by gradients of
//     all rows under the Hessian of that fit or subset (approach in chord.go);
//  4. evaluate the start; if its Hessian is suspicious, find aliased columns
//     by R's order rule, drop them, and choose a basis in which what is left
//     is well conditioned (reveal in rank.go);
//  5. minimise by damped Newton steps (run in newton.go), each one parallel pass over
//     the rows (evaluate in pass.go), in blocks that stay in the cache (block.go);
//  6. meanwhile refuse, with a certificate, outcomes that some direction
//     separates (recession in separation.go);
//  7. refine in double-double arithmetic, for the last digit of coefficients
//     and standard errors (refine in exact.go, blocks in exactblock.go, dd.go, ddexp.go);
//  8. undo the scaling and report (report in inference.go).
//
// # Speed
//
// What grows with rows times columns is the kernel (kernel.go): a dozen small functions on
// a block of rows, in vector instructions on amd64 and in Go elsewhere, chosen when a
// design is made. Columns are standardised on the way into the cache, so that no copy of
// them is ever made. At 24 columns a gradient of rows in memory costs about what reading
// them costs, and a Hessian two to three times that; a fit of a million rows takes five or
// six gradients and one Hessian. A path takes little more than one gradient per strength:
// its Hessian is renewed a few times in all, and learns from the gradients in between.
//
// Fits of the same rows can go over them in step ([Convoy]): a chunk that one has read is in
// the cache for the others, and each has the bits that it has alone.
//
// # Other penalties
//
// [Problem.Firth] takes the penalty of Firth (1993) instead of a ridge, for small samples
// and for columns that separate the outcomes: the same steps, with the objective of
// firth.go and the refinement of firthexact.go. [FLIC] corrects its level.
//
// [FitPath] fits elastic nets under a falling sequence of strengths (path.go). Its
// answers are as good as the stated violation of the optimality conditions.
//
// [FitConstrained] keeps coefficients, and weighted sums of them, within limits, and says
// how well the conditions of the optimum hold (constrained.go).
//
// [Fitted.Profile] gives likelihood-ratio tests and profile intervals under every
// penalty but a path's (profile.go).
//
// # Columns that do not fit in memory
//
// A [Source] stands for columns on a disk. Every pass reads a chunk of rows into the
// buffers of the worker that has it (window in source.go), and does with it what it does
// with columns in memory: the answer has the same bits. All steps work this way. Fits in step
// read a chunk of a column that they share once for all of them (shelf.go). Memory
// is a chunk of each column for each worker, a Hessian for each of at most 256 stripes of chunks, and for rows: the responses, and the margins (8 bytes a row)
// while separation is looked into.
//
// # Accuracy
//
// With the refinement, which [ExactAuto] grants every problem of up to
// 250 000 rows, coefficients and standard errors are right to the rounding of
// float64 (15.5 digits or more) on problems whose columns are collinear to
// one part in 10^10. Without it, coefficients are good to about the unit
// roundoff times the condition of the problem. TestDigitsAgreeWithReferences, in
// package backtest, prints a table of every problem with a known answer, as given and in bad
// units.
//
// Inside a pass, e^-|eta| is right to one unit in the last place, probabilities and their
// complements to two and a half, however small, and variances to four.
//
// # Determinism
//
// Rows are cut into chunks by their number alone, and partial sums are added
// in the order of rows: the same problem gives the same bits on any GOMAXPROCS.
// Permuting the rows of a refined fit changes the last bit at most.
//
// Passes have the same bits on every machine, because the Go kernel defines each operation
// of the vector one, fused where that is fused. What lies between passes (the solution of
// small linear systems, and logarithms in what is reported) may differ in last bits from
// one architecture to another. A refined fit forgets that with its thirty digits; an
// unrefined one, of more than 250 000 rows, keeps it within the tolerance.
//
// # References
//
// McCullagh and Nelder, Generalized Linear Models (1989), chapter 4; Albert
// and Anderson, Biometrika 71 (1984), on the existence of estimates; Higham,
// Accuracy and Stability of Numerical Algorithms (2002), chapter 12, on
// iterative refinement with residuals in higher precision; Firth, Biometrika 80 (1993);
// Friedman, Hastie and Tibshirani, Journal of Statistical Software 33 (2010).
package logit
