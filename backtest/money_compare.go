package backtest

import (
	"context"
	"fmt"
	"slices"

	"holdfast/backtest/metrics"
)

// DollarGain is what a challenger's lists would have protected beyond the champion's, over
// all periods: the save rate times the difference in captured value. Both teams make as
// many contacts, so that their cost cancels. The interval is that of paired account draws, which
// a few large accounts make wider; see [metrics.Replicates.HeavyTailed].
type DollarGain struct {
	Challenger, Champion  string
	Tier                  string // the segment whose lists are compared; empty: the lists of all accounts
	SaveRate              float64
	Gain, Low, High       float64 // in the unit of values; positive: better for the challenger
	FamilyLow, FamilyHigh float64 // widened for the number of challengers, as in Comparison
}

// compareDollars sets every challenger's lists against the champion's, at the whole
// captured value (a save rate of 1) and at every save rate of the options.
func compareDollars(r *Result) {
	if r.Candidates[r.Champion].Worth == nil {
		return
	}
	for _, c := range r.challengers() {
		gain := r.Candidates[c].Worth.Captured.Value - r.Candidates[r.Champion].Worth.Captured.Value
		r.Dollars = append(r.Dollars, r.dollarGains(r.boot, c, gain, "")...)
	}
}

// dollarGains is a difference in captured value at every save rate.
func (r *Result) dollarGains(boot *resampled, c int, gain float64, tier string) []DollarGain {
	ahead := boot.of(c, ValueCaptured).less(boot.of(r.Champion, ValueCaptured))
	low, high, _ := ahead.interval(r.Options.Level)
	familyLow, familyHigh, _ := ahead.interval(r.family())
	var list []DollarGain
	for _, rate := range append([]float64{1}, r.Options.SaveRates...) {
		list = append(list, DollarGain{Challenger: r.Candidates[c].Name, Champion: r.Candidates[r.Champion].Name, Tier: tier, SaveRate: rate,
			Gain: rate * gain, Low: rate * low, High: rate * high, FamilyLow: rate * familyLow, FamilyHigh: rate * familyHigh})
	}
	return list
}

// TierWorth is the money of one tier, worked by its own team.
type TierWorth struct {
	Tier                     Tier
	N, Churned               int
	AtRisk, Captured, Missed metrics.Estimate
	Worked                   int
	Grid                     []MoneyRow // by save rate, at the tier's contact cost
	BreakEven                BreakEven
}

// measureTiers works every tier's lists by themselves, with account draws of their own; a
// tier without test rows is left out. Unknown segments are an error: a team was planned
// for nobody.
func measureTiers(ctx context.Context, r *Result, progress Progress) error {
	if r.Predictions.Value == nil {
		return nil
	}
	parts := r.Predictions.bySegment()
	for _, tier := range r.Options.Tiers {
		if !slices.Contains(r.Predictions.Segments, tier.Segment) {
			return fmt.Errorf("backtest: tier %q is no segment; the segments are %q", tier.Segment, r.Predictions.Segments)
		}
		at := slices.IndexFunc(parts, func(p part) bool { return p.name == tier.Segment })
		if at < 0 {
			continue
		}
		if err := measureTier(ctx, r, parts[at].sample, tier, progress); err != nil {
			return err
		}
	}
	return nil
}

// measureTier adds one tier to every candidate, and its comparisons to the dollars.
func measureTier(ctx context.Context, r *Result, s *sample, tier Tier, progress Progress) error {
	if tier.ContactCost == 0 {
		tier.ContactCost = r.Options.ContactCost
	}
	own := r.Options
	own.Capacity = tier.Capacity
	boot, err := resample(ctx, &r.Predictions, s, own, progress)
	if err != nil {
		return err
	}
	for c := range r.Candidates {
		w := TierWorth{Tier: tier, N: len(s.churned), Churned: s.events(), Worked: worked(s, tier.Capacity)}
		w.Captured, w.Missed, w.AtRisk = boot.values3(c, r.Options.Level)
		for _, rate := range r.Options.SaveRates {
			w.Grid = append(w.Grid, moneyRow(w.Captured.Value, w.Captured.Low, w.Captured.High, rate, w.Worked, tier.ContactCost))
		}
		w.BreakEven = breakEven(w.Captured, w.Worked, tier.ContactCost)
		r.Candidates[c].Worth.Tiers = append(r.Candidates[c].Worth.Tiers, w)
	}
	champion := r.Candidates[r.Champion].Worth.Tiers
	for _, c := range r.challengers() {
		tiers := r.Candidates[c].Worth.Tiers
		gain := tiers[len(tiers)-1].Captured.Value - champion[len(champion)-1].Captured.Value
		r.Dollars = append(r.Dollars, r.dollarGains(boot, c, gain, tier.Segment)...)
	}
	return nil
}
