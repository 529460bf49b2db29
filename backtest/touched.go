package backtest

import (
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// Touched asks what the team's own work does to the figures. An account that was worked
// between its as-of date and its outcome, and renewed, may have been saved: the score that
// warned of it is then counted as wrong. The truth of the untouched is seen, that of the
// touched is not; so the metrics are given with them in, with them out, with the untouched
// weighted to stand in for them, and at the end of what the touched could have done.
type Touched struct {
	N, Churned int // touched test rows
	Strata     []TouchedStratum
	Unmatched  int // touched rows in strata where nobody was left alone: no weight can stand in for them
	Candidates []TouchedMetrics
}

// TouchedStratum is a fifth of the test rows by the champion's probability, which decides
// as a rule who is worked.
type TouchedStratum struct {
	Low, High  float64 // of p
	N, Churned int     // left alone
	Touched    int
	Saved      int // touched and not churned
}

// TouchedMetrics are AUC, log loss and Brier score of one candidate (see Group for the
// intervals), four ways:
type TouchedMetrics struct {
	In  []Metric // all rows, the touched as they did
	Out []Metric // without the touched
	// Weighted is Out, each row counted by the inverse of its chance to be left alone, which
	// is the share of its stratum that was (Rosenbaum and Rubin 1984; five strata remove some
	// nine tenths of the bias that the champion's probability explains: Cochran 1968). The
	// interval takes the weights as given.
	Weighted []Metric
	// Lost is In with every touched account counted as churned: nobody would have stayed
	// without the work. Between it and In lies what partly effective work would give, if
	// saves are alike (Manski 1990 for the idea of such ends).
	Lost []Metric
}

// strata is how many parts the rows are cut into.
const strata = 5

// measureTouched fills in the effect of interventions; nothing without a column of them, or
// if nobody was touched or nobody was left alone.
func measureTouched(r *Result, e *dataset.Examples, pooled *sample) error {
	if e.Touched == nil {
		return nil
	}
	touched := make([]bool, len(r.Predictions.Row))
	for i, row := range r.Predictions.Row {
		touched[i] = e.Touched[row] != dataset.NoDate
	}
	alone := slices.DeleteFunc(every[int32](len(touched)), func(i int32) bool { return touched[i] })
	if len(alone) == 0 || len(alone) == len(touched) {
		return nil
	}
	t := &Touched{}
	weight := t.stratify(r.Predictions.Eta[r.Champion], pooled.churned, touched)
	out := r.Predictions.take(alone)
	lost := *pooled
	lost.churned = slices.Clone(pooled.churned)
	for i := range touched {
		lost.churned[i] = lost.churned[i] || touched[i]
	}
	for c := range r.Candidates {
		eta := r.Predictions.Eta[c]
		terms := metrics.NewTerms(eta, pooled.churned)
		m := TouchedMetrics{Weighted: r.weightedBy(out, c, pick(weight, alone))}
		for _, side := range []struct {
			s     *sample
			terms metrics.Terms
			into  *[]Metric
		}{{pooled, terms, &m.In}, {out, terms, &m.Out}, {&lost, metrics.NewTerms(eta, lost.churned), &m.Lost}} {
			list, err := r.groupMetrics(side.s, r.rankingIn(side.s, c), side.terms, make([]float64, len(side.s.churned)))
			if err != nil {
				return err
			}
			*side.into = list[:3] // AUC, log loss and Brier score
		}
		t.Candidates = append(t.Candidates, m)
	}
	r.Touched = t
	return nil
}

// stratify cuts the rows into strata of eta and gives each row the inverse of its stratum's
// share that was left alone, 0 where that is nobody.
func (t *Touched) stratify(eta []float64, churned, touched []bool) (weight []float64) {
	edges := metrics.Edges(eta, strata)
	t.Strata = make([]TouchedStratum, len(edges)+1)
	for i, v := range eta {
		x := &t.Strata[metrics.BinOf(edges, v)]
		p := models.Probability(v)
		if x.N+x.Touched == 0 {
			x.Low, x.High = p, p
		}
		x.Low, x.High = min(x.Low, p), max(x.High, p)
		x.add(churned[i], touched[i])
		if touched[i] {
			t.N++
			t.Churned += code(churned[i])
		}
	}
	weight = make([]float64, len(eta))
	for i, v := range eta {
		x := t.Strata[metrics.BinOf(edges, v)]
		switch {
		case x.N > 0:
			weight[i] = float64(x.N+x.Touched) / float64(x.N)
		default:
			t.Unmatched++
		}
	}
	return weight
}

// add counts a row.
func (x *TouchedStratum) add(churned, touched bool) {
	switch {
	case touched:
		x.Touched++
		x.Saved += 1 - code(churned)
	default:
		x.N++
		x.Churned += code(churned)
	}
}

// weightedBy measures candidate c on rows that count by a weight, as money does.
func (r *Result) weightedBy(s *sample, c int, weight []float64) []Metric {
	weighed := *s
	weighed.value = weight
	score, eta, level := pick(r.Predictions.Score[c], s.rows), pick(r.Predictions.Eta[c], s.rows), r.Options.Level
	list := []Metric{
		estimated(AUC, valueCurve(&weighed, score).auc.estimate(level)),
		estimated(LogLoss, weighed.weightedLoss(LogLoss, eta).estimate(level)),
		estimated(Brier, weighed.weightedLoss(Brier, eta).estimate(level)),
	}
	for i := range list {
		list[i].N, list[i].Churned = len(s.churned), s.events()
	}
	return list
}
