package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models/isotonic"
	"holdfast/models/platform"
)

// Band is a colour of a health score.
type Band string

// The bands, by rising risk: the score of a recipe is their place (Band.Risk). The empty band
// is that of an account without a score.
const (
	Green  Band = "green"
	Yellow Band = "yellow"
	Red    Band = "red"
)

// bands are in the order of their scores.
var bands = [...]Band{Green, Yellow, Red}

// Recipes are the conditions of the bands, over factors and columns. They are asked in the
// order red, yellow, green; the first that holds gives the band, and Else is the band of
// whom none of them describes. A condition that cannot be told, because a value is missing,
// does not hold; with Unknown Unscored the account has no band then.
type Recipes struct {
	Red     string           `json:"red,omitempty"`
	Yellow  string           `json:"yellow,omitempty"`
	Green   string           `json:"green,omitempty"`
	Else    Band             `json:"else"`
	Unknown platform.Missing `json:"unknown,omitempty"` // empty or platform.Unscored
}

// RecipeError is a problem with the recipe of one band.
type RecipeError struct {
	Band Band
	Err  error
}

// Error names the band.
func (e *RecipeError) Error() string { return fmt.Sprintf("%s: %v", e.Band, e.Err) }

// Unwrap returns the cause.
func (e *RecipeError) Unwrap() error { return e.Err }

// recipeFactor is the place of the band as one factor over columns: a chain of conditions,
// which says what missing values do in the three-valued logic of expressions.
func (c Candidate) recipeFactor(factors []features.Factor, columns expr.Columns) ([]features.Factor, error) {
	switch {
	case c.Recipes == nil:
		return nil, errors.New("it has no recipe")
	case c.Recipes.Else.Risk() < 0:
		return nil, errors.New("say else: red, yellow or green, the band of whom no recipe describes")
	case c.Recipes.Unknown != "" && c.Recipes.Unknown != platform.Unscored:
		return nil, fmt.Errorf("unknown: %s is not known; leave it out, or write unknown: %s", c.Recipes.Unknown, platform.Unscored)
	}
	scope := features.NewScope(factors, columns)
	source, err := c.Recipes.chain(scope)
	if err != nil {
		return nil, err
	}
	chain, err := scope.Parse(source)
	if err != nil {
		return nil, err
	}
	derived, histories, err := scope.Derive(chain)
	if err != nil {
		return nil, err
	}
	f := features.Factor{Name: "band", Expr: derived, Histories: histories, Expect: features.HigherChurn}
	return features.Compile([]features.Factor{f}, columns)
}

// chain writes the recipes as one expression over factors and columns:
//
//	coalesce(red, false) ? 2 : coalesce(yellow, false) ? 1 : 0
//
// for an else of green. Under Unscored there is no coalesce, and a condition that cannot be
// told makes the whole missing. All recipes that do not parse are reported, each a
// *RecipeError.
func (r *Recipes) chain(scope features.Scope) (string, error) {
	source, written := "", 0
	var problems []error
	for _, one := range r.conditions() {
		if one.recipe == "" {
			continue
		}
		written++
		condition, err := scope.Parse(one.recipe)
		if err == nil && condition.Type() != expr.Bool {
			err = fmt.Errorf("it is %s; a recipe is true or false, such as nps < 0", condition.Type())
		}
		if err != nil {
			problems = append(problems, &RecipeError{Band: one.band, Err: err})
			continue
		}
		if r.Unknown == platform.Unscored {
			source += fmt.Sprintf("(%s) ? %d : ", condition, one.band.Risk())
		} else {
			source += fmt.Sprintf("coalesce(%s, false) ? %d : ", condition, one.band.Risk())
		}
	}
	if written == 0 {
		return "", errors.New("it has no recipe; write one for red, yellow or green")
	}
	return source + fmt.Sprint(r.Else.Risk()), errors.Join(problems...)
}

// condition is the recipe of a band.
type condition struct {
	band   Band
	recipe string // empty: it has none
}

// conditions are those of the bands, in the order in which they are asked.
func (r *Recipes) conditions() []condition {
	return []condition{{Red, r.Red}, {Yellow, r.Yellow}, {Green, r.Green}}
}

// Risk is the place of a band by rising risk, 0 for green, and -1 for none.
func (b Band) Risk() int {
	for i, known := range bands {
		if b == known {
			return i
		}
	}
	return -1
}

// fitRules gives each band its own probability: the recipe is as it is, and what is
// learned is how many of each colour left.
func (c Candidate) fitRules(ctx context.Context, m *Model, train dataset.View) error {
	encoder, design, warnings, err := c.notebook.Fit(ctx, c.inputs, train, features.Observed)
	if err != nil {
		return err
	}
	defer design.Close()
	m.Encoder, m.Warnings, m.Recipes = encoder, append(m.Warnings, warnings...), c.Recipes
	m.Coef = []float64{1}
	p, err := m.predict(design, nil)
	if err != nil {
		return err
	}
	score, y, err := c.rated(m, p.Score, responses(train))
	if err != nil {
		return err
	}
	rates := countBands(score, y)
	for _, one := range c.Recipes.conditions() {
		if one.recipe != "" && rates.rows[one.band.Risk()] == 0 {
			m.warn("empty_band", fmt.Sprintf("%s is nobody in the training rows; are the names and limits of its condition those of the data?", one.band))
		}
	}
	m.Calibration = Calibration{Bands: m.calibrateBands(rates)}
	m.Typical = []float64{rates.mean(m.Calibration.Bands)}
	m.Weights = rates.weights(m)
	return nil
}

// bandRates are the training rows of each band.
type bandRates struct {
	rows    [len(bands)]float64
	churned [len(bands)]float64
}

// countBands counts rows by their score, which must be 0, 1 or 2 (rated has taken the missing
// ones out).
func countBands(score, y []float64) *bandRates {
	r := new(bandRates)
	for i, s := range score {
		r.rows[int(s)]++
		r.churned[int(s)] += y[i]
	}
	return r
}

// all is the number of rows and of churned ones.
func (r *bandRates) all() (rows, churned float64) {
	for b := range bands {
		rows, churned = rows+r.rows[b], churned+r.churned[b]
	}
	return rows, churned
}

// calibrateBands returns the log-odds of churn in each band. Every band is given one more
// example of average risk, so that a band in which nobody left has a probability that can
// be wrong, and one that training never saw has the average. A band that churned less than
// a less risky one shares its rate with it (pool adjacent violators; Ayer et al. 1955):
// data may weaken the order of the colours but never turn it round.
func (m *Model) calibrateBands(r *bandRates) []float64 {
	rows, churned := r.all()
	sums, weights := make([]float64, len(bands)), make([]float64, len(bands))
	fell, below := false, -1 // the last band that has rows: one without has nothing to fall from
	for b := range bands {
		sums[b], weights[b] = r.churned[b]+churned/rows, r.rows[b]+1
		if r.rows[b] == 0 {
			continue
		}
		fell = fell || below >= 0 && sums[b]*weights[below] < sums[below]*weights[b]
		below = b
	}
	if fell {
		m.warn("bands_out_of_order", "a band churned less in the training rows than a less risky one; they share their rate")
	}
	var eta []float64
	for _, s := range isotonic.Pool(sums, weights) {
		eta = append(eta, slices.Repeat([]float64{logOdds(s.Mean())}, s.To-s.From)...)
	}
	return eta
}

// mean is the average log-odds of the training rows: where explanations start from.
func (r *bandRates) mean(eta []float64) float64 {
	sum := 0.0
	for b := range bands {
		sum += float64(r.rows[b] * eta[b])
	}
	rows, _ := r.all()
	return sum / rows
}

// weights states the log-odds of the bands against the least risky one, as those of the
// levels of a category. A rate is counted, not fitted, so that there are no standard errors.
func (r *bandRates) weights(m *Model) []Weight {
	eta := m.Calibration.Bands
	none := Weight{StdErr: Undefined(), Z: Undefined(), P: Undefined(), Low: Undefined(), High: Undefined(), Share: Undefined()}
	first := none
	first.Factor, first.Weight, first.PerSD = Intercept, Stat(eta[0]), Undefined()
	list := []Weight{first}
	rows, _ := r.all()
	total := 0.0
	for b := 1; b < len(bands); b++ {
		w, share := none, r.rows[b]/rows
		w.Factor, w.Level = "band", string(bands[b])
		w.Weight = Stat(eta[b] - eta[0])
		w.PerSD = w.Weight * Stat(math.Sqrt(share*(1-share)))
		total += float64(w.PerSD)
		list = append(list, w)
	}
	for b := 1; b < len(bands); b++ {
		list[b].Share = list[b].PerSD / Stat(total)
	}
	return list
}

// banded is the log-odds of a score that is a band, and NaN of any other.
func (c Calibration) banded(score float64) float64 {
	if band := int(score); band >= 0 && band < len(c.Bands) && float64(band) == score {
		return c.Bands[band]
	}
	return math.NaN()
}

// bandPart is the reason of a band: the recipe that it met, or "no recipe" for else. It is one
// part, since a condition is not a sum.
func (x *explainer) bandPart(row int) Part {
	m, score := x.model, x.design.Columns[0][row]
	band := bands[int(score)]
	recipe := map[Band]string{Red: m.Recipes.Red, Yellow: m.Recipes.Yellow, Green: m.Recipes.Green}[band]
	if recipe == "" {
		recipe = "no recipe"
	}
	return Part{Factor: fmt.Sprintf("%s: %s", band, recipe), push: m.Calibration.banded(score) - m.Typical[0]}
}

// checkBands refuses a recipe whose scores are not those of the bands: a score that is not
// the place of a band would be looked up where nothing is.
func (m *Model) checkBands() error {
	if m.Kind != Rules || m.Recipes == nil || len(m.Calibration.Bands) != len(bands) || len(m.Typical) != 1 {
		return fmt.Errorf("bands belong to kind %s, which has recipes and %d of them", Rules, len(bands))
	}
	for _, eta := range m.Calibration.Bands {
		if math.IsNaN(eta) || math.IsInf(eta, 0) {
			return errors.New("the log-odds of a band are not a finite number")
		}
	}
	return nil
}
