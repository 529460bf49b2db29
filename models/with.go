package models

import (
	"errors"
	"fmt"
	"slices"

	"holdfast/dataset"
)

// With is a compiled candidate whose weights somebody has moved: set to a number, pinned
// where they are, or bounded. The unit is that of the candidate: points out of 100 for hand
// weights and form percent, else log-odds per standard deviation.
//
// Of hand weights, those that were neither set nor pinned share what is left of the 100
// points as they did before. Of a fitted candidate, set and pinned weights are held and the
// others are fitted to them; a weight can be pinned where it is if the candidate says where
// that is: by a bound with equal ends. What a fit has found can be pinned by setting it.
//
// Hand weights of 50, 30 and 20 with the first set to 60 become 60, 24 and 16. The candidate
// that it is called on stays as it was; errors name all factors that are unknown or asked for
// twice.
func (c Candidate) With(set map[string]float64, pin []string, bounds map[string][2]float64) (Candidate, error) {
	names := c.FactorNames()
	if err := c.knows(names, set, pin, bounds); err != nil {
		return c, fmt.Errorf("models: candidate %q: %w", c.Name, err)
	}
	var err error
	switch c.Kind {
	case Weights:
		c, err = c.withPoints(set, pin, bounds)
	case Logistic:
		c, err = c.withBounds(names, set, pin, bounds)
	default:
		err = fmt.Errorf("the weights of kind %s are not set here; choose a candidate of kind weights or logistic", c.Kind)
	}
	if err != nil {
		return c, fmt.Errorf("models: candidate %q: %w", c.Name, err)
	}
	return c, nil
}

// knows refuses factors that the candidate does not use, and those that are named twice. All
// problems are joined, in byte order of what was asked.
func (c Candidate) knows(names []string, set map[string]float64, pin []string, bounds map[string][2]float64) error {
	var problems []error
	for _, name := range slices.Concat(sortedKeys(set), pin, sortedKeys(bounds)) {
		if !slices.Contains(names, name) {
			problems = append(problems, unknownFactor(name, names))
		}
	}
	for _, name := range names {
		_, isSet := set[name]
		_, isBound := bounds[name]
		if isSet && isBound || slices.Contains(pin, name) && (isSet || isBound) {
			problems = append(problems, fmt.Errorf("factor %s is set, pinned or bounded at once; choose one", dataset.Quote(name)))
		}
	}
	return errors.Join(problems...)
}

// sortedKeys are the keys of a map in byte order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// withPoints moves hand weights: scaled to 100 points, set and pinned ones held, and the rest
// of the points given to the others in proportion.
func (c Candidate) withPoints(set map[string]float64, pin []string, bounds map[string][2]float64) (Candidate, error) {
	if len(bounds) > 0 {
		return c, errors.New("bounds are for weights that are fitted; use a candidate with form: percent")
	}
	total := 0.0
	for _, w := range c.Weights {
		total += w.Weight
	}
	weights := slices.Clone(c.Weights)
	held, rest := 0.0, 0.0
	for i := range weights {
		w := &weights[i]
		w.Weight *= 100 / total
		if points, ok := set[w.Factor]; ok {
			w.Weight = points
			held += points
		} else if slices.Contains(pin, w.Factor) {
			held += w.Weight
		} else {
			rest += w.Weight
		}
		if !(w.Weight >= 0 && w.Weight <= 100) {
			return c, fmt.Errorf("the weight %v of factor %s must be from 0 to 100 points", w.Weight, dataset.Quote(w.Factor))
		}
	}
	if held > 100+1e-9 || held < 100-1e-9 && rest == 0 {
		return c, fmt.Errorf("the weights that are set or pinned sum to %v of 100 points, and %v points are left for them to share; change one", held, rest)
	}
	for i, w := range weights {
		if _, ok := set[w.Factor]; !ok && !slices.Contains(pin, w.Factor) {
			weights[i].Weight *= max(0, 100-held) / rest
		}
	}
	c.Weights = weights
	return c, nil
}

// withBounds holds weights of a fit, in the place of what the candidate's own bounds said of
// the same factors. The result is checked as Compile would.
func (c Candidate) withBounds(names []string, set map[string]float64, pin []string, bounds map[string][2]float64) (Candidate, error) {
	f := c.Fitting
	f.Bounds = slices.Clone(f.Bounds)
	for _, name := range names {
		b := Bound{Factor: name}
		at, isSet := set[name]
		ends, isBound := bounds[name]
		switch {
		case isSet:
			b.Low, b.High = at, at
		case isBound:
			b.Low, b.High = ends[0], ends[1]
		case slices.Contains(pin, name):
			var err error
			if b.Low, err = f.declared(name); err != nil {
				return c, err
			}
			b.High = b.Low
		default:
			continue
		}
		f.Bounds = append(slices.DeleteFunc(f.Bounds, func(old Bound) bool { return old.Factor == name }), b)
	}
	c.Fitting = f
	return c, errors.Join(c.checkFitting(), f.checkLimits(c.inputs))
}

// declared is the weight that a candidate says a factor has: by a bound with equal ends.
func (f Fitting) declared(factor string) (float64, error) {
	if at := slices.IndexFunc(f.Bounds, func(b Bound) bool { return b.Factor == factor && b.Low == b.High }); at >= 0 {
		return f.Bounds[at].Low, nil
	}
	return 0, fmt.Errorf("the weight of factor %s is found by the fit, so it cannot be pinned before; set it to a number", dataset.Quote(factor))
}
