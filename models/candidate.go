package models

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models/logit"
	"holdfast/models/platform"
)

// Kind is how a candidate turns factors into a score.
type Kind string

// The kinds.
const (
	Logistic Kind = "logistic" // fitted by (penalised) maximum likelihood
	Weights  Kind = "weights"  // hand-set percent weights on 0-100 factor scores
	Vendor   Kind = "column"   // somebody else's score, as it is
	Baseline Kind = "baseline" // the base rate: the same probability for everyone

	Rules     Kind = "rules"       // red, yellow and green by recipe
	Earlier   Kind = "model"       // a model file from an earlier run, as it is or refitted
	Predicted Kind = "predictions" // another tool's predictions, by account and as-of date
)

// BaselineName is the candidate that is always there.
const BaselineName = "baseline"

// Candidate is a score that wants to be used, as the user defined it. Fields that name a kind
// are for that kind only; what another kind makes of them is nothing, except where a check
// refuses them (checkFitting, checkCalibrate, resolveSegments).
//
// A Candidate is a value: Fit and the methods that vary it (With, Without, Sharing, Tune)
// leave the one they are called on as it was. Only what Compile returned can be fitted,
// because the factors it reads are resolved there.
type Candidate struct {
	Name    string
	Kind    Kind
	Target  Target         // empty: Churn
	Factors []string       // Logistic: the factors it uses; nil: all
	Penalty Penalty        // Logistic
	Fitting Fitting        // Logistic: form, limits, what rows count for
	Toward  string         // Logistic: the candidate of kind Weights that it is shrunk to
	Offset  string         // Logistic: an expression over columns that is added to the log-odds as it is
	Weights []FactorWeight // Weights: points of health; with Categories, of factors within them

	Categories []CategoryWeight // Weights: points of health by category; nil: by factor only

	Column   string             // Vendor: a column of the snapshots
	HigherIs features.Direction // Vendor, platforms, Predicted: LowerChurn = higher is healthier
	Missing  platform.Missing   // Weights: empty, as each factor says; else what becomes of a missing factor's weight
	Sheet    *platform.Sheet    // the kinds of platforms
	Recipes  *Recipes           // Rules
	Earlier  *Model             // Earlier: the model
	Refit    bool               // Earlier: learn its recipe anew instead of using it as it is
	Foreign  *Foreign           // Predicted: where the predictions lie

	Segments   Segments  // how accounts are split, for PerSegment and for Calibrate.Method BySegment
	PerSegment bool      // Logistic: weights of its own for every segment with enough events
	Calibrate  Calibrate // how the score becomes a probability

	inputs  []features.Factor
	segment *features.Factor // of PerSegment or BySegment
	later   *dataset.View    // during a fit: the rows that Calibrate learns from, nil: those of the fit

	notebook *features.Notebook // of what others have learned from the same rows; nil: there is none
	place    *logit.Place       // among the fits that go over the same rows; nil: there is none
	from     *Model             // fitted on nearly the same rows; nil: there is none
}

// FactorWeight is a hand-set weight: how much the 0-100 score of a factor counts, from 0 on.
// Weights are relative and need not sum to 100, except where a field says that they are points.
type FactorWeight struct {
	Factor string
	Weight float64
}

// Compile resolves the candidates against factors and columns and appends the
// baseline. All problems are reported, joined; each is a *CandidateError. Names
// must be distinct, because results and verdicts speak of candidates by name.
//
// factors come from features.Compile over the same columns; a candidate of kind Logistic that
// names none reads all of them. The result holds the candidates without a problem in the order
// given, the baseline last, also beside an error.
func Compile(candidates []Candidate, factors []features.Factor, columns expr.Columns) ([]Candidate, error) {
	compiled := make([]Candidate, 0, len(candidates)+1)
	var problems []error
	named := map[string]bool{BaselineName: true}
	for i, c := range candidates {
		c, err := c.withCategories(factors)
		if err == nil {
			c, err = c.resolveToward(candidates, factors)
		}
		var inputs []features.Factor
		if err == nil {
			inputs, err = c.resolve(factors, columns)
		}
		if err == nil {
			c.segment, err = c.resolveSegments(factors, columns)
		}
		if nameErr := checkName(c.Name, named); nameErr != nil {
			err = nameErr
		}
		named[c.Name] = true
		if err != nil {
			problems = append(problems, &CandidateError{Candidate: c.Name, Index: i, Err: err})
			continue
		}
		c.inputs = inputs
		if c.Kind == Earlier {
			c = c.inherit()
		}
		compiled = append(compiled, c)
	}
	return append(compiled, Candidate{Name: BaselineName, Kind: Baseline}), errors.Join(problems...)
}

// checkName refuses a name that is empty or taken.
func checkName(name string, named map[string]bool) error {
	switch {
	case name == "":
		return errors.New("a candidate needs a name")
	case name == BaselineName:
		return fmt.Errorf("the name %q belongs to the base rate, which is always compared; choose another", name)
	case named[name]:
		return errors.New("two candidates have this name; names must be distinct")
	}
	return nil
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

// resolve returns the factors that the candidate reads, in the order in which its design
// columns will stand: as named for weights and platforms, as declared for a fit of all
// factors, and one factor of its own for a column, a recipe or predictions.
func (c Candidate) resolve(factors []features.Factor, columns expr.Columns) ([]features.Factor, error) {
	switch c.Kind {
	case Logistic:
		return c.fitted(factors, columns)
	case Weights:
		return c.weighted(factors)
	case Vendor:
		return c.vendorFactor(columns)
	case Rules:
		return c.recipeFactor(factors, columns)
	case Earlier:
		return c.earlierFactors(columns)
	case Predicted:
		return c.foreignFactor(columns)
	}
	if c.Kind.isPlatform() {
		return c.measured(factors)
	}
	return nil, fmt.Errorf("unknown kind %q; there are %s", c.Kind, kindWords())
}

// fitted returns the factors of a fit: those that it names, or all that it can use. A fit on
// factor scores (percent, toward) passes over factors without a score when it names none, and
// refuses them when it does: who names a factor expects it to count.
func (c Candidate) fitted(factors []features.Factor, columns expr.Columns) ([]features.Factor, error) {
	if err := c.checkFitting(); err != nil {
		return nil, err
	}
	inputs := factors
	switch {
	case c.Factors != nil:
		var err error
		if inputs, err = pick(c.Factors, factors); err != nil {
			return nil, err
		}
	case c.Fitting.scored():
		inputs = slices.DeleteFunc(slices.Clone(factors), func(f features.Factor) bool { return scorable([]features.Factor{f}) != nil })
	}
	if c.Fitting.scored() {
		if err := scorable(inputs); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(c.Fitting.checkLimits(inputs), c.Fitting.checkToward(inputs)); err != nil {
		return nil, err
	}
	if c.Offset == "" {
		return inputs, nil
	}
	offset, err := features.Compile([]features.Factor{{Name: OffsetName, Expr: c.Offset}}, columns)
	return append(slices.Clip(inputs), offset...), err
}

// weighted returns the factors that carry a hand-set weight. Weights say how much
// a factor counts, its Expect which way, so a weight is never negative; they need
// not sum to 100.
func (c Candidate) weighted(factors []features.Factor) ([]features.Factor, error) {
	names := make([]string, len(c.Weights))
	total := 0.0
	for i, w := range c.Weights {
		if !(w.Weight >= 0) || math.IsInf(w.Weight, 1) {
			return nil, fmt.Errorf("the weight %v of factor %q must be a number from 0 on; turn a factor with expect", w.Weight, w.Factor)
		}
		names[i] = w.Factor
		total += w.Weight
	}
	if !(total > 0) || math.IsInf(total, 1) {
		return nil, fmt.Errorf("the weights sum to %v; at least one must be above 0", total)
	}
	picked, err := pick(names, factors)
	if err != nil {
		return nil, err
	}
	return picked, scorable(picked)
}

// vendorFactor is the imported score as a factor. A row without it counts as the median of the
// training rows; predictions that are missing are not filled (foreignFactor).
func (c Candidate) vendorFactor(columns expr.Columns) ([]features.Factor, error) {
	if c.HigherIs == "" {
		return nil, errors.New("say higher_is: healthier or riskier; the direction of a score is never guessed")
	}
	f := features.Factor{Name: c.Column, Expr: expr.Quote(c.Column), Missing: features.Median, Expect: c.HigherIs}
	return features.Compile([]features.Factor{f}, columns)
}

// pick returns the named factors in the order of the names. Everything that is
// wrong with the names is reported at once.
func pick(names []string, factors []features.Factor) ([]features.Factor, error) {
	have := make([]string, len(factors))
	for i, f := range factors {
		have[i] = f.Name
	}
	picked := make([]features.Factor, 0, len(names))
	var problems []error
	for i, name := range names {
		switch at := slices.Index(have, name); {
		case slices.Index(names, name) < i:
			problems = append(problems, fmt.Errorf("factor %q is listed twice", name))
		case at < 0:
			problems = append(problems, unknownFactor(name, have))
		default:
			picked = append(picked, factors[at])
		}
	}
	return picked, errors.Join(problems...)
}

// unknownFactor names the factor that was probably meant.
func unknownFactor(name string, have []string) error {
	if near, ok := expr.Nearest(name, have); ok {
		return fmt.Errorf("no factor %q; did you mean %q?", name, near)
	}
	const few = 12
	if len(have) == 0 || len(have) > few {
		return fmt.Errorf("no factor %q", name)
	}
	return fmt.Errorf("no factor %q; there are %s", name, strings.Join(have, ", "))
}

// scorable refuses factors that have no 0-100 score: levels of a category lie on no line, and
// of a number without expect nobody knows which end is 100.
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

// Inputs returns the factors that the candidates read, each once, in the order in which they
// are first read: what has to be loaded for all of them. Factors are one when their Key is, so
// that two candidates may call different things by one name.
func Inputs(candidates []Candidate) []features.Factor {
	var inputs []features.Factor
	seen := make(map[string]bool)
	for _, c := range candidates {
		for _, f := range c.reads() {
			if key := f.Key(); !seen[key] {
				seen[key] = true
				inputs = append(inputs, f)
			}
		}
	}
	return inputs
}
