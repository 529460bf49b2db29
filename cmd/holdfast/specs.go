package main

import (
	"time"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/project"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
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
		Outcome: c.Columns.Outcome, ChurnedWhen: c.Columns.ChurnedWhen, RenewedWhen: c.Columns.RenewedWhen,
		DecidedAt: c.Columns.DecidedAt, Value: c.Columns.Value, ValueAfter: c.Columns.ValueAfter, ValueBefore: c.Columns.ValueBefore, Segment: c.Columns.Segment,
	}
}

func clockOf(c *project.Config) dataset.Clock {
	clock := dataset.Clock{Mode: dataset.Mode(c.Label.Mode), MaxAge: c.Label.MaxAgeDays, Horizon: c.Label.HorizonDays}
	if len(c.Label.LeadDays) > 0 {
		clock.Lead = c.Label.LeadDays[0]
	}
	return clock
}

func factorsOf(c *project.Config) []features.Factor {
	factors := make([]features.Factor, len(c.Factors))
	for i, f := range c.Factors {
		factors[i] = features.Factor{
			Name: f.Name, Category: f.Category, Kind: features.Kind(f.Kind), Expr: f.Expr,
			Scale: features.Scale(f.Scale), Missing: policyOf(f.Missing), Fill: f.Missing.Value,
			Expect: features.Direction(f.Expect), Reference: f.Reference, Rare: f.Rare, Unseen: features.Unseen(f.Unseen),
		}
		switch {
		case f.History != nil:
			factors[i].History = &history.Spec{Of: f.History.Of, OverDays: f.History.OverDays, As: history.Function(f.History.As)}
		case f.Expr == "":
			factors[i].Expr = expr.Quote(f.Column)
		}
		if f.Clip != nil {
			factors[i].Clip = []features.Bound{boundOf(f.Clip.Low), boundOf(f.Clip.High)}
		}
	}
	return factors
}

func policyOf(m project.Missing) features.Policy {
	if m.Rule == project.MissingNumber {
		return features.Value
	}
	return features.Policy(m.Rule)
}

func boundOf(b project.Bound) features.Bound {
	return features.Bound{Value: b.Value, Percentile: b.Percentile}
}

func candidatesOf(c *project.Config) []models.Candidate {
	candidates := make([]models.Candidate, len(c.Candidates))
	for i, spec := range c.Candidates {
		cand := models.Candidate{
			Name: spec.Name, Kind: models.Kind(spec.Kind), Factors: spec.Factors, Column: spec.Column,
			Ridge: models.Ridge{Auto: spec.Penalty.Ridge.Auto, Lambda: spec.Penalty.Ridge.Strength},
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
		foreignSpec(&cand, spec, c)
		candidates[i] = cand
	}
	return candidates
}

func optionsOf(c *project.Config) backtest.Options {
	b := c.Backtest
	return backtest.Options{
		Every: stepOf(b.Every), FirstCutoff: day(b.FirstCutoff), LastCutoff: day(b.LastCutoff), Window: stepOf(b.Window),
		Champion: b.Champion, Primary: b.Primary, Margin: b.Margin, Capacity: b.Capacity,
		SaveRates: b.SaveRates, ContactCost: b.ContactCost, Replicates: b.Bootstrap, Seed: b.Seed,
	}
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
