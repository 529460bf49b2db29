package metrics

import "holdfast/models/logit"

// LogLoss is the mean negative log-likelihood in nats,
//
//	-(1/n) sum [y log p + (1-y) log(1-p)] = (1/n) sum [softplus(eta) - y eta]
//
// (Good 1952). It is computed from the linear predictor, so no probability is
// rounded to 0 or 1 (a clip at 1e-15 would hide a wrong certainty behind
// a loss of 34.5) and nothing is clipped: the result is infinite only if some
// eta is infinite and wrong. NaN for no rows or a NaN in eta.
func LogLoss(eta []float64, churned []bool) float64 {
	return mean(eta, churned, softplus)
}

// Brier is the mean squared error of the probabilities, (1/n) sum (p-y)^2 (Brier
// 1950), between 0 and 1. The distance of p from a churned row's 1 is taken from
// the other tail of the logistic function, not by subtraction. NaN for no rows or a NaN in eta.
func Brier(eta []float64, churned []bool) float64 {
	return mean(eta, churned, squaredMiss)
}

// RowLogLoss is the term of a row in [LogLoss], the same bits as LogLoss of that row alone.
func RowLogLoss(eta float64, churned bool) float64 { return softplus(toward(eta, churned)) }

// RowBrier is the term of a row in [Brier], the same bits as Brier of that row alone.
func RowBrier(eta float64, churned bool) float64 { return squaredMiss(toward(eta, churned)) }

// Terms are of every row the chance of churn, and its terms in [LogLoss] and [Brier].
type Terms struct{ P, LogLoss, Brier []float64 }

// NewTerms takes one exponential for a row. The bits are those of [RowLogLoss] and [RowBrier].
func NewTerms(eta []float64, churned []bool) Terms {
	mustMatch(len(churned), len(eta))
	n := len(eta)
	numbers := make([]float64, 3*n)
	t := Terms{numbers[:n:n], numbers[n : 2*n : 2*n], numbers[2*n:]}
	logit.Decays(t.P, eta)
	logOnePlus(t.LogLoss, t.P)
	for i, x := range eta {
		y := churned[i]
		p, miss := tails(x, t.P[i])
		t.P[i], t.LogLoss[i] = p, max(toward(x, y), 0)+t.LogLoss[i]
		if !y {
			miss = p
		}
		t.Brier[i] = miss * miss
	}
	return t
}

// ScaledBrier is 1 - Brier / (ybar (1-ybar)): 0 for a model that gives everyone
// the churn rate ybar, 1 for a perfect one (Steyerberg et al. 2010). NaN if
// either outcome is absent.
func ScaledBrier(eta []float64, churned []bool) float64 {
	n := float64(len(churned))
	events := float64(countTrue(churned))
	return 1 - ratio(Brier(eta, churned)*n*n, events*(n-events))
}

// mean averages a loss of the log-odds against the outcome over the rows.
func mean(eta []float64, churned []bool, loss func(against float64) float64) float64 {
	mustMatch(len(churned), len(eta))
	var sum exactSum
	for i, e := range eta {
		sum.add(loss(toward(e, churned[i])))
	}
	return ratio(sum.value(), float64(len(churned)))
}

// squaredMiss is the squared probability of what did not happen.
func squaredMiss(against float64) float64 {
	p := sigmoid(against)
	return p * p
}

// countTrue counts the churned rows, or anything else that is marked.
func countTrue(y []bool) int {
	n := 0
	for _, v := range y {
		if v {
			n++
		}
	}
	return n
}
