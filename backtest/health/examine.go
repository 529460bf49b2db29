package health

import (
	"context"
	"slices"

	"holdfast/dataset"
	"holdfast/features"
)

// Options are what the data cannot say. The zero value works.
type Options struct {
	// Leads are those of the project, in days, in any order. They are shown beside the
	// standard grid and that of the clock, and poor coverage at one of them is a finding;
	// nil: the clock's alone.
	Leads []int

	// Seed and Replicates are of the account bootstrap of retained revenue; 0 replicates
	// mean 1000. Nothing else in the report is drawn at random.
	Seed       uint64
	Replicates int

	// AUC is what a score is expected to reach, for the smallest difference that a backtest
	// could detect; 0 means 0.75.
	AUC float64
}

// The defaults of Options, and the level of every interval in the report.
const (
	defaultReplicates = 1000
	defaultAUC        = 0.75
	level             = 0.95
)

// Examine says what the panel can support and what is odd about it. It reads, and
// changes nothing; the same panel gives the same report to the last bit on any number of
// processors. Factors are compiled (features.Compile) on the columns of the panel, in the
// order of the project.
//
// Its own errors are those of ctx, of stored columns that cannot be read, and of factors
// that do not belong to the panel. What is wrong with the data is a finding and no error:
// nobody who churned, no factors, or factors without a value, give a report. (A panel has
// an example, or dataset.Survey would have refused the data.)
func Examine(ctx context.Context, panel *dataset.Panel, factors []features.Factor, o Options) (*Report, error) {
	o.setDefaults()
	factors = features.Looking(factors)
	e := panel.Examples
	r := &Report{
		Clock: e.Clock, ObservedUntil: e.ObservedUntil, Counts: e.Counts,
		Pairs: []Pair{}, Groups: []Group{}, Columns: []Column{}, Aliases: []Alias{},
		Findings: []dataset.Warning{}, Notes: []dataset.Warning{},
	}
	f, err := newFrame(panel)
	if err != nil {
		return nil, err
	}
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
	if err := r.relate(ctx, e, factors, ranks); err != nil {
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

// relate fills in what factors say together: pairs and groups by their ranks, then the design
// that a fit would have. The ranks are gone afterwards, for they are as large as the examples
// and the design is, too.
func (r *Report) relate(ctx context.Context, e *dataset.Examples, factors []features.Factor, ranks *rankings) (err error) {
	if r.Pairs, r.Groups, err = correlate(ctx, factors, ranks); err != nil {
		return err
	}
	ranks.held = nil
	r.Columns, r.Aliases, err = inflation(ctx, factors, e, r.Factors)
	return err
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

// extent is the first and the last of some days, in any order; NoDate for none.
func extent(days []dataset.Date) (first, last dataset.Date) {
	if len(days) == 0 {
		return dataset.NoDate, dataset.NoDate
	}
	return slices.Min(days), slices.Max(days)
}
