package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/models"
)

// fitReport is everything that fit has to say; it is what fit --json prints.
type fitReport struct {
	*models.Model
	Inference *models.Inference       `json:"inference"`
	Effects   []models.Effect         `json:"effects,omitempty"`
	Stability *models.Stability       `json:"stability,omitempty"`
	DropOne   *backtest.DropOneResult `json:"drop_one,omitempty"`
}

// printFit prints a fitted candidate: weights first, then what they rest on.
func (a *app) printFit(f *fitReport) error {
	m := f.Model
	a.printf("%s: %s on %s examples, %s churned", plain(m.Name), m.Kind,
		texttab.Group(fmt.Sprint(m.Training.Examples)), texttab.Group(fmt.Sprint(m.Training.Churned)))
	if m.Penalty.Strength > 0 {
		a.printf(", %s %.4g", m.Penalty.Kind, m.Penalty.Strength)
	}
	a.printf("\nA positive weight raises the odds of churn.")
	switch {
	case m.Card != nil:
		a.printf(" The unit is one point that the factor earns.")
	case m.Kind == models.Weights || m.Percents != nil:
		a.printf(" The unit is one point of the factor's own health, 0 to 100.")
	}
	a.printf("\n\n")
	table := f.declaredTable()
	if f.inferred() {
		table = f.weightTable()
	}
	if err := a.print(table); err != nil {
		return err
	}
	if err := a.printSegments(m); err != nil {
		return err
	}
	if s := m.Fit; s != nil {
		a.printf("\nlog likelihood %.4f, null %.4f, deviance %.4f, AIC %.4f; %d iterations\n", s.LogLik, s.NullLogLik, s.Deviance, s.AIC, s.Iterations)
	}
	a.printPercents(m)
	a.printInference(f.Inference)
	if err := a.printStability(f.Stability); err != nil {
		return err
	}
	return a.printDropOne(f.DropOne)
}

// print writes a table unless nothing is to be printed.
func (a *app) print(t *texttab.Table) error {
	if a.quiet {
		return nil
	}
	return fail(exitOutput, t.Write(a.stdout))
}

// inferred says whether the weights have errors.
func (f *fitReport) inferred() bool {
	return f.Inference != nil && len(f.Inference.Weights) == len(pooled(f.Weights)) && len(f.Inference.Weights) > 0 && f.Inference.Weights[0].ClusterStdErr.Defined()
}

// weightTable holds one row per weight. Intervals and errors are in log-odds per standard
// deviation, the unit of the weight beside them; tests and the share of a factor stand in
// its first row. The intercept has its errors at zero of all factors, and they are in
// weights.csv.
func (f *fitReport) weightTable() *texttab.Table {
	title, interval := f.interval()
	of, tested := weighed{f.Model, f.Inference}, f.tested()
	header := []string{"factor", ">weight", ">per SD", ">" + title, ">odds ratio", ">clustered SE"}
	if tested {
		header = append(header, ">clustered p", ">LR p")
	}
	t := texttab.New(append(header, ">factor share")...)
	last := ""
	for k, w := range pooled(f.Weights) {
		row := []string{plain(weightName(w)), texttab.Significant(float64(w.Weight), 4), texttab.Number(float64(w.PerSD), 3)}
		if x, ok := of.inferred(k); ok && w.Factor != models.Intercept {
			low, high := interval(w, x)
			row = append(row, texttab.Interval(float64(low*x.SD), float64(high*x.SD), 3),
				texttab.Number(float64(x.OddsRatio), 3), texttab.Number(float64(x.ClusterStdErr*x.SD), 3))
		}
		if factor, ok := of.factorNamed(w.Factor); ok && w.Factor != last {
			if tested {
				row = append(row, pValueOrBlank(factor.ClusterP), pValueOrBlank(factor.LRP))
			}
			row = append(row, percent(float64(factor.Share)))
		}
		last = w.Factor
		t.Row(row...)
	}
	return t
}

// interval is the best there is: the profile's; where it was left out, the clustered one;
// under a penalty, which has none of those, Wald's.
func (f *fitReport) interval() (title string, of func(models.Weight, models.WeightInference) (low, high models.Stat)) {
	switch first := f.Inference.Weights[0]; {
	case first.ProfileLow.Defined():
		return "95 % profile interval", func(_ models.Weight, x models.WeightInference) (low, high models.Stat) {
			return x.ProfileLow, x.ProfileHigh
		}
	case first.ClusterLow.Defined():
		return "95 % clustered interval", func(_ models.Weight, x models.WeightInference) (low, high models.Stat) {
			return x.ClusterLow, x.ClusterHigh
		}
	}
	return "95 % interval", func(w models.Weight, _ models.WeightInference) (low, high models.Stat) { return w.Low, w.High }
}

// tested says whether any factor has a test.
func (f *fitReport) tested() bool {
	return slices.ContainsFunc(f.Inference.Factors, func(x models.FactorInference) bool { return x.LRP.Defined() || x.ClusterP.Defined() })
}

// declaredTable is the table of weights that were not fitted, or not by maximum
// likelihood.
func (f *fitReport) declaredTable() *texttab.Table {
	t := texttab.New("factor", ">weight", ">std error", ">z", ">p", ">95 % interval", ">per SD", ">share")
	for _, w := range pooled(f.Weights) {
		interval := ""
		if w.Low.Defined() {
			interval = "[" + texttab.Significant(float64(w.Low), 3) + ", " + texttab.Significant(float64(w.High), 3) + "]"
		}
		t.Row(plain(weightName(w)), texttab.Significant(float64(w.Weight), 4), texttab.Significant(float64(w.StdErr), 3),
			texttab.Number(float64(w.Z), 2), pValue(float64(w.P)), interval, texttab.Number(float64(w.PerSD), 3), percent(float64(w.Share)))
	}
	return t
}

// weightName is a factor with its level.
func weightName(w models.Weight) string {
	if w.Level == "" {
		return w.Factor
	}
	return w.Factor + " = " + w.Level
}

func pValueOrBlank(p models.Stat) string {
	if !p.Defined() {
		return ""
	}
	return pValue(float64(p))
}

func pValue(p float64) string {
	if p < 0.0001 {
		return "<0.0001"
	}
	return texttab.Number(p, 4)
}

// mostInfluential is how many accounts are named; --json has more.
const mostInfluential = 3

// printInference prints shares by category, the accounts that weigh most, and which
// figures to trust.
func (a *app) printInference(inf *models.Inference) {
	if inf == nil {
		return
	}
	if len(inf.Categories) > 1 {
		var shares []string
		for _, c := range inf.Categories {
			name := c.Category
			if name == "" {
				name = "no category"
			}
			shares = append(shares, plain(name)+" "+percent(float64(c.Share)))
		}
		a.printf("\nHow far each category moves the score: %s\n", strings.Join(shares, ", "))
	}
	for i, x := range inf.Influential[:min(mostInfluential, len(inf.Influential))] {
		if i == 0 {
			a.printf("\nAccounts that move a weight most, if they are left out:\n")
		}
		name := x.Factor
		if x.Level != "" {
			name += " = " + x.Level
		}
		a.printf("  %s (%d examples, %d churned): %s by %s standard errors\n", plain(x.Account), x.Examples, x.Churned, plain(name), signed(float64(x.InSE), 2))
	}
	for _, w := range inf.Warnings {
		a.printf("\nnote: %s\n", plain(w.Message))
	}
}

// signed prints a plus too.
func signed(v float64, digits int) string {
	text := texttab.Number(v, digits)
	if v > 0 && !math.IsInf(v, 0) {
		return "+" + text
	}
	return text
}

// printStability prints what the account bootstrap came to.
func (a *app) printStability(s *models.Stability) error {
	if s == nil || len(s.Weights) == 0 {
		return nil
	}
	a.printf("\n%d draws of accounts, each fitted anew:\n\n", s.Replicates)
	t := texttab.New("factor", ">chosen", ">same sign", ">95 % of per SD")
	for _, w := range s.Weights {
		name := w.Factor
		if w.Level != "" {
			name += " = " + w.Level
		}
		t.Row(plain(name), percent(float64(w.Chosen)), percent(float64(w.SameSign)), texttab.Interval(float64(w.Low), float64(w.High), 3))
	}
	for _, w := range s.Warnings {
		a.printf("note: %s\n", plain(w.Message))
	}
	return a.print(t)
}

// printDropOne prints what each factor is worth on later renewals.
func (a *app) printDropOne(d *backtest.DropOneResult) error {
	if d == nil {
		return nil
	}
	for _, w := range d.Warnings {
		a.printf("\nnote: %s: %s\n", plain(w.Where), plain(w.Message))
	}
	if len(d.Factors) == 0 {
		return nil
	}
	a.printf("\nWithout the factor, learned by %s and judged on %s later examples (log loss %.4f, AUC %.3f with all; positive: it is missed):\n\n",
		d.Cutoff, texttab.Group(fmt.Sprint(d.Test)), d.LogLoss, d.AUC)
	t := texttab.New("factor", ">log loss", ">95 % interval", ">AUC", ">95 % interval")
	for _, f := range d.Factors {
		t.Row(plain(f.Factor), signed(float64(f.LogLoss.Value), 4), texttab.Interval(float64(f.LogLoss.Low), float64(f.LogLoss.High), 4),
			signed(float64(f.AUC.Value), 4), texttab.Interval(float64(f.AUC.Low), float64(f.AUC.High), 4))
	}
	return a.print(t)
}

// printPercents prints percent weights as a platform takes them, and what it cost to make
// them whole.
func (a *app) printPercents(m *models.Model) {
	if m.Percents == nil {
		return
	}
	var points []string
	for _, w := range m.Weights {
		if w.Points != nil {
			points = append(points, fmt.Sprintf("%s %s", plain(weightName(w)), texttab.Number(*w.Points, 0)))
		}
	}
	a.printf("\nPoints of health: %s. Rounding them cost %s of log loss per example (%s).\n", strings.Join(points, ", "),
		texttab.Significant(m.Percents.Rounded-m.Percents.LogLoss, 2), texttab.Significant(m.Percents.Rounded, 5))
}
