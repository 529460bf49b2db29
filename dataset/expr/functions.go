package expr

// Func is a function, spelt as in a source.
type Func string

// The functions of [Call]. The alias ln is read as log; if(c, a, b) is read as
// a [Conditional] and col("x") as a [Column].
//
// What a compiler to another language has to reproduce is said at each. A
// missing argument makes all of them missing but Coalesce and Missing, and a
// result that is not finite is missing.
const (
	// Abs is the absolute value.
	Abs Func = "abs"

	// Ceil is the smallest integer that is not below x.
	Ceil Func = "ceil"

	// Clip(x, lo, hi) is Min(Max(x, lo), hi), also where lo > hi.
	Clip Func = "clip"

	// Coalesce is the first argument that is not missing, of any type.
	Coalesce Func = "coalesce"

	// Exp is e^x; missing above 709.78, zero far below.
	Exp Func = "exp"

	// Expm1 is e^x - 1, exact to the last digits near zero.
	Expm1 Func = "expm1"

	// Floor is the largest integer that is not above x.
	Floor Func = "floor"

	// Log is the natural logarithm: ln in SQL, where log is often decimal.
	// Missing for x <= 0.
	Log Func = "log"

	// Log1p is the natural logarithm of 1 + x, exact to the last digits near
	// zero. Missing for x <= -1.
	Log1p Func = "log1p"

	// Max is the largest argument; unlike GREATEST of PostgreSQL and DuckDB it
	// does not skip missing ones.
	Max Func = "max"

	// Min is the smallest argument; like Max it skips nothing.
	Min Func = "min"

	// Missing is true where its argument, of any type, is missing, else false.
	Missing Func = "missing"

	// Round is the nearest integer, halves away from zero: 2.5 gives 3 and -2.5
	// gives -3. PostgreSQL and IEEE 754 by default give the even one, 2.
	Round Func = "round"

	// Sqrt is the square root. Missing for x < 0.
	Sqrt Func = "sqrt"
)

// Spellings that look like functions and become other nodes.
//
// They are functions for the parser only: if(c, a, b) suits those who come from
// spreadsheets, and col("x") is a plain YAML scalar where backticks are not.
const (
	spelledIf  = "if"
	spelledCol = "col"
	spelledLn  = "ln"
)

// unlimited is the upper arity of functions that take any number of arguments.
const unlimited = maxNodes

// arity returns how few and how many arguments a name takes, and whether the
// language has a function of that name at all. Functions are few on purpose:
// each has to mean the same here and in every SQL dialect that a tree is
// compiled to.
func arity(name string) (least, most int, known bool) {
	switch name {
	case spelledLn, spelledCol:
		return 1, 1, true
	case spelledIf:
		return 3, 3, true
	}
	switch Func(name) {
	case Abs, Ceil, Exp, Expm1, Floor, Log, Log1p, Missing, Round, Sqrt:
		return 1, 1, true
	case Clip:
		return 3, 3, true
	case Min, Max, Coalesce:
		// One argument would be no choice; who writes min(x) wants the smallest
		// x of an account's past, which is not what min does.
		return 2, unlimited, true
	}
	return 0, 0, false
}

// functionNames lists what arity knows, for suggestions. A test holds the two
// against each other.
func functionNames() []string {
	return []string{
		string(Abs), string(Ceil), string(Clip), string(Coalesce), string(Exp),
		string(Expm1), string(Floor), string(Log), string(Log1p), string(Max),
		string(Min), string(Missing), string(Round), string(Sqrt),
		spelledCol, spelledIf, spelledLn,
	}
}

// functionHint says what to write for a function the language does not have.
func functionHint(name string) string {
	if hint := foreignFunction(name); hint != "" {
		return hint
	}
	if near, ok := Nearest(name, functionNames()); ok {
		return didYouMean(near)
	}
	return "the functions are abs, ceil, clip, coalesce, exp, expm1, floor, if, log, log1p, max, min, missing, round, sqrt"
}

// foreignFunction knows the names by which other languages call what we have,
// and those that would need more than one row.
// The names are what users of spreadsheets, SQL, pandas and R try first.
func foreignFunction(name string) string {
	switch name {
	// The same by another name, or nearly.
	case "greatest":
		return "write max(a, b); it is missing where an argument is missing"
	case "least":
		return "write min(a, b); it is missing where an argument is missing"
	case "pow", "power":
		return "write x ^ y"
	case "log10", "log2":
		return "log is the natural logarithm; write log(x) / log(10)"
	case "ifnull", "nvl", "isnull", "isna", "isnan", "is_missing", "is_null":
		return "write missing(x) to ask, or coalesce(x, 0) to fill in"
	case "iff", "iif", "ifelse", "case", "where":
		return "write if(c, a, b) or c ? a : b"
	// Windows and aggregates. lead would be worse than unknown: it would read
	// the future.
	case "lead", "lag", "shift", "diff", "sum", "mean", "avg", "median", "count", "first", "last", "rank":
		return "an expression sees one row; give the factor a history for an account's past"
	// The value of a row must not depend on the day it is computed on.
	case "now", "date", "today", "timezone":
		return "an expression sees no clock; make a column of days"
	// Text functions differ between databases in their treatment of Unicode.
	case "len", "lower", "upper", "trim", "split", "replace", "concat", "string", "substr":
		return "texts can only be compared; prepare the column before"
	case "all", "any", "none", "one", "filter", "map", "find", "reduce", "sort":
		return "there are no lists; an expression sees the columns of one row"
	}
	return ""
}
