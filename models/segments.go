package models

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// fitSegments gives every segment with enough events weights of its own. Each is pulled
// towards the pooled weights beta: it minimises
//
//	-log likelihood(segment; alpha_s, beta + delta) + Strength/2 sum_j delta_j^2
//
// over standardised columns, its intercept free. Strength is the same number for all
// segments and not a share of their rows, as a normal prior with variance 1/Strength would
// have it (Gelman and Hill 2007, chapter 12): a segment with few events stays near the
// pooled weights, and one with many goes where its own accounts lead.
//
// beta comes in as an offset, so that the solver sees an ordinary ridge on delta. m has the
// pooled fit and its segments counted; what is added are Segments[k].Coef and Intercept,
// Routing.Strength, and the weights of each segment behind the pooled ones.
func (c Candidate) fitSegments(ctx context.Context, m *Model, train dataset.View) error {
	routes, err := m.route(ctx, train.Len(), train.InTurn())
	if err != nil {
		return err
	}
	own := m.ownSegments(c.Segments.MinEvents)
	m.noteSegments(own, c.Segments.MinEvents)
	if len(own) == 0 {
		return nil
	}
	strength, err := c.chooseSegmentStrength(ctx, m, train)
	if err != nil {
		return err
	}
	m.Routing.Strength = strength
	design, _, err := m.Encoder.EncodeView(ctx, train)
	if err != nil {
		return err
	}
	defer design.Close()
	parts, err := m.parts(design, routes, responses(train), own)
	if err != nil {
		return err
	}
	for _, p := range parts {
		fitted, err := p.fit(ctx, strength, logit.Settings{})
		if err != nil {
			return c.explain(err, m.Encoder.Names())
		}
		p.settle(m, fitted)
		m.Weights = append(m.Weights, p.weights(m, fitted)...)
	}
	return nil
}

// ownSegments are the segments with enough events, by their place.
func (m *Model) ownSegments(events int) []int {
	var own []int
	for k := range m.Segments {
		if m.Segments[k].enough(max(1, events)) {
			own = append(own, k)
		}
	}
	return own
}

// noteSegments names the segments that keep the pooled weights, and with how many events.
func (m *Model) noteSegments(own []int, events int) {
	if len(own) == 0 {
		m.warn("no_segment_fits", fmt.Sprintf("no segment has %d events and as many rows without one, so every account has the pooled weights", events))
		return
	}
	isOwn := make(map[int]bool, len(own))
	for _, k := range own {
		isOwn[k] = true
	}
	for k, s := range m.Segments {
		if !isOwn[k] {
			m.Warnings = append(m.Warnings, dataset.Warning{Code: "segment_pooled", Where: "segment " + s.Segment, Message: fmt.Sprintf(
				"%d of its %d examples had the event, and %d with and without it are asked for; it has the pooled weights", s.Churned, s.Examples, events)})
		}
	}
}

// segmentPart is the problem of one segment: its rows, and where the pooled model puts them.
type segmentPart struct {
	segment int
	problem logit.Problem
	start   []float64 // of the next fit
	silent  []bool    // columns of factors that are for other segments only
}

// parts splits a design into the rows of the segments that get weights of their own. The
// rows of a stored design stay where they are.
func (m *Model) parts(d *features.Design, routes []int32, y []float64, own []int) ([]*segmentPart, error) {
	place := make(map[int32]*segmentPart, len(own))
	parts := make([]*segmentPart, len(own))
	rows := make(map[int32][]int32, len(own))
	for i, k := range own {
		parts[i] = &segmentPart{segment: k}
		place[int32(k)] = parts[i]
	}
	var at int
	err := m.eachBlock(d, nil, func(_ int, score, _ []float64) {
		for _, s := range score {
			if p := place[routes[at]]; p != nil {
				p.problem.Offset, p.problem.Y = append(p.problem.Offset, s), append(p.problem.Y, y[at])
				rows[routes[at]] = append(rows[routes[at]], int32(at))
			}
			at++
		}
	})
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		picked := &pickedRows{design: d, rows: rows[int32(p.segment)]}
		if p.problem.Source = picked; !d.Stored() {
			p.problem.Source, p.problem.Columns = nil, picked.columns()
		}
		if p.silent, err = m.silent(picked); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// silent are the columns of factors that are limited to segments and say nothing in any of
// the rows: they are for others.
func (m *Model) silent(rows *pickedRows) ([]bool, error) {
	names := m.Encoder.Names()
	limited := make(map[string]bool)
	for _, f := range m.factors() {
		limited[f.Name] = f.Only != nil
	}
	silent := make([]bool, len(names))
	buffer := make([]float64, min(dataset.BatchRows, len(rows.rows)))
	for j, n := range names {
		silent[j] = limited[n.Factor]
		for from := 0; silent[j] && from < len(rows.rows); from += len(buffer) {
			piece, err := rows.Piece(j, from, buffer[:min(len(buffer), len(rows.rows)-from)])
			if err != nil {
				return nil, err
			}
			silent[j] = !slices.ContainsFunc(piece, func(x float64) bool { return x != 0 })
		}
	}
	return silent, nil
}

// pickedRows are some rows of a design, in rising order, as the solver reads them.
type pickedRows struct {
	design *features.Design
	rows   []int32
}

// Size is that of the picked rows.
func (p *pickedRows) Size() (rows, columns int) {
	_, columns = p.design.Size()
	return len(p.rows), columns
}

// Mark is none: the rows of another segment are others.
func (p *pickedRows) Mark(int) any { return nil }

// Piece reads the stretch of the design in which the rows lie, block by block. The rows rise,
// so that each block is read once for all of its rows.
func (p *pickedRows) Piece(column, from int, buffer []float64) ([]float64, error) {
	memory := make([]float64, dataset.BatchRows)
	for done := 0; done < len(buffer); {
		first := int(p.rows[from+done])
		n := min(dataset.BatchRows, p.design.Rows-first)
		block, err := p.design.Piece(column, first, memory[:n])
		if err != nil {
			return nil, err
		}
		for done < len(buffer) && int(p.rows[from+done]) < first+n {
			buffer[done] = block[int(p.rows[from+done])-first]
			done++
		}
	}
	return buffer, nil
}

// columns copies the rows out of a design in memory.
func (p *pickedRows) columns() [][]float64 {
	columns := make([][]float64, len(p.design.Columns))
	for j, all := range p.design.Columns {
		columns[j] = make([]float64, len(p.rows))
		for i, r := range p.rows {
			columns[j][i] = all[r]
		}
	}
	return columns
}

// fit finds the deviations from the pooled weights. Where they are infinitely dear, only
// the intercept is free.
func (p *segmentPart) fit(ctx context.Context, strength float64, settings logit.Settings) (*logit.Fitted, error) {
	problem := p.problem
	_, width := p.size()
	problem.L2 = make([]float64, width)
	for j := range problem.L2 {
		problem.L2[j] = strength
	}
	return logit.Fit(ctx, problem, settings)
}

// size is that of the part's rows.
func (p *segmentPart) size() (rows, columns int) {
	if p.problem.Source != nil {
		return p.problem.Source.Size()
	}
	return len(p.problem.Y), len(p.problem.Columns)
}

// settle writes the weights of the segment into the model: the pooled ones and what the
// segment adds. A factor that is for other segments only has none here: its column is 0 in
// every row, so that its delta is 0 and only the pooled weight would show.
func (p *segmentPart) settle(m *Model, fitted *logit.Fitted) {
	s := &m.Segments[p.segment]
	s.Intercept = m.Intercept + fitted.Intercept
	s.Coef = make([]float64, len(m.Coef))
	for j, b := range m.Coef {
		if !p.silent[j] {
			s.Coef[j] = b + fitted.Coef[j]
		}
	}
}

// weights states the segment's weights for people. They have no errors: those of what the
// segment adds, given the pooled weights, would leave out the error of these and look far
// too small.
func (p *segmentPart) weights(m *Model, deviation *logit.Fitted) []Weight {
	s := m.Segments[p.segment]
	total := *deviation
	total.Intercept, total.Coef = s.Intercept, s.Coef
	if total.Covariance == nil {
		total.Covariance = mat.NewSymDense(len(s.Coef)+1, nil)
	}
	var list []Weight
	for i, w := range logisticWeights(m.Encoder, &total) {
		w.Segment = s.Segment
		w.StdErr, w.Z, w.P, w.Low, w.High = Undefined(), Undefined(), Undefined(), Undefined(), Undefined()
		if i == 0 || !p.silent[i-1] {
			list = append(list, w)
		}
	}
	return list
}
