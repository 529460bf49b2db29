package report

import (
	"math"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots/internal/fixture"
)

// told is a company of which everything is known that a backtest can find out: three
// candidates (today, vendor, which is promoted, and the baseline) over three folds, the
// first of which was skipped.
func told() *backtest.Result {
	r := fixture.Watched(3, 3, 4)
	r.Options.Goal = 0.05
	for i := range r.Candidates {
		tellMoney(r.Candidates[i].Worth, float64(i))
		tellGroups(&r.Candidates[i])
		if r.Candidates[i].Warning != nil {
			tellWarning(r, &r.Candidates[i])
			tellBands(&r.Candidates[i])
		}
	}
	r.Rollout.Capacity, r.Rollout.OnBoth = 50, 31
	r.Rollout.Segments = []backtest.RolloutSegment{{Segment: "enterprise", Accounts: 90, Worse: 7, Better: 3, WorseValue: 70000, BetterValue: 30000}, {Accounts: 5}}
	r.Rollout.Changed = []backtest.RolloutChange{{Account: "A1", Segment: "enterprise", Value: 90000, From: models.Green, To: models.Red, PFrom: 0.05, PTo: 0.41,
		Differences: []backtest.Difference{{Factor: "tickets", Champion: 0.1, Challenger: 0.92}, {Factor: "nps", Champion: -0.3, Challenger: 0.2}}}}
	r.Audition = audition()
	r.Immature = immature()
	r.Touched = touched()
	return r
}

// tellMoney adds what lists are worth beyond their length.
func tellMoney(w *backtest.Worth, i float64) {
	w.Retention = []backtest.Retention{{SaveRate: 0, GRR: 0.9, Low: 0.88, High: 0.92}, {SaveRate: 0.2, GRR: 0.91 + i/100, Low: 0.89, High: 0.93}}
	w.Campaigns = []backtest.Campaigning{{SaveRate: 0.2, Optimum: metrics.Optimum{Profit: 12.34, Targeted: 0.4}}, {SaveRate: math.NaN(), Optimum: metrics.Optimum{Profit: 15, Targeted: 0.5}}}
	w.Tiers = []backtest.TierWorth{{Tier: backtest.Tier{Segment: "enterprise", Capacity: 10}, N: 300, Churned: 31,
		AtRisk: metrics.Estimate{Value: 9e5, Low: 8e5, High: 1e6}, BreakEven: backtest.BreakEven{SaveRate: 0.12, Low: 0.1, High: 0.15}}}
	w.Periods = []backtest.PeriodWorth{{Fold: 1, Accounts: 430, Worked: 50, Stake: 5e6, Expected: 6e5, AtRisk: 5e5, Captured: 3e5, Missed: 2e5}}
	w.Weighted = []backtest.Metric{{Name: backtest.ValueAUC, Value: 0.8 + i/100, Low: 0.7, High: 0.9}}
}

// tellGroups splits the accounts into two segments and two cohorts.
func tellGroups(c *backtest.CandidateResult) {
	for _, g := range []struct{ by, name string }{{backtest.BySegment, "enterprise"}, {backtest.BySegment, "team"}, {backtest.ByCohort, "below 365"}, {backtest.ByCohort, "from 365"}} {
		c.Groups = append(c.Groups, backtest.Group{By: g.by, Name: g.name, Metrics: []backtest.Metric{
			{Name: backtest.AUC, Value: 0.71, Low: 0.66, High: 0.76, N: 1850, Churned: 235},
			{Name: backtest.BaseRate, Value: 0.127, Low: 0.11, High: 0.15, N: 1850, Churned: 235},
		}})
	}
}

// tellWarning adds the surprises, the silent churners and the alerts.
func tellWarning(r *backtest.Result, c *backtest.CandidateResult) {
	w := c.Warning
	w.MedianDays = metrics.Estimate{Value: 92.4, Low: 80, High: 101}
	w.Flagged = 0.37
	w.Surprise, w.SurpriseBy = metrics.Rate{N: 420, Churned: 130, Value: 0.31, Low: 0.27, High: 0.35}, 0.22
	w.Silent = []backtest.Silent{{Days: 90, Churns: 380, Green: 40, Value: 250000}, {Days: 30, Churns: 410, Green: 2, Value: 9000}}
	for range 40 {
		w.Silent[0].List = append(w.Silent[0].List, backtest.SilentChurner{Account: "A7", AsOf: dataset.NewDate(2025, 1, 31), Churned: dataset.NewDate(2025, 5, 2),
			P: 0.034, Value: 6250, Calmed: []string{"usage 0.9 (-0.41)", "tenure 900 (-0.20)"}})
	}
	c.Triggers = []backtest.TriggerResult{{Trigger: backtest.Trigger{Name: "dropped", When: "dropped"}, Alerts: 1200, Open: 80,
		Precision: metrics.Rate{N: 1120, Churned: 280, Value: 0.25, Low: 0.22, High: 0.28}, Recall: metrics.Rate{N: 420, Churned: 210, Value: 0.5, Low: 0.45, High: 0.55},
		BaseRate: 0.12, MedianDays: metrics.Estimate{Value: 77, Low: 70, High: 84}, AlertsPerWeek: 15.34, ValueCaught: 1.5e6}}
	c.Playbooks = []backtest.TriggerResult{{Trigger: backtest.Trigger{Name: "call", When: "band == 'red'"}, ValueCaught: math.NaN()}}
	c.Goal = &backtest.Goal{Share: 0.05, Met: true, ByThreshold: true, Words: "4.9 % are at risk.",
		Folds: []backtest.GoalFold{{Fold: 1, Threshold: 0.4, AtRisk: 0.049, Held: 0.21, Red: 0.15, ChurnRate: 0.13, Captured: 0.2, ValueOutside: 7e5}}}
	r.Options.Bands = models.BandRules{Red: models.BandRule{Capacity: 40}, Yellow: models.BandRule{Share: 0.2}, Hysteresis: 0.01}
}

// tellBands adds where the colours begin.
func tellBands(c *backtest.CandidateResult) {
	c.Bands.ByFold = []*models.Thresholds{nil, {Red: 0.3, Yellow: 0.12}, {Red: 1.5, Yellow: 0.11}}
	c.Bands.Final = &backtest.FinalThresholds{Red: metrics.Estimate{Value: 0.31, Low: 0.29, High: 0.33}, Yellow: metrics.Estimate{Value: 0.12, Low: 0.11, High: 0.13}}
	c.Bands.Movement.DwellDays = [3]float64{300, 60, math.NaN()}
}

func audition() *backtest.Audition {
	return &backtest.Audition{
		Metric: backtest.LogLoss,
		Leaders: []backtest.Leader{
			{Candidate: 1, Ranks: []float64{math.NaN(), 1, 1.5}, MeanRank: 1.25, Won: 1.5, MeanGap: 0.0001},
			{Candidate: 0, Ranks: []float64{math.NaN(), 2, 1.5}, MeanRank: 1.75, Won: 0.5, MeanGap: 0.0099},
		},
		Rules:  []backtest.AuditionRule{{Name: backtest.RuleChampion, Mean: 0.0123, Worst: 0.02, Hits: 0.5}},
		Rounds: []int{2},
	}
}

func immature() *backtest.Immature {
	e := func(v float64) metrics.Estimate { return metrics.Estimate{Value: v, Low: v - 0.1, High: v + 0.1} }
	quarter := backtest.ImmatureQuarter{Start: dataset.NewDate(2026, 4, 1), N: 640, MeanP: []float64{0.13, 0.14, 0.12},
		AUC: []metrics.Estimate{e(0.72), e(0.77), e(0.5)}, Brier: []metrics.Estimate{e(0.104), e(0.101), e(0.11)}}
	record := backtest.ImmatureRecord{Folds: make([]backtest.ImmatureFold, 2), AUC: metrics.PastErrors{Bias: -0.02, Typical: 0.05}, Brier: metrics.PastErrors{Bias: 0.001, Typical: 0.01}}
	return &backtest.Immature{Quarters: []backtest.ImmatureQuarter{quarter}, Record: []backtest.ImmatureRecord{record, record, {}}}
}

func touched() *backtest.Touched {
	auc := func(v float64) []backtest.Metric {
		return []backtest.Metric{{Name: backtest.AUC, Value: v, Low: v - 0.03, High: v + 0.03}}
	}
	t := &backtest.Touched{N: 210, Churned: 30, Unmatched: 4, Strata: []backtest.TouchedStratum{{Low: 0, High: 0.08, N: 700, Churned: 20, Touched: 12, Saved: 11}}}
	for i := range 3 {
		shift := float64(i) / 100
		t.Candidates = append(t.Candidates, backtest.TouchedMetrics{In: auc(0.75 + shift), Out: auc(0.78 + shift), Weighted: auc(0.77 + shift), Lost: auc(0.81 + shift)})
	}
	return t
}

// furtherTargets gives a company a contest about contraction.
func furtherTargets(r *backtest.Result) *backtest.Result {
	shrink := fixture.Company(3, 2, 3)
	shrink.Target, shrink.Verdict.Decision, shrink.Verdict.Headline = models.Contraction, backtest.Hold, "Keep the base rate for contraction."
	r.Further = []*backtest.Result{shrink}
	return r
}
