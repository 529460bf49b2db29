package sql

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// Where a level goes that has no column of its own, as in package features.
const (
	toReference = -1
	toUnseen    = -2
	toNowhere   = -3 // the row is not scored
)

// places says where the levels of a category go: to the design column of that index, or to one
// of the places above.
type places struct {
	of      map[string]int // by level of the training rows
	missing int            // a missing value
	unseen  int            // any level that is not in of
}

// placesOf finds them, as package features does.
func placesOf(f *features.Encoding) places {
	p := places{of: make(map[string]int), missing: toUnseen, unseen: toReference}
	other := toReference
	for j, c := range f.Columns {
		switch c.Role {
		case features.OfOther:
			other = j
		case features.OfMissing:
			p.missing = j
		default:
			p.of[c.Level] = j
		}
	}
	if len(f.Levels) > 0 {
		p.of[f.Levels[0]] = toReference
	}
	for _, level := range f.Pooled {
		p.of[level] = other
	}
	switch f.Factor.Unseen {
	case features.UnseenError:
		p.unseen = toNowhere
	case features.UnseenOther:
		p.unseen = other
	}
	if f.Factor.Missing == features.Drop {
		p.missing = toNowhere
	}
	if p.missing == toUnseen {
		p.missing = p.unseen
	}
	return p
}

// levels writes the one-hot columns of a category: which column the level goes to is one
// CASE, and each column compares with its number.
func (q *Query) levels(f *features.Encoding) func(j int) Value {
	value, _ := f.Factor.Expressions()
	place := q.Bind(q.placed(q.Once(q.Expr(value.Root()), f.Factor.Name), placesOf(f)), f.Factor.Name+"_level")
	return func(j int) Value {
		c := &f.Columns[j]
		yes, no := q.Number((1-c.Mean)/c.SD), q.Number((0-c.Mean)/c.SD)
		v := q.Raw(expr.Number, fmt.Sprintf("CASE WHEN %%[1]s = %d THEN %%[2]s WHEN %%[1]s IS NOT NULL THEN %%[3]s END", j), place, yes, no)
		return v.sized(min(yes.low, no.low), max(yes.high, no.high))
	}
}

// placed is the number of the column of a level, NULL where the row is not scored. Levels that
// go to one place are one IN list, and lists come in the order of the places, levels in byte
// order, so that the text does not depend on a map.
func (q *Query) placed(x Value, p places) Value {
	goes := make(map[int][]string)
	for _, level := range slices.Sorted(maps.Keys(p.of)) {
		goes[p.of[level]] = append(goes[p.of[level]], level)
	}
	text, args := "CASE", []Value{x}
	for _, at := range slices.Sorted(maps.Keys(goes)) {
		var marks []string
		for _, level := range goes[at] {
			literal, ok := q.level(x, level)
			if !ok {
				continue
			}
			args = append(args, literal)
			marks = append(marks, fmt.Sprintf("%%[%d]s", len(args)))
		}
		if len(marks) > 0 {
			text += fmt.Sprintf(" WHEN %%[1]s IN (%s) THEN %s", strings.Join(marks, ", "), place(at))
		}
	}
	return q.Raw(expr.Number, text+fmt.Sprintf(" WHEN %%[1]s IS NULL THEN %s ELSE %s END", place(p.missing), place(p.unseen)), args...)
}

// place writes the number of a column.
func place(at int) string {
	if at == toNowhere {
		return "NULL"
	}
	return strconv.Itoa(at)
}

// level is a level as something that x can be compared with: of numbers and truths that are
// used as levels, what they are; ok is false for a name that none of them has.
func (q *Query) level(x Value, name string) (literal Value, ok bool) {
	switch x.of {
	case expr.Text:
		return q.word(name), true
	case expr.Bool:
		return q.Raw(expr.Bool, strings.ToUpper(strconv.FormatBool(name == "1"))), name == "0" || name == "1"
	}
	v, err := strconv.ParseFloat(name, 64)
	return q.Number(v), err == nil && !math.IsInf(v, 0) && v == v
}

// Levels says which of some texts, in this order, the value of a category is: its index, and
// -1 where it is none of them or missing.
func (q *Query) Levels(f features.Factor, names []string) Value {
	value, _ := f.Expressions()
	p := places{of: make(map[string]int), missing: -1, unseen: -1}
	for i, name := range names {
		p.of[name] = i
	}
	return q.Bind(q.placed(q.Once(q.Expr(value.Root()), f.Name), p), f.Name)
}
