package models

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"holdfast/dataset"
)

// wide is a company of 24 numbers, each account a few times.
func wide(accounts, rows int) table {
	rng := rand.New(rand.NewPCG(2, 0))
	var tab table
	columns := make([][]float64, 24)
	for a := range accounts {
		for r := range rows {
			eta := -2.0
			for j := range columns {
				x := rng.NormFloat64()
				columns[j] = append(columns[j], x)
				eta += x * float64(j%5) / 20
			}
			tab.account, tab.asOf = append(tab.account, a), append(tab.asOf, day1+dataset.Date(100*r))
			tab.churned = append(tab.churned, rng.Float64() < Probability(eta))
		}
	}
	for j, values := range columns {
		tab.numbers = append(tab.numbers, numberColumn{fmt.Sprintf("f%02d", j), values})
	}
	return tab
}

// What inference adds to a fit, with and without the profile intervals that are most of
// it.
func BenchmarkInference(b *testing.B) {
	tab := wide(5_000, 4)
	train := tab.load(b).All()
	c := compileOne(b, tab, Candidate{Kind: Logistic}, tab.factors(b))
	m, err := c.Fit(b.Context(), train)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("fit", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Fit(b.Context(), train); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, rows := range map[string]int{"profiles": 0, "no profiles": -1} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				inferOn(b, m, train, InferenceOptions{ProfileRows: rows})
			}
		})
	}
}
