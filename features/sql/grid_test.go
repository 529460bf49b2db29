package sql_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features/sql"
	"holdfast/features/sql/sqltest"
)

// grid is a table of odd values: every pair of numbers, with whole numbers, truths and texts
// in turn.
type grid struct {
	x, y, k, b []float64
	codes      []int32
	levels     []string
}

// oddNumbers are the values that an engine gets wrong first.
func oddNumbers() []float64 {
	return []float64{math.NaN(), 0, 1, -1, 0.5, 2.5, -2.5, 0.49999999999999994, 3, 7, 30, -7.25, 1e15 + 0.5, 1e-300, -5e-324, 5e-324, 1e300, -1e300,
		math.MaxFloat64, -math.MaxFloat64, 1 << 53, 709.5, 710, -745.2, -740, 1e-9, 0.1, 0.2, 0.30000000000000004, math.Inf(1), 1e-17, 1e160, 1e-160,
		2, math.Nextafter(2, 1), math.Nextafter(0.5, 1)} // 5e-324 / 2 is 0, and by a little less it is 5e-324
}

// newGrid makes the grid. PostgreSQL has no text with a byte of 0, so that others only get one.
func newGrid(zero bool) *grid {
	g := &grid{levels: []string{"pro", "it's", `back\slash`, "Zürich 東京 🙂", "", "line\nbreak", "%s"}}
	if zero {
		g.levels = append(g.levels, "a\x00b")
	}
	for i, x := range oddNumbers() {
		for j, y := range oddNumbers() {
			g.x, g.y = append(g.x, x), append(g.y, y)
			g.k = append(g.k, []float64{0, 7, -3, 1 << 53, -1 << 53, math.NaN(), 2}[(i+2*j)%7])
			g.b = append(g.b, []float64{0, 1, math.NaN()}[(i+j)%3])
			g.codes = append(g.codes, int32((i*3+j)%(len(g.levels)+1))-1)
		}
	}
	return g
}

func (g *grid) types() expr.Columns {
	return expr.Columns{"x": expr.Number, "order y": expr.Number, "k": expr.Number, "b": expr.Bool, "select": expr.Text}
}

func (g *grid) column(name string) expr.Vector {
	switch name {
	case "x":
		return expr.Vector{Numbers: g.x}
	case "order y":
		return expr.Vector{Numbers: g.y}
	case "k":
		return expr.Vector{Numbers: g.k}
	case "b":
		return expr.Vector{Numbers: g.b}
	}
	return expr.Vector{Codes: g.codes, Levels: g.levels}
}

// table is the grid for an engine: the missing numbers of x are NaN, and those of y NULL.
func (g *grid) table() *sqltest.Table {
	null := func(v []float64, to func(float64) any) func(int) any {
		return func(i int) any {
			if math.IsNaN(v[i]) {
				return nil
			}
			return to(v[i])
		}
	}
	number := func(v float64) any { return v }
	return &sqltest.Table{Rows: len(g.x), Columns: []sqltest.Column{
		{Name: "a", Kind: expr.Number, Ints: true, Cell: func(i int) any { return float64(i) }},
		{Name: "d", Kind: expr.Day, Cell: func(int) any { return dataset.NewDate(2024, 1, 31) }},
		{Name: "x", Kind: expr.Number, Cell: func(i int) any { return g.x[i] }},
		{Name: "order y", Kind: expr.Number, Cell: null(g.y, number)},
		{Name: "k", Kind: expr.Number, Ints: true, Cell: null(g.k, number)},
		{Name: "b", Kind: expr.Bool, Cell: null(g.b, func(v float64) any { return v == 1 })},
		{Name: "select", Kind: expr.Text, Cell: func(i int) any {
			if g.codes[i] < 0 {
				return nil
			}
			return g.levels[g.codes[i]]
		}},
	}}
}

// write writes an expression as a SELECT of row numbers and values; a truth as 1 or 0.
func (g *grid) write(t testing.TB, d sql.Dialect, e *expr.Expr) string {
	t.Helper()
	q, err := sql.New(d, "snapshots", dataset.Columns{Account: "a", SnapshotDate: "d"}, g.types())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := q.Write(&b, []sql.Output{{Name: "a", Value: q.Account()}, {Name: "v", Value: q.Expr(e.Root())}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// parse reads an expression; one that is true or false is asked for a number, which engines
// write alike.
func (g *grid) parse(source string) (*expr.Expr, error) {
	e, err := expr.Parse(source, g.types())
	if err == nil && e.Type() == expr.Bool {
		return expr.Parse("("+source+") ? 1 : 0", g.types())
	}
	return e, err
}

// differences evaluates an expression in both compilers and describes the rows that differ.
func (g *grid) differences(t testing.TB, engine sqltest.Engine, e *expr.Expr, source string, tolerance float64) []string {
	t.Helper()
	want := e.Eval(len(g.x), g.column)
	rows := engine.Query(t, g.write(t, engine.Dialect(), e))
	if len(rows) != len(g.x) {
		return []string{fmt.Sprintf("%s: %d rows of %d", source, len(rows), len(g.x))}
	}
	var differ []string
	far := g.far(t, engine, source)
	for _, row := range rows {
		i := int(sqltest.Number(t, row[0]))
		if say := different(t, want, i, row[1], tolerance); say != "" && !(far[i] && row[1] == nil) {
			differ = append(differ, fmt.Sprintf("%s where x = %v, y = %v, k = %v, b = %v, text %d: %s", source, g.x[i], g.y[i], g.k[i], g.b[i], g.codes[i], say))
		}
	}
	return differ
}

// far are the rows of a remainder x % y that PostgreSQL leaves NULL, having no remainder of
// doubles: those with a quotient of 2^53 or more.
func (g *grid) far(t testing.TB, engine sqltest.Engine, source string) map[int]bool {
	t.Helper()
	x, y, ok := strings.Cut(source, " % ")
	if !ok || engine.Dialect() != sql.Postgres {
		return nil
	}
	quotient, err := g.parse("abs(" + x + ") / 9007199254740992 >= abs(" + y + ")")
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[int]bool)
	for i, v := range quotient.Eval(len(g.x), g.column).Numbers {
		rows[i] = v == 1
	}
	return rows
}

// different says how a value differs from that of a row of a vector.
func different(t testing.TB, want expr.Vector, i int, got any, tolerance float64) string {
	t.Helper()
	if want.Levels != nil {
		if want.Codes[i] < 0 && got == nil || want.Codes[i] >= 0 && got == want.Levels[want.Codes[i]] {
			return ""
		}
		return fmt.Sprintf("%q, of expr code %d", got, want.Codes[i])
	}
	number, w := sqltest.Number(t, got), want.Numbers[i]
	if number == w || number != number && w != w && got == nil || math.Abs(number-w) <= tolerance*math.Abs(w) {
		return ""
	}
	return fmt.Sprintf("%v, of expr %v", got, w)
}

// engines are those that there are, loaded with the grid that each can hold.
func engines(t *testing.T, test func(t *testing.T, e sqltest.Engine, g *grid)) {
	for _, e := range sqltest.Here(t) {
		t.Run(string(e.Dialect()), func(t *testing.T) {
			g := newGrid(e.Dialect() != sql.Postgres)
			e.Load(t, g.table())
			test(t, e, g)
		})
	}
}

// sources use every operator and function of the language.
func sources() []string {
	const y = `col("order y")`
	var list []string
	for _, s := range []string{"x + Y", "x - Y", "x * Y", "x / Y", "x % Y", "x ^ Y", "-x", "x < Y", "x <= Y", "x == Y", "x != Y", "x > Y", "x >= Y",
		"abs(x)", "ceil(x)", "floor(x)", "round(x)", "exp(x)", "expm1(x)", "log(x)", "log1p(x)", "sqrt(x)", "min(x, Y)", "max(x, Y, 2)", "clip(x, Y, 3)",
		"coalesce(x, Y)", "missing(x)", "b ? x : Y", "not b", "b and x > 1", "b or x > 1", "x in [0.1, 0.30000000000000004, 7]", "missing(b)", "b == (x > Y)",
		`col("select") == "it's"`, `col("select") != "back\\slash"`, `col("select") in ["", "Zürich 東京 🙂", "%s", "line\nbreak"]`, `col("select") == "a\x00b"`,
		`coalesce(col("select"), 'none')`, `b ? col("select") : nil`, "x / Y / x", "(x + Y) / (x * Y - 1)", "x + nil", "1 / 0", "log(0) + x", "x * 0.1 + 0.2",
		"x / 7 * Y", "min(x + Y, x * Y) ^ 2", "expm1(x / 1e9) * 2", "exp(-x * x)", "x - 1 - Y - 2", "-(-x) - -Y", "round(-x / 3)", "7 % x", "x % 3", "2 ^ x", "x ^ -1", "x ^ 0.5",
		"k / 2", "k / Y", "k * k", "k + k - 1", "k % 3", "k == x", "k ^ 3", "7 / k", "exp(k)", "b ? k : x"} {
		list = append(list, strings.ReplaceAll(s, "Y", y))
	}
	return list
}

func TestEveryOperatorAndFunctionIsThatOfExpressions(t *testing.T) {
	engines(t, func(t *testing.T, engine sqltest.Engine, g *grid) {
		for _, source := range sources() {
			t.Run(source, func(t *testing.T) {
				e, err := g.parse(source)
				if err != nil {
					t.Fatal(err)
				}
				if differ := g.differences(t, engine, e, source, 2e-13); len(differ) > 0 {
					t.Errorf("%d of %d rows differ:\n%s", len(differ), len(g.x), strings.Join(differ[:min(6, len(differ))], "\n"))
				}
			})
		}
	})
}

// draw writes an expression of a type. Functions whose last digits differ between libraries
// stand outside only, so that no comparison hangs on them.
func draw(t *rapid.T, depth int, number bool) string {
	if depth == 0 {
		if number {
			return rapid.SampledFrom([]string{"x", `col("order y")`, "k", "3", "0.1", "-7.25", "1e300", "0", "nil"}).Draw(t, "number")
		}
		return rapid.SampledFrom([]string{"b", "true", "false", "missing(x)", `(col("select") == "it's")`, `(col("select") in ["pro", ""])`}).Draw(t, "truth")
	}
	n := func() string { return draw(t, depth-1, true) }
	b := func() string { return draw(t, depth-1, false) }
	switch kind := rapid.IntRange(0, 4).Draw(t, "kind"); {
	case number && kind == 0:
		return fmt.Sprintf("(%s %s %s)", n(), rapid.SampledFrom([]string{"+", "-", "*", "/"}).Draw(t, "op"), n())
	case number && kind == 1:
		return fmt.Sprintf("%s(%s)", rapid.SampledFrom([]string{"abs", "floor", "ceil", "round", "sqrt", "-"}).Draw(t, "function"), n())
	case number && kind == 2:
		return fmt.Sprintf("%s(%s, %s)", rapid.SampledFrom([]string{"min", "max", "coalesce"}).Draw(t, "function"), n(), n())
	case number && kind == 3:
		return fmt.Sprintf("clip(%s, %s, %s)", n(), n(), n())
	case number:
		return fmt.Sprintf("(%s ? %s : %s)", b(), n(), n())
	case kind == 0:
		return fmt.Sprintf("(not (%s))", b())
	case kind == 1:
		return fmt.Sprintf("(%s %s %s)", b(), rapid.SampledFrom([]string{"and", "or"}).Draw(t, "op"), b())
	case kind == 2:
		return fmt.Sprintf("(%s %s %s)", n(), rapid.SampledFrom([]string{"<", "<=", "==", "!=", ">", ">="}).Draw(t, "op"), n())
	case kind == 3:
		return fmt.Sprintf("coalesce(%s, %s)", b(), b())
	}
	return fmt.Sprintf("(%s ? %s : %s)", b(), b(), b())
}

// Exact operators nested in any way give the same bits, and the same missing values.
func TestAnyExpressionHasTheSameBits(t *testing.T) {
	engines(t, func(t *testing.T, engine sqltest.Engine, g *grid) {
		rapid.Check(t, func(r *rapid.T) {
			source := draw(r, rapid.IntRange(1, 4).Draw(r, "depth"), rapid.Bool().Draw(r, "number"))
			e, err := g.parse(source)
			if err != nil {
				r.Skip(err) // such as nil without a neighbour that has a type
			}
			if differ := g.differences(t, engine, e, source, 0); len(differ) > 0 {
				r.Fatalf("%d rows differ:\n%s", len(differ), strings.Join(differ[:min(4, len(differ))], "\n"))
			}
		})
	})
}

// Each level uses the one below twice: written out, the last would have 2^30 copies.
func TestTextGrowsWithTheExpressionAndNotWithItsNesting(t *testing.T) {
	source := "x"
	for range 30 {
		source = "min(" + source + ", 3) * 2"
	}
	g := newGrid(true)
	e, err := expr.Parse(source, g.types())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range sql.Dialects() {
		if n := len(g.write(t, d, e)); n > 100_000 {
			t.Errorf("%s: %d bytes", d, n)
		}
	}
}
