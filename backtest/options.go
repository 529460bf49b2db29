package backtest

import (
	"fmt"

	"holdfast/dataset"
)

// Options say how a backtest is run. The zero value of a field means its
// default, where one is given.
type Options struct {
	Every       Step         // distance between cutoffs
	FirstCutoff dataset.Date // NoDate or zero: the first one that leaves enough to learn from
	LastCutoff  dataset.Date // NoDate or zero: the last one that leaves anything to test
	Window      Step         // sliding training window; the zero Step: expanding
	Champion    string       // candidate name; empty: the base rate
	Champions   []string     // of further targets, one each; a target without one: the base rate
	Primary     string       // log_loss (default), brier or auc
	Margin      float64      // the gain in Primary that a promotion must clear
	Capacity    int          // accounts the team can work per period
	SaveRates   []float64
	ContactCost float64
	Replicates  int // of the account bootstrap
	Seed        uint64
	Level       float64 // of intervals; default 0.95
}

// withDefaults fills in what was left at its zero value. Day zero, 1970-01-01, is
// the zero value of a date and no cutoff that anybody means.
func (o Options) withDefaults() Options {
	if o.Every.IsZero() {
		o.Every = Step{Months: 3}
	}
	if o.FirstCutoff == 0 {
		o.FirstCutoff = dataset.NoDate
	}
	if o.LastCutoff == 0 {
		o.LastCutoff = dataset.NoDate
	}
	if o.Primary == "" {
		o.Primary = LogLoss
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	return o
}

// check refuses options under which a run would not end or not mean anything.
func (o Options) check() error {
	switch {
	case o.Every.Months < 0 || o.Every.Days < 0 || o.Window.Months < 0 || o.Window.Days < 0:
		return fmt.Errorf("backtest: every %+v and window %+v must lead forward in time", o.Every, o.Window)
	case o.Primary != LogLoss && o.Primary != Brier && o.Primary != AUC:
		return fmt.Errorf("backtest: the primary metric %q is not one of %s, %s and %s", o.Primary, LogLoss, Brier, AUC)
	case !(o.Level > 0 && o.Level < 1):
		return fmt.Errorf("backtest: the level %v must lie between 0 and 1", o.Level)
	case o.Margin != o.Margin || o.Capacity < 0 || o.Replicates < 0:
		return fmt.Errorf("backtest: margin %v, capacity %d and bootstrap %d must be numbers, the last two from 0 on", o.Margin, o.Capacity, o.Replicates)
	}
	return nil
}

// Step is a distance in time: days, or whole months.
type Step struct {
	Months int
	Days   int
}

// IsZero says whether the step goes nowhere.
func (s Step) IsZero() bool { return s == Step{} }

// After returns the day n steps after day. Steps are counted from the origin, so
// that month ends do not creep.
func (s Step) After(day dataset.Date, n int) dataset.Date {
	return day.AddMonths(n*s.Months) + dataset.Date(n*s.Days)
}

// String returns the step as people say it.
func (s Step) String() string {
	switch {
	case s.Days > 0:
		return plural(s.Days, "day")
	case s.Months%12 == 0:
		return plural(s.Months/12, "year")
	case s.Months%3 == 0:
		return plural(s.Months/3, "quarter")
	}
	return plural(s.Months, "month")
}

// plural says "quarter" but "2 quarters".
func plural(n int, unit string) string {
	if n == 1 {
		return unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
