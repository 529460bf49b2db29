package models

import (
	"context"
	"math"
	"slices"
	"strconv"

	"holdfast/dataset"
	"holdfast/features"
)

// Move is a factor that would have to become another, the others being what they are or
// what earlier moves made of them.
type Move struct {
	Factor string  `json:"factor"`
	From   Reading `json:"from"`
	To     float64 `json:"to"`
	SDs    Stat    `json:"sds"` // how far that is, in standard deviations of the factor among training rows
	P      float64 `json:"p"`   // after this move
	Health float64 `json:"health"`
}

// Way is the smallest change of actionable factors that brings a row to the next better
// band. One factor alone is taken where one suffices, the one that has to move least in
// standard deviations of its own; else the one that helps most is moved as far as helps,
// and the rest is asked of the others. No factor leaves the range of nine in ten training
// rows: beyond it a model knows nothing, and a team can do little. Factors made of others
// (rules, groups, interactions) stay as they are, although a member may move.
type Way struct {
	To      Band   `json:"to"`
	Moves   []Move `json:"moves"`
	Reached bool   `json:"reached"` // false: the moves help most, and do not suffice
}

// Ways finds the way of every row to its next better band; nil for a row that is green or
// has no band, and for a model without actionable factors. It takes hundreds of scores a
// row, and is meant for an account that somebody looks at.
func (m *Model) Ways(ctx context.Context, rows int, source dataset.Source) ([]*Way, error) {
	x, _, err := m.explainer(ctx, rows, source)
	if err != nil {
		return nil, err
	}
	p, err := m.predict(x.design, x.routes)
	if err != nil {
		return nil, err
	}
	ways := make([]*Way, rows)
	for i, eta := range p.Eta {
		if eta == eta && m.Bands != nil {
			ways[i] = x.way(i, eta)
		}
	}
	return ways, nil
}

// CanBeMoved says whether some factor of the model is marked actionable. Where none is
// known of an account, [Model.Ways] finds no way all the same.
func (m *Model) CanBeMoved() bool {
	return m != nil && m.Encoder != nil && slices.ContainsFunc(m.Encoder.Factors, func(e features.Encoding) bool { return e.Factor.Actionable })
}

// walk is the state of the search for a way: a row that changes. The design itself does not.
type walk struct {
	*explainer
	row  int
	line []float64 // the row's design columns, as changed so far
	free []int     // factors of the encoder that may still move
	goal func(eta float64) bool
}

// way searches from one row.
func (x *explainer) way(row int, eta float64) *Way {
	band := x.model.Bands.Band(eta)
	w := walk{explainer: x, row: row, free: x.movable(row)}
	if band == Green || len(w.free) == 0 {
		return nil
	}
	way := &Way{To: bands[band.Risk()-1], Moves: []Move{}}
	w.goal = func(eta float64) bool { return x.model.Bands.Band(eta).Risk() <= way.To.Risk() }
	for _, column := range x.design.Columns {
		w.line = append(w.line, column[row])
	}
	for len(w.free) > 0 && !way.Reached {
		s, ok := w.next(eta)
		if !ok {
			break
		}
		eta = s.eta
		w.take(s)
		way.Reached = w.goal(eta)
		way.Moves = append(way.Moves, Move{Factor: x.model.Encoder.Factors[s.factor].Factor.Name,
			From: readingAt(x.values[x.model.Encoder.Factors[s.factor].Factor.Name], row), To: s.to, SDs: Stat(s.distance), P: Probability(eta), Health: Health(eta)})
	}
	return way
}

// movable are the factors that a team can move from where they are, within a range that is
// known. What is missing cannot be moved, only learned.
func (x *explainer) movable(row int) []int {
	var movable []int
	for i, e := range x.model.Encoder.Factors {
		p, ok := x.model.peer(e.Factor.Name)
		encoded := slices.ContainsFunc(x.terms, func(t term) bool { return t.factor == e.Factor.Name })
		v := x.values[e.Factor.Name].Numbers
		if e.Factor.Actionable && encoded && ok && p.SD > 0 && v != nil && v[row] == v[row] && x.follows(i, row, v[row]) {
			movable = append(movable, i)
		}
	}
	return movable
}

// follows says whether the row's design columns of a factor are what its value makes of
// them. They are not where the factor is for other segments, or has gone stale: there,
// another value would change nothing.
func (x *explainer) follows(factor, row int, value float64) bool {
	from := x.firstColumn(factor)
	for j, column := range x.model.Encoder.EncodeNumbers(factor, []float64{value}) {
		if column[0] != x.design.Columns[from+j][row] {
			return false
		}
	}
	return true
}

// step is a move of one factor.
type step struct {
	factor   int
	to       float64
	distance float64 // in standard deviations
	eta      float64 // after it
}

// next is the nearest step that reaches the goal, or else the one that gets closest to it;
// ok is false when nothing helps. Nearness is counted in each factor's standard deviations,
// the only unit that a number of logins and a survey score share. Ties go to the factor that
// comes first in the model.
func (w *walk) next(eta float64) (best step, ok bool) {
	reached := false
	for _, f := range w.free {
		s, found := w.along(f, eta)
		switch reaches := found && w.goal(s.eta); {
		case !found:
		case reaches && (!reached || s.distance < best.distance), !reaches && !reached && (!ok || s.eta < best.eta):
			best, ok, reached = s, true, reaches
		}
	}
	return best, ok
}

// The values of a factor that are tried, on either side of its own, and how often the
// interval in which the goal is first met is halved after that.
const tries, halvings = 200, 30

// along moves one factor, to either side of its value, within its range: both sides, since a
// factor that is binned or bent may help in either direction.
func (w *walk) along(factor int, eta float64) (best step, ok bool) {
	p, from := w.model.Peers[factor], w.at(factor)
	best = step{factor: factor, eta: eta}
	for _, end := range []float64{float64(p.Low), float64(p.High)} {
		s := w.toward(factor, from, end, eta)
		s.distance = math.Abs(s.to-from) / float64(p.SD)
		switch met, before := w.goal(s.eta), w.goal(best.eta); {
		case met && (!before || s.distance < best.distance), !met && !before && s.eta < best.eta:
			best, ok = s, true
		}
	}
	return best, ok
}

// toward moves one factor from its value to an end of its range: to the first value that
// meets the goal, else to the one that comes closest to it.
func (w *walk) toward(factor int, from, end, eta float64) step {
	values, whole := between(from, end), w.model.Peers[factor].Whole
	if whole {
		values = wholes(from, end)
	}
	etas := w.etas(factor, values)
	if hit := slices.IndexFunc(etas, w.goal); hit >= 0 {
		before := from
		if hit > 0 {
			before = values[hit-1]
		}
		to := values[hit]
		if !whole {
			to = w.round(factor, from, w.halve(factor, before, to))
		}
		return step{factor: factor, to: to, eta: w.etas(factor, []float64{to})[0]}
	}
	best := step{factor: factor, to: from, eta: eta}
	for k, e := range etas {
		if e < best.eta {
			best.to, best.eta = values[k], e
		}
	}
	if short := threeOf(best.to); !whole && short != from {
		if math.Abs(short-from) > math.Abs(best.to-from) { // back into the range
			short = threeOf(short - math.Copysign(unitOf(short), short-from))
		}
		best.to, best.eta = short, w.etas(factor, []float64{short})[0]
	}
	return best
}

// unitOf is one unit of the third digit that counts.
func unitOf(v float64) float64 {
	return math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-2)
}

// between are values from one end, which is left out, to the other.
func between(from, end float64) []float64 {
	values := make([]float64, tries)
	for k := range values {
		values[k] = from + (end-from)*float64(k+1)/tries
	}
	return values
}

// wholes are the whole numbers from one end, which is left out, to the other; of very many,
// the nearest.
func wholes(from, end float64) []float64 {
	var values []float64
	step := math.Copysign(1, end-from)
	for v := from + step; (end-v)*step >= 0 && len(values) < 100*tries; v += step {
		values = append(values, v)
	}
	return values
}

// threeOf keeps three digits that count.
func threeOf(v float64) float64 {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64) // what was just written reads back
	return short
}

// at is the value of a factor in the row.
func (w *walk) at(factor int) float64 {
	return w.values[w.model.Encoder.Factors[factor].Factor.Name].Numbers[w.row]
}

// halve narrows the interval between a value that does not meet the goal and one that does,
// and returns an end that does: within 2^-30 of the distance that two tries are apart.
func (w *walk) halve(factor int, without, with float64) float64 {
	for range halvings {
		middle := without + (with-without)/2
		if w.goal(w.etas(factor, []float64{middle})[0]) {
			with = middle
		} else {
			without = middle
		}
	}
	return with
}

// round takes the shortest number, no nearer than to, that still meets the goal.
func (w *walk) round(factor int, from, to float64) float64 {
	for digits := range 6 {
		text := strconv.FormatFloat(to, 'e', digits, 64)
		short, _ := strconv.ParseFloat(text, 64) // what was just written reads back
		unit := math.Pow(10, math.Floor(math.Log10(math.Abs(to)))-float64(digits))
		if math.Abs(short-from) < math.Abs(to-from) {
			short += math.Copysign(unit, to-from)
		}
		short, _ = strconv.ParseFloat(strconv.FormatFloat(short, 'e', digits+1, 64), 64)
		if math.Abs(short-to) <= math.Abs(to-from)/4 && w.goal(w.etas(factor, []float64{short})[0]) {
			return short
		}
	}
	return to
}

// etas are the log-odds of the row with other values of one factor, one per value: encoded,
// scored and calibrated as any row is, so that bins, clips and segments count as they do there.
func (w *walk) etas(factor int, values []float64) []float64 {
	moved := w.model.Encoder.EncodeNumbers(factor, values)
	block := make([][]float64, len(w.line))
	from := w.firstColumn(factor)
	for j := range block {
		if j >= from && j < from+len(moved) {
			block[j] = moved[j-from]
			continue
		}
		block[j] = slices.Repeat(w.line[j:j+1], len(values))
	}
	score, eta := make([]float64, len(values)), make([]float64, len(values))
	w.model.predictBlock(block, w.route(len(values)), score, eta)
	return eta
}

// route is that of the row, for n values of it.
func (w *walk) route(n int) []int32 {
	return slices.Repeat([]int32{routeOf(w.routes, w.row)}, n)
}

// firstColumn is the first design column of a factor.
func (x *explainer) firstColumn(factor int) int {
	name := x.model.Encoder.Factors[factor].Factor.Name
	return x.terms[slices.IndexFunc(x.terms, func(t term) bool { return t.factor == name })].from
}

// take makes a step, after which the factor stays.
func (w *walk) take(s step) {
	from := w.firstColumn(s.factor)
	for j, column := range w.model.Encoder.EncodeNumbers(s.factor, []float64{s.to}) {
		w.line[from+j] = column[0]
	}
	w.free = slices.DeleteFunc(slices.Clone(w.free), func(f int) bool { return f == s.factor })
}
