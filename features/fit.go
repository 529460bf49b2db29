package features

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/radix"
)

// Fit learns an encoder from the view and returns the view's design: the bits that
// Encode gives for the same rows. Columns that are constant on the view are left
// out with a warning. A category has no Scores or Raw form, and a factor with
// missing: drop needs a view that Complete has seen; both are errors. Bins are learned
// from the labels of the view, turned so that positive weight of evidence is risk also
// where the event is an expansion (dataset.View.Worse).
//
// Factors are evaluated and encoded one by one, so that beside the design no more than
// a few columns are in memory; the design of a view whose table is stored is stored too.
func Fit(ctx context.Context, factors []Factor, view dataset.View, form Form) (*Encoder, *Design, []dataset.Warning, error) {
	return (*Notebook)(nil).Fit(ctx, factors, view, form)
}

// fit is Fit that looks into a notebook first; nil: there is none. Factors are fitted side by
// side and put together in their order, so that design, warnings and error are the same on any
// number of processors; how many at once, the memory of the table decides (Table.AtOnce).
func (n *Notebook) fit(ctx context.Context, factors []Factor, view dataset.View, form Form) (*Encoder, *Design, []dataset.Warning, error) {
	d, err := n.newDesign(view)
	if err != nil {
		return nil, nil, nil, err
	}
	parts, errs := make([]fitted, len(factors)), make([]error, len(factors))
	var group errgroup.Group
	group.SetLimit(fittedAtOnce(view))
	worse := view.Worse()
	for i, f := range factors {
		group.Go(func() error {
			parts[i], errs[i] = n.once(f, func() (fitted, error) {
				part := d.part()
				defer part.leave()
				return fitOne(ctx, f, form, view, worse, part)
			})
			return nil
		})
	}
	group.Wait()
	dataset.Vacate(view.Examples.Table, worse)
	if d.rooms != nil {
		d.rooms.clear(d.file) // what comes now has other uses for the memory
	}
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

// What fitting a factor takes a row: of room for its values, which become its column, and of other memory for
// the values that its ranks are looked for among.
const (
	fitRoom  = 8
	fitBytes = 8
)

// fittedAtOnce is how many factors are fitted at a time. Where a table is stored they have a quarter of
// the budget, twice what other work has: nothing else takes memory by the row meanwhile, and what is
// read and written for one factor leaves the processor to another.
func fittedAtOnce(view dataset.View) int {
	return view.Examples.Table.AtOnceWith(fitRoom/2*int64(view.Len()), fitBytes/2*int64(view.Len()))
}

// fitted is what was learned about one factor.
type fitted struct {
	encoding Encoding
	design   *Design // its columns, constant ones left out
	warnings []dataset.Warning
}

// mergeLevels renumbers codes whose dictionary may change from batch to batch, in place, and
// returns the levels in the order in which batches have them. Batch b begins at row
// b*BatchRows: all but the last are full.
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

// fitOne learns one factor from the view: its members first, then its values, then what they
// tell, from the rows that it is for. churned are the labels, turned so that true is worse.
func fitOne(ctx context.Context, f Factor, form Form, view dataset.View, churned []bool, d *Design) (fitted, error) {
	e := Encoding{Factor: f}
	members, err := f.learnMembers(ctx, view)
	if err != nil {
		return fitted{}, f.failed(err)
	}
	e.Members = members
	var room expr.Vector
	if f.isText() {
		room = e.room(view.Examples.Table, view.Len())
	} else {
		room.Numbers = d.room()[:0]
	}
	raw, err := e.viewed(ctx, room, view)
	if err != nil {
		return fitted{}, err
	}
	inside, err := f.rowsInside(ctx, view.InTurn())
	if err != nil {
		return fitted{}, err
	}
	early, err := f.futureWarnings(view)
	if err != nil {
		return fitted{}, err
	}
	var part fitted
	if inside != nil {
		part, err = fitWithin(f, form, raw, churned, inside, d)
	} else {
		part, err = fitFactor(f, form, raw, churned, d)
	}
	if err != nil {
		return fitted{}, f.failed(err)
	}
	part.encoding.Members, part.warnings = members, append(early, part.warnings...)
	return part, nil
}

// failed names the factor in an error.
func (f *Factor) failed(err error) error {
	return fmt.Errorf("features: factor %s: %w", dataset.Quote(f.Name), err)
}

// fitFactor learns one factor and encodes its training values.
func fitFactor(f Factor, form Form, raw expr.Vector, churned []bool, d *Design) (fitted, error) {
	if f.Kind == Category {
		return fitLevels(f, form, raw, d)
	}
	return fitNumber(f, form, raw.Numbers, churned, d)
}

// fitNumber learns the fill, clip bounds, bins, knots, anchors and moments of a number.
func fitNumber(f Factor, form Form, x []float64, churned []bool, d *Design) (fitted, error) {
	e := Encoding{Factor: f, Columns: []Column{{SD: 1}}}
	ranks := radix.NewRanks(x, f.quantiles(form)...)
	if f.Missing == Drop && ranks.Len() < len(x) {
		return fitted{}, incompleteError(len(x) - ranks.Len())
	}
	warnings, err := e.learnShape(form, x, ranks, churned)
	if err != nil {
		return fitted{}, err
	}
	column := e.next(0, x, nil, d)
	e.encodeNumber(form, 0, x, column) // Standardised: with mean 0 and deviation 1, so the scaled values
	warnings = append(warnings, e.nearConstantWarnings(column)...)
	if form != Standardised {
		e.Columns[0].Mean, e.Columns[0].SD = e.moments(form, column)
		_, err := d.add(column)
		return fitted{encoding: e, design: d, warnings: warnings}, err
	}
	for j := range e.Columns {
		if j > 0 {
			column = e.next(j, x, column, d)
			e.encodeNumber(form, j, x, column)
		}
		var err error
		if column, err = e.standardise(j, column, d); err != nil {
			return fitted{}, err
		}
	}
	return fitted{encoding: e, design: d, warnings: warnings}, nil
}

// next is the memory of design column j: the values themselves for the last one, as nobody looks at
// them afterwards; else what is free, or room beside the design's other columns.
func (e *Encoding) next(j int, x, free []float64, d *Design) []float64 {
	switch {
	case j == len(e.Columns)-1:
		return x
	case free != nil:
		return free
	}
	return d.room()
}

// sized is the memory if there is some, else new memory, for n values. Memory that is handed on
// has n of them already: columns of one design are of one length.
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

// standardise learns the moments of a column that is encoded with mean 0 and deviation
// 1, and adds it to the design in place, standardised, unless it is constant. Values that
// differ by less than their deviation can be told in float64 count as constant. free is
// memory for the next column, nil when the design keeps this one's.
func (e *Encoding) standardise(j int, column []float64, d *Design) (free []float64, err error) {
	mean, sd := moments(column)
	if !finite(mean) || !finite(sd) { // of a curve far beyond its knots
		return nil, errors.New("it goes beyond all numbers; clip the values, or use scale: asinh")
	}
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
