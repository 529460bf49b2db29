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
//     constant columns (newDesign in design.go);
//  3. on large problems, come close on a subset of the rows (warm in warm.go);
//  4. evaluate the start; if its Hessian is suspicious, find aliased columns
//     by R's order rule, drop them, and choose a basis in which what is left
//     is well conditioned (reveal in rank.go);
//  5. minimise by damped Newton steps (run in newton.go), each one blocked,
//     parallel pass over the rows (evaluate in pass.go, dot2x4 in kernel.go);
//  6. meanwhile refuse, with a certificate, outcomes that some direction
//     separates (recession in separation.go);
//  7. refine in double-double arithmetic, for the last digit of coefficients
//     and standard errors (refine in exact.go, exactpass.go, dd.go, ddexp.go);
//  8. undo the scaling and report (report in inference.go).
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
// [Fitted.Profile] gives likelihood-ratio tests and profile intervals under every
// penalty but a path's (profile.go).
//
// # Columns that do not fit in memory
//
// A [Source] stands for columns on a disk. Every pass reads a chunk of rows into the
// buffers of the worker that has it (window in source.go), and does with it what it does
// with columns in memory: the answer has the same bits. All steps work this way. Memory
// is a few numbers per chunk, and for rows: the responses, and the margins (8 bytes a row)
// while separation is looked into.
//
// # Accuracy
//
// With the refinement, which [ExactAuto] grants every problem of up to
// 250 000 rows, coefficients and standard errors are right to the rounding of
// float64 (15.5 digits or more) on problems whose columns are collinear to
// one part in 10^10. Without it, coefficients are good to about the unit
// roundoff times the condition of the problem.
//
// # Determinism
//
// Rows are cut into chunks by their number alone, and partial sums are added
// in chunk order: the same problem gives the same bits on any GOMAXPROCS.
// Permuting the rows of a refined fit changes the last bit at most.
//
// # References
//
// McCullagh and Nelder, Generalized Linear Models (1989), chapter 4; Albert
// and Anderson, Biometrika 71 (1984), on the existence of estimates; Higham,
// Accuracy and Stability of Numerical Algorithms (2002), chapter 12, on
// iterative refinement with residuals in higher precision; Firth, Biometrika 80 (1993);
// Friedman, Hastie and Tibshirani, Journal of Statistical Software 33 (2010).
package logit
