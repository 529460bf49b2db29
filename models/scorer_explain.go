package models

import (
	"context"
	"strconv"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// Explain is Model.Explain of a batch that was scored. Warnings has what it would warn of.
func (s *Scorer) Explain(ctx context.Context, b *dataset.Batch, scores *Scores, top int) (*Explained, error) {
	x := &explainer{model: s.model, design: &features.Design{Rows: b.Len(), Columns: s.design(scores)}, terms: s.terms, column: s.kept,
		routes: scores.routes, values: make(map[string]expr.Vector, len(s.model.Encoder.Factors))}
	for i := range s.model.Encoder.Factors {
		e := &s.model.Encoder.Factors[i]
		var err error
		if x.values[e.Factor.Name], err = e.Values(ctx, b.Len(), one(b)); err != nil {
			return nil, err
		}
	}
	return x.all(&scores.Predictions, top), nil
}

// Prospects is Model.Prospects of a batch that was scored, by a model that has an outlook.
func (s *Scorer) Prospects(ctx context.Context, b *dataset.Batch, scores *Scores) ([]Prospect, error) {
	claims := [2][]float64{make([]float64, b.Len()), make([]float64, b.Len())} // of shrinking and of growing
	for k, companion := range s.companions {
		if companion == nil {
			continue
		}
		theirs := new(Scores)
		if err := companion.Score(ctx, b, theirs); err != nil {
			return nil, err
		}
		claims[k] = theirs.P
	}
	prospects := make([]Prospect, b.Len())
	for i, p := range scores.P {
		prospects[i] = NewProspect(p, claims[0][i], claims[1][i])
	}
	return prospects, nil
}

// all explains every row in short.
func (x *explainer) all(p *Predictions, top int) *Explained {
	rows := len(p.Eta)
	out := &Explained{Predictions: *p, Bands: make([]Band, rows), Reasons: make([][]string, rows), Top: make([]string, rows), Unscored: make([]Unscored, rows)}
	short := brief{explainer: x, pushes: make([]float64, len(x.terms)), best: make([]reason, 0, max(top, 1)), top: top, usual: make([]string, len(x.terms))}
	for i, eta := range p.Eta {
		switch {
		case eta != eta:
			out.Unscored[i] = x.unscored(i)
			continue
		case x.model.Card != nil || x.model.Calibration.Bands != nil:
			e := x.explain(i, eta)
			out.Top[i], out.Reasons[i] = e.TopCategory(), short.inWords(e.Parts)
		default:
			out.Top[i], out.Reasons[i] = short.linear(i, eta)
		}
		out.Bands[i] = x.model.band(eta, x.design, i)
	}
	return out
}

// brief says of rows what raises their risk most, and leaves everything else of an
// explanation out: the words of one row in a thousand are read, and there are three of them.
type brief struct {
	*explainer
	pushes []float64 // of each term
	best   []reason  // the strongest first
	top    int
	usual  []string // of each term that was a reason so far, what is usual in words
	text   []byte
}

// reason is a term that raises the risk of a row.
type reason struct {
	term    int
	logOdds float64
}

// inWords says what raises the risk, of parts in their order.
func (s *brief) inWords(parts []Part) (words []string) {
	for _, part := range parts[:min(s.top, len(parts))] {
		if part.LogOdds > 0 {
			words = append(words, part.String())
		}
	}
	return words
}

// linear explains a row whose score is linear in the design: its reasons are the first parts
// of its Explanation, to the bit.
func (s *brief) linear(row int, eta float64) (category string, words []string) {
	average, whole := s.linearPushes(row, s.pushes), 0.0
	for _, by := range s.pushes {
		whole += by
	}
	slope := meanSlope(eta-s.model.etaOf(average, routeOf(s.routes, row)), whole, s.model.Calibration.Slope)
	s.best = s.best[:0]
	for k, by := range s.pushes {
		s.take(reason{k, slope * by})
	}
	for i, r := range s.best {
		t := s.terms[r.term]
		if i == 0 {
			category = t.category
		}
		if i < s.top {
			words = append(words, s.words(r, row))
		}
	}
	return category, words
}

// take puts a reason in its place among the best, behind those that are as strong.
func (s *brief) take(r reason) {
	if !(r.logOdds > 0) {
		return
	}
	if len(s.best) < cap(s.best) {
		s.best = append(s.best, r)
	} else if s.best[len(s.best)-1].logOdds >= r.logOdds {
		return
	}
	i := len(s.best) - 1
	for ; i > 0 && s.best[i-1].logOdds < r.logOdds; i-- {
		s.best[i] = s.best[i-1]
	}
	s.best[i] = r
}

// words is Part.String of a reason, with what is usual spelt once and not for every row.
func (s *brief) words(r reason, row int) string {
	t := s.terms[r.term]
	if s.usual[r.term] == "" {
		peer, _ := s.model.peer(t.factor)
		s.usual[r.term] = peer.reading().String()
	}
	value := readingAt(s.values[t.factor], row).String()
	s.text = append(s.text[:0], t.factor...)
	if value != "" {
		s.text = append(append(s.text, ' '), value...)
	}
	if usual := s.usual[r.term]; usual != "" && usual != value {
		s.text = append(append(s.text, ", usually "...), usual...)
	}
	s.text = append(s.text, " (+"...) // a reason raises the risk
	return string(append(strconv.AppendFloat(s.text, r.logOdds, 'f', 2, 64), ')'))
}
