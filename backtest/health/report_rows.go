package health

import (
	"holdfast/dataset"
	"holdfast/models"
)

// Snapshots are the facts of the snapshot rows. Dates are those that the rows bear, also
// where they were recorded later.
type Snapshots struct {
	Rows       int `json:"rows"`       // without exact duplicates
	Duplicates int `json:"duplicates"` // rows that repeat another in every column

	Accounts int          `json:"accounts"`
	First    dataset.Date `json:"first"`
	Last     dataset.Date `json:"last"`
	Dates    int          `json:"dates"` // distinct days; one a month for a month-end export

	// Late rows were recorded after their date, of so many accounts; both are 0 without
	// columns.recorded_at, where nobody can tell.
	Late         int `json:"late"`
	LateAccounts int `json:"late_accounts"`

	// AfterChurn are rows on or after the churn of their account. They are among the Rows and
	// in Report.Months; drift, and what is missing by month, are without them.
	AfterChurn int     `json:"after_churn"`
	Cadence    Cadence `json:"cadence"`
}

// Cadence is how often accounts are seen. Gaps are the days between consecutive snapshots of
// one account.
type Cadence struct {
	// Name is daily, weekly, monthly, quarterly or yearly if at least 80 % of the gaps fit
	// it, irregular if none has so many, single if no account has two snapshots.
	Name string `json:"name"`

	MedianGap int         `json:"median_gap_days"` // the lower median; 0 without gaps
	Regular   models.Stat `json:"regular_share"`   // of the gaps that fit the name; NaN for irregular and single

	// Accounts with gaps lack snapshots between their first and last, Skipped of them in
	// all. An irregular cadence skips nothing, and a daily one may rest for a long weekend.
	AccountsWithGaps int         `json:"accounts_with_gaps"`
	Skipped          int         `json:"skipped_snapshots"`
	LongestGap       int         `json:"longest_gap_days"`
	Examples         []string    `json:"examples"` // the first five accounts with gaps
	Thin             []ThinMonth `json:"thin_months"`
}

// ThinMonth is a month in which fewer than half as many accounts have a snapshot as before.
type ThinMonth struct {
	Month    dataset.Date `json:"month"` // its first day
	Accounts int          `json:"accounts"`
	Before   int          `json:"before"`  // median of the three months before
	Partial  bool         `json:"partial"` // the last month of the data, which may not be complete
}

// Outcomes are the facts of the outcome rows: Churned, Renewed and Unknown add up to Rows.
type Outcomes struct {
	Rows       int          `json:"rows"` // without repeated ones
	Duplicates int          `json:"duplicates"`
	Accounts   int          `json:"accounts"`
	Strangers  int          `json:"accounts_without_snapshots"`
	First      dataset.Date `json:"first"` // renewal or churn dates, not the days they became known
	Last       dataset.Date `json:"last"`
	Churned    int          `json:"churned"`
	Renewed    int          `json:"renewed"`
	Unknown    int          `json:"unknown"`       // the outcome is null
	Future     int          `json:"not_yet_known"` // known after observed_until only; one of the three above as well
}

// Month counts rows by calendar month, for the timeline.
type Month struct {
	Start     dataset.Date `json:"start"` // its first day
	Snapshots int          `json:"snapshots"`
	Accounts  int          `json:"accounts"` // with a snapshot in the month
	Renewed   int          `json:"renewed"`  // outcomes dated in the month, whenever they became known
	Churned   int          `json:"churned"`
	Unknown   int          `json:"unknown"`
}

// Rate is a churn rate with Wilson's interval at the effective number of examples
// (metrics.ClusteredRate).
type Rate struct {
	Start   dataset.Date `json:"start,omitempty"`   // first day of a quarter; NoDate for a segment
	Segment string       `json:"segment,omitempty"` // "(missing)" for examples without one

	N            int         `json:"n"` // examples
	Churned      int         `json:"churned"`
	Rate         models.Stat `json:"rate"` // Churned / N
	Low          models.Stat `json:"low"`
	High         models.Stat `json:"high"`
	DesignEffect models.Stat `json:"design_effect"` // examples that say as much as one of an account of its own; at least 1
}

// Interval is an estimate with its 95 % interval; NaN throughout where there is none.
type Interval struct {
	Value models.Stat `json:"value"`
	Low   models.Stat `json:"low"`
	High  models.Stat `json:"high"`
}

// Retention is what became of the contracts that fell due in a quarter: the formulas are with
// the function of the same name.
type Retention struct {
	Start dataset.Date `json:"start"` // first day of the quarter
	Due   int          `json:"due"`   // outcomes known to have renewed or churned

	// What the amounts make of those due; all but Churned are 0 without amounts.
	Churned    int `json:"churned"`
	Contracted int `json:"contracted"`
	Flat       int `json:"flat"`
	Expanded   int `json:"expanded"`

	LogoChurn Interval `json:"logo_churn"` // Churned / Due

	// Priced are those due with both amounts, PricedChurned of them churned. Before and After
	// are their sums, in the currency of the data, and GRR and NRR their ratios; all are NaN
	// where nothing is priced.
	Priced        int         `json:"priced"`
	PricedChurned int         `json:"priced_churned"`
	Before        models.Stat `json:"value_before"`
	After         models.Stat `json:"value_after"`
	GRR           Interval    `json:"grr"`
	NRR           Interval    `json:"nrr"`
}
