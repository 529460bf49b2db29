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
// Batches are looked at one after the other, so that a source in turn ([dataset.View.InTurn]) will do.
// A factor that joins others has no values before these were fitted: see Encoding.Values.
// The error is that of the source, of ctx, or of a table that could not be read back.
func (f Factor) Values(ctx context.Context, rows int, source dataset.Source) (expr.Vector, error) {
	e := Encoding{Factor: f}
	return e.Values(ctx, rows, source)
}

// Values is Factor.Values of a fitted factor.
func (f *Encoding) Values(ctx context.Context, rows int, source dataset.Source) (expr.Vector, error) {
	return f.values(ctx, f.room(nil, rows), source, func(*dataset.Batch, expr.Vector) {})
}

// ValuesOf is Values of rows of a table, in its Room: for the caller to vacate.
func (f *Encoding) ValuesOf(ctx context.Context, t *dataset.Table, rows int, source dataset.Source) (expr.Vector, error) {
	return f.values(ctx, f.room(t, rows), source, func(*dataset.Batch, expr.Vector) {})
}

// room is an empty vector of the factor's type with room for so many rows of a table.
func (f *Encoding) room(t *dataset.Table, rows int) expr.Vector {
	if f.Factor.isText() {
		return expr.Vector{Codes: dataset.EmptyRoom[int32](t, rows)}
	}
	return expr.Vector{Numbers: dataset.EmptyRoom[float64](t, rows)}
}

// Contributions are Values, and beside them what each row gets for its value: the sum over the
// factor's design columns z_j in that form, constant ones left out, of coef_j (z_j - at_j).
//
// They are in the Room of the table that the source is of, for the caller to vacate.
func (f *Encoding) Contributions(ctx context.Context, form Form, coef, at []float64, t *dataset.Table, rows int, source dataset.Source) (values expr.Vector, by []float64, err error) {
	by = dataset.EmptyRoom[float64](t, rows)
	columns, unseen := make([][]float64, f.width()), newUnseenLevels()
	values, err = f.values(ctx, f.room(t, rows), source, func(b *dataset.Batch, v expr.Vector) {
		for j := range columns {
			columns[j] = slices.Grow(columns[j][:0], b.Len())[:b.Len()]
		}
		f.encodeVector(form, b, v, columns, unseen)
		from := len(by)
		by = by[:from+b.Len()]
		clear(by[from:])
		for j, column := range columns {
			for i, z := range column {
				by[from+i] += float64(coef[j] * (z - at[j]))
			}
		}
	})
	return values, by, err
}

// viewed are the values over a view, in the memory of a vector. Most factors are a column as it is.
func (f *Encoding) viewed(ctx context.Context, out expr.Vector, view dataset.View) (expr.Vector, error) {
	if name, ok := f.Factor.plain(); ok {
		if numbers, ok := view.Numbers(out.Numbers, name); ok {
			return expr.Vector{Numbers: numbers}, ctx.Err()
		}
	}
	return f.values(ctx, out, view.InTurn(), func(*dataset.Batch, expr.Vector) {})
}

// plain is the column of numbers that the factor is, if it is no more than that.
func (f *Factor) plain() (name string, ok bool) {
	if f.Kind == Category || f.Kind.joins() || f.compiled == nil {
		return "", false
	}
	column, ok := f.compiled.Root().(*expr.Column)
	if !ok || column.Of != expr.Number {
		return "", false
	}
	return column.Name, true
}

// values is Values in the memory of a vector, and looks at each batch with what it gave, in order.
func (f *Encoding) values(ctx context.Context, out expr.Vector, source dataset.Source, look func(*dataset.Batch, expr.Vector)) (expr.Vector, error) {
	var dictionaries [][]string
	for b, err := range source {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return expr.Vector{}, err
		}
		v := f.eval(b)
		look(b, v)
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
