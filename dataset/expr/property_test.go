package expr

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// The columns of the generated trees: two of each type, and one whose name is
// no identifier.
func propertyColumns() Columns {
	return Columns{"x": Number, "y z": Number, "p": Bool, "q": Bool, "s": Text, "t": Text}
}

// A growing draws random trees of a type, as check would build them: no nil
// without a typed neighbour, and no sign in front of a literal.
type growing struct{ *rapid.T }

func (g growing) pick(what string, n int) int { return rapid.IntRange(0, n-1).Draw(g.T, what) }

func (g growing) tree(t Type, depth int) Node {
	if depth == 0 || g.pick("leaf", 4) == 0 {
		return g.leaf(t)
	}
	switch g.pick("shared", 6) {
	case 0:
		return g.conditional(t, depth-1)
	case 1:
		return &Call{Coalesce, g.mostlyTyped(t, depth-1, 2+g.pick("more", 2))}
	}
	switch t {
	case Number:
		return g.number(depth - 1)
	case Bool:
		return g.bool(depth - 1)
	default:
		return g.leaf(Text)
	}
}

func (g growing) conditional(t Type, depth int) Node {
	branches := g.mostlyTyped(t, depth, 2)
	return &Conditional{g.tree(Bool, depth), branches[0], branches[1]}
}

// mostlyTyped draws n trees of which one may be nil.
func (g growing) mostlyTyped(t Type, depth, n int) []Node {
	nodes := make([]Node, n)
	for i := range nodes {
		nodes[i] = g.tree(t, depth)
	}
	if k := g.pick("nil", 3*n); k < n {
		nodes[k] = &MissingLit{t}
	}
	return nodes
}

func (g growing) leaf(t Type) Node {
	names := map[Type][]string{Number: {"x", "y z"}, Bool: {"p", "q"}, Text: {"s", "t"}}[t]
	switch g.pick("leaf kind", 3) {
	case 0:
		return g.literal(t)
	default:
		return &Column{names[g.pick("column", 2)], t}
	}
}

func (g growing) literal(t Type) Node {
	switch t {
	case Number:
		return &NumberLit{g.finite()}
	case Bool:
		return &BoolLit{rapid.Bool().Draw(g.T, "bool")}
	default:
		return &TextLit{g.text()}
	}
}

// finite draws numbers as rules hold them, and any other too.
func (g growing) finite() float64 {
	usual := []float64{0, 1, -1, 2, 0.5, 0.8, 30, -2.5, 1e9, 1e-300, 1e300}
	if k := g.pick("usual number", len(usual)+4); k < len(usual) {
		return usual[k]
	}
	return rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(g.T, "number")
}

func (g growing) text() string {
	usual := []string{"free", "team", "", `a"b`, "naïve\n", "\u202e"}
	if k := g.pick("usual text", len(usual)+2); k < len(usual) {
		return usual[k]
	}
	return rapid.String().Draw(g.T, "text")
}

func (g growing) number(depth int) Node {
	switch g.pick("number kind", 5) {
	case 0:
		x := g.tree(Number, depth)
		if lit, ok := x.(*NumberLit); ok {
			return lit
		}
		return &Negate{x}
	case 1:
		unary := []Func{Abs, Ceil, Exp, Expm1, Floor, Log, Log1p, Round, Sqrt}
		return &Call{unary[g.pick("function", len(unary))], []Node{g.tree(Number, depth)}}
	case 2:
		several := []Func{Min, Max, Clip}
		return &Call{several[g.pick("function", 3)], []Node{g.tree(Number, depth), g.tree(Number, depth), &Column{"x", Number}}}
	default:
		ops := []Op{Add, Subtract, Multiply, Divide, Remainder, Power}
		return &Arithmetic{ops[g.pick("op", len(ops))], g.tree(Number, depth), g.tree(Number, depth)}
	}
}

func (g growing) bool(depth int) Node {
	ops := []Op{Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual}
	switch g.pick("bool kind", 7) {
	case 0:
		return &Not{g.tree(Bool, depth)}
	case 1:
		return &Call{Missing, []Node{g.tree(g.anyType(), depth)}}
	case 2:
		t := []Type{Number, Text}[g.pick("set type", 2)]
		return &In{g.tree(t, depth), []Node{g.literal(t), g.literal(t)}}
	case 3:
		t := g.anyType()
		return &Comparison{ops[g.pick("equality", 2)], g.tree(t, depth), g.tree(t, depth)}
	case 4:
		return &Comparison{ops[g.pick("order", 6)], g.tree(Number, depth), g.tree(Number, depth)}
	default:
		return &Logic{[]Op{And, Or}[g.pick("logic", 2)], g.tree(Bool, depth), g.tree(Bool, depth)}
	}
}

func (g growing) anyType() Type { return []Type{Number, Bool, Text}[g.pick("type", 3)] }

// expression draws a tree and parses its canonical source.
func (g growing) expression() *Expr {
	root := g.tree(g.anyType(), 4)
	if _, bare := root.(*TextLit); bare {
		root = &Column{"s", Text}
	}
	src := format(root)
	if len(src) > maxBytes {
		g.Skip("the source is too long")
	}
	e, err := Parse(src, propertyColumns())
	if err != nil {
		g.Fatalf("%s: %v", src, err)
	}
	if !reflect.DeepEqual(e.Root(), root) {
		g.Fatalf("%s reads back as %s", src, e)
	}
	return e
}

func TestTheCanonicalSourceReadsBackAsTheSameTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := growing{t}.expression()
		again, err := Parse(e.String(), propertyColumns())
		if err != nil || again.String() != e.String() {
			t.Fatalf("%s: read again as %v, %v", e, again, err)
		}
	})
}

// table draws columns of n rows: usual values, missing ones and infinities.
func (g growing) table(n int) func(string) Vector {
	data := map[string]Vector{}
	for _, name := range []string{"x", "y z"} {
		data[name] = Vector{Numbers: g.numbers(n, []float64{0, 1, -1, 0.5, 2, 30, math.NaN(), math.Inf(1), math.Inf(-1), 1e308})}
	}
	for _, name := range []string{"p", "q"} {
		data[name] = Vector{Numbers: g.numbers(n, []float64{0, 1, math.NaN()})}
	}
	data["s"] = g.texts(n, []string{"free", "team", "naïve\n"})
	data["t"] = g.texts(n, []string{"team", "", "free", "free"}) // a level twice
	return func(name string) Vector { return data[name] }
}

// The rows repeat a drawn pattern, so that tables longer than a block are
// cheap to draw.
func (g growing) numbers(n int, from []float64) []float64 {
	pattern := rapid.SliceOfN(rapid.SampledFrom(from), 1, 7).Draw(g.T, "numbers")
	out := make([]float64, n)
	for i := range out {
		out[i] = pattern[i%len(pattern)]
	}
	return out
}

func (g growing) texts(n int, levels []string) Vector {
	pattern := rapid.SliceOfN(rapid.Int32Range(-1, int32(len(levels))), 1, 5).Draw(g.T, "codes")
	out := make([]int32, n)
	for i := range out {
		out[i] = pattern[i%len(pattern)]
	}
	return Vector{Codes: out, Levels: levels}
}

// rowOf reads row i of a table as the reference sees it.
func rowOf(column func(string) Vector, i int) row {
	r := row{}
	for name, t := range propertyColumns() {
		r[name] = cell(column(name), t, i)
	}
	return r
}

// cell reads row i of a vector of a type.
func cell(v Vector, t Type, i int) value {
	switch {
	case t == Text && (v.Codes[i] < 0 || int(v.Codes[i]) >= len(v.Levels)):
		return gone
	case t == Text:
		return value{text: v.Levels[v.Codes[i]]}
	case math.IsNaN(v.Numbers[i]) || math.IsInf(v.Numbers[i], 0):
		return gone
	case t == Bool:
		return value{truth: v.Numbers[i] != 0}
	default:
		return value{number: v.Numbers[i]}
	}
}

func TestEveryRowIsWhatTheReferenceEvaluatorComputes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := growing{t}
		e := g.expression()
		n := rapid.SampledFrom([]int{1, 7, 64, blockRows - 1, blockRows + 9}).Draw(t, "rows")
		column := g.table(n)
		got := e.Eval(n, column)
		for i := range n {
			want, have := reference(e.Root(), rowOf(column, i)), cell(got, e.Type(), i)
			if have != want {
				t.Fatalf("%s in row %d of %d is %+v, want %+v", e, i, n, have, want)
			}
		}
	})
}

func TestABatchIsItsRowsOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := growing{t}
		e := g.expression()
		n := rapid.IntRange(1, 70).Draw(t, "rows")
		column := g.table(n)
		batch := e.Eval(n, column)
		for i := range n {
			one := e.Eval(1, func(name string) Vector { return slice(column(name), i) })
			if a, b := cell(batch, e.Type(), i), cell(one, e.Type(), 0); a != b {
				t.Fatalf("%s: row %d is %+v in the batch and %+v alone", e, i, a, b)
			}
		}
	})
}

// slice is row i of a vector as a vector of one row.
func slice(v Vector, i int) Vector {
	return Vector{Numbers: window(v.Numbers, i, i+1), Codes: window(v.Codes, i, i+1), Levels: v.Levels}
}

func TestNoResultIsInfinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := growing{t}
		e := g.expression()
		for i, v := range e.Eval(70, g.table(70)).Numbers {
			if math.IsInf(v, 0) {
				t.Fatalf("%s is %v in row %d", e, v, i)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"x / col('y z')", "p and not q or x > .5", "s in ['free', \"team\"] ? x : nil", "x not in [-1, 1e3]",
		"if(missing(x), 0, clip(x, 0, 1_0))", "0 < x < 10 == p", "-x ^ 2 ** -x", "a.b?.c[1:2] ?? {1: 2}",
		"map(x, # + 1)", "x | abs()", "let a = 1; a", "x // c", "b'1'", "`x`", "'\\u{41}\\x00'", "!!!!!!!!x", "1..2", "((((x",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, err := Parse(src, propertyColumns())
		if err != nil {
			refusal := err.(*Error)
			if refusal.Offset < 0 || refusal.Offset > len(src) || refusal.Message == "" {
				t.Errorf("%q: refused by %+v", src, refusal)
			}
			_ = refusal.Excerpt()
			return
		}
		again, err := Parse(e.String(), propertyColumns())
		if err != nil || !reflect.DeepEqual(again.Root(), e.Root()) {
			t.Errorf("%q is written %q, which reads as %v, %v", src, e, again, err)
		}
		if got := e.Eval(3, func(string) Vector { return Vector{} }); len(got.Numbers)+len(got.Codes) != 3 {
			t.Errorf("%q gives %s for 3 rows", src, fmt.Sprint(got))
		}
	})
}
