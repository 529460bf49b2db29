package features

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// Fit learns an encoder from the view and returns the view's design: the bits that
// Encode gives for the same rows. Columns that are constant on the view are left
// out with a warning. A category has no Scores or Raw form, and a factor with
// missing: drop needs a view that Complete has seen; both are errors.
func Fit(ctx context.Context, factors []Factor, view dataset.View, form Form) (*Encoder, *Design, []dataset.Warning, error) {
	raw, err := rawValues(ctx, factors, view)
	if err != nil {
		return nil, nil, nil, err
	}
	parts := make([]fitted, len(factors))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range factors {
		group.Go(func() error {
			var err error
			parts[i], err = fitFactor(f, form, raw[i])
			raw[i] = expr.Vector{}
			if err != nil {
				return fmt.Errorf("features: factor %s: %w", dataset.Quote(f.Name), err)
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, nil, err
	}
	e, d := &Encoder{Form: form}, &Design{Rows: view.Len()}
	var warnings []dataset.Warning
	for _, p := range parts {
		e.Factors = append(e.Factors, p.encoding)
		d.Columns = append(d.Columns, p.columns...)
		warnings = append(warnings, p.warnings...)
	}
	return e, d, append(warnings, e.constantWarnings()...), nil
}

// fitted is what was learned about one factor.
type fitted struct {
	encoding Encoding
	columns  [][]float64 // of the design, constant ones left out
	warnings []dataset.Warning
}

// rawValues evaluates every factor on the view.
func rawValues(ctx context.Context, factors []Factor, view dataset.View) ([]expr.Vector, error) {
	raw := make([]expr.Vector, len(factors))
	for i, f := range factors {
		if f.compiled.Type() == expr.Text {
			raw[i].Codes = make([]int32, view.Len())
			continue
		}
		raw[i].Numbers = make([]float64, view.Len())
	}
	levels := make([][][]string, len(factors)) // of each batch: dictionaries may differ between batches
	for i := range levels {
		levels[i] = make([][]string, (view.Len()+dataset.BatchRows-1)/dataset.BatchRows)
	}
	err := eachBatch(ctx, view.Batches(), func(offset int, b *dataset.Batch) {
		for i := range factors {
			v := factors[i].eval(b)
			if v.Codes != nil {
				copy(raw[i].Codes[offset:], v.Codes)
				levels[i][offset/dataset.BatchRows] = v.Levels
				continue
			}
			copy(raw[i].Numbers[offset:], v.Numbers)
		}
	})
	if err != nil {
		return nil, err // some batches were not read: there is nothing to merge
	}
	for i := range raw {
		if raw[i].Codes != nil {
			raw[i].Levels = mergeLevels(raw[i].Codes, levels[i])
		}
	}
	return raw, nil
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
func fitFactor(f Factor, form Form, raw expr.Vector) (fitted, error) {
	if f.Kind == Category {
		return fitLevels(f, form, raw)
	}
	return fitNumber(f, form, raw.Numbers)
}

// fitNumber learns the fill, clip bounds, anchors and moments of a number.
func fitNumber(f Factor, form Form, x []float64) (fitted, error) {
	e := Encoding{Factor: f}
	sorted := present(x)
	if f.Missing == Drop && len(sorted) < len(x) {
		return fitted{}, incompleteError(len(x) - len(sorted))
	}
	e.Fill = fill(f, sorted)
	e.learnClip(sorted)
	if err := e.learnDomain(sorted); err != nil {
		return fitted{}, err
	}
	if form == Scores {
		e.learnAnchors(sorted)
	}
	e.Columns = []Column{{SD: 1}}
	if f.Missing == Own && form == Standardised {
		e.Columns = append(e.Columns, Column{Level: MissingLevel, Role: OfMissing, SD: 1})
	}
	columns := make([][]float64, len(e.Columns))
	for i := range columns {
		columns[i] = make([]float64, len(x))
	}
	e.encodeNumbers(form, x, columns) // Standardised: with mean 0 and deviation 1, so the scaled values
	warnings := e.nearConstantWarnings(columns[0])
	if form == Standardised {
		columns = e.standardise(columns)
	} else {
		e.Columns[0].Mean, e.Columns[0].SD = moments(columns[0])
	}
	return fitted{encoding: e, columns: columns, warnings: warnings}, nil
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

// standardise learns the moments of the columns, marks constant ones and returns
// the others in place, standardised. Values that differ by less than their deviation
// can be told in float64 count as constant.
func (e *Encoding) standardise(columns [][]float64) [][]float64 {
	kept := columns[:0]
	for j := range e.Columns {
		mean, sd := moments(columns[j])
		e.Columns[j].Mean, e.Columns[j].SD = mean, sd
		if sd == 0 || constant(columns[j]) {
			e.Columns[j].Constant = true
			e.Columns[j].SD = 0
			continue
		}
		for i := range columns[j] {
			columns[j][i] = (columns[j][i] - mean) / sd
		}
		kept = append(kept, columns[j])
	}
	return kept
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
