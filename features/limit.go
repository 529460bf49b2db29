package features

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// Only limits a factor to some segments. It is learned from the rows of those and encodes
// those; any other row, also one whose segment is not known, gets what says nothing: 0
// where columns are standardised, the column's mean in Scores and Raw, and a missing value
// in the forms that keep them. A recipe sees a missing value there.
type Only struct {
	By string   `json:"by"` // a column or an expression over columns
	In []string `json:"in"` // the segments, as dataset names them: a truth is true or false
}

// parseLimit compiles the segments of the factor into one truth, and narrows its
// expression to them.
func (f *Factor) parseLimit(columns expr.Columns) error {
	if f.Only == nil {
		return nil
	}
	by, err := expr.Parse(f.Only.By, columns)
	if err != nil {
		return fmt.Errorf("segments: %v", err) // not %w: its offset is into another source than the factor's
	}
	condition, err := f.Only.condition(by)
	if err != nil {
		return err
	}
	if f.within, err = expr.Parse(condition, columns); err != nil {
		// Its offset, too, is into the segments and not into the factor.
		return fmt.Errorf("segments: %v", err)
	}
	maps.Copy(f.inputs, columnTypes(f.within))
	return f.narrow(fmt.Sprintf("(%s)", f.within))
}

// narrow makes the expression missing where a condition does not hold, or cannot be told. The
// text of the factor's own expression (Expr) stays what the user wrote.
func (f *Factor) narrow(condition string) error {
	if f.compiled == nil {
		return nil // it joins members
	}
	known := columnTypes(f.compiled)
	if f.within != nil {
		maps.Copy(known, columnTypes(f.within))
	}
	for _, h := range f.histories() {
		known[h.Name()] = expr.Number
	}
	narrowed, err := expr.Parse(fmt.Sprintf("%s ? (%s) : nil", condition, f.compiled), known)
	if err != nil {
		return fmt.Errorf("with its segments or age written out: %v", err)
	}
	f.compiled = narrowed
	return nil
}

// condition is the source that is true in the segments: "by in [...]", or for truths a
// comparison with each. Names are quoted, so that a segment may be called anything.
func (o *Only) condition(by *expr.Expr) (string, error) {
	if len(o.In) == 0 {
		return "", errors.New("segments: name at least one")
	}
	literals := make([]string, len(o.In))
	for i, name := range o.In {
		literals[i] = strconv.Quote(name)
		if slices.Contains(o.In[:i], name) {
			return "", fmt.Errorf("segments: %s is named twice", dataset.Quote(name))
		}
		switch by.Type() {
		case expr.Number:
			// A segment must be written as holdfast writes it: 1.0 would be accepted, match the rows of
			// segment 1, and appear in no report under the name that was asked for.
			if x, err := strconv.ParseFloat(name, 64); err != nil || dataset.NumberLevel(x) != name {
				return "", fmt.Errorf("segments: they are numbers, and %s is none", dataset.Quote(name))
			}
			literals[i] = name
		case expr.Bool:
			if name != "true" && name != "false" {
				return "", fmt.Errorf("segments: they are true and false, and %s is neither", dataset.Quote(name))
			}
			literals[i] = fmt.Sprintf("(%s) == %s", by, name)
		}
	}
	if by.Type() == expr.Bool {
		return strings.Join(literals, " or "), nil
	}
	return fmt.Sprintf("(%s) in [%s]", by, strings.Join(literals, ", ")), nil
}

// inside says of every row of a batch whether the factor is for it; nil: for all.
func (f *Factor) inside(b *dataset.Batch) []bool {
	if f.within == nil {
		return nil
	}
	inside := make([]bool, b.Len())
	for i, yes := range f.within.Eval(b.Len(), b.Column).Numbers {
		inside[i] = yes == 1
	}
	return inside
}

// rowsInside numbers the rows of a source that the factor is for; nil: all of them.
func (f *Factor) rowsInside(ctx context.Context, source dataset.Source) ([]int32, error) {
	if f.within == nil {
		return nil, nil
	}
	rows, at := []int32{}, int32(0)
	for b, err := range source {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		for _, yes := range f.inside(b) {
			if yes {
				rows = append(rows, at)
			}
			at++
		}
	}
	return rows, nil
}

// neutral is the encoded value of a row that the factor is not for.
func (f *Encoding) neutral(form Form, c *Column) float64 {
	switch {
	case form == Standardised:
		return 0
	case form.keepsMissing(), form == Shared && f.Factor.Stale == Redistribute:
		return math.NaN()
	}
	// The mean says nothing either way, and keeps the column's scale: 0 would be the worst score
	// of all in the forms of 0 to 100.
	return c.Mean
}

// fitWithin learns the factor from the rows it is for, and spreads their columns over all.
// Standardised columns have mean 0 and deviation 1 over all rows, like any other: with m
// of n rows inside and 0 outside, that is the deviation inside times sqrt(m/n).
func fitWithin(f Factor, form Form, raw expr.Vector, churned []bool, inside []int32, d *Design) (fitted, error) {
	part, err := fitFactor(f, form, pick(raw, inside), gather(churned, inside), &Design{Rows: len(inside)})
	if err != nil {
		return fitted{}, err
	}
	e := &part.encoding
	if form == Standardised {
		for j := range e.Columns {
			e.Columns[j].SD *= math.Sqrt(float64(len(inside)) / float64(d.Rows))
		}
	}
	narrow := part.design.Columns
	// Encoded anew and not scaled: a product may differ in its last bit from the quotient that
	// Encode will compute.
	e.encodeRows(form, pick(raw, inside), narrow, newUnseenLevels())
	part.design = d
	var column []float64
	at := 0
	for j := range e.Columns {
		if e.Columns[j].Constant {
			continue
		}
		column = sized(column, d.Rows)
		spread(column, narrow[at], inside, e.neutral(form, &e.Columns[j]))
		if column, err = d.add(column); err != nil {
			return fitted{}, err
		}
		at++
	}
	return part, nil
}

// spread puts values into their rows, and the neutral value into all others. Value k is that of
// rows[k].
func spread(out, values []float64, rows []int32, neutral float64) {
	for i := range out {
		out[i] = neutral
	}
	for k, r := range rows {
		out[r] = values[k]
	}
}

// encodeWithin encodes the rows of a batch that the factor is for.
func (f *Encoding) encodeWithin(form Form, v expr.Vector, inside []bool, out [][]float64, unseen *unseenLevels) {
	var rows []int32
	for i, yes := range inside {
		if yes {
			rows = append(rows, int32(i))
		}
	}
	block := make([][]float64, len(out))
	for j := range block {
		block[j] = make([]float64, len(rows))
	}
	f.encodeRows(form, pick(v, rows), block, unseen)
	at := 0
	for j := range f.Columns {
		if c := &f.Columns[j]; !c.Constant {
			spread(out[at], block[at], rows, f.neutral(form, c))
			at++
		}
	}
}

// pick is the given rows of a vector, in memory of their own; the levels are shared.
func pick(v expr.Vector, rows []int32) expr.Vector {
	out := expr.Vector{Levels: v.Levels}
	if v.Numbers != nil {
		out.Numbers = gather(v.Numbers, rows)
	}
	if v.Codes != nil {
		out.Codes = gather(v.Codes, rows)
	}
	return out
}

// gather copies the given rows.
func gather[T any](from []T, rows []int32) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = from[r]
	}
	return out
}
