package monitor

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// The metrics that are held against a promise, by their names in metrics.csv.
const (
	AUC      = "auc"
	Brier    = "brier"
	LogLoss  = "log_loss"
	Slope    = "calibration_slope"
	InLarge  = "citl"
	BaseRate = "base_rate"
)

// side says in which direction a metric gets worse, and so on which side a promise can be
// broken. A calibration is worse on both.
type side int

const (
	eitherSide side = iota
	lowerIsWorse
	higherIsWorse
)

// sides are the metrics that are measured, in their order: Matured.Metrics and what observe
// returns go by the same index, and recordOf reads the AUC at 0 and the Brier score at 2.
var sides = []struct {
	name string
	side side
}{{AUC, lowerIsWorse}, {LogLoss, higherIsWorse}, {Brier, higherIsWorse}, {Slope, eitherSide}, {InLarge, eitherSide}}

// Promises are the names, as in metrics.csv, of the metrics of a backtest that who writes a
// models.Promise puts into it: the base rate, for people to read, and all that Watch measures.
func Promises() []string {
	names := []string{BaseRate}
	for _, s := range sides {
		names = append(names, s.name)
	}
	return names
}

// labelled is examples with what the model made of them, row by row. The quarter is that of
// the as-of date, not of the renewal: a drift of the accounts and what came of it are then
// found under the same quarter.
type labelled struct {
	score, eta []float64      // score ranks, eta is the log-odds; never NaN after matured
	churned    []bool         // whether the event of the model's target happened
	account    []int32        // rising: rows lie by account
	quarter    []dataset.Date // first day of that of the as-of date
}

// followLabels measures what came true, and what is to be expected of the rest.
func (w *watch) followLabels(ctx context.Context) error {
	all, err := w.matured(ctx)
	if err != nil {
		return err
	}
	for k := range w.report.Quarters {
		q := &w.report.Quarters[k]
		of := all.where(func(i int) bool { return all.quarter[i] == q.Start })
		if q.Matured, err = w.measure(of); err != nil {
			return err
		}
	}
	if w.report.Since, err = w.measure(all); err != nil {
		return err
	}
	w.report.Record = recordOf(w.report.Quarters)
	return w.expectOpen(ctx)
}

// matured scores the examples of as-of dates since the model was made. An outcome that was
// known before its day counts from its day on. Examples that the model has no score for are
// left out here; Quarter.Coverage has their share.
func (w *watch) matured(ctx context.Context) (*labelled, error) {
	e := w.examples
	view := e.All().Where(func(row int32) bool {
		return e.AsOf[row] > w.model.Training.KnownBy && e.Outcome[row] <= e.ObservedUntil
	}).For(w.model.Target.OrChurn().Event())
	p, _, err := w.model.Predict(ctx, view.Len(), view.Batches())
	if err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	all := &labelled{score: p.Score, eta: p.Eta, churned: view.Happened(), account: view.Accounts()}
	for _, row := range view.Rows {
		all.quarter = append(all.quarter, quarterOf(e.AsOf[row]))
	}
	return all.where(func(i int) bool { return all.eta[i] == all.eta[i] }), nil
}

// where keeps some of the rows, in their order, in slices of their own.
func (l *labelled) where(keep func(i int) bool) *labelled {
	var rows []int32
	for i := range l.eta {
		if keep(i) {
			rows = append(rows, int32(i))
		}
	}
	return &labelled{pick(l.score, rows), pick(l.eta, rows), pick(l.churned, rows), pick(l.account, rows), pick(l.quarter, rows)}
}

// measure compares what came true with what was promised; nil without rows. Metrics are there
// however few the labels are, undefined where they must be; Judged says whether to test them.
// Errors: those of metrics.DeLong.
func (w *watch) measure(l *labelled) (*Matured, error) {
	if len(l.eta) == 0 {
		return nil, nil
	}
	m := &Matured{N: len(l.eta)}
	seen := make(map[int32]bool)
	for i, eta := range l.eta {
		if l.churned[i] {
			m.Churned++
		}
		seen[l.account[i]] = true
		m.MeanP += models.Probability(eta) / float64(len(l.eta))
	}
	m.Accounts = len(seen)
	m.Judged = min(m.Churned, m.N-m.Churned) >= w.options.Events
	auc, brier := metrics.Expected(l.score, l.eta)
	m.Expected = Expectation{AUC: auc, Brier: brier, MeanP: m.MeanP}
	observed, err := observe(l, w.options.Level)
	if err != nil {
		return nil, err
	}
	for k, s := range sides {
		m.Metrics = append(m.Metrics, keep(s.name, s.side, observed[k], w.reference.Promise))
	}
	return m, nil
}

// observe estimates the metrics, in the order of sides. All errors are over accounts: the
// AUC's by clustered DeLong, those of the losses by their means per account, those of the
// calibration by the sandwich. Metrics that are not defined, such as a slope where everybody
// has one probability, are NaN.
func observe(l *labelled, level float64) ([]metrics.Estimate, error) {
	aucs, err := metrics.DeLong([][]float64{l.score}, l.churned, l.account)
	if err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	undefined := metrics.Estimate{Value: math.NaN(), StdErr: math.NaN(), Low: math.NaN(), High: math.NaN()}
	calibration, err := metrics.Calibrate(l.eta, l.churned, l.account, level)
	if err != nil { // one probability for all, or a certain one
		calibration = metrics.Calibration{Slope: undefined, CITL: undefined}
	}
	loss := l.mean(metrics.LogLoss(l.eta, l.churned), func(eta float64, churned []bool) float64 { return metrics.LogLoss([]float64{eta}, churned) }, level)
	brier := l.mean(metrics.Brier(l.eta, l.churned), func(eta float64, churned []bool) float64 { return metrics.Brier([]float64{eta}, churned) }, level)
	return []metrics.Estimate{aucs.Interval(0, level), loss, brier, calibration.Slope, calibration.CITL}, nil
}

// mean is a mean loss of rows with the standard error over accounts,
// sqrt(G/(G-1) sum_g (sum_i in g (x_i - mean)/n)^2), the accounts in the order in which
// they come.
func (l *labelled) mean(value float64, loss func(eta float64, churned []bool) float64, level float64) metrics.Estimate {
	place := make(map[int32]int)
	var influence []float64
	for i, eta := range l.eta {
		g, ok := place[l.account[i]]
		if !ok {
			g = len(influence)
			place[l.account[i]], influence = g, append(influence, 0)
		}
		influence[g] += (loss(eta, l.churned[i:i+1]) - value) / float64(len(l.eta))
	}
	se := metrics.InfluenceStdErr(influence)
	half := quantile(level) * se
	return metrics.Estimate{Value: value, StdErr: se, Low: value - half, High: value + half}
}

// keep holds a metric against its promise; NaN throughout where none was made. Both are
// estimates:
//
//	z = (observed - promised) / sqrt(se_observed^2 + se_promised^2)
//
// with the promise's standard error from the width of its interval. Accounts that are in
// both, a renewal earlier, make the difference smaller than that: the test is conservative.
// A promise that was the best of several candidates is a little too good to be true; the
// intervals do not know how many there were.
func keep(name string, worse side, observed metrics.Estimate, promise *models.Promise) Kept {
	nan := math.NaN()
	k := Kept{Name: name, Observed: observed, Promised: metrics.Estimate{Value: nan, StdErr: nan, Low: nan, High: nan}, P: nan}
	p, ok := promise.Of(name)
	if !ok {
		return k
	}
	low, high := p.Low.Float(), p.High.Float()
	k.Promised = metrics.Estimate{Value: p.Value.Float(), StdErr: (high - low) / (2 * quantile(promise.Level)), Low: low, High: high}
	k.Inside = low <= observed.Value && observed.Value <= high
	z := (observed.Value - k.Promised.Value) / math.Hypot(observed.StdErr, k.Promised.StdErr)
	switch worse {
	case lowerIsWorse:
		k.P = math.Erfc(-z/math.Sqrt2) / 2
	case higherIsWorse:
		k.P = math.Erfc(z/math.Sqrt2) / 2
	default:
		k.P = math.Erfc(math.Abs(z) / math.Sqrt2)
	}
	return k
}

// quantile is the z for which |Z| <= z has probability level, of a standard normal Z: 1.96 for
// 0.95.
func quantile(level float64) float64 { return -mathext.NormalQuantile((1 - level) / 2) }
