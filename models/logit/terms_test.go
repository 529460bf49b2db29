package logit

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawTerms draws columns of raw numbers, odd ones among them, with their terms.
func drawTerms(t *rapid.T) (columns [][]float64, terms []Term, rows int) {
	odd := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 5e-324, math.MaxFloat64})
	value := rapid.OneOf(rapid.Float64Range(-100, 100), odd)
	rows = rapid.IntRange(0, 2*termRows+9).Draw(t, "rows")
	for range rapid.IntRange(1, 5).Draw(t, "columns") {
		seed := rapid.SliceOfN(value, 1, 40).Draw(t, "values")
		column := make([]float64, rows)
		for i := range column {
			column[i] = seed[i*i%len(seed)]
		}
		low := rapid.OneOf(rapid.Just(math.Inf(-1)), rapid.Float64Range(-50, 0)).Draw(t, "low")
		high := rapid.OneOf(rapid.Just(math.Inf(1)), rapid.Float64Range(0, 50)).Draw(t, "high")
		columns = append(columns, column)
		terms = append(terms, Term{value.Draw(t, "fill"), low, high, rapid.Float64Range(-9, 9).Draw(t, "mean"),
			rapid.Float64Range(0.1, 9).Draw(t, "sd"), rapid.Float64Range(-9, 9).Draw(t, "coef")})
	}
	return columns, terms, rows
}

// The formula of Term, row by row, for any number of rows and any odd value.
func TestTermsAddWhatTheirFormulaSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, terms, rows := drawTerms(t)
		score := make([]float64, rows)
		AddTerms(score, columns, terms)
		for i, got := range score {
			var want float64
			for j, term := range terms {
				v := columns[j][i]
				if math.IsNaN(v) {
					v = term.Fill
				}
				if !math.IsNaN(v) { // math.Max(NaN, Inf) is Inf
					v = math.Min(math.Max(v, term.Low), term.High)
				}
				want += float64(term.Coef * ((v - term.Mean) / term.SD))
			}
			if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Fatalf("row %d of %d has %v, want %v", i, rows, got, want)
			}
		}
	})
}

func TestBothKernelsAddTheSameTerms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, terms, rows := drawTerms(t)
		rows &^= lanes - 1
		vectors, plain := make([]float64, rows), make([]float64, rows)
		for j := range terms {
			fastest().term(vectors, columns[j][:rows], &terms[j])
			portable().term(plain, columns[j][:rows], &terms[j])
		}
		equalBits(t, vectors, plain)
	})
}

// A column that is encoded is added as a term that leaves it as it is.
func TestColumnsAreAddedAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, terms, rows := drawTerms(t)
		coef := make([]float64, len(terms))
		for j := range terms {
			coef[j] = terms[j].Coef
			terms[j] = Term{Fill: math.NaN(), Low: math.Inf(-1), High: math.Inf(1), SD: 1, Coef: coef[j]}
		}
		got, want, plain := make([]float64, rows), make([]float64, rows), make([]float64, rows)
		AddColumns(got, columns, coef)
		AddTerms(want, columns, terms)
		for j, column := range columns {
			addGo(plain, column, coef[j])
		}
		for i := range got {
			if odd := math.IsNaN(want[i]) && math.IsNaN(got[i]) && math.IsNaN(plain[i]); !odd && (got[i] != want[i] || got[i] != plain[i]) {
				t.Fatalf("row %d of %d has %v, in Go %v, as a term %v", i, rows, got[i], plain[i], want[i])
			}
		}
	})
}

// A score of 24 raw columns.
func BenchmarkAddTerms(b *testing.B) {
	const rows = 8192
	columns, terms := make([][]float64, 24), make([]Term, 24)
	for j := range columns {
		columns[j] = make([]float64, rows)
		for i := range columns[j] {
			columns[j][i] = float64(i*j%97) - 20
			if i%7 == 0 {
				columns[j][i] = math.NaN()
			}
		}
		terms[j] = Term{1, -5, 50, 3, 7, 0.1}
	}
	score := make([]float64, rows)
	for b.Loop() {
		AddTerms(score, columns, terms)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
