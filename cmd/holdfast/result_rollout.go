package main

import (
	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
)

// rolloutListed bounds the accounts that are listed by name; all are counted.
const rolloutListed = 100

// rolloutFile is what changes on the day the challenger replaces the champion. Tables are
// in the order green, yellow, red, indexed [champion's][challenger's].
type rolloutFile struct {
	Champion   string               `json:"champion"`
	Challenger string               `json:"challenger"`
	AsOf       dataset.Date         `json:"as_of"`
	Accounts   int                  `json:"accounts"`
	Changes    int                  `json:"changes"`
	Counts     [3][3]int            `json:"counts"`
	Values     [3][3]models.Stat    `json:"values"`
	Capacity   int                  `json:"capacity"`
	OnBoth     int                  `json:"on_both_lists"`
	Segments   []rolloutSegmentFile `json:"segments,omitempty"`
	Changed    []rolloutChangeFile  `json:"changed"`  // the most money first
	LeftOut    int                  `json:"left_out"` // that change and are not listed
}

type rolloutSegmentFile struct {
	Segment     string      `json:"segment"`
	Accounts    int         `json:"accounts"`
	Worse       int         `json:"worse"`
	Better      int         `json:"better"`
	WorseValue  models.Stat `json:"worse_value"`
	BetterValue models.Stat `json:"better_value"`
}

type rolloutChangeFile struct {
	Account string      `json:"account"`
	Segment string      `json:"segment,omitempty"`
	Value   models.Stat `json:"value"`
	From    models.Band `json:"from"`
	To      models.Band `json:"to"`
	PFrom   models.Stat `json:"p_from"`
	PTo     models.Stat `json:"p_to"`
	Reasons []string    `json:"reasons"`
}

func rolloutOf(roll *backtest.Rollout) *rolloutFile {
	if roll == nil {
		return nil
	}
	listed := min(len(roll.Changed), rolloutListed)
	out := &rolloutFile{Champion: roll.Champion, Challenger: roll.Challenger, AsOf: roll.AsOf, Accounts: roll.Accounts, Changes: len(roll.Changed),
		Counts: roll.Counts, Capacity: roll.Capacity, OnBoth: roll.OnBoth, Changed: []rolloutChangeFile{}, LeftOut: len(roll.Changed) - listed}
	for from := range roll.Values {
		for to, v := range roll.Values[from] {
			out.Values[from][to] = models.Stat(v)
		}
	}
	for _, s := range roll.Segments {
		out.Segments = append(out.Segments, rolloutSegmentFile{s.Segment, s.Accounts, s.Worse, s.Better, models.Stat(s.WorseValue), models.Stat(s.BetterValue)})
	}
	for _, c := range roll.Changed[:listed] {
		change := rolloutChangeFile{Account: c.Account, Segment: c.Segment, Value: models.Stat(c.Value), From: c.From, To: c.To,
			PFrom: models.Stat(c.PFrom), PTo: models.Stat(c.PTo), Reasons: []string{}}
		for _, d := range c.Differences {
			change.Reasons = append(change.Reasons, d.String())
		}
		out.Changed = append(out.Changed, change)
	}
	return out
}
