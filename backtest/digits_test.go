package backtest_test

import (
	"testing"

	"holdfast/models/logit"
	"holdfast/models/logit/logittest"
)

// TestDigitsAgreeWithReferences prints one table: every fit, interval, path, bin and metric
// whose answer is known from outside, and how many digits of it are reached. It falls into
//
//   - the certified problems, as given and in bad units (below);
//   - published figures (digits_published_test.go);
//   - the reference file of every data set (digits_reference_test.go).
//
// What is not beside the repository is skipped and named.
func TestDigitsAgreeWithReferences(t *testing.T) {
	var tab digitsTable
	t.Run("certified", func(t *testing.T) { certifiedRows(t, &tab) })
	t.Run("published", func(t *testing.T) { publishedRows(t, &tab) })
	t.Run("data sets", func(t *testing.T) { referenceRows(t, &tab) })
	if len(tab.rows) > 0 {
		t.Log(tab.String())
	}
}

// What is wanted of certified problems: all that a float64 has, its last bit apart, and
// half a digit less of what adds up many terms, log likelihoods and covariances.
const (
	certifiedDigits = 15.5
	sumDigits       = 15
)

func certifiedRows(t *testing.T, tab *digitsTable) {
	for _, k := range logittest.Certified(t) {
		certifiedRow(t, tab, k.Name, k)
		certifiedRow(t, tab, k.Name[:4]+" in bad units", k.InBadUnits())
	}
}

func certifiedRow(t *testing.T, tab *digitsTable, name string, k logittest.Problem) {
	f := fitProblem(t, logit.Problem{Columns: k.Columns, Y: k.Y, Weights: k.Weights, Offset: k.Offset,
		NoIntercept: k.NoIntercept, L2: k.L2, Firth: k.Firth})
	first := 0
	if k.NoIntercept {
		first = 1
	}
	r := tab.limited(name, certifiedDigits, "a float64 has no more; 15 of log likelihoods and covariances")
	beta, se := coefficients(f), f.Wald(0.95)
	for j, want := range k.Answer.Beta {
		r.certified(t, weights, "coefficient", beta[first+j], want, certifiedDigits)
		r.certified(t, stdErrors, "standard error", se[first+j].StdErr, k.Answer.SE[j], certifiedDigits)
	}
	r.certified(t, logLiks, "log likelihood", f.LogLik, k.LogLik, sumDigits)
	r.certified(t, logLiks, "objective", f.PenalisedLogLik, k.Objective, sumDigits)
	for j, want := range k.Answer.CovFirst {
		r.certified(t, others, "covariance", f.Covariance.At(first, first+j), want, sumDigits)
	}
}

func fitProblem(t *testing.T, p logit.Problem) *logit.Fitted {
	t.Helper()
	f, err := logit.Fit(t.Context(), p, logit.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// coefficients are those of a fit, intercept first.
func coefficients(f *logit.Fitted) []float64 { return append([]float64{f.Intercept}, f.Coef...) }
