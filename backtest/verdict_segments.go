package backtest

import (
	"fmt"
	"math"
	"slices"

	"holdfast/backtest/metrics"
)

// SegmentGain is the gain of a challenger over the champion within one segment, in the
// primary metric; positive is better for the challenger.
type SegmentGain struct {
	Segment    string
	Challenger string
	N          int
	Churned    int
	Enough     bool // at least SegmentEvents churned and as many renewed: it has a say in the verdict
	Gain       float64
	Low, High  float64 // at the level of the options, widened for the number of segments that have a say (Bonferroni)
}

// segmentGains compares every challenger with the champion in every segment, in the order
// of segments, within each in the order of candidates.
func segmentGains(r *Result) ([]SegmentGain, error) {
	parts := r.Predictions.bySegment()
	judged := 0
	for _, part := range parts {
		if part.enough(r.Options.SegmentEvents) {
			judged++
		}
	}
	level := 1 - (1-r.Options.Level)/float64(max(1, judged))
	challengers := r.challengers()
	if len(parts)*len(challengers) == 0 {
		return nil, nil
	}
	losses := r.segmentLosses(parts)
	list := make([]SegmentGain, len(parts)*len(challengers))
	return list, sideBySide(len(list), func(i int) error {
		k, c := i/len(challengers), challengers[i%len(challengers)]
		part, gain := parts[k], metrics.Estimate{}
		var err error
		if losses != nil {
			gain = losses[r.Champion][k].less(losses[c][k]).estimate(level)
		} else {
			gain, err = r.gainInAUC(part.sample, c, level)
		}
		list[i] = SegmentGain{Segment: part.name, Challenger: r.Candidates[c].Name, N: len(part.churned), Churned: part.events(),
			Enough: part.enough(r.Options.SegmentEvents), Gain: gain.Value, Low: gain.Low, High: gain.High}
		return err
	})
}

// part is the rows of one group of test examples.
type part struct {
	name string
	*sample
}

// enough says whether a group has as many of both outcomes.
func (p part) enough(events int) bool {
	churned := p.events()
	return churned >= events && len(p.churned)-churned >= events
}

// events counts the rows at which it happened.
func (s *sample) events() int {
	n := 0
	for _, y := range s.churned {
		if y {
			n++
		}
	}
	return n
}

// bySegment splits the test rows by segment. Rows without one are in none; nil without
// segments.
func (p *Predictions) bySegment() []part { return p.split(p.Segment, p.Segments) }

// split groups the test rows by a code into names, -1 for none. Groups without rows are
// left out.
func (p *Predictions) split(code []int32, names []string) []part {
	parts := make([]part, len(names))
	rows := rowsBy(code, len(names))
	_ = sideBySide(len(names), func(k int) error { // no task fails
		if len(rows[k]) > 0 {
			parts[k] = part{names[k], p.take(rows[k])}
		}
		return nil
	})
	return slices.DeleteFunc(parts, func(p part) bool { return p.sample == nil })
}

// rowsBy lists the rows of every code from 0 on; those of -1 are on no list.
func rowsBy(code []int32, codes int) [][]int32 {
	size, rows := make([]int, codes), make([][]int32, codes)
	for _, k := range code {
		if k >= 0 {
			size[k]++
		}
	}
	for k, n := range size {
		rows[k] = make([]int32, 0, n)
	}
	for i, k := range code {
		if k >= 0 {
			rows[k] = append(rows[k], int32(i))
		}
	}
	return rows
}

// segmentLosses are the primary metric, where that is a mean loss, by candidate and part; nil for
// others.
func (r *Result) segmentLosses(parts []part) [][]tilted {
	if r.Options.Primary == AUC {
		return nil
	}
	out := make([][]tilted, len(r.Candidates))
	_ = r.eachCandidate(func(c int, _ *CandidateResult) error { // no task fails
		for _, p := range parts {
			out[c] = append(out[c], p.meanLoss(r.Options.Primary, pick(r.Predictions.Eta[c], p.rows)))
		}
		return nil
	})
	return out
}

// gainInAUC is the paired gain of candidate c over the champion in the AUC on some of the rows.
func (r *Result) gainInAUC(s *sample, c int, level float64) (metrics.Estimate, error) {
	pair := [][]float64{r.Predictions.Score[c], r.Predictions.Score[r.Champion]}
	aucs, err := metrics.DeLong(pickAll(pair, s.rows), s.churned, s.cluster)
	if err != nil {
		return metrics.Estimate{}, fmt.Errorf("backtest: %w", err)
	}
	d := aucs.Difference(0, 1, level)
	return metrics.Estimate{Value: d.Value, StdErr: d.StdErr, Low: d.Low, High: d.High}, nil
}

// meanLoss is the log loss or the Brier score with its influences.
func (s *sample) meanLoss(metric string, eta []float64) tilted {
	sums := make([]float64, s.accounts)
	for i, loss := range s.losses(metric, eta) {
		sums[s.cluster[i]] += loss
	}
	return ratioOf(sums, s.rowsOf())
}

// weightedLoss is meanLoss in which a row counts by its value.
func (s *sample) weightedLoss(metric string, eta []float64) tilted {
	loss := s.losses(metric, eta)
	return ratioOf(s.perAccount(func(i int) float64 { return s.value[i] * loss[i] }),
		s.perAccount(func(i int) float64 { return s.value[i] }))
}

// losses are the log loss or the Brier score of every row.
func (s *sample) losses(metric string, eta []float64) []float64 {
	terms := metrics.NewTerms(eta, s.churned)
	if metric == Brier {
		return terms.Brier
	}
	return terms.LogLoss
}

// segmentGate asks that no segment with enough events loses for certain more than its
// margin. It is a test of harm, not of equality: to show that a small segment gains would
// take more renewals than it has. ok is false where there are no segments.
func (r *Result) segmentGate(challenger string) (g Gate, ok bool) {
	if len(r.Segments) == 0 {
		return Gate{}, false
	}
	limit := 0 - r.Options.SegmentMargin // 0, not -0
	worst := SegmentGain{High: math.Inf(1)}
	judged := 0
	for _, s := range r.Segments {
		if s.Challenger != challenger || !s.Enough || s.High != s.High {
			continue
		}
		judged++
		if s.High < worst.High {
			worst = s
		}
	}
	g = Gate{Name: "no_segment_worse", Value: worst.High, Limit: limit, Passed: worst.High >= limit, beyond: worst.High < limit}
	if judged == 0 {
		g.Value = math.NaN()
		g.Words = fmt.Sprintf("no segment has %d %s and as many that %s, so none can speak against %s",
			r.Options.SegmentEvents, r.said().happened, r.said().not, challenger)
		return g, true
	}
	g.Words = fmt.Sprintf("of the segments with enough events (%d) %s does worst with %s: gain in %s %.4f, interval [%.4f, %.4f]; its upper end must not be below %.4g",
		judged, worst.Segment, challenger, metricWords(r.Options.Primary), worst.Gain, worst.Low, worst.High, limit)
	return g, true
}
