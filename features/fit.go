package features

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// Fit learns an encoder from the view and returns the view's design: the bits that
// Encode gives for the same rows. Columns that are constant on the view are left
// out with a warning. A category has no Scores or Raw form, and a factor with
// missing: drop needs a view that Complete has seen; both are errors.
//
// Factors are evaluated and encoded one by one, so that beside the design no more than
// a few columns are in memory; the design of a view whose table is stored is stored too.
func Fit(ctx context.Context, factors []Factor, view dataset.View, form Form) (*Encoder, *Design, []dataset.Warning, error) {
	d, err := newDesign(view)
	if err != nil {
		return nil, nil, nil, err
	}
	parts, errs := make([]fitted, len(factors)), make([]error, len(factors))
	var group errgroup.Group
	group.SetLimit(view.Examples.Table.AtOnce(fitBytes * int64(view.Len())))
	for i, f := range factors {
		group.Go(func() error {
			raw, err := f.Values(ctx, view.Len(), view.Batches())
			if err == nil {
				if parts[i], err = fitFactor(f, form, raw, d.part()); err != nil {
					err = fmt.Errorf("features: factor %s: %w", dataset.Quote(f.Name), err)
				}
			}
			errs[i] = err
			return nil
		})
	}
	group.Wait()
	for _, err := range errs { // the first factor with an error, not the first in time
		if err != nil {
			d.Close()
			return nil, nil, nil, err
		}
	}
	e := &Encoder{Form: form}
	var warnings []dataset.Warning
	for _, p := range parts {
		e.Factors = append(e.Factors, p.encoding)
		d.join(p.design)
		warnings = append(warnings, p.warnings...)
	}
	return e, d, append(warnings, e.constantWarnings()...), nil
}

// fitBytes is what fitting a factor takes a row: its values, and the sorted ones or a
// design column.
const fitBytes = 16

// fitted is what was learned about one factor.
type fitted struct {
	encoding Encoding
	design   *Design // its columns, constant ones left out
	warnings []dataset.Warning
}

// mergeLevels renumbers codes whose dictionary may change from batch to batch.
func mergeLevels(codes []int32, batches [][]string) []string {
	var merged []string
	number := make(map[string]int32)
	for b, levels := range batches {
		renumbered := make([]int32, len(levels))
		for code, level := range levels {
			n, ok := number[level]
			if !ok {
				n = int32(len(merged))
				number[level] = n
				merged = append(merged, level)
			}
			renumbered[code] = n
		}
		end := min((b+1)*dataset.BatchRows, len(codes))
		for i := b * dataset.BatchRows; i < end; i++ {
			if codes[i] >= 0 {
				codes[i] = renumbered[codes[i]]
			}
		}
	}
	return merged
}

// fitFactor learns one factor and encodes its training values.
func fitFactor(f Factor, form Form, raw expr.Vector, d *Design) (fitted, error) {
	if f.Kind == Category {
		return fitLevels(f, form, raw, d)
	}
	return fitNumber(f, form, raw.Numbers, d)
}

// fitNumber learns the fill, clip bounds, anchors and moments of a number.
func fitNumber(f Factor, form Form, x []float64, d *Design) (fitted, error) {
	e := Encoding{Factor: f, Columns: []Column{{SD: 1}}}
	sorted := present(x)
	if f.Missing == Drop && len(sorted) < len(x) {
		return fitted{}, incompleteError(len(x) - len(sorted))
	}
	e.Fill = fill(f, sorted)
	e.learnClip(sorted)
	if err := e.learnDomain(sorted); err != nil {
		return fitted{}, err
	}
	if form.graded() {
		e.learnAnchors(sorted)
	}
	if f.Missing == Own && form == Standardised {
		e.Columns = append(e.Columns, Column{Level: MissingLevel, Role: OfMissing, SD: 1})
	}
	column := sorted[:len(x)]                     // what was to be learned from the order has been
	e.encodeNumber(form, e.Columns[0], x, column) // Standardised: with mean 0 and deviation 1, so the scaled values
	warnings := e.nearConstantWarnings(column)
	if form != Standardised {
		e.Columns[0].Mean, e.Columns[0].SD = form.moments(column)
		_, err := d.add(column)
		return fitted{encoding: e, design: d, warnings: warnings}, err
	}
	for j := range e.Columns {
		if j > 0 {
			column = sized(column, len(x))
			e.encodeNumber(form, e.Columns[j], x, column)
		}
		var err error
		if column, err = e.standardise(j, column, d); err != nil {
			return fitted{}, err
		}
	}
	return fitted{encoding: e, design: d, warnings: warnings}, nil
}

// sized is the memory if there is some, else new memory, for n values.
func sized(free []float64, n int) []float64 {
	if free == nil {
		return make([]float64, n)
	}
	return free
}

// incompleteError says that rows were not left out as the factor asks.
func incompleteError(rows int) error {
	return fmt.Errorf("%d rows have no value and missing is drop; leave them out before fitting", rows)
}

// fill is the value that stands in for a missing one. Without any value it is 0,
// and the column is constant.
func fill(f Factor, sorted []float64) float64 {
	switch {
	case f.Missing == Value:
		return f.Fill
	case f.Missing == Zero || len(sorted) == 0:
		return 0
	case f.Missing == Mean:
		m, _ := moments(sorted)
		return m
	}
	return quantile(sorted, 0.5)
}

// learnClip turns the bounds into numbers. Where no row has a value there is nothing
// to learn from, and the column is constant.
func (e *Encoding) learnClip(sorted []float64) {
	if len(e.Factor.Clip) != 2 || len(sorted) == 0 {
		return
	}
	low, high := e.Factor.Clip[0].resolve(sorted), e.Factor.Clip[1].resolve(sorted)
	e.Low, e.High = &low, &high
}

// resolve is the bound as a number of the training rows.
func (b Bound) resolve(sorted []float64) float64 {
	if b.Percentile {
		return quantile(sorted, b.Value/100)
	}
	return b.Value
}

// learnDomain makes sure that log1p always has a value above -1 to work on: a value
// below the smallest of training moves there, unless a clip bound inside the domain
// says otherwise. Training values outside the domain are an error.
func (e *Encoding) learnDomain(sorted []float64) error {
	if e.Factor.Scale != Log1p {
		return nil
	}
	smallest := e.Fill
	if len(sorted) > 0 {
		smallest = min(smallest, sorted[0])
	}
	if e.Low == nil || *e.Low <= -1 {
		e.Low = &smallest
	}
	low := max(smallest, *e.Low)
	if e.High != nil {
		low = min(low, *e.High)
	}
	if low <= -1 {
		return fmt.Errorf("log1p needs values above -1 and the smallest is %v; use scale: asinh, or clip", low)
	}
	return nil
}

// learnAnchors sets the values that score 0 and 100: the clip bounds, or the 5th
// and 95th percentile.
func (e *Encoding) learnAnchors(sorted []float64) {
	if len(sorted) == 0 {
		return
	}
	low, high := quantile(sorted, 0.05), quantile(sorted, 0.95)
	if len(e.Factor.Clip) == 2 {
		low, high = *e.Low, *e.High
	}
	e.At0, e.At100 = e.scaled(low), e.scaled(high)
	if e.Factor.Expect == HigherChurn {
		e.At0, e.At100 = e.At100, e.At0
	}
}

// standardise learns the moments of a column that is encoded with mean 0 and deviation
// 1, and adds it to the design in place, standardised, unless it is constant. Values that
// differ by less than their deviation can be told in float64 count as constant. free is
// memory for the next column, nil when the design keeps this one's.
func (e *Encoding) standardise(j int, column []float64, d *Design) (free []float64, err error) {
	mean, sd := moments(column)
	e.Columns[j].Mean, e.Columns[j].SD = mean, sd
	if sd == 0 || constant(column) {
		e.Columns[j].Constant = true
		e.Columns[j].SD = 0
		return column, nil
	}
	for i := range column {
		column[i] = (column[i] - mean) / sd
	}
	return d.add(column)
}

// constant says whether all values are equal. A deviation of 0 would not do: rounding
// of the mean may leave one that is not quite.
func constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}
