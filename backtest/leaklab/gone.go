package leaklab

import (
	"fmt"

	"holdfast/dataset"
)

// goneOnly is what speaks for a column that only moves for accounts that left.
//
//	                   before the churn   on and after it
//	stayed             none none none     none none none
//	left, harmless     none none none     price             says nothing before the end
//	left, overwritten  price price price  price             gives it away from the start
type goneOnly struct {
	// stays says that all rows of accounts that never churned hold one value.
	stays bool

	// before says that all rows before a churn, of everybody, hold one value.
	before bool

	// after counts the accounts with another value on or after their churn; share is that
	// of the accounts with such rows.
	after int
	share float64

	// look are some of them.
	look []string
}

// leastAfter is how many accounts must show that a column changes after the end.
const leastAfter = 5

// goneOf compares the rows of those who stayed, of those who left, and from after the end. It
// looks at every row of the snapshots, in two passes at most; missing is a value like any
// other.
func (l *lab) goneOf(c *column) goneOnly {
	g := goneOnly{stays: true, before: true}
	stayed, early := int32(none), int32(none) // the first row of each kind
	for _, row := range l.all {
		a := l.s.Account[row]
		if l.churn[a] == dataset.NoDate {
			if stayed == none {
				stayed = row
			}
			g.stays = g.stays && c.same(row, stayed)
		}
		if l.churn[a] == dataset.NoDate || l.s.Date[row] < l.churn[a] {
			if early == none {
				early = row
			}
			g.before = g.before && c.same(row, early)
		}
	}
	if stayed == none {
		g.stays = false
	}
	if !g.before || early == none {
		return g
	}
	last, gone := int32(none), 0
	for _, row := range l.all {
		a := l.s.Account[row]
		if l.churn[a] == dataset.NoDate || l.s.Date[row] < l.churn[a] || a == last {
			continue
		}
		gone++
		if !c.same(row, early) {
			g.after, last = g.after+1, a
			g.look = append(g.look, l.s.Accounts[a])
		}
	}
	g.look, g.share = some(g.look), float64(g.after)/float64(max(1, gone))
	return g
}

// marksTheGone finds columns that hold one value for everybody who stayed and others
// for those who left, as seen from their first example: a status or a reason that was
// written over the whole history at the end.
func (l *lab) marksTheGone(x *exhibit, limit float64) (Finding, bool) {
	if !x.gone.stays {
		return Finding{}, false
	}
	fate := x.answers[ofFates]
	for _, by := range []split{fate.value, fate.absence} {
		if r, ok := by.curve.beyond(limit); ok {
			return x.finding("leak_only_the_gone", Refuse, r.caught, "share of the accounts that ever churned, told apart at their first example", l.look(r), fmt.Sprintf(
				"%s is the same for every account that stayed and another for %.0f %% of those that left, from their first example on: it was overwritten at the end; leave it out",
				dataset.Quote(x.factor.Source()), 100*r.caught)), true
		}
	}
	return Finding{}, false
}

// changesAfterTheEnd warns of columns that say nothing before the churn: today they are
// useless, and the day they are overwritten back in time they give the answer away.
func (l *lab) changesAfterTheEnd(x *exhibit) (Finding, bool) {
	g := x.gone
	if g.after < leastAfter {
		return Finding{}, false
	}
	return x.finding("changes_after_churn", Warn, g.share, "share of the gone accounts in which it changes on or after the churn", g.look, fmt.Sprintf(
		"%s holds one value in every snapshot before a churn and changes in %d accounts on or after it: it cannot foretell anything; leave it out",
		dataset.Quote(x.factor.Source()), g.after)), true
}
