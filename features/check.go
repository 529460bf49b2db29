package features

import (
	"fmt"
	"math"
)

// Check refuses an encoder that Fit could not have made, such as one read from a
// damaged file.
func (e *Encoder) Check() error {
	switch e.Form {
	case Standardised, Scores, Raw:
	default:
		return fmt.Errorf("features: unknown form %q", e.Form)
	}
	for _, f := range e.Factors {
		if err := f.check(e.Form); err != nil {
			return fmt.Errorf("features: factor %q: %w", f.Factor.Name, err)
		}
	}
	return nil
}

func (f *Encoding) check(form Form) error {
	numbers := []float64{f.Fill, f.At0, f.At100}
	for _, bound := range []*float64{f.Low, f.High} {
		if bound != nil {
			numbers = append(numbers, *bound)
		}
	}
	for _, c := range f.Columns {
		numbers = append(numbers, c.Mean, c.SD)
		if form == Standardised && !c.Constant && !(c.SD > 0) {
			return fmt.Errorf("the standard deviation %v is not positive", c.SD)
		}
	}
	for _, v := range numbers {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%v is not a finite number", v)
		}
	}
	if f.Factor.Kind == Numeric && len(f.Columns) == 0 {
		return fmt.Errorf("no column")
	}
	if form == Scores && f.Factor.Kind == Category {
		return fmt.Errorf("a category has no 0-100 score")
	}
	return nil
}
