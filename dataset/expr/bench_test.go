package expr_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/dataset/expr"
)

const benchRows = 4096

// benchData makes usage-like columns, a tenth of them missing at random.
func benchData() func(string) expr.Vector {
	rng := rand.New(rand.NewPCG(1, 2))
	data := map[string]expr.Vector{}
	for _, name := range []string{"active_share", "imports", "exports", "newsletters", "trend", "a", "b"} {
		values := make([]float64, benchRows)
		for i := range values {
			values[i] = rng.Float64() - 0.1
			if rng.IntN(10) == 0 {
				values[i] = math.NaN()
			}
		}
		data[name] = expr.Vector{Numbers: values}
	}
	codes := make([]int32, benchRows)
	for i := range codes {
		codes[i] = rng.Int32N(5) - 1
	}
	data["plan"] = expr.Vector{Codes: codes, Levels: []string{"free", "team", "pro", "enterprise"}}
	return func(name string) expr.Vector { return data[name] }
}

func benchColumns() expr.Columns {
	return expr.Columns{
		"active_share": expr.Number, "imports": expr.Number, "exports": expr.Number,
		"newsletters": expr.Number, "trend": expr.Number, "a": expr.Number, "b": expr.Number,
		"plan": expr.Text,
	}
}

func BenchmarkEvalInto(b *testing.B) {
	for _, bench := range []struct{ name, src string }{
		{"ratio", "a / b"},
		{"seven_operators", "active_share > 0.8 and (imports >= 0.5 or exports >= 0.5) and trend > 0"},
		{"sticky_rule", "active_share > 0.8 and (imports >= 0.5 or exports >= 0.5 or newsletters >= 0.5) and trend > 0"},
		{"arithmetic6", "(a + b) * imports - exports / trend + 2 * a"},
		{"conditional", "a < 0.2 ? 1 : b < 0.5 ? 2 : 3"},
		{"text", "plan in ['team', 'pro'] and a > 0.5"},
		{"log", "log(1 + a)"},
		{"clip", "clip(a / b, 0, 1)"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			e, err := expr.Parse(bench.src, benchColumns())
			if err != nil {
				b.Fatal(err)
			}
			column, dst := benchData(), make([]float64, benchRows)
			b.ReportAllocs()
			for b.Loop() {
				e.EvalInto(dst, column)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
		})
	}
}

func BenchmarkParse(b *testing.B) {
	cols := benchColumns()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := expr.Parse("active_share > 0.8 and (imports >= 0.5 or exports >= 0.5) and trend > 0", cols); err != nil {
			b.Fatal(err)
		}
	}
}
