package dataset

import (
	"slices"
	"sort"
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
	rows      []int32 // of the snapshots, ascending; nil: all
	runs      []span  // of rows, by account
}

// newChronicle keeps the rows that no newer row of their account was known before, or
// on the same day. Going back from the end of an account, these are the rows that were
// known earlier than all rows after them: one pass, O(rows). Without recorded_at that is
// all rows, since dates are distinct within an account.
func (p pairing) newChronicle() chronicle {
	s := p.s
	if s.Known == nil {
		return chronicle{snapshots: s, runs: p.rows}
	}
	c := chronicle{snapshots: s, rows: EmptyRoom[int32](s.Table, len(s.Date)), runs: make([]span, len(s.Accounts))}
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

// len is the number of rows that ever were the newest of their account.
func (c chronicle) len() int {
	if c.rows == nil {
		return len(c.snapshots.Date)
	}
	return len(c.rows)
}

// row is the k-th of them.
func (c chronicle) row(k int) int32 {
	if c.rows == nil {
		return int32(k)
	}
	return c.rows[k]
}

// chronicles returns the chronicle of the snapshots, and what it would be had every row
// been recorded on its date: that one tells a snapshot that came late from one that
// never was. It may list several versions of a day, of which by returns the last.
func (p pairing) chronicles() (newest, dated chronicle) {
	s := p.s
	return p.newChronicle(), chronicle{snapshots: &Snapshots{Accounts: s.Accounts, Account: s.Account, Date: s.Date}, runs: p.rows}
}

// by returns the newest row of an account that was known on a day; ok is false when
// there was none, or no such account (-1, as renumber has it). It takes O(log n) of the
// account's rows.
func (c chronicle) by(account int32, day Date) (row int32, ok bool) {
	if account < 0 {
		return 0, false
	}
	run := c.runs[account]
	later := sort.Search(int(run.to-run.from), func(k int) bool { return c.snapshots.asOf(c.row(int(run.from)+k)) > day })
	if later == 0 {
		return 0, false
	}
	return c.row(int(run.from) + later - 1), true
}
