package report

import (
	"fmt"
	"math"
	"slices"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// setting is one position of the controls.
type setting struct {
	list int     // index into Worth.Curve, the same capacity for every candidate
	rate float64 // save rate, a share
	cost float64 // of one contact, in the currency of the data
}

// newTrial lays out the panel, or nil where the run has no money or only one setting. Positions
// are those of [Trial]: capacities, then save rates, then costs, the last fastest.
func newTrial(r *backtest.Result) *Trial {
	curve, rates, costs := settingsOf(r)
	if len(curve)*len(rates)*len(costs) < 2 {
		return nil
	}
	controls := trialControls(r, curve, rates, costs)
	panel := &Trial{Controls: controls, Rows: make([][][]Cell, len(r.Candidates))}
	for list := range curve {
		for _, rate := range rates {
			for _, cost := range costs {
				at := setting{list, rate, cost}
				panel.Said = append(panel.Said, at.said(r))
				for c := range r.Candidates {
					panel.Rows[c] = append(panel.Rows[c], at.row(r, c))
				}
			}
		}
	}
	panel.Table = trialTable(r, panel)
	return panel
}

// settingsOf are the settings that every candidate has values for: the lengths of the list, and
// the save rates and costs of the grid, rising. nil where a candidate lacks the money, or has
// another number of lengths.
func settingsOf(r *backtest.Result) (curve []backtest.ListWorth, rates, costs []float64) {
	for i, c := range r.Candidates {
		if c.Worth == nil || i > 0 && len(c.Worth.Curve) != len(curve) {
			return nil, nil, nil
		}
		curve = c.Worth.Curve
		for _, m := range c.Worth.Grid {
			rates, costs = append(rates, m.SaveRate), append(costs, m.CostEach)
		}
	}
	return curve, distinct(rates), distinct(costs)
}

// distinct sorts numbers and keeps each once.
func distinct(list []float64) []float64 {
	slices.Sort(list)
	return slices.Compact(list)
}

// trialControls start where the project stands: its capacity, its middle save rate and
// its contact cost.
func trialControls(r *backtest.Result, curve []backtest.ListWorth, rates, costs []float64) []Control {
	capacity := Control{ID: "trial-capacity", Label: "Accounts worked every " + r.Options.Every.String()}
	for i, l := range curve {
		capacity.Options = append(capacity.Options, words.Count(l.Capacity))
		if l.Capacity <= r.Options.Capacity {
			capacity.At = i
		}
	}
	rate := Control{ID: "trial-rate", Label: "Save rate: listed churners who stay", At: len(rates) / 2}
	for _, x := range rates {
		rate.Options = append(rate.Options, words.Percent(x, 0))
	}
	cost := Control{ID: "trial-cost", Label: "Cost of one contact", At: max(0, slices.Index(costs, r.Options.ContactCost))}
	for _, x := range costs {
		cost.Options = append(cost.Options, words.Amount(x))
	}
	return []Control{capacity, rate, cost}
}

// net is the value protected by a candidate's lists minus the cost of all contacts,
//
//	rate * value on the lists - cost * accounts worked
//
// over all test windows; see [backtest.ListWorth]. It is worked out here because a run does not
// save every setting.
func (s setting) net(c backtest.CandidateResult) float64 {
	l := c.Worth.Curve[s.list]
	return s.rate*l.Value - s.cost*l.Worked
}

// row is the line of a candidate after its name. Intervals are known at the capacity of
// the project only.
func (s setting) row(r *backtest.Result, candidate int) []Cell {
	c := r.Candidates[candidate]
	l := c.Worth.Curve[s.list]
	line := []Cell{
		{Value: words.Amount(l.Value)}, {Value: words.Amount(s.rate * l.Value)}, {Value: words.Amount(s.cost * l.Worked)},
		{words.Amount(s.net(c)), s.netInterval(r, c)}, {},
	}
	if champion, ok := find(r, r.Verdict.Champion); ok && c.Name != champion.Name {
		line[4] = Cell{signedAmount(s.net(c) - s.net(champion)), s.gainInterval(r, c)}
	}
	return line
}

// netInterval is the interval of the net value, empty where it is not known.
func (s setting) netInterval(r *backtest.Result, c backtest.CandidateResult) string {
	if c.Worth.Curve[s.list].Capacity != r.Options.Capacity {
		return ""
	}
	for _, m := range c.Worth.Grid {
		if m.SaveRate == s.rate && m.CostEach == s.cost {
			return words.Interval(words.Amount(m.Low), words.Amount(m.High))
		}
	}
	return ""
}

// gainInterval is the paired interval of the gain over the champion, empty where it is
// not known.
func (s setting) gainInterval(r *backtest.Result, c backtest.CandidateResult) string {
	d, ok := s.dollars(r, c)
	if !ok {
		return ""
	}
	return words.Interval(signedAmount(d.Low), signedAmount(d.High))
}

// dollars is the gain of a challenger over the champion as the backtest has it, at the
// capacity of the project; the costs of equally many contacts cancel.
func (s setting) dollars(r *backtest.Result, c backtest.CandidateResult) (d backtest.DollarGain, ok bool) {
	if c.Worth.Curve[s.list].Capacity != r.Options.Capacity {
		return d, false
	}
	for _, d := range r.Dollars {
		if d.Challenger == c.Name && d.Tier == "" && d.SaveRate == s.rate {
			return d, true
		}
	}
	return d, false
}

// signedAmount is money that is gained or lost.
func signedAmount(x float64) string {
	text := words.Amount(x)
	if x > 0 && text != words.Undefined && text != "0" {
		return "+" + text
	}
	return text
}

// said is the answer of a setting in one sentence.
func (s setting) said(r *backtest.Result) string {
	list := contenders(r)
	if len(list) == 0 {
		return ""
	}
	kept := "Over " + words.Plural(windows(r), "test window", "test windows") + " " + keeps(name(list[0].Name), s.net(list[0]))
	if len(list) == 1 {
		return kept + "."
	}
	return kept + ", " + s.compared(r, list[0], list[1]) + "."
}

// keeps says what is left when the contacts are paid, or what is missing.
func keeps(candidate string, net float64) string {
	if loses(net) {
		return fmt.Sprintf("the contacts of %s cost %s more than its lists keep", candidate, words.Amount(-net))
	}
	return fmt.Sprintf("the lists of %s keep %s after paying for the contacts", candidate, words.Amount(net))
}

// compared says how much more the lists of a challenger keep, and whether chance may
// explain it where that is known.
func (s setting) compared(r *backtest.Result, challenger, champion backtest.CandidateResult) string {
	gain := s.net(challenger) - s.net(champion)
	if words.Amount(gain) == "0" {
		return "as much as those of " + name(champion.Name)
	}
	text := words.Amount(math.Abs(gain))
	switch {
	case loses(s.net(challenger)) && gain > 0:
		text = "which is " + text + " less of a loss than with " + name(champion.Name)
	case loses(s.net(challenger)):
		text = "which is " + text + " worse than with " + name(champion.Name)
	case gain > 0:
		text += " more than those of " + name(champion.Name)
	default:
		text += " less than those of " + name(champion.Name)
	}
	if d, ok := s.dollars(r, challenger); ok && d.Low <= 0 && d.High >= 0 {
		text += "; chance alone may explain the difference"
	}
	return text
}

// loses says whether a net value shows as one below zero.
func loses(net float64) bool { return net < 0 && words.Amount(net) != "0" }

// trialTable has a row per candidate, at the setting that the controls start with.
func trialTable(r *backtest.Result, panel *Trial) Table {
	t := Table{Caption: "Money over " + words.Plural(windows(r), "test window", "test windows together") + ", at the settings above", Head: []Column{
		text("Candidate"), number("Churned value listed"), number("Value protected"), number("Cost of contacts"), number("Net"), number("Against the champion"),
	}}
	for _, i := range order(r) {
		t.Rows = append(t.Rows, candidateRow(r, i, append(cells(title(r, i)), panel.Rows[i][panel.start()]...)))
	}
	return t
}
