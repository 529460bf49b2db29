package health

import (
	"slices"

	"holdfast/dataset"
	"holdfast/models"
)

// shownAccounts is how many accounts stand for the others of their kind, always the first
// in the order of their keys: the same ones on every run.
const shownAccounts = 5

// snapshots counts the snapshot rows and looks at their rhythm. Late rows are compared by
// day: a row that was recorded on the evening of its date is not late. Snapshots.Known is nil
// without columns.recorded_at, and then nothing is.
func (f *frame) snapshots(panel *dataset.Panel) Snapshots {
	s := panel.Snapshots
	out := Snapshots{
		Rows: len(s.Date), Duplicates: s.Read - len(s.Date), Accounts: len(s.Accounts),
		First: f.first, Last: f.last, Dates: distinctDays(s.Date), AfterChurn: f.after,
		Cadence: cadence(s),
	}
	late := int32(-1)
	for i, known := range s.Known {
		if known <= s.Date[i] {
			continue
		}
		out.Late++
		if s.Account[i] != late {
			out.LateAccounts, late = out.LateAccounts+1, s.Account[i]
		}
	}
	return out
}

// distinctDays counts distinct days, which are far fewer than rows.
func distinctDays(days []dataset.Date) int {
	seen := make(map[dataset.Date]bool)
	for _, day := range days {
		seen[day] = true
	}
	return len(seen)
}

// outcomesOf counts the outcome rows. One that became known after observed_until is counted
// by its label as well as in Future: nobody could have learned from it yet.
func outcomesOf(panel *dataset.Panel) Outcomes {
	o := panel.Outcomes
	out := Outcomes{Rows: len(o.Date), Duplicates: o.Read - len(o.Date), Accounts: len(o.Accounts),
		Strangers: strangers(o.Accounts, panel.Snapshots.Accounts)}
	out.First, out.Last = extent(o.Date)
	for i, label := range o.Label {
		switch {
		case label == dataset.Churned:
			out.Churned++
		case label == dataset.Renewed:
			out.Renewed++
		default:
			out.Unknown++
		}
		if o.Known[i] > panel.Examples.ObservedUntil {
			out.Future++
		}
	}
	return out
}

// strangers counts the keys that are not among the others; both are sorted.
func strangers(keys, others []string) int {
	n, j := 0, 0
	for _, key := range keys {
		for j < len(others) && others[j] < key {
			j++
		}
		if j == len(others) || others[j] != key {
			n++
		}
	}
	return n
}

// months counts snapshots and outcomes by calendar month. Rows lie by account and day, so
// that an account has been counted in a month if the row before is of both.
func (f *frame) months(panel *dataset.Panel) []Month {
	months := make([]Month, len(f.calendar.starts))
	for m, start := range f.calendar.starts {
		months[m].Start = start
	}
	s, o := panel.Snapshots, panel.Outcomes
	lastAccount, lastMonth := int32(-1), int32(-1)
	for i, d := range s.Date {
		m := f.calendar.month(d)
		months[m].Snapshots++
		if s.Account[i] != lastAccount || m != lastMonth {
			months[m].Accounts++
			lastAccount, lastMonth = s.Account[i], m
		}
	}
	for i, d := range o.Date {
		m := &months[f.calendar.month(d)]
		switch o.Label[i] {
		case dataset.Churned:
			m.Churned++
		case dataset.Renewed:
			m.Renewed++
		default:
			m.Unknown++
		}
	}
	return months
}

// grid are the leads that every report shows, in days: from the renewal itself to a year
// before it, so that the lead one could have chosen stands beside the one that was.
var grid = [...]int{0, 30, 60, 90, 120, 180, 365}

// leads counts at every lead of the grid and of the project. Covered is the share of
// the outcomes that are known by then and whose account was still undecided: immature and
// unknown outcomes, and accounts that had left or announced it, could not be covered by any
// file. One run of the label clock per lead, without any factor.
func leads(panel *dataset.Panel, asked []int) []Lead {
	if panel.Examples.Clock.Mode != dataset.Renewal {
		return []Lead{}
	}
	days := slices.Concat(grid[:], asked, []int{panel.Examples.Clock.Lead})
	slices.Sort(days)
	var out []Lead
	for _, d := range slices.Compact(days) {
		c := panel.AtLead(d)
		out = append(out, Lead{Days: d, Asked: slices.Contains(asked, d) || d == panel.Examples.Clock.Lead,
			Covered: share(c.Mature, c.Total-c.Immature-c.Unknown-c.NotAtRisk), Counts: c})
	}
	return out
}

// share is k of n, undefined for none.
func share(k, n int) models.Stat {
	if n == 0 {
		return models.Undefined()
	}
	return models.Stat(float64(k) / float64(n))
}
