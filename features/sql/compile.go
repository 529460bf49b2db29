package sql

import (
	"fmt"
	"math"
	"strings"

	"holdfast/dataset/expr"
)

// Expr writes an expression over columns of the table and histories that have been written.
// The tree has been checked by package expr, so that every node has a type and every operand
// the one its operator needs: the cases below are all there are, and there is no error.
func (q *Query) Expr(n expr.Node) Value {
	switch n.Type() {
	case expr.Number:
		return q.numeric(n)
	case expr.Bool:
		return q.logic(n)
	}
	return q.words(n)
}

// numeric writes a number. A column of the name of a history that has been written is that
// history; a history hides a column of the table, which package dataset refuses to have.
func (q *Query) numeric(n expr.Node) Value {
	switch n := n.(type) {
	case *expr.Column:
		if v, ok := q.past[n.Name]; ok {
			return v
		}
		return q.Column(n.Name, expr.Number)
	case *expr.NumberLit:
		return q.Number(n.Value)
	case *expr.Negate:
		return q.negate(q.numeric(n.X))
	case *expr.Arithmetic:
		return q.arithmetic(n)
	case *expr.Conditional:
		return q.conditional(n)
	case *expr.Call:
		return q.call(n)
	}
	return q.Number(math.NaN()) // *expr.MissingLit
}

// arithmetic writes an operator.
func (q *Query) arithmetic(n *expr.Arithmetic) Value {
	x, y := q.numeric(n.X), q.numeric(n.Y)
	switch n.Op {
	case expr.Add:
		return q.Plus(x, y)
	case expr.Subtract:
		return q.Minus(x, y)
	case expr.Multiply:
		return q.Times(x, y)
	case expr.Divide:
		return q.Over(x, y)
	case expr.Remainder:
		return q.mod(x, y)
	}
	return q.power(x, y)
}

// conditional names both cases of the condition: where it is unknown, neither holds, and the
// value is missing. CASE ... ELSE alone would take the second case there, which would make an
// answer of "nobody knows".
func (q *Query) conditional(n *expr.Conditional) Value {
	c := q.Once(q.logic(n.If), "condition")
	yes, no := q.Expr(n.Then), q.Expr(n.Else)
	v := q.Raw(n.Type(), "CASE WHEN %[1]s THEN %[2]s WHEN NOT %[1]s THEN %[3]s END", c, yes, no)
	return v.sized(min(yes.low, no.low), max(yes.high, no.high))
}

// call writes a function of numbers, or coalesce of them. clip is min(max(x, low), high), in
// this order, so that the upper limit wins where the two are crossed, as in package expr.
func (q *Query) call(n *expr.Call) Value {
	args := make([]Value, len(n.Args))
	for i, a := range n.Args {
		args[i] = q.numeric(a)
	}
	switch n.Func {
	case expr.Coalesce:
		return q.coalesce(expr.Number, args)
	case expr.Clip:
		return q.lesser(q.greater(args[0], args[1]), args[2])
	case expr.Min, expr.Max:
		step := q.lesser
		if n.Func == expr.Max {
			step = q.greater
		}
		v := args[0]
		for _, a := range args[1:] {
			v = step(v, a)
		}
		return v
	}
	return q.function(n.Func, args[0])
}

// function writes a function of one number.
func (q *Query) function(f expr.Func, x Value) Value {
	switch f {
	case expr.Abs:
		return q.Abs(x)
	case expr.Ceil:
		return q.ceil(x)
	case expr.Exp:
		return q.exp(x)
	case expr.Expm1:
		return q.expm1(x)
	case expr.Floor:
		return q.Floor(x)
	case expr.Log:
		return q.ln(x)
	case expr.Log1p:
		return q.log1p(x)
	case expr.Round:
		return q.round(x)
	}
	return q.sqrt(x)
}

// coalesce is the first that is not missing. Its bounds are the widest of its arguments.
func (q *Query) coalesce(of expr.Type, args []Value) Value {
	verbs := strings.TrimSuffix(strings.Repeat("%s, ", len(args)), ", ")
	v := q.Raw(of, "COALESCE("+verbs+")", args...)
	v.low, v.high = math.MaxFloat64, 0
	for _, a := range args {
		v = v.sized(min(v.low, a.low), max(v.high, a.high))
	}
	return v
}

// logic writes a truth. AND, OR and NOT are those of SQL, which are Kleene's as those of
// package expr are: unknown AND false is false. Values are three, so that nothing is folded.
func (q *Query) logic(n expr.Node) Value {
	switch n := n.(type) {
	case *expr.Column:
		return q.Column(n.Name, expr.Bool)
	case *expr.BoolLit:
		return q.Raw(expr.Bool, strings.ToUpper(fmt.Sprint(n.Value)))
	case *expr.Not:
		return q.Raw(expr.Bool, "(NOT %s)", q.logic(n.X))
	case *expr.Logic:
		return q.Raw(expr.Bool, "(%s "+strings.ToUpper(string(n.Op))+" %s)", q.logic(n.X), q.logic(n.Y))
	case *expr.Comparison:
		return q.comparison(n)
	case *expr.In:
		return q.within(n)
	case *expr.Conditional:
		return q.conditional(n)
	case *expr.Call:
		return q.truthCall(n)
	}
	return q.Raw(expr.Bool, "CAST(NULL AS "+q.engine.truth+")") // *expr.MissingLit
}

// comparison writes a comparison of numbers, truths or texts. It is unknown where an operand is
// missing, also for <>: there is no NaN in a query that could compare otherwise. Texts are
// compared for equality only, which no collation of an engine's default changes.
func (q *Query) comparison(n *expr.Comparison) Value {
	op := string(n.Op)
	switch n.Op {
	case expr.Equal:
		op = "="
	case expr.NotEqual:
		op = "<>"
	}
	return q.Raw(expr.Bool, "(%s "+op+" %s)", q.Expr(n.X), q.Expr(n.Y))
}

// within writes x in [...].
func (q *Query) within(n *expr.In) Value {
	args := []Value{q.Expr(n.X)}
	for _, s := range n.Set {
		args = append(args, q.Expr(s))
	}
	verbs := strings.TrimSuffix(strings.Repeat("%s, ", len(n.Set)), ", ")
	return q.Raw(expr.Bool, "(%s IN ("+verbs+"))", args...)
}

// truthCall writes missing(x), and coalesce of truths.
func (q *Query) truthCall(n *expr.Call) Value {
	if n.Func == expr.Missing {
		return q.Raw(expr.Bool, "(%s IS NULL)", q.Expr(n.Args[0]))
	}
	args := make([]Value, len(n.Args))
	for i, a := range n.Args {
		args[i] = q.logic(a)
	}
	return q.coalesce(expr.Bool, args)
}

// words writes a text.
func (q *Query) words(n expr.Node) Value {
	switch n := n.(type) {
	case *expr.Column:
		return q.Column(n.Name, expr.Text)
	case *expr.TextLit:
		return q.word(n.Value)
	case *expr.Conditional:
		return q.conditional(n)
	case *expr.Call:
		args := make([]Value, len(n.Args))
		for i, a := range n.Args {
			args[i] = q.words(a)
		}
		return q.coalesce(expr.Text, args)
	}
	return q.Raw(expr.Text, "CAST(NULL AS "+q.engine.text+")") // *expr.MissingLit
}

// word is a text that is known. PostgreSQL has none with a NUL, so that nothing is equal to
// one; an escape that nothing else can be stands for it.
func (q *Query) word(s string) Value {
	text := q.engine.string(s)
	if strings.Contains(s, "\x00") && !q.engine.backslash {
		text = q.withNUL(s)
	}
	return Value{of: expr.Text, text: text, whole: true}
}

// asNumber is 1 for true and 0 for false, NULL for unknown. It is a CASE and not a CAST, since
// some engines cast no truth to a double.
func (q *Query) asNumber(v Value) Value {
	if v.of != expr.Bool {
		return v
	}
	v = q.Once(v, "truth")
	return q.Raw(expr.Number, "CASE WHEN %[1]s THEN "+q.engine.number(1)+" WHEN NOT %[1]s THEN "+q.engine.number(0)+" END", v).sized(1, 1)
}
