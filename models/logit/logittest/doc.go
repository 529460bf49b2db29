// Package logittest answers, for tests: which logistic regressions have an answer that is
// known from outside, and how many digits of it are reached?
//
// It reads the certified problems ([Certified]) and published tables ([ReadTable]) that lie
// beside the repository, changes the units of a problem together with its answer
// ([Problem.InBadUnits]), and counts digits ([Digits], [Figure]). Package logit and the
// packages to its right share it, so that there is one reader and one way of counting.
//
// It does not import package logit: the tests of logit import it from inside.
package logittest
