package health

import (
	"holdfast/dataset"
	"holdfast/models"
)

// Report is what Examine found: plain data, complete as JSON, so that what was written
// reads back to the same bytes. Numbers that are not defined are NaN here and null there;
// infinite ones are null as well. Shares are between 0 and 1, intervals are of 95 %. Slices
// are empty and not nil, except where a field says so.
type Report struct {
	// Clock is how rows became examples; ObservedUntil is the last day on which an outcome
	// could be known, and Today the date of the newest snapshot, on either side of it.
	Clock         dataset.Clock `json:"clock"`
	ObservedUntil dataset.Date  `json:"observed_until"`
	Today         dataset.Date  `json:"today"`

	// Summary is the four sentences for who reads nothing else (summary.go).
	Summary []string `json:"summary"`

	Snapshots Snapshots `json:"snapshots"`
	Outcomes  Outcomes  `json:"outcomes"`

	// Months are those of snapshots and outcomes, from the first to the last in time order
	// and without gaps; Factor.MissingByMonth goes by the same index.
	Months []Month `json:"months"`

	// Counts is what the clock made of the rows: they add up.
	Counts dataset.Counts `json:"counts"`

	// Leads is the coverage by lead, the shortest first; empty in horizon mode.
	Leads    []Lead   `json:"leads"`
	Standing Standing `json:"standing"`

	// Factors are in the order of the project, without those that only look through others
	// (features.Looking).
	Factors []Factor `json:"factors"`

	// Pairs are those of at least 0.5 in |Spearman|, the strongest first; Groups are what
	// pairs of at least 0.8 link together.
	Pairs  []Pair  `json:"correlated_pairs"`
	Groups []Group `json:"correlated_groups"`

	// Columns and Aliases are of the design that a fit on all examples would have, in its
	// order.
	Columns []Column `json:"design_columns"`
	Aliases []Alias  `json:"aliases"`

	// Quarters are in time order, Segments the largest first and empty without a segment
	// column, Retention by the quarter in which contracts fell due.
	Quarters    []Rate      `json:"churn_by_quarter"`
	Segments    []Rate      `json:"churn_by_segment"`
	Retention   []Retention `json:"retention_by_quarter"`
	Sufficiency Sufficiency `json:"sufficiency"`

	// Findings are to be acted on, Notes are worth knowing; the codes of both are in the
	// package comment. The most consequential come first.
	Findings []dataset.Warning `json:"findings"`
	Notes    []dataset.Warning `json:"notes"`
}

// Lead is how many renewals could be scored that many days ahead.
type Lead struct {
	Days  int  `json:"days"`
	Asked bool `json:"asked"` // a lead of the project, and not only of the standard grid

	// Covered is the share with a usable snapshot, of the outcomes that are known and whose
	// account was still undecided so early; Counts is what the clock would make of all.
	Covered models.Stat    `json:"covered"`
	Counts  dataset.Counts `json:"counts"`
}

// Standing is which accounts can be scored today. An account that cannot has one reason, the
// first that holds, so that Scoreable and the Reasons add up to Accounts.
type Standing struct {
	Accounts  int      `json:"accounts"` // with a snapshot; those that only outcomes know are not among them
	Scoreable int      `json:"scoreable"`
	Reasons   []Reason `json:"reasons"` // of those that are not, most frequent first
}

// Reason is why accounts cannot be scored.
type Reason struct {
	// Code is one of dataset's (NotCustomer, NotOpen, NotRecent), missing_factor or
	// unseen_level; Detail names the factor of the last two.
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"`

	Accounts int      `json:"accounts"`
	Examples []string `json:"examples"` // the first five accounts in the order of their keys
	Meaning  string   `json:"meaning"`  // the code in words
}

// Sufficiency is what the data can support before anything is fitted.
type Sufficiency struct {
	// Examples are the mature ones and Events those that churned. Factors feed the given
	// number of design Columns, aliased ones not counted.
	Examples int `json:"examples"`
	Events   int `json:"events"`
	Factors  int `json:"factors"`
	Columns  int `json:"columns"`

	// Events per factor and column are of the rarer outcome, churned or renewed, as the
	// rules of thumb mean them; NaN without any factor or column.
	EventsPerFactor models.Stat `json:"events_per_factor"`
	EventsPerColumn models.Stat `json:"events_per_column"`

	// RateDesignEffect is how many examples say as much about the churn rate as one that is
	// its account's only one; Effective is Examples over it, rounded down.
	RateDesignEffect models.Stat `json:"rate_design_effect"`
	Effective        int         `json:"effective_examples"`

	Riley Riley `json:"riley"`

	// What a backtest could tell apart. Two scores that both reach the assumed AUC, on the
	// same rows and correlated as assumed, must differ by Detectable to be told apart in 80 of
	// 100 backtests at 5 %: if every example is tested, and if half are, as in a walk
	// forward. AUCDesignEffect is what repeated accounts do to the variance, at least 1.
	AUC             models.Stat `json:"assumed_auc"`
	Correlation     models.Stat `json:"assumed_correlation"`
	AUCDesignEffect models.Stat `json:"auc_design_effect"`
	Detectable      models.Stat `json:"detectable_auc"`
	DetectableHalf  models.Stat `json:"detectable_auc_half"`

	Verdict string `json:"verdict"` // enough, thin or too_little
	Advice  string `json:"advice"`  // one sentence: what to do about it
}

// Riley is the minimum sample size by Riley et al. (2019, 2020), in rows: see
// metrics.RileySampleSize for the formulas. All are zero where nobody, or everybody, churned.
type Riley struct {
	// R2 is the Cox-Snell R2 that is planned with: 15 % of the largest there can be at this
	// churn rate, which Riley et al. advise where nothing is known.
	R2 models.Stat `json:"assumed_cox_snell_r2"`

	Shrinkage int `json:"rows_for_shrinkage"` // so that weights are shrunk by a tenth at most
	Optimism  int `json:"rows_for_optimism"`  // so that R2 is too good by 0.05 of its maximum at most
	Rate      int `json:"rows_for_rate"`      // so that the churn rate is known to 5 points
	Rows      int `json:"rows"`               // the largest of the three

	Columns int `json:"columns_supported"` // design columns that Sufficiency.Effective rows would support
}
