package health

import (
	"context"
	"slices"

	"holdfast/dataset"
	"holdfast/features"
)

// Options are what the data cannot say. The zero value works.
type Options struct {
	Leads      []int   // of the project, in days; shown beside the standard grid
	Seed       uint64  // of the bootstrap
	Replicates int     // of the bootstrap; 0: 1000
	AUC        float64 // that a score is expected to reach, for planning; 0: 0.75
}

// The defaults of Options.
const (
	defaultReplicates = 1000
	defaultAUC        = 0.75
	level             = 0.95
)

// Examine says what the panel can support and what is odd about it. It reads, and
// changes nothing; the same panel gives the same report to the last bit. Its own errors
// are those of ctx and of factors that do not belong to the panel.
func Examine(ctx context.Context, panel *dataset.Panel, factors []features.Factor, o Options) (*Report, error) {
	o.setDefaults()
	factors = features.Looking(factors)
	e := panel.Examples
	r := &Report{
		Clock: e.Clock, ObservedUntil: e.ObservedUntil, Counts: e.Counts,
		Pairs: []Pair{}, Groups: []Group{}, Columns: []Column{}, Aliases: []Alias{},
		Findings: []dataset.Warning{}, Notes: []dataset.Warning{},
	}
	f := newFrame(panel)
	r.Today = f.last
	r.Snapshots, r.Outcomes, r.Months = f.snapshots(panel), outcomesOf(panel), f.months(panel)
	r.Snapshots.Cadence.Thin = thinMonths(r.Snapshots, r.Months)
	r.Leads = leads(panel, o.Leads)
	r.Quarters, r.Segments = ratesByQuarter(e), ratesBySegment(e)

	profiles, ranks, err := profile(ctx, panel, f, factors)
	if err != nil {
		return nil, err
	}
	r.Factors = profiles
	defer ranks.close()
	if r.Pairs, r.Groups, err = correlate(factors, ranks, e.Table.AtOnce(16*int64(e.Len()))); err != nil {
		return nil, err
	}
	ranks.held = nil // as large as the examples; the design that comes next is, too
	if r.Columns, r.Aliases, err = inflation(ctx, factors, e, r.Factors); err != nil {
		return nil, err
	}
	if r.Standing, err = standing(ctx, panel, factors, r.Factors); err != nil {
		return nil, err
	}
	if r.Retention, err = retention(ctx, panel.Outcomes, e.ObservedUntil, o); err != nil {
		return nil, err
	}
	if r.Sufficiency, err = sufficiency(ctx, e, factors, r, o); err != nil {
		return nil, err
	}
	r.judge(panel)
	r.Summary = r.summarise()
	return r, nil
}

// setDefaults fills in what was left open.
func (o *Options) setDefaults() {
	if o.Replicates == 0 {
		o.Replicates = defaultReplicates
	}
	if o.AUC == 0 {
		o.AUC = defaultAUC
	}
}

// extent is the first and the last of some days.
func extent(days []dataset.Date) (first, last dataset.Date) {
	if len(days) == 0 {
		return dataset.NoDate, dataset.NoDate
	}
	return slices.Min(days), slices.Max(days)
}
