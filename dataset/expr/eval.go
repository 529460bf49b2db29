package expr

import (
	"math"
	"slices"
)

// blockRows is how many rows are computed at a time: few enough that the
// blocks of a usual rule stay in the first-level cache, and enough that the
// walk over the tree costs nothing.
const blockRows = 1024

// Eval computes the expression for n rows. It asks column once for each of
// [Expr.Columns], in that order; what it returns needs n rows and the type
// that Parse was told.
//
// The result has Numbers for a Number or Bool, and Codes and Levels for a Text;
// not every level need occur. The result of a bare column shares the memory of
// that column where nothing has to be changed; all others are new.
//
// Eval cannot fail: what has no value is missing. The value of a row depends on
// nothing but that row.
func (e *Expr) Eval(n int, column func(name string) Vector) Vector {
	r := e.borrow(column)
	defer e.giveBack(r)
	n = max(n, 0)
	switch {
	case e.Type() == Text:
		return r.textResult(e.root, n)
	case isBareNumber(e.root):
		return Vector{Numbers: numbersResult(r.vectors[0], n)}
	default:
		out := make([]float64, n)
		r.numbers(e.root, out)
		return Vector{Numbers: out}
	}
}

// EvalInto computes the expression for len(dst) rows into dst, as [Expr.Eval]
// does: a Number, or a Bool as 0 and 1, NaN where missing. A Text has no
// number; dst is all missing then. dst may be a column that the expression
// reads only if the expression is that column.
func (e *Expr) EvalInto(dst []float64, column func(name string) Vector) {
	if e.Type() == Text {
		fill(dst, math.NaN())
		return
	}
	r := e.borrow(column)
	defer e.giveBack(r)
	r.numbers(e.root, dst)
}

// isBareNumber tells whether an expression is a number column and nothing else.
// A Bool column is not bare in that sense: its numbers are brought to 0 and 1.
func isBareNumber(n Node) bool {
	c, ok := n.(*Column)
	return ok && c.Of == Number
}

// numbersResult returns n rows of a column, in place if they can stand.
func numbersResult(column Vector, n int) []float64 {
	if x := column.Numbers; len(x) >= n && (column.Finite || finite(x[:n])) {
		return x[:n:n]
	}
	return numbersAt(make([]float64, n), column.Numbers, 0, n)
}

// Evaluation is a walk with a type per method: number, truth and text each
// compute the nodes of their type and call each other where an operand is of
// another, as a comparison of numbers does.

// run is the state of one evaluation: the columns, the rows of the current
// block, and scratch blocks. A node is computed into a block that its caller
// owns, or returned in place, so each method returns where the result is.
type run struct {
	names   []string
	vectors []Vector
	lo, hi  int
	plans   map[Node]*plan // for nodes that produce or consume texts

	// A stack per kind of block. Every take has its drop in the same function.
	floats stack[float64]
	truths stack[truth]
	codes  stack[int32]
}

// borrow takes a run from the pool, or makes one, and binds it to the columns of
// this call. A run serves one call at a time.
func (e *Expr) borrow(column func(name string) Vector) *run {
	r, ok := e.scratch.Get().(*run)
	if !ok {
		r = &run{names: e.columns, vectors: make([]Vector, len(e.columns)), plans: map[Node]*plan{}}
	}
	for i, name := range r.names {
		r.vectors[i] = column(name)
	}
	// The levels of a text column may differ from batch to batch.
	if e.texts {
		Walk(e.root, r.plan)
	}
	return r
}

// giveBack returns a run to the pool without holding on to the caller's data.
func (e *Expr) giveBack(r *run) {
	clear(r.vectors)
	clear(r.plans)
	e.scratch.Put(r)
}

// blocks calls do for rows 0 to n, a block at a time.
func (r *run) blocks(n int, do func(lo, hi int)) {
	for lo := 0; lo < n; lo += blockRows {
		r.lo, r.hi = lo, min(lo+blockRows, n)
		do(r.lo, r.hi)
	}
}

// numbers computes a Number or Bool for all rows of out. What number returns may
// be the column itself; then it is copied.
func (r *run) numbers(root Node, out []float64) {
	r.blocks(len(out), func(lo, hi int) {
		dst := out[lo:hi]
		if root.Type() == Bool {
			t := r.truths.take(hi - lo)
			truthsToNumbers(dst, r.truth(root, t))
			r.truths.drop()
			return
		}
		if got := r.number(root, dst); &got[0] != &dst[0] {
			copy(dst, got)
		}
	})
}

// vector returns the column of a name; names are sorted.
func (r *run) vector(name string) Vector {
	i, _ := slices.BinarySearch(r.names, name)
	return r.vectors[i]
}

// number computes a Number node for the current block.
func (r *run) number(n Node, dst []float64) []float64 {
	switch n := n.(type) {
	case *Column:
		return numbersAt(dst, r.vector(n.Name).Numbers, r.lo, r.hi)
	case *NumberLit:
		fill(dst, n.Value)
	case *MissingLit:
		fill(dst, math.NaN())
	case *Negate:
		negate(dst, r.number(n.X, dst))
	case *Arithmetic:
		r.arithmetic(n, dst)
	// The condition comes first, into a block of its own: the branches may need
	// dst and any number of others.
	case *Conditional:
		t := r.truths.take(len(dst))
		other := r.floats.take(len(dst))
		cond := r.truth(n.If, t)
		choose(dst, cond, r.number(n.Then, dst), r.number(n.Else, other), math.NaN())
		r.floats.drop()
		r.truths.drop()
	case *Call:
		r.call(n, dst)
	}
	return dst
}

// arithmetic computes the left operand into dst itself, so that a chain of any
// length needs one scratch block.
func (r *run) arithmetic(n *Arithmetic, dst []float64) {
	x := r.number(n.X, dst)
	other := r.floats.take(len(dst))
	calculate(n.Op, dst, x, r.number(n.Y, other))
	r.floats.drop()
}

// call computes a function of numbers, or coalesce of them.
func (r *run) call(n *Call, dst []float64) {
	x := r.number(n.Args[0], dst)
	if len(n.Args) == 1 {
		apply(n.Func, dst, x)
		return
	}
	other := r.floats.take(len(dst))
	for i, arg := range n.Args[1:] {
		combine(stepOf(n.Func, i), dst, x, r.number(arg, other))
		x = dst
	}
	r.floats.drop()
}

// stepOf is the function that takes in the next argument: clip(x, lo, hi) is
// min(max(x, lo), hi), the others do the same at each step.
func stepOf(f Func, i int) Func {
	switch {
	case f == Clip && i == 0:
		return Max
	case f == Clip:
		return Min
	default:
		return f
	}
}

// truth computes a Bool node for the current block.
func (r *run) truth(n Node, dst []truth) []truth {
	switch n := n.(type) {
	case *Column:
		block := r.floats.take(len(dst))
		numbersToTruths(dst, numbersAt(block, r.vector(n.Name).Numbers, r.lo, r.hi))
		r.floats.drop()
	case *BoolLit:
		fill(dst, truthOf(n.Value))
	case *MissingLit:
		fill(dst, unknown)
	case *Not:
		not(dst, r.truth(n.X, dst))
	case *Logic:
		x := r.truth(n.X, dst)
		other := r.truths.take(len(dst))
		join(n.Op, dst, x, r.truth(n.Y, other))
		r.truths.drop()
	case *Comparison:
		r.comparison(n, dst)
	case *In:
		r.in(n, dst)
	case *Conditional:
		cond, other := r.truths.take(len(dst)), r.truths.take(len(dst))
		c := r.truth(n.If, cond)
		choose(dst, c, r.truth(n.Then, dst), r.truth(n.Else, other), unknown)
		r.truths.drop()
		r.truths.drop()
	case *Call:
		r.truthCall(n, dst)
	}
	return dst
}

// comparison computes a comparison by the type of its operands.
func (r *run) comparison(n *Comparison, dst []truth) {
	switch n.X.Type() {
	case Number:
		left, right := r.floats.take(len(dst)), r.floats.take(len(dst))
		x := r.number(n.X, left)
		compare(n.Op, dst, x, r.number(n.Y, right))
		r.floats.drop()
		r.floats.drop()
	case Bool:
		x := r.truth(n.X, dst)
		other := r.truths.take(len(dst))
		sameTruth(dst, x, r.truth(n.Y, other))
		r.truths.drop()
		if n.Op == NotEqual {
			not(dst, dst)
		}
	case Text:
		r.textComparison(n, dst)
	}
}

// in computes x in [literals].
func (r *run) in(n *In, dst []truth) {
	if n.X.Type() == Text {
		r.match(n, n.X, dst)
		return
	}
	block := r.floats.take(len(dst))
	within(dst, r.number(n.X, block), n.Set)
	r.floats.drop()
}

// truthCall computes the calls whose value is a Bool: missing(x), and coalesce of
// Bools.
func (r *run) truthCall(n *Call, dst []truth) {
	if n.Func == Missing {
		r.missing(n.Args[0], dst)
		return
	}
	x := r.truth(n.Args[0], dst)
	other := r.truths.take(len(dst))
	for _, arg := range n.Args[1:] {
		coalesceTruths(dst, x, r.truth(arg, other))
		x = dst
	}
	r.truths.drop()
}

// missing computes missing(x) by the type of x.
func (r *run) missing(x Node, dst []truth) {
	switch x.Type() {
	case Number:
		block := r.floats.take(len(dst))
		missingNumbers(dst, r.number(x, block))
		r.floats.drop()
	case Bool:
		missingTruths(dst, r.truth(x, dst))
	case Text:
		block := r.codes.take(len(dst))
		missingCodes(dst, r.text(x, block), len(r.plans[x].levels))
		r.codes.drop()
	}
}
