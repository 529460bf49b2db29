package features

import (
	"fmt"
	"maps"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// Scope is what the names of a recipe stand for: factors first, columns second. A factor
// stands for its value as it is, before any policy: recipes say themselves what to make of
// a missing value.
type Scope struct {
	types       expr.Columns
	definitions map[string]*expr.Expr
	histories   []history.Spec
}

// NewScope makes the scope of compiled factors over columns.
func NewScope(factors []Factor, columns expr.Columns) Scope {
	s := Scope{types: maps.Clone(columns), definitions: make(map[string]*expr.Expr), histories: Histories(factors)}
	for _, f := range factors {
		s.types[f.Name] = f.compiled.Type()
		s.definitions[f.Name] = f.compiled
	}
	return s
}

// Parse reads a recipe, in which the names of factors are left as they are. Its error is
// an *expr.Error.
func (s Scope) Parse(source string) (*expr.Expr, error) {
	return expr.Parse(source, s.types)
}

// Derive makes the expression of a recipe over columns, with the factors written out, and
// the histories that it reads by name: the Expr and Histories of a Factor.
func (s Scope) Derive(recipe *expr.Expr) (source string, histories []history.Spec, err error) {
	derived, err := recipe.Inline(s.definitions)
	if err != nil {
		return "", nil, fmt.Errorf("with its factors written out: %w", err)
	}
	read := columnTypes(derived)
	for _, h := range s.histories {
		if _, ok := read[h.Name()]; ok {
			histories = append(histories, h)
		}
	}
	return derived.String(), histories, nil
}

// histories are all that the factor reads.
func (f *Factor) histories() []history.Spec {
	if f.History != nil {
		return []history.Spec{*f.History}
	}
	return f.Histories
}

// parseDerived parses an expression over columns and the histories it names, and returns
// what is read for it from the snapshots.
func (f *Factor) parseDerived(columns expr.Columns) (*expr.Expr, expr.Columns, error) {
	known, inputs := columns, make(expr.Columns)
	specs := make([]history.Spec, len(f.Histories))
	if len(specs) > 0 {
		known = maps.Clone(columns)
	}
	for i, h := range f.Histories {
		spec, of, err := readHistory(h, columns)
		if err != nil {
			return nil, nil, err
		}
		specs[i] = spec
		known[spec.Name()] = expr.Number
		maps.Copy(inputs, of)
	}
	parsed, err := expr.Parse(f.Expr, known)
	if err != nil {
		return nil, nil, err
	}
	read := columnTypes(parsed)
	for _, spec := range specs {
		delete(read, spec.Name())
	}
	maps.Copy(inputs, read)
	if len(specs) > 0 {
		f.Histories = specs
	}
	return parsed, inputs, nil
}
