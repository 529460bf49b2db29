package export

import (
	"fmt"
	"io"
	"slices"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/features/sql"
	"holdfast/models"
)

// Options say what the SELECT is over and which rows it gives.
type Options struct {
	Table        string // the table of snapshots; empty: snapshots. See sql.New
	AllSnapshots bool   // every snapshot, instead of the newest of each account
}

// SQL writes the model as one SELECT over the table of snapshots, with the columns account,
// snapshot_date, p (probability of the event of the model), health and band; of a model with
// an outlook also leave, shrink, renew and grow. What the scorer leaves unscored has NULL in
// all but account and dates.
//
// Of a model with a recorded_at column the result has a third column as_of, the later of
// snapshot_date and the day the row was recorded: a row is scored from what was known then,
// of each day before it by the last version. What was written again and says nothing new is
// no row of its own. Where such a model has histories each row is joined with the rows that
// it sees, so that the work grows with the square of the rows of an account.
//
// The numbers are those of the scorer but for a few units in the last place, where exp, ln
// and sums over the past are computed by another library: p differs by at most 1e-12 of
// itself, and band does not. A part that SQL cannot say is an *UnsupportedError.
func SQL(w io.Writer, m *models.Model, d sql.Dialect, o Options) error {
	if err := sayable(m); err != nil {
		return err
	}
	if o.Table == "" {
		o.Table = "snapshots"
	}
	types, err := m.Uses()
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	q, err := sql.New(d, o.Table, m.Columns, types)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	outputs, err := rowsAndColumns(q, m, o.AllSnapshots)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := q.Write(w, outputs); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// rowsAndColumns says of which rows the result is, and what it says of each. Rows are left out
// before they are scored where that needs their past; equal ones as late as possible, since
// engines sort the rows with all columns that are still needed.
func rowsAndColumns(q *sql.Query, m *models.Model, all bool) ([]sql.Output, error) {
	late, windows, remembers := m.Columns.RecordedAt != "", windowed(m), m.Remembers()
	latest := !all && !remembers
	if late || windows || remembers {
		q.Distinct()
	}
	if late && windows {
		q.Views(m.Histories(), latest)
	}
	if err := q.Histories(m.Histories()); err != nil {
		return nil, err
	}
	switch {
	case late && windows:
		q.Own()
	case latest:
		q.Newest()
	}
	s := scoresOf(q, m)
	band := s.band()
	switch {
	case !all && remembers:
		q.Newest()
	case all && !late && !windows && !remembers:
		q.Distinct()
	}
	return s.columns(band), nil
}

// sayable refuses what the table of snapshots does not hold.
func sayable(m *models.Model) error {
	if m.Kind == models.Predicted {
		return &UnsupportedError{m.Name, "SQL", "it is another tool's predictions, which no table of snapshots holds; export the model from that tool"}
	}
	return nil
}

// windowed says whether the model looks at earlier rows of the account.
func windowed(m *models.Model) bool {
	return slices.ContainsFunc(m.Histories(), func(h history.Spec) bool { return h.As != history.Age })
}

// sqlScore is the score of a model in a query.
type sqlScore struct {
	q     *sql.Query
	m     *models.Model
	score sql.Value // Predictions.Score
	eta   sql.Value // Predictions.Eta: log-odds, NULL where there is no score

	shrink, grow *sqlScore // of the models of an outlook; nil: 0
}

// scoresOf are the score of a model and those of its outlook.
func scoresOf(q *sql.Query, m *models.Model) *sqlScore {
	s := scoreSQL(q, m)
	if m.Outlook != nil && m.Outlook.Shrink != nil {
		s.shrink = scoreSQL(q, m.Outlook.Shrink)
	}
	if m.Outlook != nil && m.Outlook.Grow != nil {
		s.grow = scoreSQL(q, m.Outlook.Grow)
	}
	return s
}

// columns are those of the result.
func (s *sqlScore) columns(band sql.Value) []sql.Output {
	outputs := []sql.Output{{Name: "account", Value: s.q.Account()}, {Name: "snapshot_date", Value: s.q.Date()}}
	if s.m.Columns.RecordedAt != "" {
		outputs = append(outputs, sql.Output{Name: "as_of", Value: s.q.AsOf()})
	}
	outputs = append(outputs, sql.Output{Name: "p", Value: s.p()}, sql.Output{Name: "health", Value: s.health()}, sql.Output{Name: "band", Value: band})
	if s.m.Outlook != nil {
		outputs = append(outputs, s.prospects()...)
	}
	return outputs
}

// scoreSQL writes score and log-odds, as Model.Predict computes them.
func scoreSQL(q *sql.Query, m *models.Model) *sqlScore {
	design := q.Encode(m.Encoder)
	if m.Card != nil {
		design = []sql.Value{cardSQL(q, m.Card, design)}
	}
	score := linearSQL(q, m.Intercept, m.Coef, design)
	var route sql.Value
	if m.Routing != nil {
		names := make([]string, len(m.Segments))
		for i, s := range m.Segments {
			names[i] = s.Segment
		}
		route = q.Levels(m.Routing.By, names)
		score = routedSQL(q, m, route, score, design)
	}
	s := &sqlScore{q: q, m: m, score: q.Bind(score, "score")}
	s.eta = calibratedSQL(q, m.Calibration, s.score)
	if m.Routing != nil {
		s.eta = shiftedSQL(q, m, route, s.eta)
	}
	s.eta = q.Bind(s.eta, "eta")
	return s
}

// exp is e to the power of minus the size of eta: never above 1, so that p and health lose no
// digits at either end. Beyond 745 it is 0 in a double, where some engines raise an error.
func (s *sqlScore) exp() sql.Value {
	q := s.q
	return q.Bind(q.Raw(expr.Number, "CASE WHEN abs(%[1]s) > 745 THEN %[2]s ELSE exp(- abs(%[1]s)) END", s.eta, q.Number(0)), "exp")
}

// termsAtOnce is how many terms of a sum are written into one expression: engines have limits
// to its depth, SQLite one of 1000.
const termsAtOnce = 32

// linearSQL is a weighted sum, in the order in which the scorer adds: NULL where a column is.
func linearSQL(q *sql.Query, intercept float64, coef []float64, design []sql.Value) sql.Value {
	sum := q.Number(intercept)
	for j, x := range design {
		sum = q.Plus(sum, q.Times(q.Number(coef[j]), x))
		if j%termsAtOnce == termsAtOnce-1 {
			sum = q.Bind(sum, "sum")
		}
	}
	return sum
}

// routedSQL takes the weights of its segment for a row of a segment that has weights.
func routedSQL(q *sql.Query, m *models.Model, route, pooled sql.Value, design []sql.Value) sql.Value {
	for j, x := range design {
		design[j] = q.Once(x, "x")
	}
	text, args := "CASE %[1]s", []sql.Value{route}
	for i, s := range m.Segments {
		if len(s.Coef) > 0 {
			args = append(args, q.Bind(linearSQL(q, s.Intercept, s.Coef, design), "score_"+s.Segment))
			text += fmt.Sprintf(" WHEN %d THEN %%[%d]s", i, len(args))
		}
	}
	if len(args) == 1 {
		return pooled
	}
	args = append(args, pooled)
	return q.Raw(expr.Number, text+fmt.Sprintf(" ELSE %%[%d]s END", len(args)), args...)
}

// shiftedSQL adds the shift of its segment, 0 for a row of none.
func shiftedSQL(q *sql.Query, m *models.Model, route, eta sql.Value) sql.Value {
	text, args := "CASE %[1]s", []sql.Value{route}
	for i, s := range m.Segments {
		if s.Shift != 0 {
			args = append(args, q.Number(s.Shift))
			text += fmt.Sprintf(" WHEN %d THEN %%[%d]s", i, len(args))
		}
	}
	if len(args) == 1 {
		return eta
	}
	args = append(args, q.Number(0))
	shift := q.Raw(expr.Number, text+fmt.Sprintf(" ELSE %%[%d]s END", len(args)), args...)
	return q.Raw(expr.Number, "(%s + %s)", eta, shift)
}

// calibratedSQL is the log-odds of a score (models.Calibration.Eta).
func calibratedSQL(q *sql.Query, c models.Calibration, score sql.Value) sql.Value {
	switch {
	case c.Bands != nil:
		text, args := "CASE", []sql.Value{score}
		for band, eta := range c.Bands {
			args = append(args, q.Number(eta))
			text += fmt.Sprintf(" WHEN %%[1]s = %d THEN %%[%d]s", band, len(args))
		}
		return q.Raw(expr.Number, text+" END", args...)
	case c.Knots != nil:
		return stairSQL(q, c.Knots, score)
	}
	if c.Intercept == 0 && c.Slope == 1 {
		return score
	}
	return q.Plus(q.Number(c.Intercept), q.Times(q.Number(c.Slope), score))
}

// stairSQL is the log-odds of the step of a staircase.
func stairSQL(q *sql.Query, knots []models.Knot, score sql.Value) sql.Value {
	l, last := q.Ladder(score), len(knots)-1
	for k, next := range knots[1:] {
		l.Rung("<", next.Score, q.Number(knots[k].Eta))
	}
	return l.Last(q.Number(knots[last].Eta))
}

// p is the probability (models.Probability), bound so that bands can be told from it.
func (s *sqlScore) p() sql.Value {
	one := s.q.Number(1)
	return s.q.Bind(s.q.Raw(expr.Number, "CASE WHEN %[1]s >= 0 THEN %[2]s / (%[2]s + %[3]s) ELSE %[3]s / (%[2]s + %[3]s) END", s.eta, one, s.exp()), "p")
}

// health is the probability of the opposite, in percent.
func (s *sqlScore) health() sql.Value {
	one, hundred := s.q.Number(1), s.q.Number(100)
	return s.q.Bind(s.q.Raw(expr.Number, "CASE WHEN %[1]s <= 0 THEN %[4]s * (%[2]s / (%[2]s + %[3]s)) ELSE %[4]s * (%[3]s / (%[2]s + %[3]s)) END", s.eta, one, s.exp(), hundred), "health")
}

// prospects are the outlook of the account.
func (s *sqlScore) prospects() []sql.Output {
	q := s.q
	claim := func(of *sqlScore) sql.Value {
		if of == nil {
			return q.Number(0)
		}
		return of.p()
	}
	leave, shrink, grow := s.p(), claim(s.shrink), claim(s.grow)
	all := q.Bind(q.Raw(expr.Number, "%s + %s + %s", leave, shrink, grow), "all")
	// Multiples of 2^-40, as models.NewProspect makes them.
	down := func(p sql.Value, name string) sql.Value {
		grain := q.Number(0x1p-40)
		share := q.Raw(expr.Number, "CASE WHEN %[2]s > 1 THEN %[1]s / %[2]s / %[3]s ELSE %[1]s / %[3]s + 0 * %[2]s END", p, all, grain)
		return q.Bind(q.Times(q.Floor(share), grain), name)
	}
	l, k, g := down(leave, "leave"), down(shrink, "shrink"), down(grow, "grow")
	one, zero := q.Number(1), q.Number(0)
	return []sql.Output{
		{Name: "leave", Value: q.Raw(expr.Number, "CASE WHEN %[1]s > 1 THEN %[2]s - %[3]s - %[4]s ELSE %[5]s END", all, one, k, g, l)},
		{Name: "shrink", Value: k},
		{Name: "renew", Value: q.Raw(expr.Number, "CASE WHEN %[1]s > 1 THEN %[6]s ELSE %[2]s - %[5]s - %[3]s - %[4]s END", all, one, k, g, l, zero)},
		{Name: "grow", Value: g},
	}
}
