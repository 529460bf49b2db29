package features

import (
	"maps"
	"math"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// Kind is how a factor becomes design columns.
type Kind string

// The kinds of factors.
const (
	Numeric  Kind = "numeric"
	Category Kind = "category" // one-hot with a reference level
)

// Scale is the transformation of a numeric factor after clipping.
type Scale string

// The scales.
const (
	Linear Scale = "none"
	Log1p  Scale = "log1p" // ln(1 + x), for x > -1
	Asinh  Scale = "asinh" // ln(x + sqrt(x^2 + 1)), for any x
)

// Policy is what stands in for a missing value.
type Policy string

// The policies. A category knows only Own (the level "(missing)") and Drop.
const (
	Median Policy = "median" // of the training rows
	Mean   Policy = "mean"   // of the training rows
	Zero   Policy = "zero"
	Value  Policy = "value" // the number Factor.Fill
	Own    Policy = "own"   // the median, and a design column that says it was missing
	Drop   Policy = "drop"  // the example is left out
)

// Unseen is what happens to a level that training never saw.
type Unseen string

// The policies for unseen levels.
const (
	UnseenReference Unseen = "reference" // scored as the reference level
	UnseenOther     Unseen = "other"     // scored as the pooled rare levels
	UnseenError     Unseen = "error"     // not scored
)

// Direction is the sign a person expects of a factor, or declares of a score.
type Direction string

// The directions. An empty Direction is not declared.
const (
	LowerChurn  Direction = "lower_churn"  // more of it is healthier
	HigherChurn Direction = "higher_churn" // more of it is riskier
)

// Bound is one end of a clip: a number, or a percentile of the training rows.
type Bound struct {
	Value      float64 `json:"value"`
	Percentile bool    `json:"percentile,omitempty"` // Value is in [0, 100]
}

// Factor is a named input of a score, as the user defined it.
type Factor struct {
	Name      string    `json:"name"`
	Category  string    `json:"category,omitempty"` // usage, support, relationship, …
	Kind      Kind      `json:"kind"`
	Expr      string    `json:"expr,omitempty"` // over snapshot columns; often just a column
	Clip      []Bound   `json:"clip,omitempty"` // empty, or low and high
	Scale     Scale     `json:"scale,omitempty"`
	Missing   Policy    `json:"missing"`
	Fill      float64   `json:"fill,omitempty"` // with Missing: Value
	Expect    Direction `json:"expect,omitempty"`
	Reference string    `json:"reference,omitempty"` // level; empty: the first in byte order
	Rare      int       `json:"rare,omitempty"`      // levels with fewer training rows are pooled
	Unseen    Unseen    `json:"unseen,omitempty"`

	// History takes the place of Expr: the factor is computed from the account's own past.
	History *history.Spec `json:"history,omitempty"`

	// Histories are those that Expr reads by name, of a factor that is derived from others.
	Histories []history.Spec `json:"histories,omitempty"`

	compiled *expr.Expr   // over the columns of a batch, those of histories among them
	inputs   expr.Columns // what is read for it from the snapshots
}

// Uses returns the columns that the factors read, with their types.
func Uses(factors []Factor) expr.Columns {
	uses := make(expr.Columns)
	for _, f := range factors {
		maps.Copy(uses, f.ColumnTypes())
	}
	return uses
}

// ColumnTypes returns the columns of the snapshots that a compiled factor reads, with
// their types; for a history, those that it is taken of.
func (f Factor) ColumnTypes() expr.Columns { return maps.Clone(f.inputs) }

// Complete returns the examples in which every factor with missing: drop has a
// value, and counts those left out.
func Complete(e *dataset.Examples, factors []Factor) *dataset.Examples {
	complete := make([]bool, e.Len())
	for i := range complete {
		complete[i] = true
	}
	dropped := false
	for _, f := range factors {
		if f.Missing != Drop {
			continue
		}
		v := f.compiled.Eval(e.Len(), tableColumn(e.Table))
		for i := range complete {
			if v.Codes != nil && v.Codes[i] < 0 || v.Numbers != nil && math.IsNaN(v.Numbers[i]) {
				complete[i], dropped = false, true
			}
		}
	}
	if !dropped {
		return e
	}
	view := e.All().Where(func(r int32) bool { return complete[r] })
	return e.Keep(view.Rows, e.Len()-view.Len())
}

// tableColumn reads whole columns of a table, as expressions ask for them.
func tableColumn(t *dataset.Table) func(string) expr.Vector {
	return func(name string) expr.Vector {
		c, ok := t.Column(name)
		if !ok {
			return expr.Vector{}
		}
		return c.Vector()
	}
}
