package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"slices"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// trial is the panel in which a reader tries other capacities, save rates and contact
// costs. The page carries the answer to every setting, in words, so that what the
// sliders show is what the report says elsewhere, rounded and grouped alike.
type trial struct {
	Controls []control
	Said     string // the sentence at the start
	Table    table
	Values   template.JS // trialValues as JSON
}

// control is a slider over a few settings.
type control struct {
	ID      string   `json:"id"`
	Label   string   `json:"-"`
	Options []string `json:"options"` // what it shows at each setting
	At      int      `json:"-"`       // where it starts
}

// Last is the last setting; 0 means that there is nothing to slide.
func (c control) Last() int { return len(c.Options) - 1 }

// Chosen is what the control shows at the start.
func (c control) Chosen() string { return c.Options[c.At] }

// trialValues is what page.js looks up. A position counts through the settings of the
// controls like the digits of a number, the last control fastest.
type trialValues struct {
	Controls []control       `json:"controls"`
	Said     []string        `json:"said"` // by position
	Rows     [][][][2]string `json:"rows"` // by candidate, position, column after the name: value and interval
}

// setting is one position of the controls.
type setting struct {
	list       int // index into Worth.Curve
	rate, cost float64
}

// newTrial lays out the panel, or nil where the run has no money or only one setting.
func newTrial(r *backtest.Result) *trial {
	curve, rates, costs := settingsOf(r)
	if len(curve)*len(rates)*len(costs) < 2 {
		return nil
	}
	controls := trialControls(r, curve, rates, costs)
	v := trialValues{Controls: controls, Rows: make([][][][2]string, len(r.Candidates))}
	start := 0
	for _, c := range controls {
		start = start*len(c.Options) + c.At
	}
	for list := range curve {
		for _, rate := range rates {
			for _, cost := range costs {
				at := setting{list, rate, cost}
				v.Said = append(v.Said, at.said(r))
				for c := range r.Candidates {
					v.Rows[c] = append(v.Rows[c], at.row(r, c))
				}
			}
		}
	}
	return &trial{Controls: controls, Said: v.Said[start], Table: trialTable(r, v.Rows, start), Values: embedded(v)}
}

// settingsOf are the settings that every candidate has values for.
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
func trialControls(r *backtest.Result, curve []backtest.ListWorth, rates, costs []float64) []control {
	capacity := control{ID: "trial-capacity", Label: "Accounts worked every " + r.Options.Every.String()}
	for i, l := range curve {
		capacity.Options = append(capacity.Options, words.Count(l.Capacity))
		if l.Capacity <= r.Options.Capacity {
			capacity.At = i
		}
	}
	rate := control{ID: "trial-rate", Label: "Save rate: listed churners who stay", At: len(rates) / 2}
	for _, x := range rates {
		rate.Options = append(rate.Options, words.Percent(x, 0))
	}
	cost := control{ID: "trial-cost", Label: "Cost of one contact", At: max(0, slices.Index(costs, r.Options.ContactCost))}
	for _, x := range costs {
		cost.Options = append(cost.Options, words.Amount(x))
	}
	return []control{capacity, rate, cost}
}

// net is the value protected by a candidate's lists minus the cost of all contacts; see
// [backtest.ListWorth].
func (s setting) net(c backtest.CandidateResult) float64 {
	l := c.Worth.Curve[s.list]
	return s.rate*l.Value - s.cost*l.Worked
}

// row is the line of a candidate after its name. Intervals are known at the capacity of
// the project only.
func (s setting) row(r *backtest.Result, candidate int) [][2]string {
	c := r.Candidates[candidate]
	l := c.Worth.Curve[s.list]
	line := [][2]string{
		{words.Amount(l.Value)}, {words.Amount(s.rate * l.Value)}, {words.Amount(s.cost * l.Worked)},
		{words.Amount(s.net(c)), s.netInterval(r, c)}, {},
	}
	if champion, ok := find(r, r.Verdict.Champion); ok && c.Name != champion.Name {
		line[4] = [2]string{signedAmount(s.net(c) - s.net(champion)), s.gainInterval(r, c)}
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
	kept := fmt.Sprintf("The lists of %s keep %s after paying for the contacts", name(list[0].Name), words.Amount(s.net(list[0])))
	if len(list) == 1 {
		return kept + "."
	}
	return kept + ", " + s.compared(r, list[0], list[1]) + "."
}

// compared says how much more the lists of a challenger keep, and whether chance may
// explain it where that is known.
func (s setting) compared(r *backtest.Result, challenger, champion backtest.CandidateResult) string {
	gain, word := s.net(challenger)-s.net(champion), "more"
	if gain < 0 {
		word = "less"
	}
	if words.Amount(gain) == "0" {
		return "as much as those of " + name(champion.Name)
	}
	text := fmt.Sprintf("%s %s than those of %s", words.Amount(math.Abs(gain)), word, name(champion.Name))
	if d, ok := s.dollars(r, challenger); ok && d.Low <= 0 && d.High >= 0 {
		text += "; chance alone may explain the difference"
	}
	return text
}

// trialTable has a row per candidate, at the setting that the controls start with.
func trialTable(r *backtest.Result, rows [][][][2]string, start int) table {
	t := table{Caption: "Money over " + words.Plural(windows(r), "test window", "test windows together") + ", at the settings above", Head: []column{
		text("Candidate"), number("Churned value listed"), number("Value protected"), number("Cost of contacts"), number("Net"), number("Against the champion"),
	}}
	for _, i := range order(r) {
		line := cells(title(r, i))
		for _, pair := range rows[i][start] {
			line = append(line, cell{pair[0], pair[1]})
		}
		t.Rows = append(t.Rows, candidateRow(r, i, line))
	}
	return t
}

// embedded is v as JSON in which no name can end the script element: encoding/json
// writes <, > and & as escapes.
func embedded(v trialValues) template.JS {
	text, err := json.Marshal(v)
	if err != nil { // of strings only: there is nothing that cannot be written
		return "null"
	}
	return template.JS(text) //nolint:gosec // see above
}
