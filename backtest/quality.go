package backtest

import (
	"math"
	"slices"

	"holdfast/backtest/metrics"
)

// The metrics that say what is wrong with the probabilities, and those of the lists with
// their ties resolved against the score and in its favour. They are pooled only.
const (
	BrierMiscalibration   = "brier_miscalibration"
	BrierDiscrimination   = "brier_discrimination"
	BrierUncertainty      = "brier_uncertainty"
	LogLossMiscalibration = "log_loss_miscalibration"
	LogLossDiscrimination = "log_loss_discrimination"
	LogLossUncertainty    = "log_loss_uncertainty"
	ECE                   = "ece"
	ICI                   = "ici"
	CalibrationE50        = "calibration_e50"
	CalibrationE90        = "calibration_e90"
	SpiegelhalterZ        = "spiegelhalter_z"
	SpiegelhalterP        = "spiegelhalter_p"
	HosmerLemeshow        = "hosmer_lemeshow_legacy"
	HosmerLemeshowP       = "hosmer_lemeshow_legacy_p"
	PrecisionWorst        = "precision_at_capacity_worst"
	PrecisionBest         = "precision_at_capacity_best"
	LiftWorst             = "lift_at_capacity_worst"
	LiftBest              = "lift_at_capacity_best"
	CaptureWorst          = "capture_at_capacity_worst"
	CaptureBest           = "capture_at_capacity_best"
)

// curvePlaces is at how many probabilities the smooth calibration curve is evaluated, an eighth
// of metrics.DefaultPlaces: time is quadratic in them, and a test holds that the
// ICI moves by less than a hundredth of itself.
const curvePlaces = 1024

// hosmerGroups is the number of groups that everybody uses, and half of what the test says.
const hosmerGroups = 10

// distanceSeed is that of the noise in the intervals of distances: the same for all candidates.
const distanceSeed = 0

// qualityMetrics are the metrics of this file. Distances from the rates, such as
// miscalibration, ECE and ICI, are never below zero and so too large on the whole, the
// more so the better a score is: of 300 simulated companies percentiles of draws hold the true ECE
// in 10 % and the ICI in 78 %, BCa ones in 52 and 87 %. Their intervals, and those of discrimination,
// are of the truth without chance and come of a test turned around ([metrics.Forecast.Distances]):
// a value above its interval is what chance alone makes of it. The uncertainty depends on the rate alone and has one.
func qualityMetrics(s ranked, o Options) []Metric {
	eta := s.eta
	brier, loss := s.forecast.Decompose(nil)
	smooth := s.forecast.SmoothCalibration(curvePlaces)
	within := s.forecast.Distances(s.said.cluster, o.Level, distanceSeed)
	spiegelhalter := s.forecast.Spiegelhalter(s.said.cluster)
	hosmer := s.forecast.HosmerLemeshow(hosmerGroups, false)
	rate := ratioWithout(s.perAccount(func(i int) float64 { return indicator(s.churned[i]) }), s.rowsOf()).share(o.Level)
	list := []Metric{
		limited(BrierMiscalibration, brier.Miscalibration, within.BrierMiscalibration), limited(BrierDiscrimination, brier.Discrimination, within.BrierDiscrimination),
		estimated(BrierUncertainty, uncertaintyOf(brier.Uncertainty, rate, spreadOfRate)),
		limited(LogLossMiscalibration, loss.Miscalibration, within.LogLossMiscalibration), limited(LogLossDiscrimination, loss.Discrimination, within.LogLossDiscrimination),
		estimated(LogLossUncertainty, uncertaintyOf(loss.Uncertainty, rate, entropyOfRate)),
		limited(ECE, s.forecast.ECEEqualCount(0), within.ECE),
		limited(ICI, smooth.ICI, within.ICI), limited(CalibrationE50, smooth.E50, within.E50), limited(CalibrationE90, smooth.E90, within.E90),
		point(SpiegelhalterZ, spiegelhalter.Statistic), point(SpiegelhalterP, spiegelhalter.P),
		point(HosmerLemeshow, hosmer.Statistic), point(HosmerLemeshowP, hosmer.P),
	}
	list = append(list, s.lists.tieMetrics(o.Capacity)...)
	churned := s.events()
	for i := range list {
		list[i].N, list[i].Churned = len(eta), churned
	}
	return list
}

// limited is a metric with the limits of its truth; a value that is infinite has none.
func limited(name string, value float64, of metrics.Limits) Metric {
	if math.IsInf(value, 0) || value != value {
		return point(name, value)
	}
	return Metric{Name: name, Value: value, Low: of.Low, High: of.High}
}

// uncertaintyOf is an uncertainty, which rises with the rate up to 1/2 and falls from there: its
// limits are those of the rate, seen through it, and where these have 1/2 between them the upper
// one is the uncertainty at 1/2.
func uncertaintyOf(value float64, rate metrics.Estimate, of func(rate float64) float64) metrics.Estimate {
	low, high := of(rate.Low), of(rate.High)
	e := metrics.Estimate{Value: value, StdErr: math.NaN(), Low: min(low, high), High: max(low, high)}
	if rate.Low < 0.5 && rate.High > 0.5 {
		e.High = of(0.5)
	}
	return e
}

// spreadOfRate is the Brier score of the rate itself, entropyOfRate its log loss.
func spreadOfRate(p float64) float64 { return p * (1 - p) }

func entropyOfRate(p float64) float64 {
	if p == 0 || p == 1 {
		return 0
	}
	return -p*math.Log(p) - (1-p)*math.Log1p(-p)
}

// tieMetrics are precision, lift and capture with every tie at a cut resolved against the
// score, and in its favour. A score that hardly ties has the same number twice; one of few
// levels leaves to chance what lies between.
func (l *lists) tieMetrics(k int) []Metric {
	var worst, best, worked float64
	for _, p := range l.periods {
		at := p.ranking.Capacity(nil, nil, k)
		size := float64(at.K)
		worked += size
		worst += math.Round(at.PrecisionWorst * size) // a share of whole rows: the count again
		best += math.Round(at.PrecisionBest * size)
	}
	all := l.all(slices.Repeat([]int32{1}, len(l.stakes)))
	churned, rate := all.churned, all.churned/all.rows
	return []Metric{
		point(PrecisionWorst, worst/worked), point(PrecisionBest, best/worked),
		point(LiftWorst, worst/worked/rate), point(LiftBest, best/worked/rate),
		point(CaptureWorst, worst/churned), point(CaptureBest, best/churned),
	}
}
