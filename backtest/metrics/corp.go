package metrics

import (
	"math"
	"slices"

	"holdfast/models/isotonic"
)

// Decomposition splits a mean score into what is wrong and what is useful about a forecast
// (CORP: Dimitriadis, Gneiting and Jordan, PNAS 118, 2021):
//
//	Score = Miscalibration - Discrimination + Uncertainty
//
// With q the isotonic regression of the outcomes on p (the best recalibration that keeps
// the order) and ybar the churn rate: Miscalibration = S(p) - S(q) is what recalibrating
// would gain, Discrimination = S(ybar) - S(q) what the order is worth, and Uncertainty =
// S(ybar) what the outcomes would cost with nothing known. Neither of the first two can
// be negative. There are no bins to choose.
type Decomposition struct {
	Score, Miscalibration, Discrimination, Uncertainty float64
}

// DecomposeBrier is the CORP decomposition of [Brier], of [WeightedBrier] with weights;
// weight may be nil. NaN without rows, for a NaN in eta, and for a negative weight.
func DecomposeBrier(eta []float64, churned []bool, weight []float64) Decomposition {
	brier, _ := NewForecast(eta, churned).Decompose(weight)
	return brier
}

// DecomposeLogLoss is the CORP decomposition of [LogLoss], of [WeightedLogLoss] with
// weights; weight may be nil. A forecast that is certain and wrong has infinite Score and
// Miscalibration. NaN without rows, for a NaN in eta, and for a negative weight.
func DecomposeLogLoss(eta []float64, churned []bool, weight []float64) Decomposition {
	_, logLoss := NewForecast(eta, churned).Decompose(weight)
	return logLoss
}

// Decompose is [DecomposeBrier] and [DecomposeLogLoss], of one isotonic regression.
func (f *Forecast) Decompose(weight []float64) (brier, logLoss Decomposition) {
	steps, ok := f.recalibrated(weight)
	if !ok || len(steps) == 0 {
		nan := Decomposition{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
		return nan, nan
	}
	weight = inPlaces(weight, f.order)
	logLoss = decompose(steps, f.over(weight, f.losses), entropy)
	return decompose(steps, f.over(weight, f.squaredMisses), variance), logLoss
}

// over is the mean of a number of the row at every place over their weights, or over rows where
// these are nil. A row without weight has no say, be its number infinite.
func (f *Forecast) over(weight []float64, of func(to []float64, from int)) float64 {
	var sum, all exactSum
	if weight == nil {
		sum.addBlocks(len(f.eta), of)
		return ratio(sum.value(), float64(len(f.eta)))
	}
	sum.addBlocks(len(weight), func(to []float64, from int) {
		of(to, from)
		for k, w := range weight[from:][:len(to)] {
			if w == 0 {
				to[k] = 0
			} else {
				to[k] *= w
			}
		}
	})
	all.addAll(weight)
	return ratio(sum.value(), all.value())
}

// decompose needs the score of p and the scores of the two forecasts that give groups of
// rows their own rate: those are functions of the groups' counts.
func decompose(steps []mass, score float64, ownRate func(mass) float64) Decomposition {
	all := totalMass(steps)
	rows := all.churned + all.renewed
	var sum compensated
	for _, s := range steps {
		sum.add(ownRate(s))
	}
	best := sum.value() / rows
	d := Decomposition{Score: score, Uncertainty: ownRate(all) / rows}
	d.Miscalibration = max(0, d.Score-best) // below 0 by rounding only
	d.Discrimination = max(0, d.Uncertainty-best)
	return d
}

// variance is the Brier score times the weight of rows that all get their own rate.
func variance(m mass) float64 { return m.churned * (m.renewed / (m.churned + m.renewed)) }

// entropy is their log loss times the weight.
func entropy(m mass) float64 {
	term := func(part, other float64) float64 {
		if part == 0 {
			return 0
		}
		return part * math.Log1p(other/part) // part times log of 1/share
	}
	return term(m.churned, m.renewed) + term(m.renewed, m.churned)
}

// recalibrated pools the ties of eta, rising, into the steps of the isotonic regression of
// the outcomes.
func (f *Forecast) recalibrated(weight []float64) (steps []mass, ok bool) {
	if !f.ok || !allWeights(weight, len(f.eta)) {
		return nil, false
	}
	blocks := massesOf(f.eta, f.churned, inPlaces(weight, f.order))
	slices.Reverse(blocks)
	sums, weights := make([]float64, len(blocks)), make([]float64, len(blocks))
	for i, b := range blocks {
		sums[i], weights[i] = b.churned, b.churned+b.renewed
	}
	for _, s := range isotonic.Pool(sums, weights) {
		steps = append(steps, totalMass(blocks[s.From:s.To]))
	}
	return steps, true
}

// ReliabilityStep is a step of the CORP reliability diagram: the rows with log-odds from
// Low to High churned at Rate.
type ReliabilityStep struct {
	Low, High  float64 // eta of the first and the last row
	N, Churned int
	Rate       float64
}

// Reliability is the CORP reliability diagram: the isotonic regression of the outcomes on
// eta, in rising steps. It needs no bins, and its distance from the diagonal is the
// Miscalibration of [DecomposeBrier]. nil without rows or for a NaN in eta.
func Reliability(eta []float64, churned []bool) []ReliabilityStep {
	mustMatch(len(churned), len(eta))
	eta, churned, _, _ = arranged(eta, churned, nil)
	var sums, sizes []float64
	var first []int // the place of the first row of each tie, by rising eta
	for end := len(eta); end > 0; end = first[len(first)-1] {
		from := tieStart(eta, end)
		first, sums, sizes = append(first, from), append(sums, float64(countTrue(churned[from:end]))), append(sizes, float64(end-from))
	}
	var out []ReliabilityStep
	for _, s := range isotonic.Pool(sums, sizes) {
		out = append(out, ReliabilityStep{
			Low: eta[first[s.From]] + 0, High: eta[first[s.To-1]] + 0, // -0 shows as 0
			N: int(s.Weight), Churned: int(s.Sum), Rate: s.Mean(),
		})
	}
	return out
}
