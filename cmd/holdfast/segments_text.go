package main

import (
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/models"
)

// pooled are the weights for all accounts: those of segments stand behind them.
func pooled(weights []models.Weight) []models.Weight {
	for i, w := range weights {
		if w.Segment != "" {
			return weights[:i]
		}
	}
	return weights
}

// printSegments sets the weights of the segments beside those for all accounts.
func (a *app) printSegments(m *models.Model) error {
	own := m.Weights[len(pooled(m.Weights)):]
	if len(own) == 0 {
		return nil
	}
	header := []string{"factor", ">all accounts"}
	perSD := make(map[[3]string]models.Stat) // by segment, factor, level
	seen := make(map[string]bool)
	var segments []string
	for _, w := range own {
		perSD[[3]string{w.Segment, w.Factor, w.Level}] = w.PerSD
		if !seen[w.Segment] {
			seen[w.Segment] = true
			segments = append(segments, w.Segment)
			header = append(header, ">"+plain(w.Segment))
		}
	}
	a.printf("\nWeights per SD by segment, each drawn towards those of all accounts as far as the data ask:\n\n")
	t := texttab.New(header...)
	for _, w := range pooled(m.Weights) {
		row := []string{plain(weightName(w)), signed(float64(w.PerSD), 3)}
		for _, s := range segments {
			row = append(row, signed(float64(perSD[[3]string{s, w.Factor, w.Level}]), 3))
		}
		t.Row(row...)
	}
	return a.print(t)
}
