package backtest

import (
	"fmt"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/models"
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
	ContactCost float64 // of one contact, in the unit of values

	ContactCosts []float64 // further costs to price the lists at
	Tiers        []Tier    // segments that are worked by a team of their own

	Replicates int // of the account bootstrap
	Seed       uint64
	Level      float64 // of intervals; default 0.95
	Intervals  string  // of what is drawn by account: Percentile (default) or BCa; see IntervalMethod

	CalibrationSlope Range   // a promotion's slope interval must lie in it; default [0.7, 1.4]
	CITL             Range   // likewise, in log-odds; default [-0.3, 0.3]
	SegmentEvents    int     // events, and examples without, from which a segment has a say; default 30
	SegmentMargin    float64 // what a segment may lose in Primary; default 0
	PSI              float64 // how far the latest predictions may have moved; default 0.25

	// Cohort groups the test rows for a second look, by text or truth, or by quartiles of
	// a number; its columns must have been loaded. nil: by a column of tenure, if there is
	// one.
	Cohort *expr.Expr

	Bands     models.BandRules // where red and yellow begin; a period is by default as long as Every
	Goal      float64          // share of accounts that may be at risk; 0: nobody has set a goal
	Triggers  []Trigger        // alerts to backtest; nil: DefaultTriggers
	Playbooks []Trigger        // what the team does, backtested likewise
}

// Tier is a segment with a team, and so a capacity, of its own.
type Tier struct {
	Segment     string
	Capacity    int     // accounts per period
	ContactCost float64 // 0: that of the options
}

// Range is a closed interval in which a number must lie.
type Range struct{ Low, High float64 }

// orElse is the range, or its default where it was not given.
func (r Range) orElse(low, high float64) Range {
	if r == (Range{}) {
		return Range{low, high}
	}
	return r
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
	if o.Intervals == "" {
		o.Intervals = Percentile
	}
	return o.withBands().withGates()
}

// withBands fills in where bands begin and what is watched.
func (o Options) withBands() Options {
	if o.Bands.Period == 0 {
		o.Bands.Period = o.Every.Length()
	}
	o.Bands = o.Bands.OrDefault()
	if o.Triggers == nil {
		o.Triggers = DefaultTriggers()
	}
	return o
}

// withGates fills in the limits of a promotion. They are conventions of ours for the
// quantities of Cox (1958) and Van Calster et al. (2019): a slope of 0.7 means log-odds
// that should be shrunk by a third, and 1.4 is about its inverse; a calibration in the
// large of 0.3 means odds that are off by a factor of 1.35, or 10 % where 7.6 to 13 %
// leave. The PSI of 0.25 is the usual rule of credit scoring (Siddiqi 2006).
func (o Options) withGates() Options {
	o.CalibrationSlope = o.CalibrationSlope.orElse(0.7, 1.4)
	o.CITL = o.CITL.orElse(-0.3, 0.3)
	if o.SegmentEvents == 0 {
		o.SegmentEvents = 30
	}
	if o.PSI == 0 {
		o.PSI = 0.25
	}
	return o
}

// check refuses options under which a run would not end or not mean anything.
func (o Options) check() error {
	if err := o.Bands.Check(); err != nil {
		return fmt.Errorf("backtest: %w", err)
	}
	switch {
	case !(o.Goal >= 0 && o.Goal < 1):
		return fmt.Errorf("backtest: the goal of %v at risk must be a share below 1", o.Goal)
	case o.Every.Months < 0 || o.Every.Days < 0 || o.Window.Months < 0 || o.Window.Days < 0:
		return fmt.Errorf("backtest: every %+v and window %+v must lead forward in time", o.Every, o.Window)
	case o.Primary != LogLoss && o.Primary != Brier && o.Primary != AUC:
		return fmt.Errorf("backtest: the primary metric %q is not one of %s, %s and %s", o.Primary, LogLoss, Brier, AUC)
	case o.Intervals != Percentile && o.Intervals != BCa:
		return fmt.Errorf("backtest: the intervals %q are neither %s nor %s", o.Intervals, Percentile, BCa)
	case !(o.Level > 0 && o.Level < 1):
		return fmt.Errorf("backtest: the level %v must lie between 0 and 1", o.Level)
	case o.Margin != o.Margin || o.Capacity < 0 || o.Replicates < 0:
		return fmt.Errorf("backtest: margin %v, capacity %d and bootstrap %d must be numbers, the last two from 0 on", o.Margin, o.Capacity, o.Replicates)
	case !(o.CalibrationSlope.Low < o.CalibrationSlope.High) || !(o.CITL.Low < o.CITL.High):
		return fmt.Errorf("backtest: calibration_slope %v and citl %v must be ranges [low, high] with low below high", o.CalibrationSlope, o.CITL)
	case o.SegmentEvents < 0 || !(o.SegmentMargin >= 0) || !(o.PSI > 0):
		return fmt.Errorf("backtest: segment_events %d, the segments' margin %v and psi %v must not be negative", o.SegmentEvents, o.SegmentMargin, o.PSI)
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

// Length is the days of the step from the first of a year that is no leap year: a quarter
// has 90, a year 365.
func (s Step) Length() int {
	first := dataset.NewDate(2001, 1, 1)
	return int(s.After(first, 1) - first)
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
