package features

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sort"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// Fit learns an encoder from the view and returns the view's design. Columns
// that are constant on the view are left out with a warning.
func Fit(ctx context.Context, factors []Factor, view dataset.View, form Form) (*Encoder, *Design, []dataset.Warning, error) {
	raw, err := rawValues(ctx, factors, view)
	if err != nil {
		return nil, nil, nil, err
	}
	e := &Encoder{Form: form, Factors: make([]Encoding, len(factors))}
	columns := make([][][]float64, len(factors))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range factors {
		group.Go(func() error {
			var err error
			e.Factors[i], columns[i], err = fitFactor(f, form, raw[i])
			raw[i] = expr.Vector{}
			if err != nil {
				return fmt.Errorf("features: factor %q: %w", f.Name, err)
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, nil, err
	}
	d := &Design{Rows: view.Len()}
	for _, c := range columns {
		d.Columns = append(d.Columns, c...)
	}
	return e, d, e.constantWarnings(), nil
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
	for i := range raw {
		if raw[i].Codes != nil {
			raw[i].Levels = mergeLevels(raw[i].Codes, levels[i])
		}
	}
	return raw, err
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
func fitFactor(f Factor, form Form, raw expr.Vector) (Encoding, [][]float64, error) {
	if f.Kind == Category {
		e, columns := fitLevels(f, raw)
		return e, columns, nil
	}
	return fitNumber(f, form, raw.Numbers)
}

// fitNumber learns the fill, clip bounds, anchors and moments of a number.
func fitNumber(f Factor, form Form, x []float64) (Encoding, [][]float64, error) {
	e := Encoding{Factor: f}
	sorted := present(x)
	e.Fill = fill(f, sorted)
	e.learnClip(sorted)
	if f.Scale == Log1p && e.outsideLog1p(sorted) {
		return e, nil, fmt.Errorf("log1p needs values above -1 and the smallest is %v; use scale: asinh, or clip", sorted[0])
	}
	if form == Scores {
		e.learnAnchors(sorted)
	}
	e.Columns = []Column{{SD: 1}}
	if f.Missing == Own && form == Standardised {
		e.Columns = append(e.Columns, Column{Level: MissingLevel, SD: 1})
	}
	columns := make([][]float64, len(e.Columns))
	for i := range columns {
		columns[i] = make([]float64, len(x))
	}
	e.encodeNumbers(form, x, columns) // Standardised: with mean 0 and deviation 1, so the scaled values
	if form == Standardised {
		return e, e.standardise(columns), nil
	}
	e.Columns[0].Mean, e.Columns[0].SD = moments(columns[0])
	return e, columns, nil
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

func (e *Encoding) learnClip(sorted []float64) {
	if len(e.Factor.Clip) != 2 || len(sorted) == 0 {
		return
	}
	low, high := e.Factor.Clip[0].resolve(sorted), e.Factor.Clip[1].resolve(sorted)
	e.Low, e.High = &low, &high
}

func (b Bound) resolve(sorted []float64) float64 {
	if b.Percentile {
		return quantile(sorted, b.Value/100)
	}
	return b.Value
}

func (e *Encoding) outsideLog1p(sorted []float64) bool {
	low := math.Inf(1)
	if len(sorted) > 0 {
		low = sorted[0]
	}
	low = min(low, e.Fill)
	if e.Low != nil {
		low = max(low, *e.Low)
	}
	if e.Low == nil && low > -1 && len(sorted) > 0 {
		// A later value at or below -1 is moved to the smallest training value.
		e.Low = &sorted[0]
	}
	return low <= -1
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
// the others in place, standardised.
func (e *Encoding) standardise(columns [][]float64) [][]float64 {
	kept := columns[:0]
	for j := range e.Columns {
		mean, sd := moments(columns[j])
		e.Columns[j].Mean, e.Columns[j].SD = mean, sd
		if constant(columns[j]) {
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

func constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// fitLevels learns the levels of a category and one-hot encodes them.
func fitLevels(f Factor, raw expr.Vector) (Encoding, [][]float64) {
	codes, levels := text(raw)
	counts := make([]int, len(levels))
	missing := 0
	for _, code := range codes {
		if code < 0 {
			missing++
		} else {
			counts[code]++
		}
	}
	e := Encoding{Factor: f}
	e.chooseLevels(levels, counts, missing)
	columns := make([][]float64, len(e.Columns))
	for i := range columns {
		columns[i] = make([]float64, len(codes))
	}
	e.encodeLevels(expr.Vector{Codes: codes, Levels: levels}, columns, newUnseenLevels())
	return e, e.standardise(columns)
}

// chooseLevels pools rare levels and picks the reference.
func (e *Encoding) chooseLevels(levels []string, counts []int, missing int) {
	for code, level := range levels {
		switch {
		case counts[code] == 0:
		case counts[code] < e.Factor.Rare && level != e.Factor.Reference:
			e.Pooled = append(e.Pooled, level)
		default:
			e.Levels = append(e.Levels, level)
		}
	}
	sort.Strings(e.Levels)
	sort.Strings(e.Pooled)
	if i := slices.Index(e.Levels, e.Factor.Reference); i > 0 {
		e.Levels = slices.Insert(slices.Delete(e.Levels, i, i+1), 0, e.Factor.Reference)
	}
	for _, level := range e.Levels[min(1, len(e.Levels)):] {
		e.Columns = append(e.Columns, Column{Level: level, SD: 1})
	}
	if len(e.Pooled) > 0 {
		e.Columns = append(e.Columns, Column{Level: OtherLevel, SD: 1})
	}
	if missing > 0 {
		e.Columns = append(e.Columns, Column{Level: MissingLevel, SD: 1})
	}
}

func (e *Encoder) constantWarnings() []dataset.Warning {
	var warnings []dataset.Warning
	for _, f := range e.Factors {
		for _, c := range f.Columns {
			if c.Constant {
				name := Name{Factor: f.Factor.Name, Level: c.Level}
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
