package features

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// Histories returns the histories that compiled factors look at, each once: what
// dataset has to compute before the factors can be evaluated.
func Histories(factors []Factor) []history.Spec {
	var specs []history.Spec
	for _, f := range factors {
		for _, h := range f.histories() {
			if !slices.Contains(specs, h) {
				specs = append(specs, h)
			}
		}
	}
	return specs
}

// Source is what the factor is made of, for people and as a key: its expression, the name of
// its history, or its members with theirs.
func (f Factor) Source() string {
	switch {
	case f.History != nil:
		return f.History.Name()
	case f.Kind.joins():
		return fmt.Sprintf("%s(%s)", f.Kind, f.memberNames())
	}
	return f.Expr
}

// Key identifies the definition of a compiled factor: those of one key read the same, learn
// the same and encode the same. It is long, and for comparing; only its equality means
// anything, and that within one run.
func (f Factor) Key() string {
	text, err := json.Marshal(f)
	if err != nil {
		return f.Name + f.Source() // a number that is not finite, which Compile refuses
	}
	key := string(text)
	for _, m := range f.members {
		key += m.Key()
	}
	return key
}

// parseHistory compiles what the history is taken of. The factor itself then reads the
// column of the history, which dataset computes under its name.
func (f *Factor) parseHistory(columns expr.Columns) error {
	if f.Expr != "" || f.Rule != "" {
		return errors.New("it has both an expression and a history; keep one of them")
	}
	if f.Kind == Category {
		return errors.New("a history is a number and cannot be a category")
	}
	spec, inputs, err := readHistory(*f.History, columns)
	if err != nil {
		return err
	}
	name := spec.Name()
	f.History, f.inputs = &spec, inputs
	f.compiled, err = expr.Parse(expr.Quote(name), expr.Columns{name: expr.Number})
	return err
}

// readHistory checks a history and returns it in its one spelling, so that equal histories
// are computed once and the model file has one way to say it, with the columns that it is
// taken of.
func readHistory(spec history.Spec, columns expr.Columns) (history.Spec, expr.Columns, error) {
	if err := spec.Check(); err != nil {
		return spec, nil, err
	}
	if spec.As == history.Age {
		return readAge(spec, columns)
	}
	of, err := expr.Parse(spec.Of, columns)
	if err != nil {
		return spec, nil, err
	}
	if of.Type() == expr.Text {
		return spec, nil, fmt.Errorf("%s is text; a history needs numbers or truths", dataset.Quote(spec.Of))
	}
	spec.Of = of.String()
	return spec, columnTypes(of), nil
}

// readAge is readHistory of the one history that is taken of a date.
func readAge(spec history.Spec, columns expr.Columns) (history.Spec, expr.Columns, error) {
	if t, known := columns[spec.Of]; known && t != expr.Day {
		return spec, nil, fmt.Errorf("column %s is %s; an age is taken of a date", dataset.Quote(spec.Of), t)
	}
	of, err := expr.Parse(spec.Of, dataset.DayNumbers(columns))
	if err != nil {
		return spec, nil, err
	}
	column, ok := of.Root().(*expr.Column)
	if !ok || columns[column.Name] != expr.Day {
		return spec, nil, fmt.Errorf("%s is no date column; an age is taken of one", dataset.Quote(spec.Of))
	}
	spec.Of = of.String()
	return spec, expr.Columns{column.Name: expr.Day}, nil
}

// columnTypes returns the columns that an expression reads, with their types.
func columnTypes(e *expr.Expr) expr.Columns {
	types := make(expr.Columns)
	expr.Walk(e.Root(), func(n expr.Node) {
		if c, ok := n.(*expr.Column); ok {
			types[c.Name] = c.Of
		}
	})
	return types
}
