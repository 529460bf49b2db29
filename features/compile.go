package features

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// Compile checks factors against the columns there are and parses their
// expressions. All problems are reported, joined; each is a *FactorError. An empty
// choice means the default: kind numeric, scale none, unseen reference, missing median
// (own for a category and bins, zero for an interaction, mean for a group). Rules and
// members name factors that stand before them in the list.
//
// The factors given are not changed; those returned carry their choices and their compiled
// expressions, in the same order, also where there are problems (those with one must not be
// used). It is done again whenever factors come out of a file, which holds no compiled
// expression.
func Compile(factors []Factor, columns expr.Columns) ([]Factor, error) {
	compiled := make([]Factor, len(factors))
	var problems []error
	for i, f := range factors {
		f.setDefaults()
		found := f.problems()
		if slices.ContainsFunc(factors[:i], func(other Factor) bool { return other.Name == f.Name }) {
			found = append(found, errors.New("another factor has the same name"))
		}
		if err := f.parse(columns, compiled[:i], factors[i+1:]); err != nil {
			found = append(found, err)
		}
		for _, err := range found {
			problems = append(problems, &FactorError{Factor: f.Name, Index: i, Err: err})
		}
		compiled[i] = f
	}
	return compiled, errors.Join(problems...)
}

// FactorError is a problem with one factor. It is a type of its own so that a caller can say
// where in a project file the factor stands; Err may be an *expr.Error, which says where in the
// expression.
type FactorError struct {
	Factor string
	Index  int   // in the list given to Compile
	Err    error // not nil
}

// Error names the factor.
func (e *FactorError) Error() string {
	return fmt.Sprintf("features: factor %s: %v", dataset.Quote(e.Factor), e.Err)
}

// Unwrap returns the cause.
func (e *FactorError) Unwrap() error { return e.Err }

// setDefaults fills in what was left open, so that a stored factor says all of it.
func (f *Factor) setDefaults() {
	if f.Kind == "" {
		f.Kind = Numeric
	}
	if f.Scale == "" {
		f.Scale = Linear
	}
	if f.Unseen == "" {
		f.Unseen = UnseenReference
	}
	if f.Missing == "" {
		f.Missing = f.Kind.missing()
	}
	if f.Expect == "" {
		f.Expect = f.Kind.direction()
	}
}

// missing is the policy of a kind that was given none.
func (k Kind) missing() Policy {
	switch k {
	case Category, Bins:
		return Own
	case Interaction:
		return Zero // as if every member were at its mean
	case Group:
		return Mean
	}
	return Median
}

// direction is what more of a factor means where the kind alone says so: weight of
// evidence is risk, points are health, and a group is turned towards health. Empty: the
// kind does not say.
func (k Kind) direction() Direction {
	switch k {
	case Bins:
		return HigherChurn
	case Points, Tiers, Group:
		return LowerChurn
	}
	return ""
}

// parse compiles what the factor looks at, over columns and the factors before it, and
// narrows it to the segments it is for and to values that are fresh.
func (f *Factor) parse(columns expr.Columns, before, after []Factor) error {
	err := f.parseInput(columns, before, after)
	if err == nil {
		err = f.parseAge(columns)
	}
	if err == nil {
		err = f.parseLimit(columns)
	}
	return err
}

// parseInput compiles the members, the history or the expression, and holds the type of
// the latter against the kind.
func (f *Factor) parseInput(columns expr.Columns, before, after []Factor) error {
	switch {
	case f.Kind.joins():
		return f.parseMembers(columns, before)
	case f.History != nil:
		return f.parseHistory(columns)
	}
	if err := f.parseRule(columns, before, after); err != nil {
		return err
	}
	parsed, inputs, err := f.parseDerived(columns)
	if err != nil {
		return err
	}
	f.compiled, f.inputs = parsed, inputs
	if f.Kind != Category && parsed.Type() == expr.Text {
		return fmt.Errorf("%s is text; say kind: category, or convert the column to a number", dataset.Quote(f.Expr))
	}
	return nil
}

// problems lists what is wrong with the choices of a factor, whatever the columns; defaults
// have been set. A model file passes here too, so nothing is taken on trust. The order is that
// of the list below, and nil entries are taken out at the end.
func (f *Factor) problems() []error {
	problems := []error{
		known("kind", f.Kind, Numeric, Category, Bins, Points, Tiers, Spline, Interaction, Group),
		known("scale", f.Scale, Linear, Log1p, Asinh),
		known("missing", f.Missing, Median, Mean, Zero, Value, Own, Drop),
		known("unseen", f.Unseen, UnseenReference, UnseenOther, UnseenError),
		known("expect", f.Expect, "", LowerChurn, HigherChurn),
		known("stale", f.Stale, Imputed, Redistribute),
		f.clipProblem(),
		f.shapeProblem(),
		f.kindProblem(),
	}
	if f.Name == "" {
		problems = append(problems, errors.New("a factor needs a name"))
	}
	if f.Rare < 0 {
		problems = append(problems, fmt.Errorf("rare: %d must not be negative", f.Rare))
	}
	if !finite(f.Fill) {
		problems = append(problems, fmt.Errorf("missing: %v is not a finite number", f.Fill))
	}
	if (f.Kind == Category || f.Kind == Bins) && f.Missing != Own && f.Missing != Drop {
		problems = append(problems, fmt.Errorf("kind %s knows missing: own or drop, not %s", f.Kind, f.Missing))
	}
	if (f.Kind == Category || f.Kind.shapes()) && (len(f.Clip) > 0 || f.Scale != Linear) {
		problems = append(problems, fmt.Errorf("kind %s has neither clip nor scale", f.Kind))
	}
	return slices.DeleteFunc(problems, func(err error) bool { return err == nil })
}

// kindProblem refuses what another kind was told, and a direction that the kind knows
// better.
func (f *Factor) kindProblem() error {
	switch fixed := f.Kind.direction(); {
	case fixed != "" && f.Expect != fixed:
		return fmt.Errorf("kind %s always has expect: %s", f.Kind, fixed)
	case f.Bins != nil && f.Kind != Bins, f.Spline != nil && f.Kind != Spline:
		return fmt.Errorf("kind %s has neither bins nor knots", f.Kind)
	case len(f.Members) > 0 && !f.Kind.joins():
		return errors.New("only interactions and groups have members")
	case f.Bins != nil:
		return f.Bins.Check()
	case f.Spline != nil:
		return f.Spline.problem()
	}
	return nil
}

// known refuses a choice that is not one of those there are: a slip of the pen must
// not quietly mean the default.
func known[T ~string](what string, choice T, choices ...T) error {
	if slices.Contains(choices, choice) {
		return nil
	}
	return fmt.Errorf("unknown %s %q", what, string(choice))
}

// clipProblem says what is wrong with the clip. Bounds of one kind must be in order;
// whether a number lies below a percentile shows only on training rows.
func (f *Factor) clipProblem() error {
	if len(f.Clip) == 0 {
		return nil
	}
	if len(f.Clip) != 2 {
		return fmt.Errorf("clip has %d bounds; it needs a low and a high one", len(f.Clip))
	}
	low, high := f.Clip[0], f.Clip[1]
	for _, b := range f.Clip {
		if !finite(b.Value) || b.Percentile && (b.Value < 0 || b.Value > 100) {
			return fmt.Errorf("clip: %v is not a finite number or a percentile from 0 to 100", b.Value)
		}
	}
	if low.Percentile == high.Percentile && low.Value > high.Value {
		return fmt.Errorf("clip: the low bound %v is above the high bound %v", low.Value, high.Value)
	}
	return nil
}

// finite tells a number from NaN and infinities.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
