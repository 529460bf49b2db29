package models

import "holdfast/features"

// Without is a logistic candidate that may not look at one of its factors, compiled as
// it is. It reports whether there is such a candidate: the factor is one of several; where
// there is none, the candidate comes back as it was. Limits that name the factor stay and bind
// nothing.
// What the factor is worth is for a backtest to say; package backtest has DropOne.
func (c Candidate) Without(factor string) (Candidate, bool) {
	if c.Kind != Logistic || len(c.inputs) < 2 {
		return c, false
	}
	var kept []features.Factor
	for _, f := range c.inputs {
		if f.Name != factor {
			kept = append(kept, f)
		}
	}
	if len(kept) == len(c.inputs) {
		return c, false
	}
	c.inputs = kept
	c.Factors = inputNames(kept)
	return c, true
}

// FactorNames are the factors that a compiled candidate reads, in order.
func (c Candidate) FactorNames() []string { return inputNames(c.inputs) }
