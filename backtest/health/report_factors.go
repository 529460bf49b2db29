package health

import (
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// Factor is the profile of a factor on the examples, and over time on the snapshots at
// risk. Its values are those of the expression, before anything is clipped, scaled or filled
// in.
type Factor struct {
	Name     string        `json:"name"`
	Category string        `json:"category,omitempty"`
	Kind     features.Kind `json:"kind"`
	Expr     string        `json:"expr"`
	Segments []string      `json:"segments,omitempty"` // those it is for; in others it counts as missing here. nil: all

	// N examples, of which Missing have no value; Policy says what a fit puts in their place.
	N            int             `json:"n"`
	Missing      int             `json:"missing"`
	MissingShare models.Stat     `json:"missing_share"`
	Policy       features.Policy `json:"missing_policy"`

	// Distinct values or levels; Mode is the most frequent (the smallest of several numbers,
	// the first of several levels in byte order) and ModeShare its part of those present.
	// Without any value they are 0, empty and NaN.
	Distinct  int         `json:"distinct"`
	Mode      string      `json:"mode"`
	ModeShare models.Stat `json:"mode_share"`

	// Of a number, over the values present; NaN for a category. Quantiles interpolate
	// linearly between order statistics (type 7 of Hyndman and Fan 1996). RobustSD is the
	// median absolute deviation in standard deviations of a normal distribution, NaN where
	// more than half of the values are equal; Outliers are more than 6 of it from the median.
	Zero     models.Stat `json:"zero_share"`
	Min      models.Stat `json:"min"`
	P1       models.Stat `json:"p1"`
	Median   models.Stat `json:"median"`
	P99      models.Stat `json:"p99"`
	Max      models.Stat `json:"max"`
	RobustSD models.Stat `json:"robust_sd"`
	Outliers int         `json:"outliers"`

	// AUC is that of the number alone, a higher value taken as riskier, on the examples that
	// have one: below 0.5, more of it is healthier. It is of the past and in sample, and no
	// promise.
	AUC models.Stat `json:"auc_alone"`

	// Levels of a category, most frequent first, at most 20; nil for a number. Rare are all
	// levels of fewer than 30 examples, OneAccount those that only one account ever had.
	Levels     []Level `json:"levels,omitempty"`
	Rare       int     `json:"rare_levels,omitempty"`
	OneAccount int     `json:"one_account_levels,omitempty"`

	// VIF is the largest of its design columns; NaN where it has none, or is a spline, whose
	// columns explain each other by construction.
	VIF models.Stat `json:"vif"`

	// MissingByMonth is the share of the snapshots at risk without a value, by the index of
	// Report.Months; NaN in a month without such snapshots.
	MissingByMonth []models.Stat `json:"missing_by_month"`
	Drift          Drift         `json:"drift"`
}

// Level is a level of a category on the examples. Its interval is Wilson's with every example
// taken for independent, unlike that of a [Rate]: too narrow where accounts repeat.
type Level struct {
	Name     string      `json:"name"`
	N        int         `json:"n"`
	Accounts int         `json:"accounts"`
	Churned  int         `json:"churned"`
	Rate     models.Stat `json:"rate"`
	Low      models.Stat `json:"low"`
	High     models.Stat `json:"high"`
}

// Drift compares the quarters of the second half of the data with its first half, on the
// snapshots at risk. The bins are cut on the reference and frozen.
type Drift struct {
	From    dataset.Date  `json:"reference_from"`
	Until   dataset.Date  `json:"reference_until"` // the day after
	Bins    int           `json:"bins"`            // with that of missing values; 0 where there is one quarter only
	Periods []DriftPeriod `json:"periods"`         // in time order
}

// DriftPeriod is one quarter against the reference: see metrics.Drift.
type DriftPeriod struct {
	Start        dataset.Date `json:"start"`
	N            int          `json:"n"`             // snapshots of the quarter
	PSI          models.Stat  `json:"psi"`           // population stability index
	Null95       models.Stat  `json:"null_95"`       // what chance alone stays below in 95 of 100 cases
	P            models.Stat  `json:"p"`             // of an index as large by chance; not adjusted for the number of quarters
	DesignEffect models.Stat  `json:"design_effect"` // what accounts that repeat do to the scale of Null95
}

// Pair is two numeric factors that go together.
type Pair struct {
	A        string      `json:"a"` // the one that comes first in the project
	B        string      `json:"b"`
	N        int         `json:"n"` // examples with both values
	Spearman models.Stat `json:"spearman"`
}

// Group is factors that say nearly the same, joined by single linkage: each is close to some
// member and need not be to all.
type Group struct {
	Factors   []string    `json:"factors"`   // at least two, in the order of the project
	Strongest models.Stat `json:"strongest"` // Spearman correlation of the closest pair, with its sign
}

// Column is a design column with its variance inflation, 1 / (1 - R2) of its regression on
// all other columns.
type Column struct {
	Factor string      `json:"factor"`
	Level  string      `json:"level,omitempty"`
	VIF    models.Stat `json:"vif"` // null: infinite, see aliases
}

// Alias is a design column that is a combination of others, which come before it: a fit
// cannot give all of them a weight.
type Alias struct {
	Column string   `json:"column"`
	Of     []string `json:"of"` // those that take part, in the order of the design
}
