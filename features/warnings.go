package features

import (
	"fmt"

	"holdfast/dataset"
)

// When a factor rests on so few training rows that its weight would be theirs.
const (
	nearConstantRows = 5   // fewer rows than this differ from all others …
	nearConstantOf   = 100 // … of at least this many
	rowsPerLevel     = 10  // a category has fewer training rows a level than this
)

// constantWarnings tells of every column that was left out, in the order of the factors and
// their columns.
func (e *Encoder) constantWarnings() []dataset.Warning {
	var warnings []dataset.Warning
	for _, f := range e.Factors {
		for _, c := range f.Columns {
			if c.Constant {
				name := Name{Factor: f.Factor.Name, Level: c.shownLevel()}
				warnings = append(warnings, dataset.Warning{Code: "constant", Where: "factor " + f.Factor.Name, Message: fmt.Sprintf(
					"%s is the same in every training row and was left out", name)})
			}
		}
		if f.Factor.Kind == Category && len(f.Columns) == 0 {
			warnings = append(warnings, dataset.Warning{Code: "constant", Where: "factor " + f.Factor.Name, Message: fmt.Sprintf(
				"%s has one level in the training rows and was left out", f.Factor.Name)})
		}
	}
	return warnings
}

// nearConstantWarnings warns of a number that is the same in all but a handful of
// rows; x are its values after clip and scale, as the fit sees them.
func (e *Encoding) nearConstantWarnings(x []float64) []dataset.Warning {
	// Not constant, so that it is fitted, and yet the weight is that of a handful of accounts:
	// it will look strong and not come back.
	others := othersThan(x)
	if others == 0 || others >= nearConstantRows || len(x) < nearConstantOf {
		return nil
	}
	return []dataset.Warning{{Code: "near_constant", Where: "factor " + e.Factor.Name, Message: fmt.Sprintf(
		"%s is the same in all but %d of %d training rows; its weight rests on those", e.Factor.Name, others, len(x))}}
}

// othersThan counts the values that differ from the most frequent one, and no further than
// nearConstantRows. Where fewer differ, the value has the majority among the first few.
func othersThan(x []float64) int {
	most, others := majority(x[:min(2*nearConstantRows-1, len(x))]), 0
	for _, v := range x {
		if v != most {
			if others++; others == nearConstantRows {
				break
			}
		}
	}
	return others
}

// majority is the value that more than half of the values are equal to, if there is one; else
// some value (Boyer and Moore 1981).
func majority(x []float64) float64 {
	var candidate float64
	lead := 0
	for _, v := range x {
		switch {
		case lead == 0:
			candidate, lead = v, 1
		case v == candidate:
			lead++
		default:
			lead--
		}
	}
	return candidate
}

// levelWarnings warns of a category with more levels than its rows can tell apart,
// and of a reference that is not there.
func (e *Encoding) levelWarnings(rows int) []dataset.Warning {
	var warnings []dataset.Warning
	where := "factor " + e.Factor.Name
	if n := len(e.Levels); n > 2 && rows < n*rowsPerLevel {
		warnings = append(warnings, dataset.Warning{Code: "many_levels", Where: where, Message: fmt.Sprintf(
			"%s has %d levels in %d training rows; pool rare ones with rare", e.Factor.Name, n, rows)})
	}
	if want := e.Factor.Reference; want != "" && (len(e.Levels) == 0 || e.Levels[0] != want) {
		warnings = append(warnings, dataset.Warning{Code: "no_reference", Where: where, Message: fmt.Sprintf(
			"no training row of %s has the reference level %s; the first level stands in for it", e.Factor.Name, dataset.Quote(want))})
	}
	return warnings
}
