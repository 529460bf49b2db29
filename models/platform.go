package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/platform"
)

// The kinds of the customer-success platforms are those of package platform by the same
// names. Their factors are read as they are: a missing value stays missing, whatever the
// factor's own policy, because what to make of it is part of the arithmetic.

// isPlatform says whether a kind is that of a platform.
func (k Kind) isPlatform() bool {
	return slices.Contains(platform.Kinds(), platform.Kind(k))
}

// measured returns the factors that a platform's score measures, in its order. The sheet is
// tried here, so that what is wrong with it is found before any row is read.
func (c Candidate) measured(factors []features.Factor) ([]features.Factor, error) {
	kind := platform.Kind(c.Kind)
	switch {
	case c.Sheet == nil:
		return nil, errors.New("it says nothing about its measures")
	case c.HigherIs == "" && !kind.Healthy():
		return nil, errors.New("say higher_is: healthier or riskier; the direction of a score is never guessed")
	case c.HigherIs == features.HigherChurn && kind.Healthy():
		return nil, fmt.Errorf("kind %s calls its best good, so higher_is can only be healthier", c.Kind)
	}
	sheet := *c.Sheet
	sheet.Kind = kind
	if _, err := sheet.Card(); err != nil {
		return nil, err
	}
	names := make([]string, len(sheet.Entries))
	for i, e := range sheet.Entries {
		names[i] = e.Name
	}
	picked, err := pick(names, factors)
	if err != nil {
		return nil, err
	}
	return picked, numeric(picked)
}

// numeric refuses factors that are no numbers.
func numeric(factors []features.Factor) error {
	for _, f := range factors {
		if f.Kind == features.Category {
			return fmt.Errorf("factor %q is a category; make it a number, for example with expr: \"plan == 'pro' ? 1 : 0\"", f.Name)
		}
	}
	return nil
}

// fitPlatform learns nothing but the calibration of a platform's score.
func (c Candidate) fitPlatform(ctx context.Context, m *Model, train dataset.View) error {
	sheet := *c.Sheet
	sheet.Kind = platform.Kind(c.Kind)
	card, err := sheet.Card()
	if err != nil {
		return &FitError{Candidate: c.Name, Reason: err.Error()}
	}
	m.Coef = []float64{c.sign(c.HigherIs)}
	return c.fitCard(ctx, m, card, train, features.Observed)
}

// fitReweighted is fitWeights in which the weight of a missing factor goes to the others
// instead of to what stands in for it.
func (c Candidate) fitReweighted(ctx context.Context, m *Model, train dataset.View, form features.Form) error {
	card, err := c.sheet().Card()
	if err != nil {
		return &FitError{Candidate: c.Name, Reason: err.Error()}
	}
	m.Coef = []float64{c.sign(features.LowerChurn)} // health counts down to risk
	return c.fitCard(ctx, m, card, train, form)
}

// fitCard encodes the measures of a card and calibrates its score. Coef is set.
func (c Candidate) fitCard(ctx context.Context, m *Model, card *platform.Card, train dataset.View, form features.Form) error {
	encoder, design, warnings, err := c.notebook.Fit(ctx, c.inputs, train, form)
	if err != nil {
		return err
	}
	defer design.Close()
	m.Encoder, m.Card, m.Warnings = encoder, card, append(m.Warnings, warnings...)
	parts, err := m.learnTypical(design)
	if err != nil {
		return err
	}
	if err := c.calibrate(ctx, m, train); err != nil {
		return err
	}
	m.Weights = cardWeights(m, parts)
	return nil
}

// learnTypical stores what each measure gives the average training account, and returns
// the standard deviations: one per measure, then that of rounding and limits. Rows without a
// score are left out; where none has one, all are 0.
func (m *Model) learnTypical(d *features.Design) (deviations []float64, err error) {
	n := len(m.Card.Measures) + 1
	var rows float64
	mean, squares := make([]float64, n), make([]float64, n)
	err = m.eachParts(d, func(parts []float64) {
		rows++
		for j, p := range parts { // Welford (1962)
			change := p - mean[j]
			mean[j] += change / rows
			squares[j] += float64(change * (p - mean[j]))
		}
	})
	for j := range squares {
		squares[j] = math.Sqrt(squares[j] / max(1, rows))
	}
	m.Typical = mean
	return squares, err
}

// eachParts splits the score of every row of a design that has one. The slice is used
// again for the next row.
func (m *Model) eachParts(d *features.Design, do func(parts []float64)) error {
	_, width := d.Size()
	values, parts := make([]float64, width), make([]float64, width+1)
	memory := make([]float64, dataset.BatchRows*width)
	block := make([][]float64, width)
	for from := 0; from < d.Rows; from += dataset.BatchRows {
		n := min(dataset.BatchRows, d.Rows-from)
		for j := range block {
			var err error
			if block[j], err = d.Piece(j, from, memory[j*dataset.BatchRows:][:n]); err != nil {
				return err
			}
		}
		for i := range n {
			for j := range values {
				values[j] = block[j][i]
			}
			if score := m.Card.Parts(values, parts); score == score {
				do(parts)
			}
		}
	}
	return nil
}

// cardWeights states what a point of each measure means where nothing is missing, in log-odds,
// and, from the deviations of what the measures give, what a standard deviation of it does.
// The worst of several has no weights, only deviations. Nothing is estimated but the line, so
// that no weight has an error.
func cardWeights(m *Model, deviations []float64) []Weight {
	names, shares := m.Encoder.Names(), m.Card.Shares()
	constant, perPoint := m.Calibration.line()
	perPoint *= m.Coef[0]
	undefined := Weight{StdErr: Undefined(), Z: Undefined(), P: Undefined(), Low: Undefined(), High: Undefined(), Share: Undefined()}
	first := undefined
	first.Factor, first.Weight, first.PerSD = Intercept, Stat(constant), Undefined()
	weights := []Weight{first}
	total := 0.0
	for _, d := range deviations[:len(names)] {
		total += d
	}
	for j, n := range names {
		w := undefined
		w.Factor, w.Category = n.Factor, n.Category
		w.Weight = Stat(perPoint * shares[j])
		w.PerSD = Stat(perPoint * deviations[j])
		w.Share = Stat(deviations[j] / total)
		weights = append(weights, w)
	}
	return weights
}

// cardParts splits the score of one row among the measures, on its scale. Where the score
// is the worst of its measures, the reason is the measure that is.
func (x *explainer) cardParts(row int) (parts []Part, average float64) {
	m := x.model
	values, pushes := make([]float64, len(m.Card.Measures)), make([]float64, len(m.Card.Measures)+1)
	average = x.cardPushes(row, values, pushes)
	for j, by := range pushes {
		if j == len(values) {
			parts = append(parts, Part{Factor: roundingPart, push: by})
			continue
		}
		part := x.part(m.Card.Measures[j].Name, x.terms[j].category, row, by)
		part.Word = m.Card.Measures[j].Points.Word(values[j])
		parts = append(parts, part)
	}
	return parts, average
}

// roundingPart is what a card does after it has added up its measures.
const roundingPart = "rounding and limits"

// cardPushes is what each measure, and the rounding at the end, adds to the score of the
// average account. values are those of the measures.
func (x *explainer) cardPushes(row int, values, pushes []float64) (average float64) {
	m := x.model
	for j := range values {
		values[j] = x.design.Columns[j][row]
	}
	m.Card.Parts(values, pushes)
	average = m.Intercept
	for j, p := range pushes {
		pushes[j] = m.Coef[0] * (p - m.Typical[j])
		average += m.Coef[0] * m.Typical[j]
	}
	return average
}

// checkCard refuses a card that does not fit its encoder.
func (m *Model) checkCard() error {
	if err := m.Card.Check(); err != nil {
		return err
	}
	names := m.Encoder.Names()
	if len(m.Card.Measures) != len(names) || len(m.Typical) != len(names)+1 {
		return fmt.Errorf("%d measures and %d typical parts for %d design columns", len(m.Card.Measures), len(m.Typical), len(names))
	}
	for j, n := range names {
		if m.Card.Measures[j].Name != n.Factor {
			return fmt.Errorf("measure %q stands where factor %q is", m.Card.Measures[j].Name, n.Factor)
		}
	}
	return nil
}

// kindWords lists the kinds that a candidate can be of, as messages say them. The baseline is
// not among them, which nobody has to ask for.
func kindWords() string {
	kinds := []string{string(Logistic), string(Weights), string(Vendor), string(Rules), string(Earlier), string(Predicted)}
	for _, k := range platform.Kinds() {
		kinds = append(kinds, string(k))
	}
	last := len(kinds) - 1
	return strings.Join(kinds[:last], ", ") + " and " + kinds[last]
}
