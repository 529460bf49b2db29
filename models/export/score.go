package export

import (
	"fmt"

	"holdfast/models"
)

// scored is a model as a program.
type scored struct {
	*program
	design []ref // the columns that Coef weighs: those of the encoder, or the score of a card
	score  ref
	eta    ref // log-odds, missing where there is no score
	p      ref
	health ref
	bands  []banded // from red on; whoever is in none of them is green
	plain  bool     // eta is a line of the design, with weights that are the same for everyone
}

// banded is when an account is of a band.
type banded struct {
	band models.Band
	when ref
}

// UnsupportedError says what of a model a format cannot hold. Every export returns it for a
// model that is sound in itself, and no partial file is left behind by it.
type UnsupportedError struct {
	Model  string
	Format string
	Part   string // what, and what to do instead
}

// Error names the model, the format and the part.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("export: model %q as %s: %s", e.Model, e.Format, e.Part)
}

// compile makes the program of a model in the steps in which package models scores a row:
// encode, weigh, calibrate, and cut into bands. format is what an *UnsupportedError calls the
// export: of predictions, of a model without an encoder, and of bands with a memory.
func compile(m *models.Model, format string) (*scored, error) {
	if m.Kind == models.Predicted {
		return nil, &UnsupportedError{m.Name, format, "it is another tool's predictions, which the model file does not hold; export the model from that tool"}
	}
	if m.Encoder == nil {
		return nil, &UnsupportedError{m.Name, format, "it has no encoder; fit it, or read its model file"}
	}
	if m.Remembers() {
		return nil, &UnsupportedError{m.Name, format, "its bands have a hysteresis, which looks at the band before; set bands.hysteresis to 0 and fit again, or export it as SQL"}
	}
	p := newProgram()
	s := &scored{program: p, design: p.encoder(m.Encoder)}
	if m.Card != nil {
		s.design = []ref{p.card(m.Card, s.design)}
	}
	s.score = p.weigh(m.Intercept, m.Coef, s.design)
	s.plain = m.Calibration.Bands == nil && m.Calibration.Knots == nil && m.Routing == nil
	routes := s.routes(m)
	for k, of := range m.Segments {
		if len(of.Coef) > 0 {
			s.score = p.choose(routes[k], p.weigh(of.Intercept, of.Coef, s.design), s.score)
		}
	}
	s.eta = s.calibrated(m.Calibration)
	shift := p.constant(0)
	for k, of := range m.Segments {
		if of.Shift != 0 {
			shift = p.choose(routes[k], p.constant(of.Shift), shift)
		}
	}
	if m.Routing != nil {
		s.eta = p.do(opAdd, s.eta, shift)
	}
	s.probability()
	s.cut(m)
	return s, nil
}

// weigh is a constant and the weighted sum of a design, added from left to right as the scorer
// adds; missing where a column of it is, whatever its weight.
func (p *program) weigh(intercept float64, coef []float64, design []ref) ref {
	sum := p.constant(intercept)
	for j, b := range coef {
		sum = p.do(opAdd, sum, p.do(opMul, p.constant(b), design[j]))
	}
	return sum
}

// routes says of every segment whether a row is of it.
func (s *scored) routes(m *models.Model) []ref {
	if m.Routing == nil {
		return nil
	}
	by, _ := m.Routing.By.Expressions()
	name := s.category(by.Root())
	routes := make([]ref, len(m.Segments))
	for k, of := range m.Segments {
		routes[k] = name.is(s.program, of.Segment)
	}
	return routes
}

// calibrated is the log-odds of the score.
func (s *scored) calibrated(c models.Calibration) ref {
	p := s.program
	switch {
	case c.Bands != nil:
		return s.ofBands(c.Bands)
	case c.Knots != nil:
		return s.stair(c.Knots)
	}
	return p.do(opAdd, p.constant(c.Intercept), p.do(opMul, p.constant(c.Slope), s.score))
}

// ofBands is the log-odds of a score that is 0, 1 or 2.
func (s *scored) ofBands(bands []float64) ref {
	p := s.program
	var bounds []float64
	var values []ref
	for k, eta := range bands {
		values = append(values, p.constant(eta))
		if k > 0 {
			bounds = append(bounds, float64(k))
		}
	}
	return p.choose(p.do(opMissing, s.score), p.none(), p.ladder(s.score, opLess, bounds, values))
}

// stair is the log-odds of the step of a staircase.
func (s *scored) stair(knots []models.Knot) ref {
	p := s.program
	var bounds []float64
	var values []ref
	for k, knot := range knots {
		values = append(values, p.constant(knot.Eta))
		if k > 0 {
			bounds = append(bounds, knot.Score)
		}
	}
	return p.choose(p.do(opMissing, s.score), p.none(), p.ladder(s.score, opLess, bounds, values))
}

// probability adds p and health. 1/(1+exp(-eta)) is exact to the last digits also far
// below 0, where exp overflows to infinity and p is 0.
func (s *scored) probability() {
	p, one := s.program, s.constant(1)
	s.p = p.do(opDiv, one, p.do(opAdd, one, p.do(opExp, p.negate(s.eta))))
	s.health = p.do(opDiv, p.constant(100), p.do(opAdd, one, p.do(opExp, s.eta)))
}

// cut adds the bands, if the model has any.
func (s *scored) cut(m *models.Model) {
	p := s.program
	switch {
	case m.Calibration.Bands != nil:
		s.bands = []banded{
			{models.Red, p.do(opLessEq, p.constant(2), s.score)},
			{models.Yellow, p.do(opLessEq, p.constant(1), s.score)},
		}
	case m.Bands != nil:
		s.bands = []banded{
			{models.Red, p.do(opLessEq, p.constant(m.Bands.Red*(1-models.Tie)), s.p)},
			{models.Yellow, p.do(opLessEq, p.constant(m.Bands.Yellow*(1-models.Tie)), s.p)},
		}
	}
}
