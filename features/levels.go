package features

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// fitLevels learns the levels of a category and one-hot encodes them: one column a level but
// for the reference. It takes O(rows * levels), one pass for each column.
func fitLevels(f Factor, form Form, raw expr.Vector, d *Design) (fitted, error) {
	if form != Standardised {
		return fitted{}, fmt.Errorf("a category has no number to use as it is; give it an expression that turns levels into numbers")
	}
	codes, levels := text(raw)
	counts, missing := countLevels(codes, len(levels))
	if f.Missing == Drop && missing > 0 {
		return fitted{}, incompleteError(missing)
	}
	e := Encoding{Factor: f}
	e.chooseLevels(levels, counts, missing)
	place := e.columnOf(levels)
	// One buffer, filled anew per level: a category of a thousand levels would otherwise hold a
	// thousand columns beside the design.
	var column []float64
	for j := range e.Columns {
		column = sized(column, len(codes))
		for i, code := range codes {
			column[i] = indicator(place.of(code) == j)
		}
		var err error
		if column, err = e.standardise(j, column, d); err != nil {
			return fitted{}, err
		}
	}
	return fitted{encoding: e, design: d, warnings: e.levelWarnings(len(codes))}, nil
}

// countLevels counts the rows of every level, and those without one. A level of the dictionary
// that no row has counts 0.
func countLevels(codes []int32, levels int) (counts []int, missing int) {
	counts = make([]int, levels)
	for _, code := range codes {
		if code < 0 {
			missing++
		} else {
			counts[code]++
		}
	}
	return counts, missing
}

// chooseLevels pools rare levels and picks the reference: the one asked for, else the
// first in byte order. Levels that no training row has do not count.
func (e *Encoding) chooseLevels(levels []string, counts []int, missing int) {
	for code, level := range levels {
		switch {
		// A dictionary may hold levels of rows that are not trained on, such as those of the test
		// window. To give them a column would let the future shape the model.
		case counts[code] == 0:
		case counts[code] < e.Factor.Rare && level != e.Factor.Reference:
			e.Pooled = append(e.Pooled, level)
		default:
			e.Levels = append(e.Levels, level)
		}
	}
	// Byte order, and not that of the file or of frequency: the same levels are the same columns
	// whatever rows come first.
	sort.Strings(e.Levels)
	sort.Strings(e.Pooled)
	if i := slices.Index(e.Levels, e.Factor.Reference); i > 0 {
		e.Levels = slices.Insert(slices.Delete(e.Levels, i, i+1), 0, e.Factor.Reference)
	}
	for _, level := range e.Levels[min(1, len(e.Levels)):] {
		e.Columns = append(e.Columns, Column{Level: level, SD: 1})
	}
	// Where every level is rare the pool is all there is, and takes the reference's place.
	if len(e.Pooled) > 0 && len(e.Levels) > 0 {
		e.Columns = append(e.Columns, Column{Level: OtherLevel, Role: OfOther, SD: 1})
	}
	if missing > 0 {
		e.Columns = append(e.Columns, Column{Level: MissingLevel, Role: OfMissing, SD: 1})
	}
}

// encodeLevels fills the one-hot columns of a category. Where the levels of the batch go is
// looked up once for each level, and once for each row by its code alone.
func (f *Encoding) encodeLevels(v expr.Vector, out [][]float64, unseen *unseenLevels) {
	codes, levels := text(v)
	column := f.columnOf(levels)
	for i, code := range codes {
		at := column.of(code)
		if at == columnUnseen {
			level := MissingLevel
			if code >= 0 {
				level = levels[code]
			}
			unseen.count(f.Factor.Name, level)
			at = f.unseenColumn()
		}
		f.oneHot(out, i, at)
	}
}

// oneHot writes row i: 1 in the given column, 0 elsewhere, standardised; NaN
// everywhere when the row cannot be encoded.
func (f *Encoding) oneHot(out [][]float64, i, hot int) {
	at := 0
	for j, c := range f.Columns {
		if c.Constant {
			continue
		}
		v := indicator(j == hot)
		if hot == columnError {
			v = math.NaN()
		}
		out[at][i] = (v - c.Mean) / c.SD
		at++
	}
}

// Where a level goes: the index of its column, or one of these.
const (
	columnReference = -1
	columnUnseen    = -2
	columnError     = -3
)

// levelColumns says where the levels of one dictionary, and the missing, go.
type levelColumns struct {
	level   []int
	missing int
}

// of is where a code goes.
func (c levelColumns) of(code int32) int {
	if code < 0 {
		return c.missing
	}
	return c.level[code]
}

// columnOf finds the column of every level of a dictionary. The first of Levels has
// none, being the reference; where every level is rare, the pool is the reference.
func (f *Encoding) columnOf(levels []string) levelColumns {
	columns := make(map[string]int, len(f.Levels)+len(f.Pooled))
	other, missing := columnReference, columnUnseen
	for j, c := range f.Columns {
		switch c.Role {
		case OfOther:
			other = j
		case OfMissing:
			missing = j
		default:
			columns[c.Level] = j
		}
	}
	if len(f.Levels) > 0 {
		columns[f.Levels[0]] = columnReference
	}
	for _, level := range f.Pooled {
		columns[level] = other
	}
	if f.Factor.Missing == Drop {
		missing = columnError
	}
	found := levelColumns{level: make([]int, len(levels)), missing: missing}
	for code, level := range levels {
		j, ok := columns[level]
		if !ok {
			j = columnUnseen
		}
		found.level[code] = j
	}
	return found
}

// unseenColumn is where a level goes that training never saw. Without a pool of rare
// levels, unseen: other means the reference too.
func (f *Encoding) unseenColumn() int {
	switch f.Factor.Unseen {
	case UnseenError:
		return columnError
	case UnseenOther:
		for j, c := range f.Columns {
			if c.Role == OfOther {
				return j
			}
		}
	}
	return columnReference
}

// text returns a vector as text: numbers used as a category become text as
// dataset.NumberLevel writes them, truths "0" and "1".
func text(v expr.Vector) (codes []int32, levels []string) {
	if v.Codes != nil || v.Numbers == nil {
		return v.Codes, v.Levels
	}
	// Looked up, never ranged over: the order of levels is that of the rows.
	seen := make(map[float64]int32)
	codes = make([]int32, len(v.Numbers))
	for i, x := range v.Numbers {
		if x != x {
			codes[i] = -1
			continue
		}
		code, ok := seen[x]
		if !ok {
			code = int32(len(levels))
			seen[x] = code
			levels = append(levels, dataset.NumberLevel(x))
		}
		codes[i] = code
	}
	return codes, levels
}
