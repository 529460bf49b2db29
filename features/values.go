package features

import (
	"context"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// Values evaluates the factor over a source of that many rows: Numbers, NaN where
// missing, or for a category Codes, -1 where missing, with their Levels in the order in
// which they first occur. Nothing is filled, clipped or scaled. The factor must have been
// compiled.
func (f Factor) Values(ctx context.Context, rows int, source dataset.Source) (expr.Vector, error) {
	var out expr.Vector
	if f.compiled.Type() == expr.Text {
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
		out.Numbers = append(out.Numbers, v.Numbers...)
		out.Codes = append(out.Codes, v.Codes...)
		dictionaries = append(dictionaries, v.Levels)
	}
	if out.Codes != nil {
		out.Levels = mergeLevels(out.Codes, dictionaries)
	} else if f.Kind == Category {
		codes, levels := text(out)
		out = expr.Vector{Codes: codes, Levels: levels}
	}
	return out, nil
}
