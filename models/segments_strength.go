package models

import (
	"context"
	"errors"
	"math"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// This file chooses how far the weights of segments may differ from the pooled ones.

// segmentStrengths are the candidates for the strength, strongest first: deviations of a standard
// deviation from 0.01 to 1.8 log-odds per standard deviation of a factor.
func segmentStrengths() []float64 {
	grid := make([]float64, 0, 10)
	for k := range 10 {
		grid = append(grid, math.Pow(10, 4-float64(k)/2))
	}
	return grid
}

// chooseSegmentStrength walks forward inside the training rows, as chosenStrength does, and takes
// the strength under which the segments' weights would have had the lowest log loss on
// later rows; ties go to the stronger one. The pooled weights of every step are those of
// the candidate with the penalty that was chosen for all rows. Where the dates leave no
// room, segments stay closest to the pooled weights.
func (c Candidate) chooseSegmentStrength(ctx context.Context, m *Model, train dataset.View) (float64, error) {
	grid := segmentStrengths()
	loss, judged := make([]float64, len(grid)), 0
	for w := range innerSplits(train) {
		n, err := c.judgeStrengths(ctx, m, w, grid, loss)
		if err != nil {
			return 0, err
		}
		judged += n
	}
	if judged == 0 {
		m.warn("segment_strength_default", "too few dates in the training rows to choose in time order how far segments may differ; they stay close to the pooled weights")
		return grid[0], nil
	}
	best := 0
	for k := range grid {
		if loss[k] < loss[best] {
			best = k
		}
	}
	return grid[best], nil
}

// judgeStrengths adds the log loss of every strength on one window to loss; n is the number of
// examples judged, 0 where the earlier rows have no fit or no segment with enough events.
func (c Candidate) judgeStrengths(ctx context.Context, m *Model, w split, grid, loss []float64) (n int, err error) {
	inner, err := c.pooledOn(ctx, m, w.train)
	if inner == nil || err != nil {
		return 0, err
	}
	parts, design, err := c.innerParts(ctx, inner, w.train)
	if design == nil || err != nil {
		return 0, err
	}
	defer design.Close()
	test, _, err := inner.Encoder.EncodeView(ctx, w.test)
	if err != nil {
		return 0, err
	}
	defer test.Close()
	routes, err := inner.route(ctx, w.test.Len(), w.test.InTurn())
	if err != nil {
		return 0, err
	}
	for k, strength := range grid {
		if err := c.settleAll(ctx, inner, parts, strength); err != nil {
			return 0, err
		}
		if err := inner.eachBlock(test, routes, func(from int, _, eta []float64) { loss[k] = addLoss(loss[k], eta, w.test, from) }); err != nil {
			return 0, err
		}
	}
	return w.test.Len(), nil
}

// innerParts are the problems of the segments that have enough events on other rows, and
// the design that they may read until it is closed; nil where no segment has.
func (c Candidate) innerParts(ctx context.Context, inner *Model, train dataset.View) ([]*segmentPart, *features.Design, error) {
	routes, err := inner.countSegments(ctx, train)
	if err != nil {
		return nil, nil, err
	}
	own := inner.ownSegments(c.Segments.MinEvents)
	if len(own) == 0 {
		return nil, nil, nil
	}
	design, _, err := inner.Encoder.EncodeView(ctx, train)
	if err != nil {
		return nil, nil, err
	}
	parts, err := inner.parts(design, routes, responses(train), own)
	return parts, design, err
}

// settleAll gives the segments their weights under a strength, roughly, each from where
// the strength before it ended.
func (c Candidate) settleAll(ctx context.Context, inner *Model, parts []*segmentPart, strength float64) error {
	for _, p := range parts {
		fitted, err := p.fit(ctx, strength, logit.Settings{Start: p.start, Exact: logit.ExactNever, Tolerance: innerTolerance})
		if err != nil {
			return c.explain(err, inner.Encoder.Names())
		}
		p.start = append([]float64{fitted.Intercept}, fitted.Coef...)
		p.settle(inner, fitted)
	}
	return nil
}

// pooledOn fits the pooled model on other rows, with the strength of the penalty that was
// used for all. It is nil where these rows have no fit: the outer fit has one.
func (c Candidate) pooledOn(ctx context.Context, m *Model, train dataset.View) (*Model, error) {
	c.Kind, c.PerSegment, c.Calibrate, c.Penalty, c.segment = Logistic, false, Calibrate{}, m.Penalty, nil
	inner, err := c.Fit(ctx, train)
	if unfit := (*FitError)(nil); errors.As(err, &unfit) {
		return nil, nil
	}
	if err == nil {
		inner.Routing = &Routing{By: m.Routing.By}
	}
	return inner, err
}
