package metrics

import "math"

// sigmoid is 1/(1+exp(-x)), with full relative precision in the lower tail;
// the upper tail's distance from one is sigmoid(-x).
func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// bothTails are sigmoid(x) and sigmoid(-x), bit for bit, of one exponential.
func bothTails(x float64) (p, q float64) {
	e := math.Exp(-math.Abs(x))
	p, q = e/(1+e), 1/(1+e)
	if x >= 0 {
		p, q = q, p
	}
	return p, q
}

// tailsAndLoss are sigmoid(x), sigmoid(-x) and the log loss of a row with log-odds x, bit for
// bit, of one exponential.
func tailsAndLoss(x float64, churned bool) (p, q, loss float64) {
	e := math.Exp(-math.Abs(x))
	p, q = e/(1+e), 1/(1+e)
	if x >= 0 {
		p, q = q, p
	}
	return p, q, max(toward(x, churned), 0) + math.Log1p(e)
}

// softplus is log(1+exp(x)) without overflow or cancellation.
func softplus(x float64) float64 {
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}

// toward is eta seen from the outcome: the log-odds of what did not happen, so
// that both losses are one increasing function of it.
func toward(eta float64, churned bool) float64 {
	if churned {
		return -eta
	}
	return eta
}
