package features

import (
	"errors"
	"fmt"
	"slices"

	"holdfast/dataset"
)

// Check refuses an encoder that Fit could not have made, such as one read from a
// damaged file: every later score would be wrong without a word. The factors must
// have been compiled.
func (e *Encoder) Check() error {
	// A damaged form would be read as some other, and every score be off by a scale.
	switch e.Form {
	case Standardised, Scores, Raw, Observed, Graded, Shared:
	default:
		return fmt.Errorf("features: unknown form %q", string(e.Form))
	}
	for i := range e.Factors {
		if err := e.Factors[i].check(e.Form); err != nil {
			return fmt.Errorf("features: factor %s: %w", dataset.Quote(e.Factors[i].Factor.Name), err)
		}
	}
	return nil
}

// check refuses one factor.
func (f *Encoding) check(form Form) error {
	if f.Factor.compiled == nil && f.Factor.members == nil {
		return errors.New("its expression was not compiled")
	}
	for _, check := range []func() error{func() error { return f.checkNumbers(form) }, f.checkBins, f.checkKnots, f.checkMembers} {
		if err := check(); err != nil {
			return err
		}
	}
	if f.Factor.Kind == Category {
		return f.checkLevels(form)
	}
	return f.checkBounds(form)
}

// checkNumbers refuses what no arithmetic on finite training values can give, and what scoring
// would divide by: a deviation that is not positive. JSON has no NaN, but it has 1e999.
func (f *Encoding) checkNumbers(form Form) error {
	numbers := []float64{f.Fill, f.At0, f.At100}
	for _, bound := range []*float64{f.Low, f.High} {
		if bound != nil {
			numbers = append(numbers, *bound)
		}
	}
	for _, c := range f.Columns {
		numbers = append(numbers, c.Mean, c.SD)
		// Scoring divides by it. Written so that NaN is refused as well.
		if form == Standardised && !c.Constant && !(c.SD > 0) {
			return fmt.Errorf("the standard deviation %v is not positive", c.SD)
		}
		if form != Standardised && c.Constant {
			return fmt.Errorf("a column of form %s is never left out", form)
		}
	}
	for _, v := range numbers {
		if !finite(v) {
			return fmt.Errorf("%v is not a finite number", v)
		}
	}
	return nil
}

// checkBounds holds the columns and the domain of a number against its factor.
func (f *Encoding) checkBounds(form Form) error {
	want := []Role{OfValue}
	if f.Factor.Kind == Spline && form == Standardised {
		want = roles(splineColumns(f.Knots))
	}
	if f.Factor.Missing == Own && f.Factor.Kind != Bins && form == Standardised {
		want = append(want, OfMissing)
	}
	if !slices.Equal(roles(f.Columns), want) {
		return fmt.Errorf("columns %q where %q belong", roles(f.Columns), want)
	}
	if len(f.Levels)+len(f.Pooled) > 0 {
		return errors.New("a number has no levels")
	}
	// Values are clipped to the bounds before the logarithm: these keep it defined for values
	// that training never saw.
	if f.Factor.Scale == Log1p && (f.Low == nil || *f.Low <= -1 || f.High != nil && *f.High <= -1) {
		return errors.New("log1p needs bounds above -1")
	}
	return nil
}

// checkLevels holds the columns of a category against its levels: one for each but
// the reference, then the pool, then the missing.
func (f *Encoding) checkLevels(form Form) error {
	if form != Standardised {
		return fmt.Errorf("a category has no form %s", form)
	}
	// Twice in the list, a level would go where the later entry says: which of the two weights
	// is meant, nobody could tell.
	all := slices.Sorted(slices.Values(slices.Concat(f.Levels, f.Pooled)))
	if len(slices.Compact(all)) < len(f.Levels)+len(f.Pooled) {
		return errors.New("a level is listed twice")
	}
	var want []Role
	for i := 1; i < len(f.Levels); i++ {
		if i > len(f.Columns) || f.Columns[i-1].Level != f.Levels[i] {
			return fmt.Errorf("level %s has no column", dataset.Quote(f.Levels[i]))
		}
		want = append(want, OfValue)
	}
	if len(f.Pooled) > 0 && len(f.Levels) > 0 {
		want = append(want, OfOther)
	}
	got := roles(f.Columns)
	if !slices.Equal(got, want) && !slices.Equal(got, append(want, OfMissing)) {
		return fmt.Errorf("columns %q where %q belong", got, want)
	}
	return nil
}

// roles lists what the columns stand for, which is what tells whether a list of columns is one
// that Fit makes; levels and moments may be any.
func roles(columns []Column) []Role {
	list := make([]Role, len(columns))
	for i, c := range columns {
		list[i] = c.Role
	}
	return list
}
