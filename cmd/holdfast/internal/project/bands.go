package project

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"holdfast/dataset/expr"
	"holdfast/models/trigger"
)

// Bands say where red and yellow begin; green is what is left. Of a band that the file does not
// mention the usual share is filled in (defaultRed, defaultYellow).
type Bands struct {
	Red, Yellow Band
	Hysteresis  float64 // how far below the beginning of its band p must fall before an account leaves it
	Goal        float64 // the share of accounts that may be at risk; 0: nobody has set one
}

// Band is the beginning of a band: exactly one field is above 0.
type Band struct {
	Share     float64 // of the training rows
	P         float64 // probability of churn
	Precision float64 // share of the band that churned in training
	Capacity  int     // accounts per period
	Value     float64 // share of the money at stake
}

// Rule is a named condition over scores: a trigger or a playbook.
type Rule struct {
	Name string
	When string // an expression over what package trigger knows
}

// bandKeys say where red and yellow begin. The defaults of a mapping that is not given are
// applied by readBand, because each of its keys rules out the others.
func bandKeys() []Key {
	keys := []Key{{Path: "bands", Type: TypeMapping,
		Doc: "Where red and yellow begin; green is the rest."}}
	keys = append(keys, beginningKeys("red", "The band of the highest risk; without it, share: 0.05.", "0.05", "0.4")...)
	keys = append(keys, beginningKeys("yellow", "The band between, counted from where red begins; without it, share: 0.20.", "0.20", "0.2")...)
	return append(keys,
		Key{Path: "bands.hysteresis", Type: TypeNumber, Min: 0, Max: 0.5, Default: "0", Example: "0.02",
			Doc: "How far below the beginning of its band p must fall before an account leaves it for a better one."},
		Key{Path: "bands.goal", Type: TypeNumber, Min: 0.0001, Max: 0.9999, Example: "0.05",
			Doc: "The largest share of accounts that may be at risk; the backtest says what it takes to meet it, and whether moving a threshold met it."},
		Key{Path: "triggers", Type: TypeMappings, Example: "[{name: dropped, when: dropped}]",
			Doc: "Alerts to backtest; without them, dropped and is red."},
		Key{Path: "triggers[].name", Type: TypeText, Required: true, Example: "dropped",
			Doc: "The name in tables."},
		Key{Path: "triggers[].when", Type: TypeExpression, Required: true, Example: "dropped or p > 0.5",
			Doc: "When the alert is raised: an expression over p, health, band, band_before, dropped, value, top_category and segment."},
		Key{Path: "playbooks", Type: TypeMappings, Example: "[{name: call, when: band == 'red'}]",
			Doc: "What the team does, and when; the backtest says how often and what happened then."},
		Key{Path: "playbooks[].name", Type: TypeText, Required: true, Example: "executive-call",
			Doc: "The name in tables."},
		Key{Path: "playbooks[].when", Type: TypeExpression, Required: true, Example: "band == 'red' and value > 50000",
			Doc: "When the playbook begins: an expression over p, health, band, band_before, dropped, value, top_category and segment."},
	)
}

// beginningKeys are the ways to say where a band begins.
func beginningKeys(band, doc, share, p string) []Key {
	at := "bands." + band
	return []Key{
		{Path: at, Type: TypeMapping, Doc: doc},
		{Path: at + ".share", Type: TypeNumber, Min: 0.0001, Max: 0.9999, Example: share,
			Doc: "The share of the training rows that are in the band, ties at its end included."},
		{Path: at + ".p", Type: TypeNumber, Min: 0.0001, Max: 0.9999, Example: p,
			Doc: "The probability of churn from which on an account is in the band or a worse one."},
		{Path: at + ".precision", Type: TypeNumber, Min: 0.0001, Max: 1, Example: "0.5",
			Doc: "The share of the band that churned in training; it begins at the lowest probability that reaches it."},
		{Path: at + ".capacity", Type: TypeWhole, Min: 1, Max: maxCount, Example: "50",
			Doc: "The accounts per period that are in the band, on the average of the training rows."},
		{Path: at + ".value", Type: TypeNumber, Min: 0.0001, Max: 0.9999, Example: "0.1",
			Doc: "The share of the money at stake in training that is in the band."},
	}
}

// The shares of a band that is not given.
const defaultRed, defaultYellow = 0.05, 0.20

// readBands reads where the bands begin.
func readBands(s section) Bands {
	b := Bands{
		Red:        readBand(s.child("red", "bands.red"), defaultRed),
		Yellow:     readBand(s.child("yellow", "bands.yellow"), defaultYellow),
		Hysteresis: read(s, "hysteresis", number),
		Goal:       read(s, "goal", number),
	}
	if b.Yellow.P > 0 && b.Red.P > 0 && b.Yellow.P >= b.Red.P {
		s.report(s.given("yellow"), s.node.path+".yellow.p must be below red.p", "yellow is the lower risk")
	}
	if b.Red.Share+b.Yellow.Share > 1 || b.Red.Value+b.Yellow.Value > 1 {
		s.report(s.node, s.node.path+": red and yellow share more than all accounts", "the shares add up; let them stay below 1")
	}
	return b
}

// readBand reads one beginning; share is that of a band of which the file says nothing. The
// last of two keys is the one reported, as the one that was added.
func readBand(s section, share float64) Band {
	b := Band{
		Share: read(s, "share", number), P: read(s, "p", number), Precision: read(s, "precision", number),
		Capacity: read(s, "capacity", whole), Value: read(s, "value", number),
	}
	var given []string
	for _, name := range []string{"share", "p", "precision", "capacity", "value"} {
		if s.given(name) != nil {
			given = append(given, name)
		}
	}
	switch {
	case len(given) == 0:
		b.Share = share
	case len(given) > 1:
		s.report(s.given(given[len(given)-1]), s.node.path+" has both "+strings.Join(given, " and "), "keep one of them")
	}
	return b
}

// readRules reads the triggers or the playbooks; a list that is not there is empty. Unlike
// the columns of factors those of rules are known here, so that a misspelling is found now.
func readRules(root section, list string, factors []Factor) []Rule {
	if root.given(list) == nil {
		return nil
	}
	var rules []Rule
	names := names{what: strings.TrimSuffix(list, "s"), seen: map[string]*node{}}
	for _, s := range root.children(list, list+"[]") {
		r := Rule{Name: read(s, "name", text), When: read(s, "when", s.expression)}
		names.add(s, r.Name)
		s.checkRule(r, factors)
		rules = append(rules, r)
	}
	return slices.Clip(rules)
}

// checkRule wants a condition over what rules may ask about, and no category that no factor
// has: a rule about it would quietly never hold.
func (s section) checkRule(r Rule, factors []Factor) {
	if r.When == "" {
		return
	}
	condition, err := trigger.Rule(r).Compile()
	var e *expr.Error
	switch {
	case errors.As(err, &e):
		hint := e.Hint
		if e.Column != "" && !strings.HasPrefix(hint, "did you mean") { // the list of all columns, in its words
			hint = "rules know " + trigger.KnownNames
		}
		s.report(s.given("when"), s.given("when").path+": "+e.Message, hint)
	case err != nil:
		_, problem, _ := strings.Cut(err.Error(), strconv.Quote(r.Name)+": ")
		s.report(s.given("when"), s.given("when").path+": "+problem, "")
	default:
		categories := newCatalog(factors).categories()
		if problem := trigger.Unknown(trigger.TopCategory, condition.Texts(trigger.TopCategory), categories); problem != "" {
			s.report(s.given("when"), s.given("when").path+": "+problem, "")
		}
	}
}
