package models

import (
	"errors"
	"fmt"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// Kind is how a candidate turns factors into a score.
type Kind string

// The kinds.
const (
	Logistic Kind = "logistic" // fitted by (penalised) maximum likelihood
	Weights  Kind = "weights"  // hand-set percent weights on 0-100 factor scores
	Vendor   Kind = "column"   // somebody else's score, as it is
	Baseline Kind = "baseline" // the base rate: the same probability for everyone
)

// BaselineName is the candidate that is always there.
const BaselineName = "baseline"

// Candidate is a score that wants to be used, as the user defined it.
type Candidate struct {
	Name     string
	Kind     Kind
	Factors  []string           // Logistic: the factors it uses; nil: all
	Ridge    Ridge              // Logistic
	Weights  []FactorWeight     // Weights: points of health
	Column   string             // Vendor: a column of the snapshots
	HigherIs features.Direction // Vendor: LowerChurn = higher is healthier

	inputs []features.Factor
}

// Ridge is the strength of an L2 penalty: lambda of
//
//	-(1/n) log likelihood + lambda/2 * sum_j b_j^2
//
// over standardised columns, the intercept free (Friedman, Hastie and Tibshirani
// 2010, eq. 13, with alpha = 0). The zero value is no penalty.
type Ridge struct {
	Auto   bool    // chosen in time order, inside the training rows
	Lambda float64 // with Auto unset
}

// FactorWeight is a hand-set weight.
type FactorWeight struct {
	Factor string
	Weight float64
}

// Compile resolves the candidates against factors and columns and appends the
// baseline. All problems are reported, joined; each is a *CandidateError.
func Compile(candidates []Candidate, factors []features.Factor, columns expr.Columns) ([]Candidate, error) {
	compiled := make([]Candidate, 0, len(candidates)+1)
	var problems []error
	for i, c := range candidates {
		inputs, err := c.resolve(factors, columns)
		if err != nil {
			problems = append(problems, &CandidateError{Candidate: c.Name, Index: i, Err: err})
			continue
		}
		c.inputs = inputs
		compiled = append(compiled, c)
	}
	return append(compiled, Candidate{Name: BaselineName, Kind: Baseline}), errors.Join(problems...)
}

// CandidateError is a problem with one candidate.
type CandidateError struct {
	Candidate string
	Index     int // in the list given to Compile
	Err       error
}

// Error names the candidate.
func (e *CandidateError) Error() string {
	return fmt.Sprintf("models: candidate %q: %v", e.Candidate, e.Err)
}

// Unwrap returns the cause.
func (e *CandidateError) Unwrap() error { return e.Err }

// resolve returns the factors that the candidate reads.
func (c Candidate) resolve(factors []features.Factor, columns expr.Columns) ([]features.Factor, error) {
	switch c.Kind {
	case Logistic:
		if c.Factors == nil {
			return factors, nil
		}
		return pick(c.Factors, factors)
	case Weights:
		names := make([]string, len(c.Weights))
		for i, w := range c.Weights {
			names[i] = w.Factor
		}
		picked, err := pick(names, factors)
		if err != nil {
			return nil, err
		}
		return picked, scorable(picked)
	case Vendor:
		return c.vendorFactor(columns)
	}
	return nil, fmt.Errorf("unknown kind %q", c.Kind)
}

// vendorFactor is the imported score as a factor.
func (c Candidate) vendorFactor(columns expr.Columns) ([]features.Factor, error) {
	if c.HigherIs == "" {
		return nil, errors.New("say higher_is: healthier or riskier; the direction of a score is never guessed")
	}
	f := features.Factor{Name: c.Column, Expr: expr.Quote(c.Column), Missing: features.Median, Expect: c.HigherIs}
	return features.Compile([]features.Factor{f}, columns)
}

// pick returns the named factors in the order of the names.
func pick(names []string, factors []features.Factor) ([]features.Factor, error) {
	have := make([]string, len(factors))
	for i, f := range factors {
		have[i] = f.Name
	}
	var picked []features.Factor
	for _, name := range names {
		found := false
		for _, f := range factors {
			if f.Name == name {
				picked, found = append(picked, f), true
			}
		}
		if !found {
			hint := ""
			if near, ok := expr.Nearest(name, have); ok {
				hint = fmt.Sprintf("; did you mean %q?", near)
			}
			return nil, fmt.Errorf("no factor %q%s", name, hint)
		}
	}
	return picked, nil
}

// scorable refuses factors that have no 0-100 score.
func scorable(factors []features.Factor) error {
	for _, f := range factors {
		if f.Kind == features.Category {
			return fmt.Errorf("factor %q is a category and has no 0-100 score", f.Name)
		}
		if f.Expect == "" {
			return fmt.Errorf("factor %q needs expect: lower_churn or higher_churn, so that its 0-100 score has a direction", f.Name)
		}
	}
	return nil
}

// Inputs returns the factors that the candidates read, each once.
func Inputs(candidates []Candidate) []features.Factor {
	var inputs []features.Factor
	seen := make(map[string]bool)
	for _, c := range candidates {
		for _, f := range c.inputs {
			if key := f.Name + "\x00" + f.Expr; !seen[key] {
				seen[key] = true
				inputs = append(inputs, f)
			}
		}
	}
	return inputs
}
