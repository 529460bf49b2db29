package features

import (
	"context"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// Values evaluates the factor over a source of that many rows: Numbers, NaN where
// missing, or for a category Codes, -1 where missing, with their Levels in the order in
// which they first occur. Nothing is filled, clipped or scaled. The factor must have been
// compiled.
//
// A factor that joins others has no values before these were fitted: see Encoding.Values.
// The error is that of the source, of ctx, or of a table that could not be read back.
func (f Factor) Values(ctx context.Context, rows int, source dataset.Source) (expr.Vector, error) {
	e := Encoding{Factor: f}
	return e.Values(ctx, rows, source)
}

// Values is Factor.Values of a fitted factor.
func (f *Encoding) Values(ctx context.Context, rows int, source dataset.Source) (expr.Vector, error) {
	var out expr.Vector
	if f.Factor.isText() {
		out.Codes = make([]int32, 0, rows)
	} else {
		out.Numbers = make([]float64, 0, rows)
	}
	var dictionaries [][]string
	for b, err := range source {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return expr.Vector{}, err
		}
		v := f.eval(b)
		if err := b.Err(); err != nil {
			return expr.Vector{}, err
		}
		out.Numbers = append(out.Numbers, v.Numbers...)
		out.Codes = append(out.Codes, v.Codes...)
		dictionaries = append(dictionaries, v.Levels)
	}
	if out.Codes != nil {
		out.Levels = mergeLevels(out.Codes, dictionaries)
	} else if f.Factor.Kind == Category {
		codes, levels := text(out)
		out = expr.Vector{Codes: codes, Levels: levels}
	}
	return out, nil
}

// isText says whether the factor looks at texts.
func (f *Factor) isText() bool { return f.compiled != nil && f.compiled.Type() == expr.Text }

// truth says whether the factor looks at truths.
func (f *Factor) truth() bool { return f.compiled != nil && f.compiled.Type() == expr.Bool }

// Looking returns the factors that look at columns themselves, not through other factors:
// those with values that can be profiled, or leak, before anything is fitted.
func Looking(factors []Factor) []Factor {
	return slices.DeleteFunc(slices.Clone(factors), func(f Factor) bool { return f.Kind.joins() })
}
