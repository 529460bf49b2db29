package backtest

// measureWithinBands fills in how the candidates did within each of their colours, as
// measureGroups does within segments: whether the order and the probabilities still say
// something where everybody is red already.
func measureWithinBands(r *Result, pooled *field) error {
	names := make([]string, len(colours))
	for risk, colour := range colours {
		names[risk] = string(colour)
	}
	return r.eachCandidate(func(c int, cand *CandidateResult) error {
		bands := cand.Bands
		if bands == nil {
			return nil
		}
		code := make([]int32, len(r.Predictions.Band[c]))
		for i, risk := range r.Predictions.Band[c] {
			code[i] = int32(risk)
		}
		chance := pooled.lists[c].chances(len(pooled.churned), r.Options.Capacity)
		parts := r.Predictions.split(code, names)
		rankings := pooled.rankingsOf(parts, pooled.rankings[c:c+1])[0]
		for k, p := range parts {
			p.first = pick(pooled.first, p.rows) // also of an account that changes its colour within a period
			list, err := r.groupMetrics(p.sample, c, rankings[k], pick(chance, p.rows))
			if err != nil {
				return err
			}
			for i := range bands.List {
				if string(bands.List[i].Band) == p.name {
					bands.List[i].Metrics = list
				}
			}
		}
		return nil
	})
}
