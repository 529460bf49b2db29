package backtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/dataset"
	"holdfast/models"
)

// predicted is a result as it is after all folds were fitted and scored, nothing measured
// yet: candidates, the baseline last, over folds of rows rows in all, an account coming up
// five times, and half as many snapshots in between to be watched.
func predicted(rows, candidates, folds int, o Options) (*Result, *dataset.Examples) {
	rng := rand.New(rand.NewPCG(9, uint64(rows)))
	r := &Result{Options: o.withDefaults(), Target: models.Churn, Folds: make([]Fold, folds), Champion: 0, Data: Data{Clock: dataset.Clock{Mode: dataset.Horizon, Horizon: 90}}}
	p := &r.Predictions
	p.Score, p.Eta, p.Band = make([][]float64, candidates), make([][]float64, candidates), make([][]int8, candidates)
	p.Segments = []string{"big", "mid", "small", "tiny"}
	for k := range r.Folds {
		r.Folds[k] = Fold{Index: k, Cutoff: dataset.Date(90 * k), Next: dataset.Date(90 * (k + 1))}
	}
	accounts := rows / 5
	risk := make([]float64, accounts)
	for a := range risk {
		risk[a] = rng.NormFloat64()
	}
	for i := range rows { // fold by fold, within it by account
		fold := i * folds / rows
		account := (i - fold*rows/folds) * accounts * folds / rows
		churned := rng.Float64() < models.Probability(risk[account]-2.2)
		p.Fold, p.Row, p.Account = append(p.Fold, int32(fold)), append(p.Row, int32(i)), append(p.Account, int32(account))
		p.AsOf, p.Churned = append(p.AsOf, r.Folds[fold].Cutoff+dataset.Date(rng.IntN(90))), append(p.Churned, churned)
		p.Value, p.Segment = append(p.Value, 1000*rng.ExpFloat64()), append(p.Segment, int32(account%4))
		for c := range candidates {
			eta := -2.1
			if c < candidates-1 {
				eta = risk[account] - 2.2 + (0.3+0.1*float64(c))*rng.NormFloat64()
			}
			p.Score[c], p.Eta[c], p.Band[c] = append(p.Score[c], eta), append(p.Eta[c], eta), append(p.Band[c], bandAt(eta))
		}
	}
	for c := range candidates {
		kind := models.Logistic
		if c == candidates-1 {
			kind = models.Baseline
		}
		r.Candidates = append(r.Candidates, CandidateResult{Name: fmt.Sprint("candidate ", c), Kind: kind})
	}
	known := make([]dataset.Date, rows)
	for i, day := range p.AsOf {
		known[i] = day + 90
	}
	r.banding = &banding{byFold: map[int][]learned{}, watched: watchedCompany(r, risk, rows/2)}
	for k := range r.Folds {
		r.banding.byFold[k] = make([]learned, candidates)
	}
	return r, &dataset.Examples{Known: known}
}

// bandAt is red for the riskiest 5 % or so, yellow for the next 20 %.
func bandAt(eta float64) int8 {
	switch {
	case eta > -0.5:
		return int8(models.Red.Risk())
	case eta > -1.2:
		return int8(models.Yellow.Risk())
	}
	return int8(models.Green.Risk())
}

// watchedCompany scores every account monthly, up to about the given number of snapshots.
func watchedCompany(r *Result, risk []float64, snapshots int) *watched {
	rng := rand.New(rand.NewPCG(10, 0))
	n := len(r.Candidates)
	months := 3 * len(r.Folds)
	w := newWatched(&dataset.Examples{Timeline: &dataset.Timeline{Accounts: make([]string, len(risk)), Value: []float64{}}}, r)
	for a := range int32(min(len(risk), snapshots/months)) {
		leaves := dataset.Date(math.MaxInt32)
		if rng.Float64() < 0.3 {
			leaves = dataset.Date(60 + rng.IntN(90*len(r.Folds)))
			w.timeline.Decisions = append(w.timeline.Decisions, dataset.Decision{Account: a, Date: leaves, Churned: true})
		}
		for month := range months {
			day := dataset.Date(30 * month)
			if day >= leaves {
				break
			}
			w.row, w.account, w.asOf = append(w.row, int32(len(w.row))), append(w.account, a), append(w.asOf, day)
			w.fold = append(w.fold, int32(month/3))
			w.timeline.Value = append(w.timeline.Value, 1000)
			for c := range n {
				eta := risk[a] - 2.2 + 0.3*rng.NormFloat64()
				w.eta[c], w.band[c] = append(w.eta[c], eta), append(w.band[c], bandAt(eta))
			}
		}
	}
	return w
}

// BenchmarkAfterFitting is evaluate and judge: what Run says of the predictions once all folds are
// fitted and scored. Not in it are the refits, finish (which draws the thresholds of the models that
// are shipped again, and scores the newest snapshots), other leads, tiers and touched accounts, and
// pictures and files, of which predictions.parquet has most rows (BenchmarkWritePredictions of the
// command). There are six candidates and the baseline that every run adds, twelve
// folds, rows predictions over all of them, 2,000 replicates, segments, money, and half as many
// snapshots watched as there are predictions.
func BenchmarkAfterFitting(b *testing.B) {
	for _, rows := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			o := Options{Champion: "candidate 0", Capacity: 200, SaveRates: []float64{0.1, 0.2, 0.3}, ContactCost: 100, Replicates: 2000, Seed: 1}
			r, e := predicted(rows, 7, 12, o)
			b.ReportAllocs()
			for b.Loop() {
				fresh := *r
				fresh.Candidates = append([]CandidateResult{}, r.Candidates...)
				w, banding := *r.banding.watched, *r.banding
				banding.watched = &w
				w.eta, w.band = append([][]float64{}, w.eta...), append([][]int8{}, w.band...)
				fresh.banding = &banding
				if err := evaluate(b.Context(), &fresh, e, nil, func(string, int, int) {}); err != nil {
					b.Fatal(err)
				}
				fresh.Verdict = judge(&fresh)
			}
			rate(b, rows)
		})
	}
}
