package sql

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/expr"
)

// operand is a Value of which nothing is known but bounds, and a number within them.
type operand struct {
	v Value
	x float64
}

// drawn draws a number and bounds that hold it, or a number that is known.
func drawn(r *rapid.T, q *Query, name string) operand {
	magnitudes := []float64{0, math.SmallestNonzeroFloat64, 1e-310, 1e-300, 1e-9, 0.5, 1, 1.5, 2, 746, 1e9, 1e154, 1e300, math.MaxFloat64}
	x := rapid.SampledFrom(magnitudes).Draw(r, name)
	if rapid.Bool().Draw(r, name+" is negative") {
		x = -x
	}
	if rapid.Bool().Draw(r, name+" is known") {
		return operand{q.Number(x), x}
	}
	low := rapid.SampledFrom(magnitudes).Draw(r, name+" is at least")
	high := rapid.SampledFrom(magnitudes).Draw(r, name+" is at most")
	if x != 0 {
		low = min(low, math.Abs(x))
	}
	high = max(high, low, math.Abs(x))
	return operand{Value{of: expr.Number, text: name, whole: true}.sized(low, high), x}
}

// Guards are left out where bounds say that they are not needed: a bound that is wrong is an
// error of PostgreSQL, or an infinity in a score. Every result that is finite lies within the
// bounds of its Value.
func TestBoundsHoldForEveryResult(t *testing.T) {
	two := map[string]struct {
		write func(q *Query, x, y Value) Value
		of    func(x, y float64) float64
	}{
		"plus":    {(*Query).Plus, func(x, y float64) float64 { return x + y }},
		"minus":   {(*Query).Minus, func(x, y float64) float64 { return x - y }},
		"times":   {(*Query).Times, func(x, y float64) float64 { return x * y }},
		"over":    {(*Query).Over, func(x, y float64) float64 { return x / y }},
		"lesser":  {(*Query).lesser, math.Min},
		"greater": {(*Query).greater, math.Max},
		"mod":     {(*Query).mod, expr.Remainder.Of},
		"power":   {(*Query).power, expr.Power.Of},
	}
	one := map[string]struct {
		write func(q *Query, x Value) Value
		of    func(x float64) float64 // of package expr: math.Log of a subnormal number is wrong on amd64
	}{
		"negate": {(*Query).negate, func(x float64) float64 { return -x }},
		"abs":    {(*Query).Abs, math.Abs},
		"exp":    {(*Query).exp, expr.Exp.Of},
		"expm1":  {(*Query).expm1, expr.Expm1.Of},
		"ln":     {(*Query).ln, expr.Log.Of},
		"log1p":  {(*Query).log1p, expr.Log1p.Of},
		"sqrt":   {(*Query).sqrt, expr.Sqrt.Of},
		"asinh":  {(*Query).asinh, math.Asinh},
		"floor":  {(*Query).Floor, math.Floor},
		"ceil":   {(*Query).ceil, math.Ceil},
		"round":  {(*Query).round, expr.Round.Of},
	}
	for _, d := range []Dialect{DuckDB, Postgres, BigQuery, Databricks} {
		for name, op := range two {
			t.Run(string(d)+" "+name, func(t *testing.T) {
				rapid.Check(t, func(r *rapid.T) {
					q := begun(t, d)
					x, y := drawn(r, q, "x"), drawn(r, q, "y")
					within(r, op.write(q, x.v, y.v), op.of(x.x, y.x))
				})
			})
		}
		for name, op := range one {
			t.Run(string(d)+" "+name, func(t *testing.T) {
				rapid.Check(t, func(r *rapid.T) {
					q := begun(t, d)
					x := drawn(r, q, "x")
					within(r, op.write(q, x.v), op.of(x.x))
				})
			})
		}
	}
}

// within holds a number against the bounds of its Value, and against what is known of it.
func within(r *rapid.T, v Value, got float64) {
	if math.IsNaN(got) || math.IsInf(got, 0) {
		if v.known && !v.null() {
			r.Fatalf("%s is known to be %v, and is missing", v.text, v.constant)
		}
		return
	}
	if v.known && v.constant != got {
		r.Fatalf("%s is known to be %v, and is %v", v.text, v.constant, got)
	}
	if size := math.Abs(got); size > v.high || size != 0 && size < v.low {
		r.Fatalf("%s: %v is not within [%v, %v]", v.text, got, v.low, v.high)
	}
}

// Of a choice either side may be what a row gets.
func TestBoundsOfAChoiceAreThoseOfBothSides(t *testing.T) {
	for source, want := range map[string][2]float64{
		"b ? 2 : 30":            {2, 30},
		"b ? 0.5 : (b ? 7 : 9)": {0.5, 9},
		"coalesce(x, 3)":        {smallest, math.MaxFloat64},
		"clip(x, -5, 2)":        {smallest, math.MaxFloat64},
		"max(b ? 1 : 2, 0.25)":  {0.25, 2},
	} {
		v := begun(t, DuckDB).expression(t, source)
		if v.low != want[0] || v.high != want[1] {
			t.Errorf("%s is within [%v, %v], want %v", source, v.low, v.high, want)
		}
	}
}

// NULL swallows whatever it meets, and a constant that no double holds is NULL.
func TestWhatIsKnownIsComputedOnce(t *testing.T) {
	q := begun(t, Postgres)
	null, one := q.Number(math.NaN()), q.Number(1)
	x := q.Column("x", expr.Number)
	for name, v := range map[string]Value{
		"NULL + 1": q.Plus(null, one), "x - NULL": q.Minus(x, null), "x * NULL": q.Times(x, null), "NULL / x": q.Over(null, x), "x / 0": q.Over(x, q.Number(0)),
		"1e308 * 10": q.Times(q.Number(1e308), q.Number(10)), "1 / 0": q.Over(one, q.Number(0)), "ln(-1)": q.ln(q.Number(-1)), "sqrt(-1)": q.sqrt(q.Number(-1)),
		"exp(1000)": q.exp(q.Number(1000)), "min(x, NULL)": q.lesser(x, null), "x ^ NULL": q.power(x, null), "x % NULL": q.mod(x, null),
	} {
		if !v.null() || v.text != "CAST(NULL AS double precision)" {
			t.Errorf("%s is %s", name, v.text)
		}
	}
	for name, c := range map[string]struct {
		v    Value
		want float64
	}{
		"-7 % 3": {q.mod(q.Number(-7), q.Number(3)), -1}, "round(-2.5)": {q.round(q.Number(-2.5)), -3}, "2 ^ -1": {q.power(q.Number(2), q.Number(-1)), 0.5},
		"floor(-0.5)": {q.Floor(q.Number(-0.5)), -1}, "max(2, 3)": {q.greater(q.Number(2), q.Number(3)), 3}, "ln(1)": {q.ln(one), 0},
	} {
		if !c.v.known || c.v.constant != c.want {
			t.Errorf("%s is %s, want %v", name, c.v.text, c.want)
		}
	}
}
