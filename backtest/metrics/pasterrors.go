package metrics

import "math"

// PastErrors say how far estimates between 0 and 1, such as those of [Expected], were off where
// the truth has come in since: estimate less truth.
type PastErrors struct {
	N       int
	Bias    float64 // mean; NaN for fewer than three errors
	Typical float64 // root mean square; NaN likewise
}

// fewestErrors is how many errors say how far estimates are off: the spread of two is hardly known
// itself.
const fewestErrors = 3

// NewPastErrors sums up errors.
func NewPastErrors(errors []float64) PastErrors {
	e := PastErrors{N: len(errors), Bias: math.NaN(), Typical: math.NaN()}
	if e.N < fewestErrors {
		return e
	}
	var sum, squares float64
	for _, x := range errors {
		sum, squares = sum+x, squares+float64(x*x)
	}
	e.Bias, e.Typical = sum/float64(e.N), math.Sqrt(squares/float64(e.N))
	return e
}

// Around is a new estimate with the interval in which the truth lies with probability level, if
// its error is one more like those n: with s their standard deviation,
//
//	estimate - bias -+ t_{n-1} s sqrt(1 + 1/n)
//
// the prediction interval of a normal sample (Hahn 1969); the normal quantile would take the spread of a
// handful of errors for known. Both terms are carried over to the scale of log-odds, where a change by e
// is one of e / (v (1-v)) at the value v (the delta method), so that the interval stays
// between 0 and 1. Its middle is not the estimate where there is a bias. Limits are NaN for
// fewer than three errors, and for an estimate of 0 or 1.
func (e PastErrors) Around(estimate, level float64) Estimate {
	n := float64(e.N)
	s := math.Sqrt(max(0, e.Typical*e.Typical-e.Bias*e.Bias) * n / (n - 1))
	half := studentQuantile(level, n-1) * s * math.Sqrt(1+1/n)
	odds, slope := math.Log(estimate/(1-estimate)), 1/(estimate*(1-estimate))
	return Estimate{Value: estimate, StdErr: half / normalQuantile(level),
		Low: sigmoid(odds - float64(slope*(e.Bias+half))), High: sigmoid(odds - float64(slope*(e.Bias-half)))}
}
