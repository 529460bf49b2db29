package features

import (
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

// Source is what the factor is made of, for people and as a key: its expression, or the
// name of its history.
func (f Factor) Source() string {
	if f.History != nil {
		return f.History.Name()
	}
	return f.Expr
}

// parseHistory compiles what the history is taken of. The factor itself then reads the
// column of the history, which dataset computes under its name.
func (f *Factor) parseHistory(columns expr.Columns) error {
	if f.Expr != "" {
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
