package backtest

import (
	"fmt"

	"holdfast/models"
)

// Goal is a promise such as "less than 5 % at risk", solved for: the probability from which
// on no more than that share of the training rows lies. A share can always be met by moving
// the threshold; Words say whether that is how it was met.
type Goal struct {
	Share       float64    // of accounts that may be at risk
	Folds       []GoalFold // that were tested, in time order
	Met         bool       // in the latest test window, from its own threshold on
	ByThreshold bool       // it is met, but would not be from the threshold of the first fold on
	FewerChurn  bool       // less of the latest test window churned than of the first
	Words       string
}

// GoalFold is the goal in one test window.
type GoalFold struct {
	Fold         int     // its index
	Threshold    float64 // learned on the training rows of the fold
	AtRisk       float64 // share of the test examples from the threshold on
	Held         float64 // share from the threshold of the first fold on
	Red          float64 // share that is red by the bands of the project
	ChurnRate    float64 // of all test examples
	Captured     float64 // share of the churned examples that were at risk; NaN without any
	ValueOutside float64 // money of churned examples that were not; NaN without values
}

// measureGoal judges the goal of candidate c, nil without one or without thresholds.
func measureGoal(r *Result, c int, b *banding) *Goal {
	if r.Options.Goal == 0 {
		return nil
	}
	g := &Goal{Share: r.Options.Goal}
	rows := make([][]int, len(r.Folds))
	for i, f := range r.Predictions.Fold {
		rows[f] = append(rows[f], i)
	}
	for k := range r.Folds {
		threshold := nan()
		if list := b.byFold[k]; list != nil {
			threshold = list[c].goal
		}
		if threshold != threshold || len(rows[k]) == 0 {
			continue
		}
		first := threshold
		if len(g.Folds) > 0 {
			first = g.Folds[0].Threshold
		}
		g.Folds = append(g.Folds, goalFold(&r.Predictions, c, k, rows[k], threshold, first))
	}
	if len(g.Folds) == 0 {
		return nil
	}
	g.judge()
	return g
}

// goalFold counts one test window.
func goalFold(p *Predictions, c, fold int, rows []int, threshold, first float64) GoalFold {
	f := GoalFold{Fold: fold, Threshold: threshold, ValueOutside: nan()}
	if p.Value != nil {
		f.ValueOutside = 0
	}
	churned, caught, n := 0.0, 0.0, float64(len(rows))
	for _, i := range rows {
		at := models.Probability(p.Eta[c][i])
		f.AtRisk += oneIf(at >= threshold) / n
		f.Held += oneIf(at >= first) / n
		f.Red += oneIf(p.Band[c][i] == int8(models.Red.Risk())) / n
		switch {
		case !p.Churned[i]:
			continue
		case at >= threshold:
			caught++
		case p.Value != nil && p.Value[i] == p.Value[i]:
			f.ValueOutside += p.Value[i]
		}
		churned++
	}
	f.ChurnRate, f.Captured = churned/n, over(caught, churned)
	return f
}

// judge says whether the goal was met, and how.
func (g *Goal) judge() {
	first, last := g.Folds[0], g.Folds[len(g.Folds)-1]
	g.Met, g.FewerChurn = last.AtRisk <= g.Share, last.ChurnRate < first.ChurnRate
	g.ByThreshold = g.Met && last.Held > g.Share
	g.Words = fmt.Sprintf("%.1f %% of the latest test window are at risk, which is those with a risk of %.1f %% or more; the goal is %.3g %%. %.0f %% of those who churned were among them.",
		100*last.AtRisk, 100*last.Threshold, 100*g.Share, 100*last.Captured)
	switch {
	case g.ByThreshold:
		g.Words += fmt.Sprintf(" The goal is met because the threshold moved from %.1f %% to %.1f %%: from where it was, %.1f %% are at risk, and %.1f %% churned where %.1f %% did before.",
			100*first.Threshold, 100*last.Threshold, 100*last.Held, 100*last.ChurnRate, 100*first.ChurnRate)
	case g.Met && !g.FewerChurn && len(g.Folds) > 1:
		g.Words += fmt.Sprintf(" It is met without fewer churners: %.1f %% churned, %.1f %% in the first window.", 100*last.ChurnRate, 100*first.ChurnRate)
	}
}
