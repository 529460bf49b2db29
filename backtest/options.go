package backtest

import (
	"fmt"

	"holdfast/dataset"
)

// Options say how a backtest is run. The zero value of a field means its
// default, where one is given.
type Options struct {
	Every       Step         // distance between cutoffs
	FirstCutoff dataset.Date // NoDate: the first one that leaves enough to learn from
	LastCutoff  dataset.Date // NoDate: the last one that leaves anything to test
	Window      Step         // sliding training window; the zero Step: expanding
	Champion    string       // candidate name
	Primary     string       // log_loss (default), brier or auc
	Margin      float64      // the gain in Primary that a promotion must clear
	Capacity    int          // accounts the team can work per period
	SaveRates   []float64
	ContactCost float64
	Replicates  int // of the account bootstrap
	Seed        uint64
	Level       float64 // of intervals; default 0.95
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
		return fmt.Sprintf("%d days", s.Days)
	case s.Months%12 == 0:
		return plural(s.Months/12, "year")
	case s.Months%3 == 0:
		return plural(s.Months/3, "quarter")
	}
	return plural(s.Months, "month")
}

func plural(n int, unit string) string {
	if n == 1 {
		return unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
