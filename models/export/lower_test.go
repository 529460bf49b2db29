package export

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/expr"
	"holdfast/models/platform"
)

// evaluate computes what build makes of numbers that are given as inputs.
func evaluate(build func(p *program, x ...ref) ref, numbers ...float64) float64 {
	p := newProgram()
	r := &run{program: p}
	var x []ref
	for i, v := range numbers {
		x = append(x, p.add(node{op: opNumber, input: p.inputOf("x"+strconv.Itoa(i), expr.Number)}))
		r.columns = append(r.columns, expr.Vector{Numbers: []float64{v}})
	}
	out := build(p, x...)
	r.values = make([]float64, len(p.nodes))
	r.at(0)
	return r.values[out]
}

// What has no operation of its own is built of others, and has the digits of the real one also
// where 1+x is 1, and where x^2 overflows.
func TestFunctionsBuiltOfOthersHaveTheirDigits(t *testing.T) {
	sizes := []float64{0, 5e-324, 1e-300, 1e-17, 1e-16, 3e-16, 1e-9, 1e-5, 0.1, 0.5, 0.999, 1, 2, 17, 39.9, 40, 40.1, 300, 1 << 28, 1<<28 + 1, 1e100, 1e300}
	for name, f := range map[string]struct {
		built func(p *program, x ref) ref
		want  func(float64) float64
		from  float64 // defined above
	}{
		"log1p": {(*program).log1p, math.Log1p, -1},
		"expm1": {(*program).expm1, math.Expm1, math.Inf(-1)},
		"asinh": {(*program).asinh, math.Asinh, math.Inf(-1)},
		"round": {(*program).round, math.Round, math.Inf(-1)},
	} {
		for _, size := range sizes {
			for _, x := range []float64{size, -size} {
				if x <= f.from {
					continue
				}
				got, want := evaluate(func(p *program, x ...ref) ref { return f.built(p, x[0]) }, x), f.want(x)
				if got != want && !(math.Abs(got-want) <= 4e-15*math.Abs(want)) {
					t.Errorf("%s(%v) is %v, want %v", name, x, got, want)
				}
			}
		}
		if got := evaluate(func(p *program, x ...ref) ref { return f.built(p, x[0]) }, math.NaN()); !math.IsNaN(got) {
			t.Errorf("%s of what is missing is %v", name, got)
		}
	}
}

// Rounding is written out with floor, because engines do not agree about halves.
func TestRoundingWrittenOutIsThatOfTheScorer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.OneOf(rapid.Float64Range(-1e6, 1e6), rapid.Map(rapid.IntRange(-2000, 2000), func(n int) float64 { return float64(n) / 2 }),
			rapid.SampledFrom([]float64{0.49999999999999994, -0.49999999999999994, 4503599627370495.5, -1e300, 1e300})).Draw(t, "x")
		round := func(r platform.Rounding) float64 {
			return evaluate(func(p *program, x ...ref) ref { return p.whole(r, x[0]) }, x)
		}
		if got, want := round(platform.HalfEven), math.RoundToEven(x); got != want {
			t.Fatalf("%v to even is %v, want %v", x, got, want)
		}
		want := math.Floor(x)
		if x-want >= 0.5 {
			want++
		}
		if got := round(platform.HalfUp); got != want {
			t.Fatalf("%v up is %v, want %v", x, got, want)
		}
		if got := round(platform.Exact); got != x {
			t.Fatalf("%v became %v", x, got)
		}
	})
}

// Halving the bounds finds what a walk along them finds, ties and the ends included.
func TestALadderIsASearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bounds := rapid.SliceOfNDistinct(rapid.Map(rapid.IntRange(-20, 20), func(n int) float64 { return float64(n) }), 0, 9, rapid.ID).Draw(t, "bounds")
		slices.Sort(bounds)
		x := float64(rapid.IntRange(-22, 22).Draw(t, "x"))
		compare := rapid.SampledFrom([]op{opLess, opLessEq}).Draw(t, "compare")
		got := evaluate(func(p *program, x ...ref) ref {
			var values []ref
			for k := range len(bounds) + 1 {
				values = append(values, p.constant(float64(k)))
			}
			return p.ladder(x[0], compare, bounds, values)
		}, x)
		want := sort.Search(len(bounds), func(k int) bool { return x < bounds[k] || compare == opLessEq && x == bounds[k] })
		if got != float64(want) {
			t.Fatalf("%v among %v is in %v, want %d", x, bounds, got, want)
		}
	})
}

// The truth tables of Kleene (1952), of two columns that may be true, false or missing.
func TestLogicIsThatOfThreeValues(t *testing.T) {
	nan := math.NaN()
	least := func(a, b float64) float64 { // and, with missing in the middle of false and true
		switch {
		case a == 0 || b == 0:
			return 0
		case a == 1 && b == 1:
			return 1
		}
		return nan
	}
	not := func(a float64) float64 { return 1 - a } // NaN stays NaN
	for source, want := range map[string]func(a, b float64) float64{
		"a and b":            least,
		"a or b":             func(a, b float64) float64 { return not(least(not(a), not(b))) },
		"not a":              func(a, _ float64) float64 { return not(a) },
		"not (a and not b)":  func(a, b float64) float64 { return not(least(a, not(b))) },
		"a == b":             func(a, b float64) float64 { return 1 - math.Abs(a-b) },
		"a != b":             func(a, b float64) float64 { return math.Abs(a - b) },
		"coalesce(a, b)":     func(a, b float64) float64 { return map[bool]float64{true: b, false: a}[math.IsNaN(a)] },
		"missing(a)":         func(a, _ float64) float64 { return oneIf(math.IsNaN(a)) },
		"missing(a) ? b : a": func(a, b float64) float64 { return map[bool]float64{true: b, false: a}[math.IsNaN(a)] },
		"a ? b : missing(b)": func(a, b float64) float64 { return map[float64]float64{1: b, 0: oneIf(math.IsNaN(b))}[a] + 0*a },
		"coalesce(a and b, b, true)": func(a, b float64) float64 {
			return func() float64 {
				for _, x := range []float64{least(a, b), b} {
					if x == x {
						return x
					}
				}
				return 1
			}()
		},
	} {
		e, err := expr.Parse(source, expr.Columns{"a": expr.Bool, "b": expr.Bool})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range []float64{0, 1, nan} {
			for _, b := range []float64{0, 1, nan} {
				p := newProgram()
				p.inputOf("a", expr.Bool)
				p.inputOf("b", expr.Bool)
				out := p.value(e.Root())
				r := &run{program: p, values: make([]float64, len(p.nodes)), columns: []expr.Vector{{Numbers: []float64{a}}, {Numbers: []float64{b}}}}
				r.at(0)
				if got, want := r.values[out], want(a, b); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
					t.Errorf("%s with a = %v and b = %v is %v, want %v", source, a, b, got, want)
				}
			}
		}
	}
}

// Equal nodes are one node; -0 and 0 are two constants, since 1/x tells them apart.
func TestEqualNodesAreOneNode(t *testing.T) {
	p := newProgram()
	x, y := p.constant(1), p.constant(2)
	if once, again := p.do(opAdd, x, y), p.do(opAdd, x, y); once != again || p.none() != p.constant(math.NaN()) {
		t.Error("a node is there twice")
	}
	if p.do(opSub, x, y) == p.do(opSub, y, x) || p.constant(0) == p.constant(math.Copysign(0, -1)) {
		t.Error("two nodes are one")
	}
	a, b := p.do(opLess, x, y), p.do(opLess, y, x)
	yes, no := p.truth(true), p.truth(false)
	for name, pair := range map[string][2]ref{
		"true and a": {p.and(yes, a), a}, "a and false": {p.and(a, no), no}, "a and a": {p.and(a, a), a},
		"a or false": {p.or(a, no), a}, "true or a": {p.or(yes, a), yes}, "a or a": {p.or(a, a), a},
		"not not a": {p.not(p.not(a)), a}, "not true": {p.not(yes), no}, "not false": {p.not(no), yes},
		"true ? x : y": {p.choose(yes, x, y), x}, "false ? x : y": {p.choose(no, x, y), y}, "a ? x : x": {p.choose(a, x, x), x},
		"any of none": {p.any(nil), no}, "any of one": {p.any([]ref{b}), b}, "any with a true one": {p.any([]ref{a, b, yes}), yes},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is node %d, want %d", name, pair[0], pair[1])
		}
	}
}

// A card in the program is the card of the scorer on every pattern of missing values: also where
// what is there weighs nothing.
func TestACardInTheProgramIsThatOfTheScorer(t *testing.T) {
	number := func(x float64) *float64 { return &x }
	tiers := []platform.Tier{{UpTo: number(0), Points: 0}, {Points: -5}}
	giving := []platform.Tier{{UpTo: number(0.5), Points: 20}, {UpTo: number(3), Points: 100}}
	for _, s := range []platform.Sheet{
		{Kind: platform.TierPoints, Missing: platform.Reweight, Entries: []platform.Entry{{Name: "a", Tiers: tiers}, {Name: "b", Tiers: giving}, {Name: "c", Tiers: tiers}}},
		{Kind: platform.WeightedMean, Entries: []platform.Entry{{Name: "a", Weight: number(0)}, {Name: "b", Weight: number(3)}, {Name: "c", Weight: number(2), Absent: number(7)}}},
		{Kind: platform.WorstOf, Entries: []platform.Entry{{Name: "a", Good: number(2), Poor: number(0)}, {Name: "b", Good: number(0), Poor: number(2)}, {Name: "c", Good: number(1), Poor: number(1)}}},
		{Kind: platform.OffsetPoints, Missing: platform.Unscored, Groups: []platform.Heading{{Name: "g"}},
			Entries: []platform.Entry{{Name: "a", Group: "g", Points: number(3)}, {Name: "b", Points: number(-2)}, {Name: "c", Points: number(1)}}},
	} {
		c, err := s.Card()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range []float64{math.NaN(), 0, 0.5, 1, 5} {
			for _, b := range []float64{math.NaN(), 0.5, 1, 4} {
				for _, third := range []float64{math.NaN(), 0, 2} {
					out := make([]float64, 1)
					c.Score([][]float64{{a}, {b}, {third}}, out)
					got := evaluate(func(p *program, x ...ref) ref { return p.card(c, x) }, a, b, third)
					if got != out[0] && !(math.IsNaN(got) && math.IsNaN(out[0])) {
						t.Errorf("%s of %v, %v and %v is %v, want %v", s.Kind, a, b, third, got, out[0])
					}
				}
			}
		}
	}
}

// Numbers in a file read back to the same bits.
func TestDigitsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "v")
		back, err := parseNumber(digits(v))
		if err != nil || math.Float64bits(back) != math.Float64bits(v) {
			t.Fatalf("%v is written %s and read as %v (%v)", v, digits(v), back, err)
		}
	})
}

// A level of a category that is a number is called as dataset writes it, and no other way.
func TestANumberHasOneName(t *testing.T) {
	for name, want := range map[string]bool{"1": true, "0.5": true, "-3": true, "1.0": false, "01": false, "+1": false, "1e3": false, "0x1": false, " 1": false, "": false, "pro": false} {
		if _, ok := numberOf(name); ok != want {
			t.Errorf("%q is a number: %v, want %v", name, ok, want)
		}
	}
}
