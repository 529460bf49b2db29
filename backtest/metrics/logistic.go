package metrics

import "holdfast/models/logit"

// sigmoid is 1/(1+exp(-x)), with full relative precision in the lower tail;
// the upper tail's distance from one is sigmoid(-x).
func sigmoid(x float64) float64 {
	p, _ := logit.Logistic(x)
	return p
}

// tails are sigmoid(x) and sigmoid(-x), bit for bit, of e = e^-|x|.
func tails(x, e float64) (p, q float64) {
	p, q = e/(1+e), 1/(1+e)
	if x >= 0 {
		p, q = q, p
	}
	return p, q
}

// softplus is log(1+exp(x)) without overflow or cancellation.
func softplus(x float64) float64 {
	return max(x, 0) + logOnePlusOf(logit.Decay(x))
}

// toward is eta seen from the outcome: the log-odds of what did not happen, so
// that both losses are one increasing function of it.
func toward(eta float64, churned bool) float64 {
	if churned {
		return -eta
	}
	return eta
}
