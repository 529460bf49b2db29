package expr

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// To write a definition out is to evaluate it first and read its result as a column: recipes over
// factors rely on it.
func TestInlineIsEvaluationInTwoSteps(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		inner := growing{r}.expression()
		columns := propertyColumns()
		columns["inner"] = inner.Type()
		var sources []string
		switch inner.Type() {
		case Number:
			sources = []string{"inner", "-inner ^ 2", "inner - (inner - 1)", "coalesce(inner, 7) / 2", "inner > 0 ? 1 : inner", "inner in [0, 1]", "missing(inner)"}
		case Bool:
			sources = []string{"inner", "not inner", "inner and not inner", "inner or missing(inner)", "inner == true", "inner ? 1 : 2", "coalesce(inner, false)"}
		default:
			sources = []string{"inner == 'pro'", "inner != inner", "inner in ['a', 'b']", "coalesce(inner, 'none')", "missing(inner) ? 'none' : inner"}
		}
		outer, err := Parse(rapid.SampledFrom(sources).Draw(r, "outer"), columns)
		if err != nil {
			r.Fatal(err)
		}
		whole, err := outer.Inline(map[string]*Expr{"inner": inner})
		if err != nil {
			r.Skip(err) // beyond the limits
		}
		const n = 40
		table := make(map[string]Vector)
		for name, of := range propertyColumns() {
			table[name] = anyVector(r, name, of, n)
		}
		read := func(name string) Vector { return table[name] }
		want := outer.Eval(n, func(name string) Vector {
			if name == "inner" {
				return inner.Eval(n, read)
			}
			return table[name]
		})
		if got := whole.Eval(n, read); shown(got) != shown(want) {
			r.Fatalf("%s with %s is %s\n%s, want\n%s", outer, inner, whole, shown(got), shown(want))
		}
	})
}

// anyVector draws a column of a type, with gaps.
func anyVector(r *rapid.T, name string, of Type, n int) Vector {
	var v Vector
	for range n {
		switch of {
		case Number:
			v.Numbers = append(v.Numbers, rapid.SampledFrom([]float64{math.NaN(), 0, 1, -1, 0.5, 3, 1e300, -1e300, 1e-300}).Draw(r, name))
		case Bool:
			v.Numbers = append(v.Numbers, rapid.SampledFrom([]float64{math.NaN(), 0, 1}).Draw(r, name))
		default:
			v.Levels = []string{"pro", "a", ""}
			v.Codes = append(v.Codes, int32(rapid.IntRange(-1, 2).Draw(r, name)))
		}
	}
	return v
}

// shown lists the values of a vector: texts by what they say, since codes may differ.
func shown(v Vector) string {
	if v.Numbers != nil {
		return fmt.Sprint(v.Numbers)
	}
	texts := make([]string, len(v.Codes))
	for i, code := range v.Codes {
		if texts[i] = "?"; code >= 0 && int(code) < len(v.Levels) {
			texts[i] = fmt.Sprintf("%q", v.Levels[code])
		}
	}
	return strings.Join(texts, " ")
}

// What compilers to other languages fold with Of is what rows are evaluated to.
func TestAConstantIsFoldedToItsValue(t *testing.T) {
	numbers := []float64{0, 1, -1, 0.5, 2.5, -2.5, 3, 1e-300, 5e-324, 1e300, math.MaxFloat64, 709.7, 710, -745, -746, 1 << 53, math.NaN()}
	columns := Columns{"x": Number, "y": Number}
	value := func(source string, x, y float64) float64 {
		e, err := Parse(source, columns)
		if err != nil {
			t.Fatal(err)
		}
		return e.Eval(1, func(name string) Vector {
			return Vector{Numbers: []float64{map[string]float64{"x": x, "y": y}[name]}}
		}).Numbers[0]
	}
	same := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b }
	for _, x := range numbers {
		for _, f := range []Func{Abs, Ceil, Exp, Expm1, Floor, Log, Log1p, Round, Sqrt} {
			if got, want := f.Of(x), value(string(f)+"(x)", x, 0); !same(got, want) {
				t.Errorf("%s of %v is folded to %v and evaluated to %v", f, x, got, want)
			}
		}
		for _, y := range numbers {
			for _, op := range []Op{Add, Subtract, Multiply, Divide, Remainder, Power} {
				if got, want := op.Of(x, y), value("x "+string(op)+" y", x, y); !same(got, want) {
					t.Errorf("%v %s %v is folded to %v and evaluated to %v", x, op, y, got, want)
				}
			}
		}
	}
}

// Laws of Kleene's logic (Introduction to Metamathematics, section 64), in every combination of
// three truths and at every place within the eight that are computed together.
func TestTheLawsOfThreeValuedLogicHoldInEveryRow(t *testing.T) {
	three := []truth{no, unknown, yes}
	for _, n := range []int{1, 7, 8, 9, 16, 27} {
		x, y := make([]truth, n), make([]truth, n)
		for shift := range 9 {
			for i := range n {
				x[i], y[i] = three[(i+shift)%3], three[((i+shift)/3)%3]
			}
			calc := func(do func(dst []truth)) []truth {
				dst := make([]truth, n)
				do(dst)
				return dst
			}
			notX, notY := calc(func(d []truth) { not(d, x) }), calc(func(d []truth) { not(d, y) })
			both, either := calc(func(d []truth) { and(d, x, y) }), calc(func(d []truth) { or(d, x, y) })
			for law, pair := range map[string][2][]truth{
				"not not x is x":                {calc(func(d []truth) { not(d, notX) }), x},
				"De Morgan: not (x and y)":      {calc(func(d []truth) { not(d, both) }), calc(func(d []truth) { or(d, notX, notY) })},
				"De Morgan: not (x or y)":       {calc(func(d []truth) { not(d, either) }), calc(func(d []truth) { and(d, notX, notY) })},
				"x and y is y and x":            {both, calc(func(d []truth) { and(d, y, x) })},
				"x or y is y or x":              {either, calc(func(d []truth) { or(d, y, x) })},
				"x and x is x":                  {calc(func(d []truth) { and(d, x, x) }), x},
				"absorption: x or (x and y)":    {calc(func(d []truth) { or(d, x, both) }), x},
				"coalesce(x, y) of known x":     {calc(func(d []truth) { coalesceTruths(d, x, x) }), x},
				"an operand may be the result":  {calc(func(d []truth) { copy(d, x); and(d, d, y) }), both},
				"and so may that of a negation": {calc(func(d []truth) { copy(d, x); not(d, d) }), notX},
			} {
				if !slices.Equal(pair[0], pair[1]) {
					t.Fatalf("%s fails for %d rows: x %v, y %v: %v, want %v", law, n, x, y, pair[0], pair[1])
				}
			}
			for i := range n {
				if want := min(x[i], y[i]); both[i] != want { // no < unknown < yes
					t.Fatalf("row %d of %d: %v and %v is %v", i, n, x[i], y[i], both[i])
				}
			}
		}
	}
}

// Any text can be the name of a column, and is read back by what Quote writes.
func TestEveryNameCanBeQuoted(t *testing.T) {
	for _, name := range []string{"a", "order", "and", "nil", "null", "if", "let", "2nd", "a b", `a"b`, `a\b`, "a\nb", "größe", "売上", "$x", "", "a.b", "col", "\u202e", "'", "`"} {
		e, err := Parse("missing("+Quote(name)+")", Columns{name: Number})
		if err != nil {
			t.Errorf("%q is quoted as %s: %v", name, Quote(name), err)
			continue
		}
		if got := e.Columns(); len(got) != 1 || got[0] != name {
			t.Errorf("%q is read back as %q", name, got)
		}
	}
}

// Numbers are written so that they read back to the same bits, whole ones as people write them.
func TestALiteralIsPrintedAsItReadsBack(t *testing.T) {
	for v, want := range map[float64]string{0.1: "0.1", 1e15: "1e+15", 999999999999999: "999999999999999", 1000000: "1000000", -7: "-7", 1e-7: "1e-07", 5e-324: "5e-324",
		math.MaxFloat64: "1.7976931348623157e+308", 1 << 53: "9.007199254740992e+15", 0.30000000000000004: "0.30000000000000004"} {
		if got := numberSource(v); got != want {
			t.Errorf("%v is printed %s, want %s", v, got, want)
		}
		e, err := Parse("x + "+numberSource(math.Abs(v)), Columns{"x": Number})
		if err != nil {
			t.Errorf("%v: %v", v, err)
			continue
		}
		if got := e.Root().(*Arithmetic).Y.(*NumberLit).Value; got != math.Abs(v) {
			t.Errorf("%v reads back as %v", math.Abs(v), got)
		}
	}
}

// A scratch block is used again after it was dropped, and not before.
func TestABlockIsNotHandedOutTwice(t *testing.T) {
	var s stack[float64]
	a, b := s.take(3), s.take(blockRows)
	if &a[0] == &b[0] || len(a) != 3 || len(b) != blockRows {
		t.Fatalf("blocks of %d and %d values", len(a), len(b))
	}
	s.drop()
	if c := s.take(1); &c[0] != &b[0] {
		t.Error("the block that came back is not used")
	}
}
