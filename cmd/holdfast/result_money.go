package main

import (
	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
)

// moneyFile is what working the lists is worth at a save rate and a contact cost.
type moneyFile struct {
	SaveRate       models.Stat `json:"save_rate"`
	CostEach       models.Stat `json:"contact_cost_each"`
	ValueProtected models.Stat `json:"value_protected"`
	ContactCost    models.Stat `json:"contact_cost"`
	Net            models.Stat `json:"net"`
	Low            models.Stat `json:"ci_low"` // of net
	High           models.Stat `json:"ci_high"`
}

// worthFile is everything of one candidate in money, over all periods.
type worthFile struct {
	AtRisk    metricFile            `json:"value_at_risk"`
	Captured  metricFile            `json:"value_captured"`
	Missed    metricFile            `json:"value_missed"`
	Worked    int                   `json:"accounts_worked"`
	Weighted  map[string]metricFile `json:"by_value"` // metrics in which a row counts by its value
	Grid      []moneyFile           `json:"by_save_rate_and_cost,omitempty"`
	BreakEven []breakEvenFile       `json:"break_even,omitempty"`
	Campaigns []campaignFile        `json:"campaigns,omitempty"`
	Retention []retentionFile       `json:"retention,omitempty"`
	Tiers     []tierFile            `json:"tiers,omitempty"`
	Periods   []periodFile          `json:"periods"`
	Curve     []listFile            `json:"by_capacity"`
	Gains     []valueGainFile       `json:"gains_by_value,omitempty"`
	Decision  []valueBenefitFile    `json:"decision_curve_by_value,omitempty"` // at every fifth percent
}

// breakEvenFile is the save rate from which the contacts pay; null: none does.
type breakEvenFile struct {
	ContactCost models.Stat `json:"contact_cost_each"`
	SaveRate    models.Stat `json:"save_rate"`
	Low         models.Stat `json:"ci_low"`
	High        models.Stat `json:"ci_high"`
}

// campaignFile is the best profit of a campaign at a save rate (MPC); that without a save
// rate is the expectation over save rates (EMPC).
type campaignFile struct {
	Measure  string      `json:"measure"` // mpc or empc
	SaveRate models.Stat `json:"save_rate"`
	Profit   models.Stat `json:"profit_per_account"`
	Targeted models.Stat `json:"share_targeted"`
}

// retentionFile is the gross revenue retention that the team could have had.
type retentionFile struct {
	SaveRate models.Stat `json:"save_rate"`
	GRR      models.Stat `json:"grr"`
	Low      models.Stat `json:"ci_low"`
	High     models.Stat `json:"ci_high"`
}

// tierFile is a segment worked by its own team.
type tierFile struct {
	Segment   string        `json:"segment"`
	Capacity  int           `json:"capacity"`
	N         int           `json:"n"`
	Churned   int           `json:"churned"`
	Worked    int           `json:"accounts_worked"`
	AtRisk    metricFile    `json:"value_at_risk"`
	Captured  metricFile    `json:"value_captured"`
	Missed    metricFile    `json:"value_missed"`
	Money     []moneyFile   `json:"money"`
	BreakEven breakEvenFile `json:"break_even"`
}

// periodFile is one period in money.
type periodFile struct {
	Cutoff   dataset.Date `json:"cutoff"`
	Accounts int          `json:"accounts"`
	Worked   int          `json:"accounts_worked"`
	Stake    models.Stat  `json:"value"`
	Expected models.Stat  `json:"value_expected_at_risk"`
	AtRisk   models.Stat  `json:"value_at_risk"`
	Captured models.Stat  `json:"value_captured"`
	Missed   models.Stat  `json:"value_missed"`
	Listed   models.Stat  `json:"value_listed"`
}

// listFile is what lists of another length would have held.
type listFile struct {
	Capacity int         `json:"capacity"`
	Worked   models.Stat `json:"accounts_worked"`
	Value    models.Stat `json:"value_captured"`
}

// dollarFile is what a challenger's lists would have protected beyond the champion's.
type dollarFile struct {
	Challenger string      `json:"challenger"`
	Champion   string      `json:"champion"`
	Tier       string      `json:"tier,omitempty"`
	SaveRate   models.Stat `json:"save_rate"`
	Gain       models.Stat `json:"gain"`
	Low        models.Stat `json:"ci_low"`
	High       models.Stat `json:"ci_high"`
	FamilyLow  models.Stat `json:"family_ci_low"`
	FamilyHigh models.Stat `json:"family_ci_high"`
}

func moneyOf(list []backtest.MoneyRow) []moneyFile {
	var out []moneyFile
	for _, m := range list {
		out = append(out, moneyFile{models.Stat(m.SaveRate), models.Stat(m.CostEach), models.Stat(m.ValueProtected), models.Stat(m.ContactCost),
			models.Stat(m.Net), models.Stat(m.Low), models.Stat(m.High)})
	}
	return out
}

func worthOf(r *backtest.Result, w *backtest.Worth) *worthFile {
	if w == nil {
		return nil
	}
	out := &worthFile{AtRisk: estimateOf(w.AtRisk), Captured: estimateOf(w.Captured), Missed: estimateOf(w.Missed), Worked: w.Worked,
		Weighted: metricsOf(w.Weighted), Grid: moneyOf(w.Grid), Tiers: tierFilesOf(w.Tiers),
		Gains: valueGainsOf(w.Gains), Decision: valueDecisionOf(w.Decision)}
	for _, b := range w.BreakEven {
		out.BreakEven = append(out.BreakEven, breakEvenOf(b))
	}
	for _, c := range w.Campaigns {
		measure := "mpc"
		if c.SaveRate != c.SaveRate {
			measure = "empc"
		}
		out.Campaigns = append(out.Campaigns, campaignFile{measure, models.Stat(c.SaveRate), models.Stat(c.Profit), models.Stat(c.Targeted)})
	}
	for _, x := range w.Retention {
		out.Retention = append(out.Retention, retentionFile{models.Stat(x.SaveRate), models.Stat(x.GRR), models.Stat(x.Low), models.Stat(x.High)})
	}
	for _, p := range w.Periods {
		out.Periods = append(out.Periods, periodFile{r.Folds[p.Fold].Cutoff, p.Accounts, p.Worked, models.Stat(p.Stake), models.Stat(p.Expected),
			models.Stat(p.AtRisk), models.Stat(p.Captured), models.Stat(p.Missed), models.Stat(p.Listed)})
	}
	for _, x := range w.Curve {
		out.Curve = append(out.Curve, listFile{x.Capacity, models.Stat(x.Worked), models.Stat(x.Value)})
	}
	return out
}

func breakEvenOf(b backtest.BreakEven) breakEvenFile {
	return breakEvenFile{models.Stat(b.ContactCost), models.Stat(b.SaveRate), models.Stat(b.Low), models.Stat(b.High)}
}

func tierFilesOf(list []backtest.TierWorth) []tierFile {
	var out []tierFile
	for _, t := range list {
		out = append(out, tierFile{Segment: t.Tier.Segment, Capacity: t.Tier.Capacity, N: t.N, Churned: t.Churned, Worked: t.Worked,
			AtRisk: estimateOf(t.AtRisk), Captured: estimateOf(t.Captured), Missed: estimateOf(t.Missed), Money: moneyOf(t.Grid), BreakEven: breakEvenOf(t.BreakEven)})
	}
	return out
}

func dollarsOf(list []backtest.DollarGain) []dollarFile {
	var out []dollarFile
	for _, d := range list {
		out = append(out, dollarFile{d.Challenger, d.Champion, d.Tier, models.Stat(d.SaveRate), models.Stat(d.Gain),
			models.Stat(d.Low), models.Stat(d.High), models.Stat(d.FamilyLow), models.Stat(d.FamilyHigh)})
	}
	return out
}
