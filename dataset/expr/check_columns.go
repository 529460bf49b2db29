package expr

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// column finds a column by its exact name. One that exists but has no type of
// ours (a date, a list) is not called unknown: its name is right.
func (c *checker) column(at int, name string) (Node, *Error) {
	t, ok := c.cols[name]
	if !ok {
		err := c.fail(at, c.columnHint(name), "unknown column %q", name)
		err.Column = name
		return nil, err
	}
	if t == Day {
		return nil, c.fail(at, "take its age, with history: {of: ..., over: 365d, as: age}", "column %q is %s", name, t)
	}
	if t != Number && t != Bool && t != Text {
		return nil, c.fail(at, "use a number, a true/false or a text column", "column %q is %s", name, t)
	}
	return &Column{Name: name, Of: t}, nil
}

// columnHint says what to write for a column that is not there: the nearest
// name, what the word means elsewhere, or which columns there are.
func (c *checker) columnHint(name string) string {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(c.cols)), func(name string) bool { return c.cols[name] == Day })
	if hint := foreignWord(name); hint != "" {
		return hint
	}
	if near, ok := Nearest(name, names); ok {
		return didYouMean(near)
	}
	const few = 12
	switch {
	case len(names) == 0:
		return "there are no columns to read"
	case len(names) <= few:
		return "the columns are " + strings.Join(names, ", ")
	default:
		return fmt.Sprintf("none of the %d columns has such a name", len(names))
	}
}

// foreignWord knows constants and operators of other languages, which would pass
// for misspelt columns.
func foreignWord(name string) string {
	switch name {
	case "nan", "NaN", "NA", "none", "None", "NULL", "Null":
		return "write nil for a missing value, missing(x) to ask"
	case "inf", "Inf", "infinity":
		return "there are no infinite values"
	case "True", "False", "TRUE", "FALSE":
		return "write true or false"
	case "AND", "OR", "NOT", "IN":
		return "write it in lower case"
	}
	return ""
}
