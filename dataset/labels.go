package dataset

import (
	"fmt"
	"slices"
	"sort"
)

// Mode is how outcomes become labels.
type Mode string

// The label modes.
const (
	// Renewal makes one example of each outcome: the newest snapshot at least
	// Lead days before it.
	Renewal Mode = "renewal"
	// Horizon makes one example of each snapshot: did the account churn in the
	// Horizon days after it?
	Horizon Mode = "horizon"
)

// Clock is the label clock: it says which snapshot meets which outcome, and
// since when that outcome is known.
type Clock struct {
	Mode    Mode `json:"mode"`
	Lead    int  `json:"lead_days,omitempty"`    // renewal: days between the snapshot and the outcome, at least
	MaxAge  int  `json:"max_age_days,omitempty"` // renewal: how many days older than Lead the snapshot may be
	Horizon int  `json:"horizon_days,omitempty"` // horizon: days after the snapshot in which churn counts
}

// Counts says what became of every outcome (renewal mode) or snapshot (horizon
// mode). Total is the sum of the counts below it: nothing is dropped silently.
type Counts struct {
	Total      int `json:"total"`       // outcome rows in renewal mode, snapshot rows in horizon mode
	Mature     int `json:"mature"`      // became examples
	Immature   int `json:"immature"`    // the window has not fully passed by observed_until
	NotAtRisk  int `json:"not_at_risk"` // already churned, or already decided before the as-of date
	NoSnapshot int `json:"no_snapshot"` // no snapshot early enough
	Stale      int `json:"stale"`       // the newest snapshot early enough is older than max_age allows
	Unknown    int `json:"unknown"`     // the outcome is null
	Incomplete int `json:"incomplete"`  // a factor with missing: drop has no value
	Churned    int `json:"churned"`     // of the mature
	Accounts   int `json:"accounts"`    // with a mature example
	Open       int `json:"open"`        // accounts with snapshots and no mature example: the future is theirs
}

// match is one example before its columns are gathered.
type match struct {
	snapshot int32 // row of the snapshots
	outcome  Date  // the day of the renewal or churn, or the end of the window
	known    Date
	churned  bool
}

// check refuses a clock that cannot label anything.
func (c Clock) check() error {
	switch {
	case c.Mode != Renewal && c.Mode != Horizon:
		return fmt.Errorf("dataset: unknown label mode %q; the modes are %s and %s", c.Mode, Renewal, Horizon)
	case c.Mode == Renewal && (c.Lead < 0 || c.MaxAge < 0):
		return fmt.Errorf("dataset: lead %d days and max_age %d days must not be negative", c.Lead, c.MaxAge)
	case c.Mode == Horizon && c.Horizon < 1:
		return fmt.Errorf("dataset: a horizon of %d days holds no churn; it must be at least 1", c.Horizon)
	}
	return nil
}

// label joins snapshots and outcomes by the rules of the clock. The matches come
// out sorted by account, as-of date and outcome date.
func (c Clock) label(s *Snapshots, o *Outcomes, observedUntil Date) ([]match, Counts) {
	if c.Mode == Horizon {
		return c.labelSnapshots(s, o, observedUntil)
	}
	return c.labelOutcomes(s, o, observedUntil)
}

// labelOutcomes is renewal mode. An outcome meets the newest snapshot dated in
// [date - Lead - MaxAge, date - Lead].
func (c Clock) labelOutcomes(s *Snapshots, o *Outcomes, observedUntil Date) ([]match, Counts) {
	counts := Counts{Total: len(o.Date)}
	var matches []match
	runs := accountRuns(s)
	numbers := renumber(o.Accounts, s.Accounts)
	for i, date := range o.Date {
		if o.Known[i] > observedUntil {
			counts.Immature++
			continue
		}
		if o.Label[i] == Unknown {
			counts.Unknown++
			continue
		}
		row, ok := newestBy(s, runs, numbers[o.Account[i]], date-Date(c.Lead))
		switch {
		case !ok:
			counts.NoSnapshot++
		case s.Date[row] < date-Date(c.Lead)-Date(c.MaxAge):
			counts.Stale++
		case o.Known[i] <= s.Date[row] && o.Known[i] < date:
			counts.NotAtRisk++ // decided early: the snapshot was taken after the answer was known
		default:
			matches = append(matches, match{snapshot: row, outcome: date, known: o.Known[i], churned: o.Label[i] == Churned})
		}
	}
	return matches, counts
}

// labelSnapshots is horizon mode. A snapshot at t churned if the account churns
// in (t, t+Horizon]. It is mature only when the whole window has passed, for
// churners too: otherwise the last months would hold churners only. A window
// without churn but with a null outcome is unknown.
func (c Clock) labelSnapshots(s *Snapshots, o *Outcomes, observedUntil Date) ([]match, Counts) {
	counts := Counts{Total: len(s.Date)}
	var matches []match
	runs := outcomeRuns(o, renumber(o.Accounts, s.Accounts), len(s.Accounts))
	for i, t := range s.Date {
		run := runs[s.Account[i]]
		end := t + Date(c.Horizon)
		if gone(o, run, t) {
			counts.NotAtRisk++
			continue
		}
		if end > observedUntil {
			counts.Immature++
			continue
		}
		label, known := within(o, run, t, end)
		if label == Unknown {
			counts.Unknown++
			continue
		}
		matches = append(matches, match{snapshot: int32(i), outcome: end, known: max(end, known), churned: label == Churned})
	}
	return matches, counts
}

// span is a run of rows [from, to) of one account.
type span struct{ from, to int32 }

// accountRuns returns the rows of each account of the snapshots.
func accountRuns(s *Snapshots) []span {
	runs := make([]span, len(s.Accounts))
	for i, a := range s.Account {
		if i == 0 || s.Account[i-1] != a {
			runs[a].from = int32(i)
		}
		runs[a].to = int32(i) + 1
	}
	return runs
}

// outcomeRuns returns the outcome rows of each account of the snapshots.
func outcomeRuns(o *Outcomes, numbers []int32, accounts int) []span {
	runs := make([]span, accounts)
	for i, a := range o.Account {
		n := numbers[a]
		if n < 0 {
			continue
		}
		if i == 0 || o.Account[i-1] != a {
			runs[n].from = int32(i)
		}
		runs[n].to = int32(i) + 1
	}
	return runs
}

// newestBy finds the newest snapshot of an account dated on or before day.
func newestBy(s *Snapshots, runs []span, account int32, day Date) (row int32, ok bool) {
	if account < 0 {
		return 0, false
	}
	run := runs[account]
	after := sort.Search(int(run.to-run.from), func(k int) bool { return s.Date[run.from+int32(k)] > day })
	return run.from + int32(after) - 1, after > 0
}

// gone says whether the account had churned by day t and not come back: its last
// known outcome on or before t is a churn.
func gone(o *Outcomes, run span, t Date) bool {
	last := Unknown
	for i := run.from; i < run.to && o.Date[i] <= t; i++ {
		if o.Label[i] != Unknown {
			last = o.Label[i]
		}
	}
	return last == Churned
}

// within says what an account did in (after, until], and for churn the first day
// on which it was known. Churn that was booked after the window had passed is known
// then and not before, or a model would learn from labels that nobody had.
func within(o *Outcomes, run span, after, until Date) (label Label, known Date) {
	label, known = Renewed, NoDate
	for i := run.from; i < run.to && o.Date[i] <= until; i++ {
		switch {
		case o.Date[i] <= after:
		case o.Label[i] == Churned && label == Churned:
			known = min(known, o.Known[i])
		case o.Label[i] == Churned:
			label, known = Churned, o.Known[i]
		case o.Label[i] == Unknown && label != Churned:
			label = Unknown
		}
	}
	return label, known
}

// renumber maps the index of each key in from to its index in to, or -1. Both
// are sorted and distinct.
func renumber(from, to []string) []int32 {
	numbers := make([]int32, len(from))
	j := 0
	for i, key := range from {
		for j < len(to) && to[j] < key {
			j++
		}
		numbers[i] = -1
		if j < len(to) && to[j] == key {
			numbers[i] = int32(j)
		}
	}
	return numbers
}

// warnGone counts the snapshots that horizon mode leaves out because the account
// had churned: usage that fell to nothing after the end foretells nothing.
func warnGone(s *Snapshots, o *Outcomes) []Warning {
	runs := outcomeRuns(o, renumber(o.Accounts, s.Accounts), len(s.Accounts))
	rows, accounts, last := 0, 0, int32(-1)
	for i, t := range s.Date {
		if !gone(o, runs[s.Account[i]], t) {
			continue
		}
		rows++
		if s.Account[i] != last {
			accounts, last = accounts+1, s.Account[i]
		}
	}
	if rows == 0 {
		return nil
	}
	return []Warning{{Code: "snapshots_after_churn", Where: s.Path, Message: fmt.Sprintf(
		"%d snapshots of %d accounts are dated on or after the churn of the account; they are not at risk and were left out", rows, accounts)}}
}

// warnBefore counts the accounts whose outcomes all lie before their first snapshot:
// those outcomes label nothing.
func warnBefore(s *Snapshots, o *Outcomes) []Warning {
	runs := accountRuns(s)
	accounts := 0
	numbers := renumber(o.Accounts, s.Accounts)
	for i, a := range o.Account {
		if i+1 < len(o.Account) && o.Account[i+1] == a || numbers[a] < 0 {
			continue // not the last outcome of the account, or an account without snapshots
		}
		if o.Date[i] < s.Date[runs[numbers[a]].from] {
			accounts++
		}
	}
	if accounts == 0 {
		return nil
	}
	return []Warning{{Code: "outcomes_before_snapshots", Where: o.Path, Message: fmt.Sprintf(
		"%d accounts have outcomes from before their first snapshot only; those label nothing", accounts)}}
}

// checkKeys refuses two files that share no account. In horizon mode nothing else
// would show it: accounts without outcomes have not churned.
func checkKeys(s *Snapshots, o *Outcomes, account string) error {
	if slices.ContainsFunc(renumber(o.Accounts, s.Accounts), func(n int32) bool { return n >= 0 }) {
		return nil
	}
	message := fmt.Sprintf("column %s: 0 of %d accounts of the outcomes are among the %d accounts of the snapshots, such as %s here and %s there; the keys must be written the same way",
		Quote(account), len(o.Accounts), len(s.Accounts), Quote(o.Accounts[0]), Quote(s.Accounts[0]))
	if keyDiffersOnlyByForm(s.Accounts, o.Accounts) {
		message += " (they differ only in case or blanks)"
	}
	return refuse("no_match", o.Path, message)
}

// checkMatches explains a join that found nothing.
func checkMatches(s *Snapshots, o *Outcomes, c Clock, counts Counts, matches []match, observedUntil Date) error {
	if len(matches) > 0 {
		return nil
	}
	if c.Mode == Horizon {
		return refuse("no_mature_label", s.Path, fmt.Sprintf(
			"no label is mature: of %d snapshots the horizon of %d days ends after %s for %d, %d are not at risk, %d meet a null outcome; use a shorter horizon or wait",
			counts.Total, c.Horizon, observedUntil, counts.Immature, counts.NotAtRisk, counts.Unknown))
	}
	return refuse("no_examples", o.Path, fmt.Sprintf(
		"no example: of %d outcomes %d have no snapshot %d days before, %d only one older than max_age %d days allows, %d are not mature, %d were decided before their snapshot, %d are unknown; change label.lead or label.max_age to meet the snapshots there are",
		counts.Total, counts.NoSnapshot, c.Lead, counts.Stale, c.MaxAge, counts.Immature, counts.NotAtRisk, counts.Unknown))
}
