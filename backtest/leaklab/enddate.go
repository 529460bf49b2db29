package leaklab

import (
	"fmt"
	"math"
	"time"

	"holdfast/dataset"
)

// ending is what speaks for a column that holds the day of the churn. An account signs in
// January 2023, renews in January 2024 and leaves in January 2025:
//
//	snapshot     end of the running term   contract_end, as it was overwritten
//	2023-06-30   2024-01-15                2025-01-15    nobody could know this
//	2024-06-30   2025-01-15                2025-01-15    and this everybody could
//
// A contract's end is known in advance, so the last term proves nothing. The terms before
// it do: only a column that was written at the end knows that there is one term more.
type ending struct {
	// accounts renewed once more before they churned.
	accounts int

	// share of their earlier rows give the day of the churn.
	share float64

	// counter says that the column counts the days to go and is no date.
	counter bool

	// look are some of the accounts.
	look []string
}

// Limits of endings.
const (
	// endShare of the earlier rows must give the day of the churn: a few keep an older end,
	// where the overwriting missed one.
	endShare = 0.9

	// endAccounts must have renewed once more before they churned; of fewer, equal days may
	// be chance.
	endAccounts = 10

	// endGiven bounds the share of the rows whose end one constant would hit. Where every
	// contract runs for a year and is scored 90 days before its end, the next end but one
	// is always 455 days away: the schedule gives it away, and no column is to blame.
	endGiven = 0.5
)

// endOf looks at the rows that precede a renewal of an account that churned later. The
// end of the running term may be known there; the end of the last one may not. It tries
// the column as days to go and as a date (of any origin, or written as yyyymmdd): the
// difference from the true day is then one number for all rows.
func (l *lab) endOf(c *column) ending {
	if c.text() {
		return ending{}
	}
	var best ending
	for _, counter := range []bool{true, false} {
		if e := l.endAs(c, counter); e.share > best.share {
			best = e
		}
	}
	return best
}

// endAs counts the most frequent difference between the column and the day of the churn,
// and between the column and the next renewal, which everybody may know: contracts of one
// year put the two a year apart, so that whatever gives one gives the other. The column is
// to blame only for what the next renewal does not explain, or if it is the churn itself
// and not a day one or more terms before.
func (l *lab) endAs(c *column, counter bool) ending {
	var end, next, days, ahead mode
	seen := make(map[int32]bool)
	e := ending{counter: counter}
	for _, example := range l.labels.about {
		row := l.rows[example]
		if !c.has(row) {
			continue
		}
		a := l.s.Account[row]
		renewal, ok := l.renewsThenChurns(row)
		if !ok {
			continue
		}
		today, churn := float64(l.s.Date[row]), float64(l.churn[a])
		v := asDay(c.values[row])
		if counter {
			v = c.values[row] + today
		}
		end.add(math.Round(v - churn))
		next.add(math.Round(v - float64(renewal)))
		days.add(churn)
		ahead.add(churn - today)
		seen[a] = true
		if len(e.look) < 4*shown {
			e.look = append(e.look, l.s.Accounts[a])
		}
	}
	e.look = some(e.look)
	if max(days.share(), ahead.share()) <= endGiven && (next.share() < endShare || end.top == 0) {
		e.accounts, e.share = len(seen), end.share()
	}
	return e
}

// renewsThenChurns returns the next renewal of the account of a row, if it churned later; ok
// is false for rows of the last term, and of accounts that never left.
func (l *lab) renewsThenChurns(row int32) (next dataset.Date, ok bool) {
	a := l.s.Account[row]
	if l.churn[a] == dataset.NoDate {
		return 0, false
	}
	for _, day := range l.renewals[a] {
		if day > l.s.Date[row] && day < l.churn[a] {
			return day, true
		}
	}
	return 0, false
}

// mode counts values, to find the most frequent one: top, which was counted most times out of
// all. Of several it is the one that got there first, in the order of the rows. The zero value
// is empty. The map is only looked up.
type mode struct {
	of        map[float64]int
	all, most int
	top       float64
}

// add counts a value.
func (m *mode) add(v float64) {
	if m.of == nil {
		m.of = make(map[float64]int)
	}
	m.of[v]++
	m.all++
	if m.of[v] > m.most {
		m.most, m.top = m.of[v], v
	}
}

// share is that of the most frequent value.
func (m *mode) share() float64 { return float64(m.most) / float64(max(1, m.all)) }

// asDay reads yyyymmdd of 1900 to 2200 as a day number, and leaves other numbers alone: days of
// any origin differ from the true one by a constant, which is all that is looked for.
func asDay(v float64) float64 {
	year, month, day := int(v)/10000, int(v)/100%100, int(v)%100
	if v != math.Trunc(v) || year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 {
		return v
	}
	return float64(dataset.NewDate(year, time.Month(month), day))
}

// knowsTheEnd finds columns that hold the day of the churn in rows from before a renewal that
// came in between.
func (l *lab) knowsTheEnd(x *exhibit) (Finding, bool) {
	e := x.end
	if e.accounts < endAccounts || e.share < endShare {
		return Finding{}, false
	}
	form := "as a date"
	if e.counter {
		form = "as days to go"
	}
	return x.finding("leak_end_date", Refuse, e.share, "share of earlier rows that give the day of the churn", e.look, fmt.Sprintf(
		"%s holds the day of the churn %s in %.0f %% of the rows of %d accounts that renewed once more before: it was overwritten when they left; leave it out",
		dataset.Quote(x.factor.Source()), form, 100*e.share, e.accounts)), true
}
