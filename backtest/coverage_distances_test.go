package backtest

import (
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/models"

	"gonum.org/v1/gonum/mathext"
)

// bent is a score of the portfolio with other log-odds, in the same order: a + b eta.
type bent struct {
	name string
	a, b float64
}

// bents are what is said of calibration is tried on: the score of the portfolio as it is, which is
// somewhat off (ECE 0.021), one that is nearly calibrated (0.011) and two that are far off
// (0.065), of probabilities too extreme and not extreme enough.
func bents() []bent {
	return []bent{{"", 0, 1}, {"nearly calibrated: ", -0.08, 0.8}, {"too extreme: ", 0.5, 1.5}, {"too timid: ", -0.9, 0.35}}
}

// reportsOfDistances are the intervals of distances, of discrimination and of KS by value of the
// first score, as it is and bent.
func reportsOfDistances(s *sample, eta []float64, o Options) (out []reported) {
	for _, k := range bents()[1:] {
		said := make([]float64, len(eta))
		for i, x := range eta {
			said[i] = k.a + k.b*x
		}
		list := append(qualityMetrics(s.rankedBy(said, said), o), weightedMetrics(s, said, said, make([]float64, len(said)), o.Level)...)
		for _, m := range list {
			if o.IntervalMethod(m.Name) == byInversion && m.Name != ValueKS { // the order is the same
				out = append(out, reportsOfList(k.name, []Metric{m})...)
			}
		}
	}
	return out
}

// ofPopulation are the true values of an endless company, of a bent score of the portfolio, by their kind.
// Bins are as many as a company of 300 accounts has. Values are drawn apart from everything
// else, so that what is counted by value is the same.
func ofPopulation(k bent) map[string]float64 {
	eta, churned, weight := population()
	for i := range eta {
		eta[i] = k.a + k.b*eta[i]
	}
	brier, loss := metrics.DecomposeBrier(eta, churned, weight), metrics.DecomposeLogLoss(eta, churned, weight)
	smooth := metrics.WeightedSmoothCalibration(eta, churned, weight, curvePlaces)
	truths := make(map[string]float64)
	for name, v := range map[string]float64{
		ECE: metrics.WeightedECE(eta, churned, weight, 10), ICI: smooth.ICI, CalibrationE50: smooth.E50, CalibrationE90: smooth.E90,
		BrierMiscalibration: brier.Miscalibration, BrierDiscrimination: brier.Discrimination,
		LogLossMiscalibration: loss.Miscalibration, LogLossDiscrimination: loss.Discrimination,
	} {
		truths[k.name+name], truths[k.name+"value_"+name] = v, v
	}
	if k.name == "" {
		truths[ValueKS] = metrics.WeightedCurve(eta, churned, weight).KS
	}
	return truths
}

// population is the law of the portfolio's first score as rows that weigh: each of its log-odds
// once churned, at the weight of their rate, and once not. With z the score in units of what
// an account is like, of variance 1 + 0.49 + 0.16, risk given z is normal around z/1.65 with variance
// 1 - 1/1.65, and the rate is the mean over it.
func population() (eta []float64, churned []bool, weight []float64) {
	const places, nodes, variance = 4000, 200, 1.65
	for i := range places {
		z := math.Sqrt(variance) * mathext.NormalQuantile((float64(i)+0.5)/places)
		var rate float64
		for k := range nodes {
			risk := z/variance + math.Sqrt(1-1/variance)*mathext.NormalQuantile((float64(k)+0.5)/nodes)
			rate += models.Probability(1.2*risk-1.5) / nodes
		}
		x := 0.8*z - 1.5
		eta, churned, weight = append(eta, x, x), append(churned, true, false), append(weight, rate, 1-rate)
	}
	return eta, churned, weight
}

// The law is that of the portfolio: its Brier score and AUC are those of a company of 25,000
// accounts, whose own are known to 0.001 and 0.003.
func TestPopulationIsThatOfThePortfolio(t *testing.T) {
	if testing.Short() {
		t.Skip("not checked: the law by which intervals of distances are judged")
	}
	p := portfolio(rand.New(rand.NewPCG(53, 0)), 25_000)
	eta, churned, weight := population()
	whole := metrics.WeightedCurve(eta, churned, weight)
	for name, pair := range map[string][2]float64{
		"Brier": {metrics.WeightedBrier(eta, churned, weight), metrics.Brier(p.Eta[0], p.Churned)},
		"AUC":   {whole.AUC, metrics.AUC(p.Eta[0], p.Churned)},
	} {
		if !near(pair[0], pair[1], 0.009) {
			t.Errorf("%s: %v by the law, %v of a company", name, pair[0], pair[1])
		}
	}
}

// truthsOfDistances are those of all kinds whose truth is that of the population.
func truthsOfDistances() map[string]float64 {
	all := make(map[string]float64)
	for _, k := range bents() {
		for kind, v := range ofPopulation(k) {
			all[kind] = v
		}
	}
	return all
}
