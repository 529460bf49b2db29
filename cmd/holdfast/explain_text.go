package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/features/binning"
	"holdfast/models"
)

// printAccount tells an account's story: where it stands, why, since when, and what to do.
func (a *app) printAccount(x *account) error {
	a.printf("%s on %s: ", plain(x.Account), x.AsOf)
	if x.Now == nil {
		a.printf("not scored, because a factor without which the model says nothing is missing\n")
		return nil
	}
	a.printf("%s probability of churn, health %s%s", percent(x.Now.P), texttab.Number(x.Now.Health, 1), banded(x.Now.Band))
	if x.Value.Defined() {
		a.printf("; value %s", texttab.Number(float64(x.Value), 0))
	}
	a.printf(" (model %s", plain(x.Model))
	if x.Now.Segment != "" {
		a.printf(", segment %s", plain(x.Now.Segment))
	}
	a.printf(")\n")
	if err := a.printScores(x); err != nil {
		return err
	}
	if err := a.printWhy(x.Now); err != nil {
		return err
	}
	if err := a.printBefore(x); err != nil {
		return err
	}
	a.printWay(x)
	return nil
}

// printScores prints the scores of the categories, between the factors and the score.
func (a *app) printScores(x *account) error {
	if len(x.Scores) < 2 {
		return nil
	}
	a.printf("\n")
	t := texttab.New("category", ">score", ">before")
	for _, s := range x.Scores {
		before := texttab.Number(float64(s.Before), 0)
		if x.Before == nil {
			before = ""
		}
		t.Row(plain(s.Category), texttab.Number(float64(s.Score), 0), before)
	}
	return a.print(t)
}

// banded is a band in a sentence.
func banded(b models.Band) string {
	if b == "" {
		return ""
	}
	return ", " + string(b)
}

// printWhy prints the parts; the points printed add up to the digits of the whole.
func (a *app) printWhy(e *models.Explanation) error {
	a.printf("\nWhy: from the average account, which has health %s\n", texttab.Number(e.Average.Health, 1))
	t := texttab.New("factor", ">value", ">usually", ">log-odds", ">health")
	odds, health := make([]float64, len(e.Parts)), make([]float64, len(e.Parts))
	for i, p := range e.Parts {
		odds[i], health[i] = p.LogOdds, p.Health
	}
	odds, health = adding(odds, e.LogOdds-e.Average.LogOdds, 2), adding(health, rounded(e.Health, 1)-rounded(e.Average.Health, 1), 1)
	for i, p := range e.Parts {
		name := plain(p.Factor)
		if p.Word != "" {
			name += " (" + p.Word + ")"
		}
		t.Row(name, plain(p.Value.String()), plain(p.Peer.String()), signed(odds[i], 2), signed(health[i], 1))
	}
	t.Row("all", "", "", signed(sum(odds), 2), signed(sum(health), 1))
	return a.print(t)
}

// printBefore prints what changed since the snapshot before.
func (a *app) printBefore(x *account) error {
	b := x.Before
	if b == nil {
		a.printf("\nThere is no earlier snapshot to compare with.\n")
		return nil
	}
	a.printf("\nSince %s, health %s%s", b.AsOf, texttab.Number(b.Health, 1), banded(b.Band))
	if len(b.Changes) == 0 {
		a.printf(": nothing changed\n")
		return nil
	}
	a.printf("\n")
	t := texttab.New("factor", ">before", ">now", ">health")
	health := make([]float64, len(b.Changes))
	for i, c := range b.Changes {
		health[i] = c.Health
	}
	health = adding(health, rounded(x.Now.Health, 1)-rounded(b.Health, 1), 1)
	for i, c := range b.Changes {
		t.Row(plain(c.Factor), plain(c.From.String()), plain(c.To.String()), signed(health[i], 1))
	}
	t.Row("all", "", "", signed(sum(health), 1))
	return a.print(t)
}

// printWay prints the smallest change to the next better band.
func (a *app) printWay(x *account) {
	switch w := x.ToBetter; {
	case x.Now.Band == models.Green || x.Now.Band == "":
	case w == nil && x.model.CanBeMoved():
		a.printf("\nThe factors marked actionable are missing here, or do not count for this account, so no change is proposed.\n")
	case w == nil:
		a.printf("\nNo factor of this model is marked actionable, so no change is proposed.\n")
	case !w.Reached:
		a.printf("\nNo change of the actionable factors within what nine in ten accounts have makes it %s.", w.To)
		if len(w.Moves) > 0 {
			a.printf(" What helps most: %s.", moves(w.Moves))
		}
		a.printf("\n")
	default:
		a.printf("\nTo become %s: %s; health would be %s.\n", w.To, moves(w.Moves), texttab.Number(w.Moves[len(w.Moves)-1].Health, 1))
	}
}

// moves are moves in words.
func moves(list []models.Move) string {
	words := make([]string, len(list))
	for i, m := range list {
		words[i] = fmt.Sprintf("%s from %s to %s", plain(m.Factor), m.From, strconv.FormatFloat(m.To, 'f', -1, 64))
	}
	return strings.Join(words, ", and ")
}

// printModel tells what counts how much in a model.
func (a *app) printModel(m *models.Model) error {
	a.printf("%s: %s, learned from %s examples of %s accounts, %s churned\n", plain(m.Name), m.Kind,
		texttab.Group(fmt.Sprint(m.Training.Examples)), texttab.Group(fmt.Sprint(m.Training.Accounts)), texttab.Group(fmt.Sprint(m.Training.Churned)))
	if m.Bands != nil {
		a.printf("Red from %s probability of churn, yellow from %s.\n", percent(m.Bands.Red), percent(m.Bands.Yellow))
	}
	if err := a.printCategories(m); err != nil {
		return err
	}
	a.printf("\n")
	t := texttab.New("factor", "category", ">weight", ">per SD", ">share", ">usually", "  nine in ten")
	for _, w := range pooled(m.Weights) {
		if w.Factor == models.Intercept {
			continue
		}
		usual, most := "", ""
		for _, p := range m.Peers {
			if p.Factor == w.Factor && w.Level == "" && p.Median.Defined() {
				usual, most = texttab.Significant(float64(p.Median), 3), "  "+texttab.Significant(float64(p.Low), 3)+" to "+texttab.Significant(float64(p.High), 3)
			}
		}
		t.Row(plain(weightName(w)), plain(w.Category), texttab.Significant(float64(w.Weight), 3), signed(float64(w.PerSD), 3), percent(float64(w.Share)), usual, most)
	}
	if err := errors.Join(a.print(t), a.printSegments(m)); err != nil {
		return err
	}
	for _, f := range m.Encoder.Factors {
		if f.Bins != nil {
			if err := a.printBins(f.Factor.Name, f.Bins); err != nil {
				return err
			}
		}
	}
	return nil
}

// printBins prints what the values of a factor were found to mean.
func (a *app) printBins(factor string, b *binning.Binning) error {
	a.printf("\n%s in bins (%s; information value %s); a positive weight of evidence is risk:\n\n", plain(factor), b.Trend, texttab.Number(b.IV, 3))
	t := texttab.New("value", ">examples", ">churned", ">weight of evidence")
	row := func(name string, bin binning.Bin) {
		if bin.N > 0 {
			t.Row(name, texttab.Group(fmt.Sprint(bin.N)), percent(float64(bin.Churned)/float64(bin.N)), signed(bin.WoE, 3))
		}
	}
	for i, bin := range b.Bins {
		row(binRange(b.Edges, i), bin)
	}
	for i, bin := range b.Special {
		row("code "+texttab.Significant(b.Codes[i], 4), bin)
	}
	row("missing", b.Missing)
	return a.print(t)
}

// binRange are the values of a bin, the lower end included.
func binRange(edges []float64, bin int) string {
	edge := func(i int) string { return texttab.Significant(edges[i], 4) }
	switch {
	case len(edges) == 0:
		return "all"
	case bin == 0:
		return "below " + edge(0)
	case bin == len(edges):
		return "from " + edge(bin-1)
	}
	return edge(bin-1) + " to " + edge(bin)
}

// printCategories sums the shares of the categories.
func (a *app) printCategories(m *models.Model) error {
	var names []string
	share := make(map[string]float64)
	for _, w := range pooled(m.Weights) {
		if w.Category == "" || !w.Share.Defined() {
			continue
		}
		if _, seen := share[w.Category]; !seen {
			names = append(names, w.Category)
		}
		share[w.Category] += float64(w.Share)
	}
	if len(names) == 0 {
		return nil
	}
	slices.SortStableFunc(names, func(x, y string) int {
		if share[x] != share[y] {
			return map[bool]int{true: -1, false: 1}[share[x] > share[y]]
		}
		return strings.Compare(x, y)
	})
	a.printf("\n")
	t := texttab.New("category", ">share")
	for _, name := range names {
		t.Row(plain(name), percent(share[name]))
	}
	return a.print(t)
}

// adding rounds numbers so that they add up to their rounded total: what rounding has left
// over goes to those that it has cut most (the method of largest remainders).
func adding(values []float64, total float64, digits int) []float64 {
	unit := math.Pow(10, float64(digits))
	down, order := make([]float64, len(values)), make([]int, len(values))
	left := math.Round(total * unit)
	for i, v := range values {
		down[i], order[i] = math.Floor(v*unit), i
		left -= down[i]
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := values[i]*unit-down[i], values[j]*unit-down[j]
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	for k := range order {
		if float64(k) < left {
			down[order[k]]++
		}
	}
	for i := range down {
		down[i] /= unit
	}
	return down
}

// rounded keeps so many digits after the point.
func rounded(v float64, digits int) float64 {
	unit := math.Pow(10, float64(digits))
	return math.Round(v*unit) / unit
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
