package features

import "holdfast/dataset/expr"

// Expressions returns what a compiled factor computes, for who writes it in another
// language: value is what it looks at, with its segments and the age of its value written
// out, nil for a factor that joins members; within is true for the accounts that it is
// for, nil where it is for all.
func (f Factor) Expressions() (value, within *expr.Expr) { return f.compiled, f.within }
