package main

import (
	"fmt"
	"math"
	"slices"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/models"
)

// printTuned prints the three candidates side by side: weights first, then what they cost.
func (a *app) printTuned(t *tuned) error {
	optimum, yours, nearest := t.Candidates[0], t.Candidates[1], t.Candidates[2]
	a.printf("Points out of 100, learned from all labels that are known:\n\n")
	table := texttab.New("factor", ">optimum", ">yours", ">nearest acceptable")
	for _, name := range optimum.Factors {
		table.Row(plain(name), tunedPoints(optimum, name), tunedPoints(yours, name), tunedPoints(nearest, name))
	}
	if err := a.print(table); err != nil {
		return err
	}
	a.printf("\nOn %s %s that none of them had seen, %s churned:\n\n",
		texttab.Group(fmt.Sprint(optimum.LogLoss.N)), t.result.Data.Clock.Examples(), texttab.Group(fmt.Sprint(optimum.LogLoss.Churned)))
	if err := a.print(t.costs()); err != nil {
		return err
	}
	a.printf("\n%s\n%s\n", saidOf("Your weights", yours), saidOf("The nearest acceptable weights", nearest))
	a.printf("%s\n", distance(yours, nearest))
	return a.printPath(t.Path)
}

// tunedPoints are those of one factor.
func tunedPoints(w tunedWeights, factor string) string {
	at := slices.Index(w.Factors, factor)
	if at < 0 {
		return ""
	}
	return texttab.Number(float64(w.Points[at]), 0)
}

// costs is the table of what each does, and of the difference from the optimum.
func (t *tuned) costs() *texttab.Table {
	table := texttab.New("", ">log loss", ">vs optimum", ">AUC", ">vs optimum", ">value captured", ">vs optimum")
	for i, w := range t.Candidates {
		name := []string{"optimum", "yours", "nearest acceptable"}[i]
		table.Row(name, texttab.Number(w.LogLoss.Value, 4), against(w, backtest.LogLoss, 4), texttab.Number(w.AUC.Value, 3), against(w, backtest.AUC, 3),
			amountOf(w.Captured.Value), pointsAgainst(w))
	}
	return table
}

// amountOf is money, or nothing where none is known.
func amountOf(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return texttab.Number(v, 0)
}

// against is a gain over the optimum with its interval.
func against(w tunedWeights, metric string, digits int) string {
	c, ok := compared(w, metric)
	if !ok {
		return ""
	}
	return signed(c.Gain, digits) + " " + texttab.Interval(c.Low, c.High, digits)
}

// pointsAgainst is the gain in the share of the churned value that is on the lists.
func pointsAgainst(w tunedWeights) string {
	c, ok := compared(w, backtest.ValueCapture)
	if !ok {
		return ""
	}
	return signed(100*c.Gain, 1) + " points " + texttab.Interval(100*c.Low, 100*c.High, 1)
}

func compared(w tunedWeights, metric string) (backtest.Comparison, bool) {
	at := slices.IndexFunc(w.Against, func(c backtest.Comparison) bool { return c.Metric == metric })
	if at < 0 {
		return backtest.Comparison{}, false
	}
	return w.Against[at], true
}

// saidOf says what the difference in log loss means.
func saidOf(who string, w tunedWeights) string {
	c, ok := compared(w, backtest.LogLoss)
	switch {
	case !ok:
		return who + " cannot be compared with the optimum."
	case c.High < 0:
		return who + " cost log loss: more than chance explains."
	case c.Low > 0:
		return who + " do better than the optimum, which was learned from too little."
	}
	return who + " cost no more log loss than chance explains."
}

// distance says how far the nearest acceptable weights are from yours.
func distance(yours, nearest tunedWeights) string {
	most := 0.0
	for i, name := range nearest.Factors {
		if at := slices.Index(yours.Factors, name); at >= 0 {
			most = max(most, math.Abs(float64(nearest.Points[i]-yours.Points[at])))
		}
	}
	if most < 0.5 {
		return "Neither the data nor your bounds insist on moving any of yours."
	}
	return fmt.Sprintf("They move yours by up to %s points.", texttab.Number(most, 0))
}

// still says whether a step is the same as the one before it, as far as people read.
func still(before, now models.PathStep) bool {
	same := func(a, b models.Stat, digits int) bool {
		return texttab.Number(float64(a), digits) == texttab.Number(float64(b), digits)
	}
	for k, w := range now.Weights {
		if !same(w.Points, before.Weights[k].Points, 0) {
			return false
		}
	}
	return same(before.Inner.LogLoss, now.Inner.LogLoss, 4)
}

// printPath prints the way from the hand weights to those of the data.
func (a *app) printPath(path []models.PathStep) error {
	if path == nil {
		return nil
	}
	a.printf("\nThe way from your weights to those of the data, in points; negative: against the declared direction.\n")
	a.printf("Later rows were seen by none of the fits that they judge.\n\n")
	header := []string{">strength", ">log loss", ">on later rows", ">AUC"}
	shown := path[0].Weights[:min(len(path[0].Weights), 8)]
	for _, w := range shown {
		header = append(header, ">"+plain(w.Factor))
	}
	t := texttab.New(header...)
	for i, s := range path {
		if i > 0 && i+1 < len(path) && still(path[i-1], s) {
			continue
		}
		strength := texttab.Significant(float64(s.Strength), 2)
		if math.IsInf(float64(s.Strength), 1) {
			strength = "yours"
		}
		row := []string{strength, texttab.Number(float64(s.Train.LogLoss), 4), texttab.Number(float64(s.Inner.LogLoss), 4), texttab.Number(float64(s.Inner.AUC), 3)}
		for k := range shown {
			row = append(row, texttab.Number(float64(s.Weights[k].Points), 0))
		}
		t.Row(row...)
	}
	return a.print(t)
}
