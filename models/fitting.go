package models

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/features"
)

// Form is what the weights of a logistic candidate must look like.
type Form string

// Percent weights are whole points of health that are not negative and sum to 100, on
// factor scores from 0 to 100: what a customer-success platform can run. The empty form is
// log-odds on standardised factors.
const Percent Form = "percent"

// Fitting says how a logistic candidate is fitted, beside its factors and its penalty. The
// zero value is a plain fit. All of it is stored in the model.
type Fitting struct {
	Form   Form    `json:"form,omitempty"`
	Signs  bool    `json:"signs,omitempty"`  // a factor with a declared direction never gets a weight against it
	Bounds []Bound `json:"bounds,omitempty"` // one per factor at most
	Caps   []Cap   `json:"caps,omitempty"`   // one per category at most

	// Toward are hand weights on factor scores that the fit is shrunk to instead of to 0
	// (toward.go). Compile fills them in from Candidate.Toward.
	Toward []FactorWeight `json:"toward,omitempty"`

	Near *Near `json:"near,omitempty"` // Percent: stay close to these points (near.go)

	Weigh    Weigh    `json:"weigh,omitzero"`
	Sampling Sampling `json:"sampling,omitzero"`
}

// Bound holds the weight of a numeric factor from Low to High: in points out of 100 for
// Percent, else in log-odds of the event per standard deviation of the factor, positive
// raising its probability. Equal ends pin the weight.
type Bound struct {
	Factor string  `json:"factor"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// Cap limits how much of a score one category makes: its part of the points for Percent,
// else of the sum of |weight per SD|. That sum is linear, and the best fit unique, where
// signs are known: from Signs, Bounds, or Percent. Weights of unknown sign keep the one
// that they have in the fit without caps, since to try all signs would be 2^k fits.
type Cap struct {
	Category string  `json:"category"`
	Share    float64 `json:"share"` // above 0 and below 1
}

// plain says whether nothing but factors and a penalty makes the fit.
func (f Fitting) plain() bool {
	return f.Form == "" && !f.limited() && f.Toward == nil && f.Near == nil && f.Weigh == Weigh{} && f.Sampling == Sampling{}
}

// percent says whether the score of the candidate is one of percent weights.
func (c Candidate) percent() bool {
	if c.Kind == Earlier {
		return c.Earlier.Fitting != nil && c.Earlier.Fitting.Form == Percent
	}
	return c.Fitting.Form == Percent
}

// limited says whether weights are held back by anything but a penalty. Pins alone count
// too: what they pin is not estimated.
func (f Fitting) limited() bool { return f.Signs || len(f.Bounds) > 0 || len(f.Caps) > 0 }

// form is that of the design.
func (f Fitting) form() features.Form {
	if f.scored() {
		return features.Scores
	}
	return features.Standardised
}

// scored says whether the fit is on factor scores from 0 to 100.
func (f Fitting) scored() bool { return f.Form == Percent || f.Toward != nil }

// check refuses what contradicts itself, whatever the factors.
func (f Fitting) check() error {
	if f.Form != "" && f.Form != Percent {
		return fmt.Errorf("unknown form %q; there is %s", f.Form, Percent)
	}
	var problems []error
	for i, b := range f.Bounds {
		if slices.ContainsFunc(f.Bounds[:i], func(other Bound) bool { return other.Factor == b.Factor }) {
			problems = append(problems, fmt.Errorf("factor %q is bounded twice", b.Factor))
		}
		problems = append(problems, b.check(f.Form))
	}
	for i, c := range f.Caps {
		if slices.ContainsFunc(f.Caps[:i], func(other Cap) bool { return other.Category == c.Category }) {
			problems = append(problems, fmt.Errorf("category %q is capped twice", c.Category))
		}
		if !(c.Share > 0 && c.Share < 1) {
			problems = append(problems, fmt.Errorf("the cap %v of category %q must be a share above 0 and below 1", c.Share, c.Category))
		}
	}
	return errors.Join(append(problems, f.Weigh.check(), f.Sampling.check())...)
}

// check refuses a bound that no weight can keep.
func (b Bound) check(form Form) error {
	switch {
	case !finite(b.Low) || !finite(b.High) || b.Low > b.High:
		return fmt.Errorf("the weight of factor %q cannot be from %v to %v", b.Factor, b.Low, b.High)
	case form == Percent && (b.Low < 0 || b.High > 100 || math.Ceil(b.Low) > math.Floor(b.High)):
		return fmt.Errorf("the weight of factor %q must be whole points from 0 to 100, and none is from %v to %v", b.Factor, b.Low, b.High)
	}
	return nil
}

// checkFitting refuses combinations that have no meaning, or no method: what is left of them
// is convex, or a path of convex problems, and so has one answer.
func (c Candidate) checkFitting() error {
	f, p := c.Fitting, c.Penalty
	if err := errors.Join(f.check(), p.check()); err != nil {
		return err
	}
	limited := f.limited() || f.Form == Percent
	switch {
	case p.firth() && (limited || f.Toward != nil):
		return errors.New("firth and flic go with neither form: percent nor toward, signs, bounds, pins and caps; use penalty: {ridge: auto}")
	case p.sparse() && (f.Form == Percent || f.Toward != nil || len(f.Caps) > 0):
		return fmt.Errorf("%s goes with neither form: percent nor toward and caps; use penalty: {ridge: auto}", p.Kind)
	case f.Form == Percent && f.Toward != nil:
		return errors.New("form: percent and toward exclude each other; bound the percent weights near today's instead")
	case c.PerSegment && !f.plain():
		return errors.New("per_segment goes with plain fits and penalties only: not with form, toward, limits, weigh and sampling")
	case c.Offset != "" && f.scored():
		return errors.New("an offset goes with neither form: percent nor toward")
	}
	return nil
}

// checkLimits holds the limits against the factors they speak of: each must be read by the
// candidate, have one weight, and leave room for 100 points.
func (f Fitting) checkLimits(factors []features.Factor) error {
	names, categories := make([]string, len(factors)), make([]string, len(factors))
	for i, factor := range factors {
		names[i], categories[i] = factor.Name, factor.Category
	}
	var problems []error
	for _, b := range f.Bounds {
		switch at := slices.Index(names, b.Factor); {
		case at < 0:
			problems = append(problems, fmt.Errorf("a bound or pin: %w", unknownFactor(b.Factor, names)))
		case factors[at].Kind == features.Category || factors[at].Kind == features.Spline:
			problems = append(problems, fmt.Errorf("factor %q is a %s, which has several weights and no bound for all of them", b.Factor, factors[at].Kind))
		}
	}
	for _, c := range f.Caps {
		if !slices.Contains(categories, c.Category) {
			problems = append(problems, fmt.Errorf("cap: no factor of the candidate is of category %q", c.Category))
		}
	}
	return errors.Join(append(problems, f.checkPoints(names, categories))...)
}

// checkPoints refuses limits of percent weights under which no 100 points can be given: lower
// bounds sum to more, or upper bounds, cut by the caps of their categories, to less. It is
// exact, because each factor is of one category and points can be given one by one.
func (f Fitting) checkPoints(names, categories []string) error {
	if f.Form != Percent {
		return nil
	}
	low, high := 0.0, 0.0
	room := make(map[string]float64) // by category
	for i, name := range names {
		b := f.bound(name)
		low += math.Ceil(b.Low)
		room[categories[i]] += math.Floor(b.High)
	}
	for i, category := range categories {
		if slices.Index(categories, category) == i {
			high += min(room[category], f.capPoints(category))
		}
	}
	if low > 100 || high < 100 {
		return fmt.Errorf("the limits leave room for %v to %v points, and percent weights sum to 100; loosen one of them", low, high)
	}
	return nil
}

// bound is that of a percent weight, 0 to 100 points where there is none.
func (f Fitting) bound(factor string) Bound {
	if at := slices.IndexFunc(f.Bounds, func(b Bound) bool { return b.Factor == factor }); at >= 0 {
		return f.Bounds[at]
	}
	return Bound{Factor: factor, Low: 0, High: 100}
}

// capPoints are the whole points that a category can have. What is added lets a share of 0.29
// be 29 points: 100 times 0.29 is 28.999999999999996 in binary.
func (f Fitting) capPoints(category string) float64 {
	if at := slices.IndexFunc(f.Caps, func(c Cap) bool { return c.Category == category }); at >= 0 {
		return math.Floor(100*f.Caps[at].Share + 1e-9)
	}
	return 100
}

// checkFitting refuses a stored fit that no candidate could have had. It is what lets a refit
// take penalty and limits from a file without asking again.
func (m *Model) checkFitting() error {
	if m.Kind != Logistic && (m.Fitting != nil || m.Percents != nil || m.Penalty != Penalty{}) {
		return fmt.Errorf("a model of kind %s has nothing that was fitted", m.Kind)
	}
	if err := m.Penalty.check(); err != nil {
		return err
	}
	if m.Penalty.Auto || m.Penalty.OneSE {
		return errors.New("the strength of the penalty is not settled")
	}
	percent := m.Fitting != nil && m.Fitting.Form == Percent
	if percent != (m.Percents != nil) {
		return errors.New("percent weights and the form of the fit disagree")
	}
	if m.Fitting == nil {
		return nil
	}
	if err := errors.Join(m.Fitting.check(), m.Fitting.checkLimits(m.factors())); err != nil {
		return err
	}
	for _, w := range m.Fitting.Toward {
		if !(w.Weight >= 0) || math.IsInf(w.Weight, 1) {
			return fmt.Errorf("the hand weight %v of factor %q is no weight", w.Weight, w.Factor)
		}
	}
	if percent {
		return m.Percents.check(len(m.Coef), m.Coef)
	}
	return nil
}

// check holds the points against the coefficients that they became: whole, from 0 to 100, 100
// in all, and |Coef| a hundredth of them to the bit.
func (p *Percents) check(columns int, coef []float64) error {
	if len(p.Points) != columns || len(p.Exact) != columns || !finite(p.LogLoss) || !finite(p.Rounded) {
		return fmt.Errorf("%d points for %d design columns", len(p.Points), columns)
	}
	sum := 0.0
	for j, w := range p.Points {
		if !(w >= 0 && w <= 100) || w != math.Trunc(w) || !finite(p.Exact[j]) || math.Abs(coef[j]) != w/100 {
			return fmt.Errorf("%v points for a coefficient of %v", w, coef[j])
		}
		sum += w
	}
	if sum != 100 {
		return fmt.Errorf("the points sum to %v, not 100", sum)
	}
	return nil
}
