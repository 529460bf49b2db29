package backtest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// wide is a company of n rows, five an account, with the given number of factors,
// of which every third tells something; one account in eight churns.
func wide(n, columns int) (company, expr.Columns) {
	rng := rand.New(rand.NewPCG(77, 0))
	c := company{numbers: make(map[string][]float64, columns)}
	types := make(expr.Columns)
	eta := make([]float64, n)
	for j := range columns {
		name := fmt.Sprintf("f%02d", j)
		types[name] = expr.Number
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
			if j%3 == 0 {
				eta[i] += 0.2 * x[i]
			}
		}
		c.numbers[name] = x
	}
	c.numbers["arr"] = make([]float64, n)
	start := dataset.NewDate(2022, 1, 1)
	for i := range n {
		day := start + dataset.Date(i%5*200+i/5%200)
		c.account, c.asOf, c.known = append(c.account, i/5), append(c.asOf, day), append(c.known, day+90)
		c.churned = append(c.churned, rng.Float64() < models.Probability(eta[i]-2.2))
		c.numbers["arr"][i] = 1000 * rng.ExpFloat64()
	}
	return c, types
}

func wideFactors(b *testing.B, types expr.Columns) []features.Factor {
	b.Helper()
	var specs []features.Factor
	for j := range len(types) {
		name := fmt.Sprintf("f%02d", j)
		specs = append(specs, features.Factor{Name: name, Expr: name, Expect: features.HigherChurn})
	}
	factors, err := features.Compile(specs, types)
	if err != nil {
		b.Fatal(err)
	}
	return factors
}

// rate reports rows per second, whatever the sub-benchmark did with them.
func rate(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkMillionRows is one fit, one scoring and one AUC of a million rows and 24
// factors that are in memory already.
func BenchmarkMillionRows(b *testing.B) {
	const rows = 1_000_000
	c, types := wide(rows, 24)
	e := c.loadWith(b, types)
	candidates, err := models.Compile([]models.Candidate{{Name: "fit", Kind: models.Logistic, Penalty: models.Penalty{Kind: models.Ridge, Strength: 1e-4}}}, wideFactors(b, types), types)
	if err != nil {
		b.Fatal(err)
	}
	var m *models.Model
	b.Run("fit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if m, err = candidates[0].Fit(b.Context(), e.All()); err != nil {
				b.Fatal(err)
			}
		}
		rate(b, rows)
	})
	if m == nil {
		return // only some other sub-benchmark was asked for, and it needs the model
	}
	var p *models.Predictions
	b.Run("predict", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if p, _, err = m.Predict(b.Context(), e.Len(), e.All().Batches()); err != nil {
				b.Fatal(err)
			}
		}
		rate(b, rows)
	})
	if p == nil {
		return
	}
	b.Run("auc", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			metrics.NewRanking(p.Score, e.Churned, e.Account).Curve(nil)
		}
		rate(b, rows)
	})
}

// BenchmarkRun is a whole backtest, refits and 200 bootstrap replicates included, of
// 100,000 rows and three candidates beside the baseline.
func BenchmarkRun(b *testing.B) {
	const rows = 100_000
	c, types := wide(rows, 24)
	e := c.loadWith(b, types)
	factors := wideFactors(b, types)
	candidates, err := models.Compile([]models.Candidate{
		{Name: "fit", Kind: models.Logistic},
		{Name: "hand", Kind: models.Weights, Weights: []models.FactorWeight{{Factor: "f00", Weight: 60}, {Factor: "f03", Weight: 40}}},
		{Name: "vendor", Kind: models.Vendor, Column: "f06", HigherIs: features.HigherChurn},
	}, factors, types)
	if err != nil {
		b.Fatal(err)
	}
	o := Options{Champion: "hand", Capacity: 200, SaveRates: []float64{0.2}, Replicates: 200, Seed: 1}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Run(b.Context(), e, candidates, o, nil); err != nil {
			b.Fatal(err)
		}
	}
	rate(b, rows)
}
