package dataset

import (
	"slices"
	"sort"
	"strings"
)

// chronicle says which snapshot of an account was the newest on a day. It lists the rows
// that ever were the newest; the others were overtaken before anyone had them:
//
//	date     recorded
//	31 Jan   31 Jan      the newest from 31 January on
//	28 Feb    9 Apr      never the newest: March came first
//	31 Mar    2 Apr      the newest from 2 April on
//	31 Mar   20 Apr      a correction: the newest from 20 April on
//
// Both the date and the day it was known from grow along the list of an account, so
// that a day is looked up by bisection.
type chronicle struct {
	snapshots *Snapshots
	rows      []int32 // of the snapshots, ascending
	runs      []span  // of rows, by account
}

// span is a run [from, to) of one account.
type span struct{ from, to int32 }

// newChronicle keeps the rows that no newer row of their account was known before, or
// on the same day. Going back from the end of an account, these are the rows that were
// known earlier than all rows after them: one pass, O(rows). Without recorded_at the list is
// that of all rows, since dates are distinct within an account.
func newChronicle(s *Snapshots) chronicle {
	c := chronicle{snapshots: s, rows: make([]int32, 0, len(s.Date)), runs: make([]span, len(s.Accounts))}
	for i := len(s.Date) - 1; i >= 0; i-- {
		last := len(c.rows) - 1
		if last < 0 || s.Account[c.rows[last]] != s.Account[i] || s.asOf(int32(i)) < s.asOf(c.rows[last]) {
			c.rows = append(c.rows, int32(i))
		}
	}
	slices.Reverse(c.rows)
	for i, row := range c.rows {
		extend(c.runs, s.Account[row], int32(i))
	}
	return c
}

// chronicles returns the chronicle of the snapshots, and what it would be had every row
// been recorded on its date: that one tells a snapshot that came late from one that
// never was.
func chronicles(s *Snapshots) (newest, dated chronicle) {
	newest = newChronicle(s)
	if s.Known == nil {
		return newest, newest
	}
	return newest, newChronicle(&Snapshots{Accounts: s.Accounts, Account: s.Account, Date: s.Date})
}

// by returns the newest row of an account that was known on a day; ok is false when
// there was none, or no such account (-1, as renumber has it). It takes O(log n) of the
// account's rows.
func (c chronicle) by(account int32, day Date) (row int32, ok bool) {
	if account < 0 {
		return 0, false
	}
	run := c.rows[c.runs[account].from:c.runs[account].to]
	later := sort.Search(len(run), func(k int) bool { return c.snapshots.asOf(run[k]) > day })
	if later == 0 {
		return 0, false
	}
	return run[later-1], true
}

// extend adds an item to the run of its account; items come in order, those of an account
// side by side. The zero span is that of an account without items: no run ends at 0.
func extend(runs []span, account, item int32) {
	if runs[account].to == 0 {
		runs[account].from = item
	}
	runs[account].to = item + 1
}

// accountRuns returns the rows of each account of the snapshots.
func accountRuns(s *Snapshots) []span {
	runs := make([]span, len(s.Accounts))
	for i, account := range s.Account {
		extend(runs, account, int32(i))
	}
	return runs
}

// outcomeRuns returns the outcomes of each account of the snapshots, empty for those without.
// Outcomes of accounts that the snapshots do not know are in no run.
func outcomeRuns(o *Outcomes, s *Snapshots) []span {
	runs := make([]span, len(s.Accounts))
	numbers := renumber(o.Accounts, s.Accounts)
	for i, account := range o.Account {
		if n := numbers[account]; n >= 0 {
			extend(runs, n, int32(i))
		}
	}
	return runs
}

// outcomesBy returns the end of the outcomes of a run that are dated on or before a
// day: an index into the outcomes, run.from when there are none and run.to when all are.
func outcomesBy(o *Outcomes, run span, day Date) int32 {
	dates := o.Date[run.from:run.to]
	return run.from + int32(sort.Search(len(dates), func(k int) bool { return dates[k] > day }))
}

// renumber maps the index of each key in from to its index in to, or -1. Both
// are sorted and distinct, so that one walk along the two (a merge join) does it without a
// table of keys.
func renumber(from, to []string) []int32 {
	numbers := make([]int32, len(from))
	j := 0
	for i, key := range from {
		numbers[i] = -1
		for ; j < len(to) && numbers[i] < 0; j++ {
			order := strings.Compare(to[j], key)
			if order > 0 {
				break
			}
			if order == 0 {
				numbers[i] = int32(j)
			}
		}
	}
	return numbers
}
