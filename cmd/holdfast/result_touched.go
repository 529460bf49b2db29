package main

import (
	"holdfast/backtest"
	"holdfast/models"
)

// touchedFile is what the team's own work does to the figures.
type touchedFile struct {
	N          int                    `json:"touched"`
	Churned    int                    `json:"churned"`
	Unmatched  int                    `json:"unmatched"`
	Strata     []stratumFile          `json:"strata"`
	Candidates []touchedCandidateFile `json:"candidates"`
}

type stratumFile struct {
	Low     models.Stat `json:"p_low"`
	High    models.Stat `json:"p_high"`
	N       int         `json:"left_alone"`
	Churned int         `json:"churned"`
	Touched int         `json:"touched"`
	Saved   int         `json:"touched_and_renewed"`
}

// touchedCandidateFile are the metrics of one candidate with the touched in, out, weighted
// for, and all lost: the truth lies between the first and the last.
type touchedCandidateFile struct {
	Candidate string                `json:"candidate"`
	In        map[string]metricFile `json:"in"`
	Out       map[string]metricFile `json:"out"`
	Weighted  map[string]metricFile `json:"weighted"`
	Lost      map[string]metricFile `json:"all_lost"`
}

func touchedOf(r *backtest.Result) *touchedFile {
	t := r.Touched
	if t == nil {
		return nil
	}
	out := &touchedFile{N: t.N, Churned: t.Churned, Unmatched: t.Unmatched}
	for _, s := range t.Strata {
		out.Strata = append(out.Strata, stratumFile{models.Stat(s.Low), models.Stat(s.High), s.N, s.Churned, s.Touched, s.Saved})
	}
	for c, m := range t.Candidates {
		out.Candidates = append(out.Candidates, touchedCandidateFile{r.Candidates[c].Name, metricsOf(m.In), metricsOf(m.Out), metricsOf(m.Weighted), metricsOf(m.Lost)})
	}
	return out
}
