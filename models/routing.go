package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// Segments say how accounts are split for candidates that are fitted, or calibrated, for
// each part by itself. A MinEvents of 0 asks for one event, and one row without.
type Segments struct {
	By        string // a column or an expression over columns and factors: the value is the segment
	MinEvents int    // fewer events, or fewer rows without one, and a segment keeps the pooled weights
}

// SegmentFit is what a model knows of one segment of its training rows, over the encoder
// that all segments share: fillings, scales and levels are learned from all rows, so that a
// coefficient of one segment can be held against that of another.
type SegmentFit struct {
	Segment  string `json:"segment"`
	Examples int    `json:"examples"`
	Churned  int    `json:"churned"` // rows in which the event of the model's target happened

	Intercept float64   `json:"intercept,omitempty"`
	Coef      []float64 `json:"coef,omitempty"`  // empty: the segment has the pooled weights
	Shift     float64   `json:"shift,omitempty"` // added to the log-odds by a calibration per segment
}

// Routing says which segment a row is of. A row is of exactly one: that which the value of
// By names, or, where it names none that training had, of the pooled model.
type Routing struct {
	By         features.Factor `json:"by"` // a category
	MinEvents  int             `json:"min_events"`
	PerSegment bool            `json:"per_segment,omitempty"` // segments have weights of their own, with
	Strength   float64         `json:"strength,omitempty"`    // this pull towards the pooled ones
}

// pooled is the route of a row that is of no known segment.
const pooled = int32(-1)

// segmentFactor is the segment as a factor: a category whose levels are the segments. Numbers
// are segments by their digits, truths by true and false, and a missing value is of none.
func segmentFactor(by string, factors []features.Factor, columns expr.Columns) (features.Factor, error) {
	if by == "" {
		return features.Factor{}, errors.New("it is fitted per segment, and nothing says what a segment is; write segments: {by: ...}")
	}
	scope := features.NewScope(factors, columns)
	parsed, err := scope.Parse(by)
	if err != nil {
		return features.Factor{}, fmt.Errorf("segments: %w", err)
	}
	if parsed.Type() == expr.Bool { // a truth is called by its name
		if parsed, err = scope.Parse(fmt.Sprintf("(%s) ? 'true' : 'false'", by)); err != nil {
			return features.Factor{}, fmt.Errorf("segments: %w", err)
		}
	}
	source, histories, err := scope.Derive(parsed)
	if err != nil {
		return features.Factor{}, fmt.Errorf("segments: %w", err)
	}
	compiled, err := features.Compile([]features.Factor{{
		Name: "segment", Kind: features.Category, Expr: source, Histories: histories, Missing: features.Own, Unseen: features.UnseenReference,
	}}, columns)
	if err != nil {
		return features.Factor{}, fmt.Errorf("segments: %w", err)
	}
	return compiled[0], nil
}

// route finds the segment of every row: its place in Model.Segments, or pooled. A model
// without segments has no routes: nil, which predictBlock and routeOf take for pooled.
func (m *Model) route(ctx context.Context, rows int, source dataset.Source) ([]int32, error) {
	if m.Routing == nil {
		return nil, nil
	}
	v, err := m.Routing.By.Values(ctx, rows, source)
	if err != nil {
		return nil, fmt.Errorf("models: %q: segments: %w", m.Name, err)
	}
	place := make([]int32, len(v.Levels))
	for code, level := range v.Levels {
		place[code] = m.segment(level)
	}
	for i, code := range v.Codes {
		if code >= 0 {
			v.Codes[i] = place[code]
		}
	}
	return v.Codes, nil
}

// segment finds a segment by name, in byte order.
func (m *Model) segment(name string) int32 {
	at, known := slices.BinarySearchFunc(m.Segments, name, func(s SegmentFit, name string) int { return strings.Compare(s.Segment, name) })
	if !known {
		return pooled
	}
	return int32(at)
}

// coefficients are those that score the rows of a route: the segment's own, or the pooled ones.
// coef is the model's memory, to be read only.
func (m *Model) coefficients(route int32) (intercept float64, coef []float64) {
	if route >= 0 && len(m.Segments[route].Coef) > 0 {
		return m.Segments[route].Intercept, m.Segments[route].Coef
	}
	return m.Intercept, m.Coef
}

// etaOf is the log-odds of a score on a route: what calibrateBlock does, for one row.
func (m *Model) etaOf(score float64, route int32) float64 {
	eta := m.Calibration.Eta(score)
	if route != pooled {
		eta += m.Segments[route].Shift
	}
	return eta
}

// routeOf is the route of row i, pooled in a model without segments.
func routeOf(routes []int32, i int) int32 {
	if routes == nil {
		return pooled
	}
	return routes[i]
}

// countSegments lists the segments of the training rows in byte order, and routes the rows.
// Rows of no segment are counted nowhere: they have the pooled weights.
func (m *Model) countSegments(ctx context.Context, train dataset.View) (routes []int32, err error) {
	v, err := m.Routing.By.Values(ctx, train.Len(), train.InTurn())
	if err != nil {
		return nil, fmt.Errorf("models: %q: segments: %w", m.Name, err)
	}
	count := make([]SegmentFit, len(v.Levels))
	for code, level := range v.Levels {
		count[code].Segment = level
	}
	for i, happened := range train.Happened() {
		if code := v.Codes[i]; code >= 0 {
			count[code].Examples++
			if happened {
				count[code].Churned++
			}
		}
	}
	m.Segments = slices.DeleteFunc(count, func(s SegmentFit) bool { return s.Examples == 0 })
	slices.SortFunc(m.Segments, func(a, b SegmentFit) int { return strings.Compare(a.Segment, b.Segment) })
	return m.route(ctx, train.Len(), train.InTurn())
}

// enough says whether a segment has the events, and the rows without one, for weights of
// its own.
func (s *SegmentFit) enough(events int) bool {
	return s.Churned >= events && s.Examples-s.Churned >= events
}

// checkSegments refuses segments that no fit could have written. Byte order is what segment
// searches by.
func (m *Model) checkSegments() error {
	if m.Routing == nil {
		if len(m.Segments) > 0 {
			return errors.New("it has segments, and nothing says which rows are of them")
		}
		return nil
	}
	if m.Routing.By.Kind != features.Category || m.Routing.By.Name != "segment" {
		return errors.New("the routing of segments is no category called segment")
	}
	if !(m.Routing.Strength >= 0) || !finite(m.Routing.Strength) {
		return fmt.Errorf("the strength %v of segments is not a number from 0 on", m.Routing.Strength)
	}
	for i, s := range m.Segments {
		switch {
		case i > 0 && m.Segments[i-1].Segment >= s.Segment:
			return fmt.Errorf("segment %q is out of order or there twice", s.Segment)
		case s.Churned < 0 || s.Examples < s.Churned:
			return fmt.Errorf("segment %q: %d of %d rows is not possible", s.Segment, s.Churned, s.Examples)
		case len(s.Coef) > 0 && (len(s.Coef) != len(m.Coef) || m.Card != nil || m.Kind != Logistic):
			return fmt.Errorf("segment %q: %d coefficients for %d design columns of kind %s", s.Segment, len(s.Coef), len(m.Coef), m.Kind)
		case len(s.Coef) == 0 && s.Intercept != 0:
			return fmt.Errorf("segment %q: an intercept without coefficients", s.Segment)
		}
		for _, v := range append([]float64{s.Intercept, s.Shift}, s.Coef...) {
			if !finite(v) {
				return fmt.Errorf("segment %q: a coefficient is not a finite number", s.Segment)
			}
		}
	}
	return nil
}

// reads are the factors whose columns the candidate needs: its inputs, and its segment.
func (c Candidate) reads() []features.Factor {
	if c.segment == nil {
		return c.inputs
	}
	return append(slices.Clone(c.inputs), *c.segment)
}

// resolveSegments checks what a candidate says about segments, calibration and target, and
// returns its segment as a factor, nil where it has none.
func (c Candidate) resolveSegments(factors []features.Factor, columns expr.Columns) (*features.Factor, error) {
	if err := errors.Join(c.Target.check(), c.checkCalibrate()); err != nil {
		return nil, err
	}
	switch {
	case c.PerSegment && c.Kind != Logistic:
		return nil, fmt.Errorf("kind %s has no weights to fit per segment; only %s has", c.Kind, Logistic)
	case c.PerSegment && (!c.Fitting.plain() || c.Penalty.sparse()):
		return nil, fmt.Errorf("weights per segment go with a ridge or Firth's penalty, and with no signs, bounds, caps, toward, form, weights of rows or sampling")
	case c.Kind == Rules && !c.Target.risky():
		return nil, fmt.Errorf("the bands of kind %s say who is at risk, not who will grow; target %s needs another kind", Rules, c.Target)
	case !c.PerSegment && c.Calibrate.Method != BySegment:
		return nil, nil
	}
	f, err := segmentFactor(c.Segments.By, factors, columns)
	if err != nil {
		return nil, err
	}
	return &f, nil
}

// split gives the model its segments, if the candidate has any, with the rows and events of
// each but without weights of their own (fitSegments).
func (c Candidate) split(ctx context.Context, m *Model, train dataset.View) error {
	if c.segment == nil {
		return nil
	}
	m.Routing = &Routing{By: *c.segment, MinEvents: c.Segments.MinEvents, PerSegment: c.PerSegment}
	_, err := m.countSegments(ctx, train)
	return err
}
