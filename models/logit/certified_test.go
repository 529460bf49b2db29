package logit

import (
	"testing"

	"holdfast/models/logit/logittest"
)

// from is the problem that is fitted.
func from(k logittest.Problem) Problem {
	return Problem{Columns: k.Columns, Y: k.Y, Weights: k.Weights, Offset: k.Offset, NoIntercept: k.NoIntercept, L2: k.L2, Firth: k.Firth}
}

// Fifteen and a half digits are those of a float64 with its last bit wrong. How many are
// reached stands in the table of TestDigitsAgreeWithReferences, in package backtest, beside
// those of every other answer that is known.
func TestCertifiedProblemsHaveAllTheirDigitsInGoodUnitsAndBad(t *testing.T) {
	for _, k := range logittest.Certified(t) {
		checkDigits(t, k.Name, k)
		checkDigits(t, k.Name+", in bad units", k.InBadUnits())
	}
}

func checkDigits(t *testing.T, name string, k logittest.Problem) {
	t.Helper()
	f := mustFit(t, from(k), Settings{})
	beta, se := f.all(), f.allStdErr()
	if k.NoIntercept {
		beta, se = beta[1:], se[1:]
	}
	check := func(what string, got float64, want string, digits float64) {
		if want == "" {
			return // not known in these units
		}
		if d := logittest.Digits(got, want); d < digits {
			t.Errorf("%s: %.2f digits of the %s, %.1f wanted", name, d, what, digits)
		}
	}
	for j := range beta {
		check("coefficient", beta[j], k.Answer.Beta[j], 15.5)
		check("standard error", se[j], k.Answer.SE[j], 15.5)
	}
	check("log likelihood", f.LogLik, k.LogLik, 15)
	check("objective", f.PenalisedLogLik, k.Objective, 15)
	for j, want := range k.Answer.CovFirst {
		first := len(f.Coef) + 1 - len(beta) // the row of the intercept, if there is one
		check("covariance", f.Covariance.At(first, first+j), want, 15)
	}
}
