package features

import (
	"fmt"
	"maps"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// noType is the type of what expressions cannot read: a name that has it is known, so that
// the error says what is wrong with it and not that there is no such name.
const noType expr.Type = 0

// Scope is what the names of a recipe stand for: factors first, columns second. A factor
// stands for its value as it is, before any policy: recipes say themselves what to make of
// a missing value.
type Scope struct {
	types       expr.Columns          // of every name; a factor hides a column that is called like it
	definitions map[string]*expr.Expr // of factors
	histories   []history.Spec        // that the definitions read
}

// NewScope makes the scope of compiled factors over columns.
func NewScope(factors []Factor, columns expr.Columns) Scope {
	s := Scope{types: maps.Clone(columns), definitions: make(map[string]*expr.Expr), histories: Histories(factors)}
	for _, f := range factors {
		if f.compiled == nil {
			s.types[f.Name] = noType // it joins others, by what was learned of them: a recipe cannot
			continue
		}
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
// the histories that it reads by name: the Expr and Histories of a Factor. Writing out may
// make an expression too long or too deep, which is an error; the recipe itself must be one
// that Parse returned.
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

// histories are all that the factor reads: named by its expression, its own, the age of its
// value, and those of its members. One may come twice.
func (f *Factor) histories() []history.Spec {
	specs := slices.Clone(f.Histories)
	if f.History != nil {
		specs = append(specs, *f.History)
	}
	if f.Fresh != nil {
		specs = append(specs, f.Fresh.age())
	}
	for i := range f.members {
		specs = append(specs, f.members[i].histories()...)
	}
	return specs
}

// parseRule writes a rule out over columns. A stored factor has been written out already,
// and the factors it named need not be there any more.
func (f *Factor) parseRule(columns expr.Columns, before, after []Factor) error {
	if f.Rule == "" || f.Expr != "" {
		return nil
	}
	scope := NewScope(before, columns)
	recipe, err := scope.Parse(f.Rule)
	if err != nil {
		return err
	}
	if recipe.Type() != expr.Bool {
		return fmt.Errorf("it is %s; a rule is true or false, such as nps < 0", recipe.Type())
	}
	for _, name := range recipe.Columns() {
		if slices.ContainsFunc(after, func(f Factor) bool { return f.Name == name && f.Expr != expr.Quote(name) }) {
			return fmt.Errorf("the factor %s, which it names, stands after it; define it before", dataset.Quote(name))
		}
	}
	f.Expr, f.Histories, err = scope.Derive(recipe)
	return err
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
