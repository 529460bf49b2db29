package models

import (
	"context"
	"errors"

	"holdfast/dataset"
	"holdfast/models/logit"
)

// This file learns calibrations: each method takes scores with their outcomes and writes
// Model.Calibration, or the shifts of the segments.

// line learns logit(p) = a + b * score (Platt 1999) and keeps b >= 0: the direction of a
// score is declared, and data may weaken it but never turn it round. A score without signal
// gets the base rate.
//
// Three ways a line can fail to exist, and what becomes of each:
//
//   - The score tells churned from renewed without error: a *FitError (tellsAll), for no
//     honest score does that.
//   - All beyond one value churned, or none, while both kinds share that value: the slope is
//     infinite all the same, and the fit is repeated with outcomes that are not certain
//     (softened), with a warning.
//   - The score is constant, or runs against its direction: the base rate, with a warning.
//
// score and y have one number per row, y of 0 and 1, without NaN.
func (c Candidate) line(ctx context.Context, m *Model, score, y []float64) error {
	m.Calibration = Calibration{Intercept: logOdds(mean(y))}
	fitted, err := logit.Fit(ctx, logit.Problem{Columns: [][]float64{score}, Y: y}, logit.Settings{})
	var separation *logit.SeparationError
	separated := errors.As(err, &separation)
	if separated && !separation.Complete && meanGap(score, y) > 0 {
		fitted, err = logit.Fit(ctx, logit.Problem{Columns: [][]float64{score}, Y: softened(y)}, logit.Settings{})
		separated = false
		m.warn("soft_calibration", "beyond one value of the score the training rows churned all or not at all; its probabilities are those of Platt's softened outcomes")
	}
	switch {
	case separated && meanGap(score, y) > 0:
		return c.tellsAll()
	case err != nil && !separated:
		return c.explain(err, nil)
	case !separated && len(fitted.Aliased) > 0:
		m.warn("constant_score", "the score is the same for every training row; everyone gets the base rate")
	case separated || fitted.Coef[0] < 0:
		m.warn("wrong_way", wrongWay)
	default:
		m.Calibration = Calibration{Intercept: fitted.Intercept, Slope: fitted.Coef[0]}
	}
	return nil
}

// wrongWay is said of a score whose declared direction the data deny.
const wrongWay = "the score runs against its declared direction in the training rows; everyone gets the base rate"

// tellsAll is the error of a score that knows the answer: not a triumph but, as a rule, a
// column that was written after the outcome.
func (c Candidate) tellsAll() error {
	return &FitError{Candidate: c.Name, Factors: inputNames(c.inputs),
		Reason: "the score tells churned from renewed without error in the training rows; check it for leakage"}
}

// centre moves log-odds so that their mean probability is that of the outcomes.
func (c Candidate) centre(ctx context.Context, m *Model, score, y []float64) error {
	by, err := moved(ctx, score, y)
	if err != nil {
		return c.explain(err, nil)
	}
	m.Calibration = Calibration{Intercept: by, Slope: 1}
	return nil
}

// moved is the addition to log-odds under which they expect as many events as happened: the
// intercept of a fit with eta as its offset and no columns, at whose maximum sum p = sum y.
func moved(ctx context.Context, eta, y []float64) (float64, error) {
	fitted, err := logit.Fit(ctx, logit.Problem{Y: y, Offset: eta}, logit.Settings{})
	if err != nil {
		return 0, err
	}
	return fitted.Intercept, nil
}

// shift moves the log-odds of every segment that has enough events by itself, on top of the
// calibration of all rows. Segments with fewer, and rows of none, stay where that puts them:
// a shift fitted to a handful of events is mostly chance.
func (c Candidate) shift(ctx context.Context, m *Model, score []float64, rows dataset.View) error {
	routes, err := m.route(ctx, rows.Len(), rows.InTurn())
	if err != nil {
		return err
	}
	happened := rows.Happened()
	for k := range m.Segments {
		var eta, y []float64
		here := SegmentFit{}
		for i, r := range routes {
			if int(r) == k && score[i] == score[i] {
				eta, y = append(eta, m.Calibration.Eta(score[i])), append(y, oneIf(happened[i]))
				here.Examples++
				here.Churned += int(oneIf(happened[i]))
			}
		}
		if !here.enough(max(1, c.Segments.MinEvents)) {
			continue
		}
		if m.Segments[k].Shift, err = moved(ctx, eta, y); err != nil {
			return c.explain(err, nil)
		}
	}
	return nil
}

// mean is that of outcomes, exact below 2^53 of them.
func mean(y []float64) float64 {
	sum := 0.0
	for _, v := range y {
		sum += v
	}
	return sum / float64(len(y))
}

// meanGap is the mean score of the churned less that of the renewed, which both must be there.
// Where a score separates the two, its sign says which way.
func meanGap(score, y []float64) float64 {
	var sum, n [2]float64
	for i, s := range score {
		sum[int(y[i])] += s
		n[int(y[i])]++
	}
	return sum[1]/n[1] - sum[0]/n[0]
}
