package features

import (
	"maps"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/features/binning"
)

// Kind is how a factor becomes design columns.
type Kind string

// The kinds of factors.
const (
	Numeric  Kind = "numeric"
	Category Kind = "category" // one-hot with a reference level

	Bins   Kind = "bins"   // the weight of evidence of the bin that a number falls into
	Points Kind = "points" // 0-100 points, linear between anchors
	Tiers  Kind = "tiers"  // 0-100 points, the same within each tier
	Spline Kind = "spline" // a curve: a design column per term of it

	Interaction Kind = "interaction" // the product of other factors
	Group       Kind = "group"       // the mean of other factors
)

// joins says whether the factor is made of other factors instead of columns.
func (k Kind) joins() bool { return k == Interaction || k == Group }

// shapes says whether the kind makes another number of a number, which is then what the
// factor is worth also as it is.
func (k Kind) shapes() bool { return k == Bins || k == Points || k == Tiers }

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

// The policies. A category knows only Own (the level "(missing)") and Drop, and so do
// bins, where Own is a bin.
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
	Value      float64 `json:"value"`                // in units of the factor before its scale, or a percentile
	Percentile bool    `json:"percentile,omitempty"` // Value is in [0, 100]
}

// Factor is a named input of a score, as the user defined it. Its exported fields are data,
// which is all that a model file holds of it; what Compile makes of them is in the others, so
// that a Factor does nothing before it went through Compile. It is copied by value, and copies
// share what was compiled, which nobody writes.
type Factor struct {
	Name      string    `json:"name"`               // distinct within a list
	Category  string    `json:"category,omitempty"` // usage, support, relationship, …: for people and groups of plots
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

	// What the kinds are told; empty for any other.
	Bins    *binning.Options `json:"bins,omitempty"`    // Bins: how to cut; nil: the defaults
	Points  []Anchor         `json:"points,omitempty"`  // Points: at least two, by rising X
	Tiers   []Tier           `json:"tiers,omitempty"`   // Tiers: by rising UpTo, the last without
	Spline  *Knots           `json:"spline,omitempty"`  // Spline: where the curve bends; nil: the defaults
	Members []string         `json:"members,omitempty"` // Interaction, Group: factors that stand before it

	// Rule is a recipe over factors and columns; Expr and Histories are then what Compile
	// made of it.
	Rule string `json:"rule,omitempty"`

	Only  *Only      `json:"only,omitempty"`  // nil: the factor is for all accounts
	Fresh *Freshness `json:"fresh,omitempty"` // nil: a value does not age
	Stale Stale      `json:"stale,omitempty"`

	// Actionable says that people can do something about it: it may be named among the
	// changes that would turn an account green.
	Actionable bool `json:"actionable,omitempty"`

	compiled *expr.Expr   // over the columns of a batch, those of histories among them; nil: it joins members
	within   *expr.Expr   // true for the accounts that it is for; nil: all
	members  []Factor     // compiled
	inputs   expr.Columns // what is read for it from the snapshots
}

// Uses returns the columns that the factors read, with their types: what dataset is asked to
// load. The factors have been compiled.
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
