package dataset

import (
	"iter"
	"slices"
)

// Standing is where an account stands on the newest day of the data.
type Standing struct {
	Account int32  // index into Snapshots.Accounts
	Row     int32  // its newest row
	Reason  string // one of the Not codes, or empty: the account can be scored
}

// Why an account is not scored today. An account has one reason, the first of these
// that holds.
const (
	NotCustomer = "churned" // its last known outcome is a churn, not after the newest day of the data
	NotOpen     = "decided" // its last known outcome is a churn yet to come: there is nothing left to foretell
	NotRecent   = "stale"   // its newest snapshot is too old to say how it is today
)

// StaleDays is how many days older than the newest snapshot of the data an account's
// newest snapshot may be in horizon mode, which has no max_age: one missed month.
const StaleDays = 45

// Current says for every account of the snapshots, in account order, which row is its
// newest and whether it can be scored. Accounts that only the outcomes know have no
// row and are not among them. Today is the newest day that snapshots are known on or
// that outcomes are observed until: a day of the data and not of the clock on the wall, so that
// the same files give the same list next year.
func (p *Panel) Current() []Standing {
	return slices.AppendSeq(make([]Standing, 0, len(p.Snapshots.Accounts)), p.standings())
}

// standings is Current one account after the other.
func (p *Panel) standings() iter.Seq[Standing] {
	s, o := p.Snapshots, p.Outcomes
	today, newest := p.Examples.ObservedUntil, NoDate
	for i, d := range s.Date {
		newest = max(newest, d)
		today = max(today, s.asOf(int32(i)))
	}
	limit := newest - StaleDays
	if clock := p.Examples.Clock; clock.Mode == Renewal {
		limit = newest - Date(clock.MaxAge)
	}
	pairs := pair(s, o)
	return func(yield func(Standing) bool) {
		for account, rows := range pairs.rows {
			standing := Standing{Account: int32(account), Row: rows.to - 1}
			churn, left := lastChurn(o, pairs.outcomes[account])
			switch {
			case left && churn <= today:
				standing.Reason = NotCustomer
			case left:
				standing.Reason = NotOpen
			case s.Date[standing.Row] < limit:
				standing.Reason = NotRecent
			}
			if !yield(standing) {
				return
			}
		}
	}
}

// lastChurn is the day of the last outcome of a run that is known, if that is a churn.
func lastChurn(o *Outcomes, run span) (day Date, churned bool) {
	for i := run.to - 1; i >= run.from; i-- {
		if o.Label[i] != Unknown {
			return o.Date[i], o.Label[i] == Churned
		}
	}
	return NoDate, false
}
