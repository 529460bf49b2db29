package backtest

import (
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/synth/workload"
	"holdfast/features"
	"holdfast/models"
)

// BenchmarkW4WalkForward is 8 quarters and 3 fitted candidates, of which each learns its
// preprocessing and its weights in each fold anew: the walk alone, and with the files read.
func BenchmarkW4WalkForward(b *testing.B) {
	candidates := workCandidates(b)
	workload.BySize(b, func(b *testing.B, rows int) {
		spec := workload.Spec(workload.Company(b, rows), workload.Types(false))
		o := Options{Every: Step{Months: 3}, FirstCutoff: dataset.NewDate(2023, 10, 1), LastCutoff: dataset.NewDate(2025, 7, 1),
			Capacity: rows / 1000, SaveRates: []float64{0.2}, Replicates: 200, Seed: 1}
		e, err := dataset.Load(b.Context(), spec)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("memory", func(b *testing.B) {
			workload.Measure(b, e.Len(), func() error { return walkAll(b, e, candidates, o) })
		})
		b.Run("parquet", func(b *testing.B) {
			workload.Measure(b, e.Len(), func() error {
				read, err := dataset.Load(b.Context(), spec)
				if err != nil {
					return err
				}
				return walkAll(b, read, candidates, o)
			})
		})
	})
}

// walkAll plans the folds, and fits and scores all candidates in each.
func walkAll(b *testing.B, e *dataset.Examples, candidates []models.Candidate, o Options) error {
	k := contests(candidates, o)[0]
	all := e.All().For(k.target.Event())
	r, err := prepare(all, k, o)
	if err != nil {
		return err
	}
	if r.Folds, err = plan(all, r.Options); err != nil {
		return err
	}
	r.banding = newBanding(e, r)
	if _, err = walk(b.Context(), all, r.Folds, k.candidates, r, func(string, int, int) {}); err != nil {
		return err
	}
	tested := 0
	for _, f := range r.Folds {
		if f.Skipped == "" {
			tested++
		}
	}
	if tested != 8 {
		b.Fatalf("%d folds were tested, want 8", tested)
	}
	return nil
}

// workCandidates are a light and a strong ridge on 24 factors and one on the first 12.
func workCandidates(b *testing.B) []models.Candidate {
	b.Helper()
	types := workload.Types(false)
	var specs []features.Factor
	for _, name := range workload.Numbers() {
		specs = append(specs, features.Factor{Name: name, Expr: name})
	}
	factors, err := features.Compile(specs, types)
	if err != nil {
		b.Fatal(err)
	}
	ridge := func(name string, strength float64, factors []string) models.Candidate {
		return models.Candidate{Name: name, Kind: models.Logistic, Factors: factors, Penalty: models.Penalty{Kind: models.Ridge, Strength: strength}}
	}
	candidates, err := models.Compile([]models.Candidate{
		ridge("light", 1e-4, nil), ridge("strong", 1e-2, nil), ridge("half", 1e-4, workload.Numbers()[:12]),
	}, factors, types)
	if err != nil {
		b.Fatal(err)
	}
	return candidates
}
