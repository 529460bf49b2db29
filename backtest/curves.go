package backtest

import (
	"math"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

// gainSlices is how many slices a gains table has: deciles.
const gainSlices = 10

// rocSteps keep a curve from having as many points as there are rows. A picture has fewer, and a quarter, half and three
// quarters of the churners are found at a point of the curve.
const rocSteps = 1 << 12

// Slice is a row of a gains table, with the intervals of what the accounts and dates down
// to its end hold together.
type Slice struct {
	metrics.Gain
	CaptureLow, CaptureHigh float64
	LiftLow, LiftHigh       float64 // of CumulativeLift
}

// Cut is what lies at or above one of the scores of the ROC curve, over all test windows.
type Cut struct {
	Threshold float64
	Listed    float64 // share of all rows at or above it
	Recall    float64 // share of the churned rows
	Precision float64 // churned share of those rows
}

// Cuts is the precision-recall curve and, read by what is listed, the curve of cumulative
// gains: the ROC curve in other coordinates. It begins at the highest score, for above it
// precision is undefined, and is not interpolated between scores (Davis and Goadrich 2006
// show why it must not be). nil without a ROC curve.
func (c *CandidateResult) Cuts() []Cut {
	if len(c.ROC) < 2 {
		return nil
	}
	all := Find(c.Pooled, AUC)
	churned, renewed := float64(all.Churned), float64(all.N-all.Churned)
	cuts := make([]Cut, 0, len(c.ROC)-1)
	for _, p := range c.ROC[1:] {
		found, wrong := p.TPR*churned, p.FPR*renewed
		cuts = append(cuts, Cut{p.Threshold, (found + wrong) / (churned + renewed), p.TPR, found / (found + wrong)})
	}
	return cuts
}

// measureCurves fills in what is drawn as a curve, and the metrics that go with it.
func (cand *CandidateResult) measureCurves(s ranked, o Options) {
	cand.ROC = s.ranking.ROC(s.score, rocSteps)
	cand.Bins = s.forecast.CalibrationBins(s.said.cluster, calibrationBins, o.Level)
	p := s.forecast.P()
	cand.Histogram, cand.ChurnedHistogram = histogram(p), histogram(pickIf(p, s.said.churned))
	cand.Pooled = append(cand.Pooled, qualityMetrics(s, o)...)
	cand.Gains = gainsTable(s, o.Level)
	cand.Decision = decisionCurve(s.said, s.odds, o.Level)
}

// pickIf keeps the elements of the rows that are wanted.
func pickIf(from []float64, wanted []bool) []float64 {
	var out []float64
	for i, v := range from {
		if wanted[i] {
			out = append(out, v)
		}
	}
	return out
}

// gainsTable is the gains table in deciles. Its intervals are normal, with the standard
// errors of the accounts' influences on a list of that length.
func gainsTable(s ranked, level float64) []Slice {
	var m metrics.RankMetrics
	table := s.ranking.Gains(s.value, gainSlices)
	for _, g := range table {
		m.Lists = append(m.Lists, g.K)
	}
	out := make([]Slice, len(table))
	m.EachList(s.ranking, func(i int, onLift, onCapture []float64) {
		g := table[i]
		capture, lift := tilted{g.Capture, onCapture}.estimate(level), tilted{g.CumulativeLift, onLift}.estimate(level)
		most := float64(table[len(table)-1].K) / float64(g.K) // the lift of a list on which all churners are
		out[i] = Slice{g, math.Max(0, capture.Low), math.Min(1, capture.High), math.Max(0, lift.Low), math.Min(most, lift.High)}
	})
	return out
}

// keepWeights remembers what the models of one fold weighed, to see how steady they are.
func (r *Result) keepWeights(fold int, folds int, fitted []*models.Model) {
	for c, m := range fitted {
		cand := &r.Candidates[c]
		if cand.FoldWeights == nil {
			cand.FoldWeights = make([][]models.Weight, folds)
		}
		cand.FoldWeights[fold] = m.Weights
	}
}
