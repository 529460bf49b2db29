package health

import (
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// Report is what Examine found: plain data, complete as JSON. Numbers that are not
// defined are null there. Shares are between 0 and 1, intervals are of 95 %.
type Report struct {
	Clock         dataset.Clock `json:"clock"`
	ObservedUntil dataset.Date  `json:"observed_until"`
	Today         dataset.Date  `json:"today"` // the newest snapshot
	Summary       []string      `json:"summary"`

	Snapshots Snapshots      `json:"snapshots"`
	Outcomes  Outcomes       `json:"outcomes"`
	Months    []Month        `json:"months"` // of the data, none left out
	Counts    dataset.Counts `json:"counts"` // what the clock made of the rows
	Leads     []Lead         `json:"leads"`  // renewal mode: coverage by lead, shortest first
	Standing  Standing       `json:"standing"`

	Factors []Factor `json:"factors"` // in the order of the project
	Pairs   []Pair   `json:"correlated_pairs"`
	Groups  []Group  `json:"correlated_groups"`
	Columns []Column `json:"design_columns"`
	Aliases []Alias  `json:"aliases"`

	Quarters    []Rate      `json:"churn_by_quarter"`
	Segments    []Rate      `json:"churn_by_segment"`
	Retention   []Retention `json:"retention_by_quarter"`
	Sufficiency Sufficiency `json:"sufficiency"`

	Findings []dataset.Warning `json:"findings"` // to be acted on
	Notes    []dataset.Warning `json:"notes"`    // worth knowing
}

// Snapshots are the facts of the snapshot rows.
type Snapshots struct {
	Rows         int          `json:"rows"` // without exact duplicates
	Duplicates   int          `json:"duplicates"`
	Accounts     int          `json:"accounts"`
	First        dataset.Date `json:"first"`
	Last         dataset.Date `json:"last"`
	Dates        int          `json:"dates"` // distinct
	Late         int          `json:"late"`  // rows recorded after their date
	LateAccounts int          `json:"late_accounts"`
	AfterChurn   int          `json:"after_churn"` // rows on or after the churn of their account
	Cadence      Cadence      `json:"cadence"`
}

// Cadence is how often accounts are seen.
type Cadence struct {
	Name             string      `json:"name"`            // daily, weekly, monthly, quarterly, yearly, irregular, single
	MedianGap        int         `json:"median_gap_days"` // between consecutive snapshots of an account
	Regular          models.Stat `json:"regular_share"`   // of the gaps that fit the name
	AccountsWithGaps int         `json:"accounts_with_gaps"`
	Skipped          int         `json:"skipped_snapshots"` // that the accounts with gaps lack
	LongestGap       int         `json:"longest_gap_days"`
	Examples         []string    `json:"examples"` // accounts with gaps
	Thin             []ThinMonth `json:"thin_months"`
}

// ThinMonth is a month in which far fewer accounts have a snapshot than before.
type ThinMonth struct {
	Month    dataset.Date `json:"month"`
	Accounts int          `json:"accounts"`
	Before   int          `json:"before"`  // median of the three months before
	Partial  bool         `json:"partial"` // the last month of the data, which may not be complete
}

// Outcomes are the facts of the outcome rows.
type Outcomes struct {
	Rows       int          `json:"rows"`
	Duplicates int          `json:"duplicates"`
	Accounts   int          `json:"accounts"`
	Strangers  int          `json:"accounts_without_snapshots"`
	First      dataset.Date `json:"first"`
	Last       dataset.Date `json:"last"`
	Churned    int          `json:"churned"`
	Renewed    int          `json:"renewed"`
	Unknown    int          `json:"unknown"`
	Future     int          `json:"not_yet_known"` // known after observed_until only
}

// Month counts rows by calendar month, for the timeline.
type Month struct {
	Start     dataset.Date `json:"start"`
	Snapshots int          `json:"snapshots"`
	Accounts  int          `json:"accounts"` // with a snapshot in the month
	Renewed   int          `json:"renewed"`  // outcomes dated in the month
	Churned   int          `json:"churned"`
	Unknown   int          `json:"unknown"`
}

// Lead is how many renewals could be scored that many days ahead.
type Lead struct {
	Days    int            `json:"days"`
	Asked   bool           `json:"asked"` // a lead of the project
	Covered models.Stat    `json:"covered"`
	Counts  dataset.Counts `json:"counts"`
}

// Standing is which accounts can be scored today. Every account has one reason.
type Standing struct {
	Accounts  int      `json:"accounts"`
	Scoreable int      `json:"scoreable"`
	Reasons   []Reason `json:"reasons"` // of those that are not, most frequent first
}

// Reason is why accounts cannot be scored.
type Reason struct {
	Code     string   `json:"code"`
	Detail   string   `json:"detail,omitempty"` // the factor, for reasons that are one's
	Accounts int      `json:"accounts"`
	Examples []string `json:"examples"`
	Meaning  string   `json:"meaning"`
}

// Factor is the profile of a factor on the examples, and over time on the snapshots at
// risk.
type Factor struct {
	Name     string        `json:"name"`
	Category string        `json:"category,omitempty"`
	Kind     features.Kind `json:"kind"`
	Expr     string        `json:"expr"`
	Segments []string      `json:"segments,omitempty"` // those it is for; in others it counts as missing here

	N            int             `json:"n"` // examples
	Missing      int             `json:"missing"`
	MissingShare models.Stat     `json:"missing_share"`
	Policy       features.Policy `json:"missing_policy"`
	Distinct     int             `json:"distinct"`
	Mode         string          `json:"mode"` // the most frequent value
	ModeShare    models.Stat     `json:"mode_share"`

	Zero     models.Stat `json:"zero_share"` // of the present values; null for a category
	Min      models.Stat `json:"min"`
	P1       models.Stat `json:"p1"`
	Median   models.Stat `json:"median"`
	P99      models.Stat `json:"p99"`
	Max      models.Stat `json:"max"`
	RobustSD models.Stat `json:"robust_sd"` // 1.4826 MAD
	Outliers int         `json:"outliers"`  // more than 6 RobustSD from the median
	AUC      models.Stat `json:"auc_alone"` // of a number, higher value = riskier; below 0.5: healthier

	Levels     []Level `json:"levels,omitempty"` // of a category, most frequent first, at most 20
	Rare       int     `json:"rare_levels,omitempty"`
	OneAccount int     `json:"one_account_levels,omitempty"`

	VIF            models.Stat   `json:"vif"`              // the largest of its design columns
	MissingByMonth []models.Stat `json:"missing_by_month"` // as Report.Months, null without rows
	Drift          Drift         `json:"drift"`
}

// Level is a level of a category on the examples.
type Level struct {
	Name     string      `json:"name"`
	N        int         `json:"n"`
	Accounts int         `json:"accounts"`
	Churned  int         `json:"churned"`
	Rate     models.Stat `json:"rate"`
	Low      models.Stat `json:"low"`
	High     models.Stat `json:"high"`
}

// Drift compares the quarters of the second half of the data with its first half.
type Drift struct {
	From    dataset.Date  `json:"reference_from"`
	Until   dataset.Date  `json:"reference_until"` // the day after
	Bins    int           `json:"bins"`
	Periods []DriftPeriod `json:"periods"`
}

// DriftPeriod is one quarter against the reference.
type DriftPeriod struct {
	Start        dataset.Date `json:"start"`
	N            int          `json:"n"`
	PSI          models.Stat  `json:"psi"`
	Null95       models.Stat  `json:"null_95"`
	P            models.Stat  `json:"p"`
	DesignEffect models.Stat  `json:"design_effect"`
}

// Pair is two numeric factors that go together.
type Pair struct {
	A        string      `json:"a"`
	B        string      `json:"b"`
	N        int         `json:"n"` // examples with both values
	Spearman models.Stat `json:"spearman"`
}

// Group is factors that say nearly the same, joined by single linkage.
type Group struct {
	Factors   []string    `json:"factors"`
	Strongest models.Stat `json:"strongest"` // Spearman correlation of the closest pair, with its sign
}

// Column is a design column with its variance inflation.
type Column struct {
	Factor string      `json:"factor"`
	Level  string      `json:"level,omitempty"`
	VIF    models.Stat `json:"vif"` // null: infinite, see aliases
}

// Alias is a design column that is a combination of others.
type Alias struct {
	Column string   `json:"column"`
	Of     []string `json:"of"`
}

// Rate is a churn rate with Wilson's interval at the effective number of examples.
type Rate struct {
	Start        dataset.Date `json:"start,omitempty"` // of a quarter
	Segment      string       `json:"segment,omitempty"`
	N            int          `json:"n"`
	Churned      int          `json:"churned"`
	Rate         models.Stat  `json:"rate"`
	Low          models.Stat  `json:"low"`
	High         models.Stat  `json:"high"`
	DesignEffect models.Stat  `json:"design_effect"`
}

// Interval is an estimate with its interval.
type Interval struct {
	Value models.Stat `json:"value"`
	Low   models.Stat `json:"low"`
	High  models.Stat `json:"high"`
}

// Retention is what became of the contracts that fell due in a quarter.
type Retention struct {
	Start         dataset.Date `json:"start"`
	Due           int          `json:"due"` // outcomes known to have renewed or churned
	Churned       int          `json:"churned"`
	Contracted    int          `json:"contracted"`
	Flat          int          `json:"flat"`
	Expanded      int          `json:"expanded"`
	LogoChurn     Interval     `json:"logo_churn"`
	Priced        int          `json:"priced"` // of those due, with both amounts
	PricedChurned int          `json:"priced_churned"`
	Before        models.Stat  `json:"value_before"`
	After         models.Stat  `json:"value_after"`
	GRR           Interval     `json:"grr"`
	NRR           Interval     `json:"nrr"`
}

// Sufficiency is what the data can support before anything is fitted.
type Sufficiency struct {
	Examples         int         `json:"examples"`
	Events           int         `json:"events"`
	Factors          int         `json:"factors"`
	Columns          int         `json:"columns"` // of the design
	EventsPerFactor  models.Stat `json:"events_per_factor"`
	EventsPerColumn  models.Stat `json:"events_per_column"`
	RateDesignEffect models.Stat `json:"rate_design_effect"`
	Effective        int         `json:"effective_examples"` // examples over that design effect

	Riley Riley `json:"riley"`

	AUC             models.Stat `json:"assumed_auc"`
	Correlation     models.Stat `json:"assumed_correlation"`
	AUCDesignEffect models.Stat `json:"auc_design_effect"`
	Detectable      models.Stat `json:"detectable_auc"`      // if every example is tested
	DetectableHalf  models.Stat `json:"detectable_auc_half"` // if half are, as in a walk forward

	Verdict string `json:"verdict"` // enough, thin or too_little
	Advice  string `json:"advice"`
}

// Riley is the minimum sample size by Riley et al. (2019, 2020).
type Riley struct {
	R2        models.Stat `json:"assumed_cox_snell_r2"`
	Shrinkage int         `json:"rows_for_shrinkage"`
	Optimism  int         `json:"rows_for_optimism"`
	Rate      int         `json:"rows_for_rate"`
	Rows      int         `json:"rows"`
	Columns   int         `json:"columns_supported"` // that the effective examples would support
}
