package main

import (
	"time"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/project"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// This file turns what holdfast.yaml says into the specs of the packages.

// day is the date of a time of the config; the zero time is no date.
func day(t time.Time) dataset.Date {
	if t.IsZero() {
		return dataset.NoDate
	}
	return dataset.NewDate(t.Date())
}

func columnsOf(c *project.Config) dataset.Columns {
	return dataset.Columns{
		Account: c.Columns.Account, SnapshotDate: c.Columns.SnapshotDate, RecordedAt: c.Columns.RecordedAt, OutcomeDate: c.Columns.OutcomeDate,
		Outcome: c.Columns.Outcome, ChurnedWhen: c.Columns.ChurnedWhen, RenewedWhen: c.Columns.RenewedWhen, OpenWhen: c.Columns.OpenWhen,
		DecidedAt: c.Columns.DecidedAt, TouchedAt: c.Columns.TouchedAt, Value: c.Columns.Value, ValueAfter: c.Columns.ValueAfter, ValueBefore: c.Columns.ValueBefore, Segment: c.Columns.Segment,
	}
}

func clockOf(c *project.Config) dataset.Clock {
	clock := dataset.Clock{Mode: dataset.Mode(c.Label.Mode), MaxAge: c.Label.MaxAgeDays, Horizon: c.Label.HorizonDays}
	if len(c.Label.LeadDays) > 0 {
		clock.Lead = c.Label.LeadDays[0]
	}
	return clock
}

func candidatesOf(c *project.Config) []models.Candidate {
	candidates := make([]models.Candidate, len(c.Candidates))
	for i, spec := range c.Candidates {
		cand := models.Candidate{
			Name: spec.Name, Kind: models.Kind(spec.Kind), Factors: spec.Factors, Column: spec.Column,
		}
		switch spec.HigherIs {
		case project.HigherIsHealthier:
			cand.HigherIs = features.LowerChurn
		case project.HigherIsRiskier:
			cand.HigherIs = features.HigherChurn
		}
		for _, w := range spec.Weights {
			cand.Weights = append(cand.Weights, models.FactorWeight{Factor: w.Factor, Weight: w.Points})
		}
		fittingSpec(&cand, spec)
		purposeSpec(&cand, spec, c)
		for _, g := range spec.Categories {
			cand.Categories = append(cand.Categories, models.CategoryWeight{Category: g.Category, Weight: g.Points})
		}
		foreignSpec(&cand, spec, c)
		candidates[i] = cand
	}
	return candidates
}

func bandRulesOf(c *project.Config) models.BandRules {
	return models.BandRules{
		Red: bandRuleOf(c.Bands.Red), Yellow: bandRuleOf(c.Bands.Yellow), Hysteresis: c.Bands.Hysteresis,
		Period: stepOf(c.Backtest.Every).Length(),
	}
}

func bandRuleOf(b project.Band) models.BandRule {
	return models.BandRule{Share: b.Share, Probability: b.P, Precision: b.Precision, Capacity: float64(b.Capacity), Value: b.Value}
}

// options are those of a backtest of the project.
func (p *opened) options() backtest.Options {
	c, b := p.config, p.config.Backtest
	return backtest.Options{
		Every: stepOf(b.Every), FirstCutoff: day(b.FirstCutoff), LastCutoff: day(b.LastCutoff), Window: stepOf(b.Window),
		Champion: b.Champion, Champions: b.Champions, Primary: b.Primary, Margin: b.Margin, Capacity: b.Capacity,
		SaveRates: b.SaveRates, ContactCost: b.ContactCost, Replicates: b.Bootstrap, Seed: b.Seed, Intervals: b.Intervals,
		CalibrationSlope: rangeOf(b.Gates.CalibrationSlope), CITL: rangeOf(b.Gates.CITL),
		SegmentEvents: b.Gates.SegmentEvents, SegmentMargin: b.Gates.SegmentMargin, PSI: b.Gates.PSI,
		Cohort: p.cohort, ContactCosts: b.ContactCosts, Tiers: tiersOf(b.Tiers),
		Bands: bandRulesOf(c), Goal: c.Bands.Goal, Triggers: triggersOf(c.Triggers), Playbooks: triggersOf(c.Playbooks),
	}
}

func rangeOf(r [2]float64) backtest.Range { return backtest.Range{Low: r[0], High: r[1]} }

func tiersOf(teams []project.Team) []backtest.Tier {
	var list []backtest.Tier
	for _, t := range teams {
		list = append(list, backtest.Tier{Segment: t.Segment, Capacity: t.Capacity, ContactCost: t.ContactCost})
	}
	return list
}

func triggersOf(rules []project.Rule) []backtest.Trigger {
	var list []backtest.Trigger
	for _, r := range rules {
		list = append(list, backtest.Trigger{Name: r.Name, When: r.When})
	}
	return list
}

func stepOf(s project.Step) backtest.Step {
	switch s.Unit {
	case project.UnitDay:
		return backtest.Step{Days: s.N}
	case project.UnitMonth:
		return backtest.Step{Months: s.N}
	case project.UnitQuarter:
		return backtest.Step{Months: 3 * s.N}
	case project.UnitYear:
		return backtest.Step{Months: 12 * s.N}
	}
	return backtest.Step{}
}
