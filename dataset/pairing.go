package dataset

import (
	"slices"
	"strings"
)

// pairing is snapshots and outcomes with what brings their accounts together, found once for all who ask.
type pairing struct {
	s *Snapshots
	o *Outcomes

	number   []int32 // of each account of the outcomes: its index among those of the snapshots, or -1
	rows     []span  // of each account of the snapshots: its snapshots
	outcomes []span  // and its outcomes, none for those without
}

// pair finds the accounts of the outcomes among those of the snapshots.
func pair(s *Snapshots, o *Outcomes) pairing {
	p := pairing{s, o, renumber(s.Table, o.Accounts, s.Accounts), accountRuns(s), Room[span](s.Table, len(s.Accounts))}
	for i, account := range o.Account {
		if n := p.number[account]; n >= 0 {
			extend(p.outcomes, n, int32(i))
		}
	}
	return p
}

// span is a run [from, to) of one account.
type span struct{ from, to int32 }

// extend adds an item to the run of its account; items come in order, those of an account
// side by side. The zero span is that of an account without items: no run ends at 0.
func extend(runs []span, account, item int32) {
	if runs[account].to == 0 {
		runs[account].from = item
	}
	runs[account].to = item + 1
}

// accountRuns returns the rows of each account of the snapshots, which all have some.
func accountRuns(s *Snapshots) []span {
	runs := Room[span](s.Table, len(s.Accounts))
	from := int32(0)
	for i, account := range s.Account {
		if i+1 == len(s.Account) || s.Account[i+1] != account {
			runs[account] = span{from, int32(i + 1)}
			from = int32(i + 1)
		}
	}
	return runs
}

// outcomesBy returns the end of the outcomes of a run that are dated on or before a
// day: an index into the outcomes, run.from when there are none and run.to when all are.
func outcomesBy(o *Outcomes, run span, day Date) int32 {
	at, _ := slices.BinarySearch(o.Date[run.from:run.to], day+1)
	return run.from + int32(at)
}

// renumber maps the index of each key in from to its index in to, or -1. Both
// are sorted and distinct, so that one walk along the two (a merge join) does it without a
// table of keys.
func renumber(t *Table, from, to []string) []int32 {
	numbers := Room[int32](t, len(from))
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
