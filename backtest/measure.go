package backtest

import (
	"cmp"
	"math"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
)

// The metrics of every candidate, by the names of metrics.csv. MetricNames lists them all.
const (
	AUC                  = "auc"
	Gini                 = "gini"
	KS                   = "ks"
	AveragePrecision     = "average_precision"
	LogLoss              = "log_loss"
	Brier                = "brier"
	CalibrationIntercept = "calibration_intercept"
	CalibrationSlope     = "calibration_slope"
	CITL                 = "citl"
	Precision            = "precision_at_capacity"
	Lift                 = "lift_at_capacity"
	Capture              = "capture_at_capacity"
	ValueCaptured        = "value_captured_at_capacity"
	ValueCapture         = "value_capture_at_capacity"
	ValueMissed          = "value_missed_at_capacity"
	BaseRate             = "base_rate"
	MeanP                = "mean_p"
)

const (
	calibrationBins = 10
	histogramBins   = 50
)

// sample is a set of test rows with accounts numbered from 0 without gaps, as the
// metrics want them.
type sample struct {
	rows     []int32 // of the predictions; nil: all
	churned  []bool
	cluster  []int32
	accounts int
	period   []int32   // the fold of each row
	first    []bool    // whether the row is its account's first in its period: the one the team acts on
	value    []float64 // nil without money
}

// take numbers the accounts of the given rows, which rise (nil: all). The rows of an
// account are neighbours in time order within a fold, because examples are sorted.
func (p *Predictions) take(rows []int32) *sample {
	s := &sample{rows: rows, churned: pick(p.Churned, rows), period: pick(p.Fold, rows)}
	s.cluster, s.first = make([]int32, len(s.period)), make([]bool, len(s.period))
	accounts := pick(p.Account, rows)
	most := int32(-1)
	for _, account := range accounts {
		most = max(most, account)
	}
	number := make([]int32, most+1) // plus one; 0: not seen
	for i, account := range accounts {
		if number[account] == 0 {
			s.accounts++
			number[account] = int32(s.accounts)
		}
		n := number[account] - 1
		s.cluster[i] = n
		s.first[i] = i == 0 || s.period[i-1] != s.period[i] || s.cluster[i-1] != n
	}
	if p.Value != nil {
		s.value = slices.Clone(pick(p.Value, rows))
		for i, v := range s.value {
			if v != v {
				s.value[i] = 0 // an account of unknown value adds no money
			}
		}
	}
	return s
}

// pick gathers the given rows. All of them are the slice itself, which is not written.
func pick[T any, I int | int32](from []T, rows []I) []T {
	if rows == nil {
		return from
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = from[r]
	}
	return out
}

// measure fills in the metrics of every candidate, of every fold and of all test rows together, some
// candidates at a time.
func measure(r *Result, pooled *field, boot *resampled, aucs *metrics.AUCs, some int) error {
	if err := measureFolds(r, pooled); err != nil {
		return err
	}
	return someAtOnce(some, len(r.Candidates), func(c int) error { return measurePooled(r, c, pooled, boot, aucs) })
}

// measurePooled is everything that is said of candidate c on all test rows: its metrics, its
// curves and its money.
func measurePooled(r *Result, c int, pooled *field, boot *resampled, aucs *metrics.AUCs) error {
	cand, s := &r.Candidates[c], pooled.by(c)
	list, err := s.pointMetrics(r.Options)
	if err != nil {
		return err
	}
	addIntervals(list, c, boot, aucs, r.Options.Level)
	cand.blankSlope(list)
	cand.Pooled = list
	cand.Money = money(list, pooled.sample, r.Options)
	cand.measureCurves(s, r.Options)
	cand.measureWorth(s, worked(pooled.sample, r.Options.Capacity), boot, c, r)
	return nil
}

// blankSlope removes the calibration line of the baseline: one probability for
// everyone has no slope, and what a line through a few folds says is chance.
func (c *CandidateResult) blankSlope(list []Metric) {
	if c.Kind != baseline {
		return
	}
	for i, m := range list {
		if m.Name == CalibrationSlope || m.Name == CalibrationIntercept {
			list[i].Value, list[i].Low, list[i].High = math.NaN(), math.NaN(), math.NaN()
		}
	}
}

// pickAll gathers the given rows of every candidate.
func pickAll(from [][]float64, rows []int32) [][]float64 {
	out := make([][]float64, len(from))
	for i := range from {
		out[i] = pick(from[i], rows)
	}
	return out
}

// pointMetrics are the metrics of a sample that is not ranked yet.
func pointMetrics(s *sample, score, eta []float64, o Options) ([]Metric, error) {
	return s.rankedBy(score, eta).pointMetrics(o)
}

// pointMetrics computes every metric; only calibration has its interval yet.
func (s ranked) pointMetrics(o Options) ([]Metric, error) {
	churned, eta := s.events(), s.eta
	curve := s.ranking.Curve(nil)
	list := []Metric{
		point(AUC, curve.AUC), point(Gini, metrics.Gini(curve.AUC)), point(KS, curve.KS),
		point(AveragePrecision, curve.AveragePrecision),
		point(LogLoss, s.forecast.LogLoss()), point(Brier, s.forecast.Brier()),
	}
	calibration, err := s.forecast.Calibrate(s.said.cluster, o.Level)
	if err != nil {
		undefined := metrics.Estimate{Value: math.NaN(), Low: math.NaN(), High: math.NaN()}
		calibration = metrics.Calibration{Intercept: undefined, Slope: undefined, CITL: undefined}
	}
	list = append(list, estimated(CalibrationIntercept, calibration.Intercept),
		estimated(CalibrationSlope, calibration.Slope), estimated(CITL, calibration.CITL))
	at := s.lists.atCapacity(nil, o.Capacity)
	list = append(list, point(Precision, at.precision), point(Lift, at.lift), point(Capture, at.capture))
	if s.lists.money {
		list = append(list, point(ValueCaptured, at.value), point(ValueCapture, at.valueShare), point(ValueMissed, at.missed))
	}
	list = append(list, s.rates(o.Level)...)
	for i := range list {
		list[i].N, list[i].Churned = len(eta), churned
	}
	return list, nil
}

// point is a metric without an interval.
func point(name string, value float64) Metric {
	return Metric{Name: name, Value: value, Low: math.NaN(), High: math.NaN()}
}

func estimated(name string, e metrics.Estimate) Metric {
	return Metric{Name: name, Value: e.Value, Low: e.Low, High: e.High}
}

// addIntervals fills in the intervals of candidate c: clustered DeLong for AUC and
// Gini, the accounts' influences around KS less its bias, the account bootstrap for the rest.
func addIntervals(list []Metric, c int, boot *resampled, aucs *metrics.AUCs, level float64) {
	for i := range list {
		m := &list[i]
		switch m.Name {
		case AUC, Gini:
			e := aucs.Interval(c, level)
			m.Low, m.High = e.Low, e.High
			if m.Name == Gini {
				m.Low, m.High = metrics.Gini(e.Low), metrics.Gini(e.High)
			}
		case KS:
			m.Low, m.High = boot.gaps[c].interval(m.Value, level)
		default:
			if low, high, ok := boot.interval(c, m.Name, level); ok {
				m.Low, m.High = low, high
			}
		}
	}
}

// Find returns the metric of that name, NaN throughout when there is none.
func Find(list []Metric, name string) Metric {
	for _, m := range list {
		if m.Name == name {
			return m
		}
	}
	return point(name, math.NaN())
}

// histogram counts probabilities in equal bins over [0, 1].
func histogram(p []float64) []int {
	counts := make([]int, histogramBins)
	for _, v := range p {
		counts[min(histogramBins-1, int(v*histogramBins))]++
	}
	return counts
}

// quarters counts churn by the quarter in which the label became known.
func quarters(all dataset.View) []Quarter {
	var list []Quarter
	of := make(map[dataset.Date]int) // by day: there are few, and their quarters are worth remembering
	for _, row := range all.Rows {
		day := all.Examples.Known[row]
		k, ok := of[day]
		if !ok {
			start := boundary(day, Step{Months: 3})
			if k = slices.IndexFunc(list, func(q Quarter) bool { return q.Start == start }); k < 0 {
				k = len(list)
				list = append(list, Quarter{Start: start})
			}
			of[day] = k
		}
		list[k].N++
		if all.HappenedAt(row) {
			list[k].Churned++
		}
	}
	slices.SortFunc(list, func(a, b Quarter) int { return cmp.Compare(a.Start, b.Start) })
	return list
}
