package health

import (
	"holdfast/backtest/metrics"
	"holdfast/dataset"
)

// frame is what is the same for every factor: which snapshots count over time, and in
// which month and drift period each lies. It is made once, only read afterwards, and shared
// by the goroutines that look at the factors.
type frame struct {
	// first and last are the dates of the oldest and newest snapshot; the calendar holds
	// the outcomes as well.
	first, last dataset.Date
	calendar    calendar

	s     *dataset.Snapshots
	rows  []int32 // snapshots at risk: not on or after the churn of their account; rising
	after int     // snapshots not at risk

	// The reference of drift is [from, until), and quarters are the starts of the periods
	// 1, 2, .. after it: the first of them is until. With one quarter of data there are none.
	quarters []dataset.Date
	from     dataset.Date
	until    dataset.Date

	periods []int32            // the drift period of every row at risk
	drift   *metrics.DriftRows // the rows at risk by account and period; nil without quarters
}

// newFrame looks at the dates of a panel. One pass over snapshots and outcomes. metrics.NewDriftRows
// refuses nothing that comes out of here.
func newFrame(panel *dataset.Panel) (*frame, error) {
	s := panel.Snapshots
	f := &frame{s: s}
	observed := panel.Examples.ObservedUntil
	f.first, f.last = extent(s.Date)
	firstOutcome, lastOutcome := extent(panel.Outcomes.Date)
	f.calendar = newCalendar(reach(min(f.first, firstOutcome), max(f.last, lastOutcome), observed))
	f.rows = atRisk(s, panel.Outcomes)
	f.after = len(s.Date) - len(f.rows)
	f.split(reach(f.first, f.last, observed))
	return f, f.place()
}

// place puts every row at risk into its drift period.
func (f *frame) place() (err error) {
	f.periods = make([]int32, len(f.rows))
	accounts := make([]int32, len(f.rows))
	for i, row := range f.rows {
		f.periods[i], accounts[i] = f.periodOf(f.s.Date[row]), f.s.Account[row]
	}
	if len(f.quarters) > 0 {
		f.drift, err = metrics.NewDriftRows(f.periods, accounts, nil, len(f.quarters))
	}
	return err
}

// month is the index of the report's months of a row at risk.
func (f *frame) month(i int) int32 { return f.calendar.month(f.s.Date[f.rows[i]]) }

// split makes the first half of the quarters the reference, the larger half of an odd
// number, and each later quarter a period. One quarter alone has nothing to be compared with.
// Half of two years has all seasons in it.
func (f *frame) split(first, last dataset.Date) {
	all := quartersBetween(first, last)
	half := (len(all) + 1) / 2
	f.from, f.until = all[0], all[len(all)-1].AddMonths(3)
	if half < len(all) {
		f.until, f.quarters = all[half], all[half:]
	}
}

// periodOf is the drift period of a day: 0 reference, 1.. the quarters after it. Days beyond the calendar, a year 9999, are of the
// last period.
func (f *frame) periodOf(d dataset.Date) int32 {
	if d < f.until {
		return 0
	}
	return min(f.calendar.quartersApart(f.until, d)+1, int32(len(f.quarters)))
}

// atRisk lists the snapshots of accounts that had not churned by then, or had come
// back: what a departed account does says nothing about customers. An outcome counts from
// its own day on, also for a snapshot of that day; an unknown one changes nothing. Snapshots
// and outcomes are both sorted by account and day, so that one walk over the two finds them.
func atRisk(s *dataset.Snapshots, o *dataset.Outcomes) []int32 {
	rows := make([]int32, 0, len(s.Date))
	at, key := 0, 0 // of the outcomes; keys of both are in byte order
	for i := 0; i < len(s.Date); {
		account := s.Account[i]
		for key < len(o.Accounts) && o.Accounts[key] < s.Accounts[account] {
			key++
		}
		for at < len(o.Account) && int(o.Account[at]) < key {
			at++
		}
		known := key < len(o.Accounts) && o.Accounts[key] == s.Accounts[account]
		gone := false
		for ; i < len(s.Date) && s.Account[i] == account; i++ {
			for known && at < len(o.Account) && int(o.Account[at]) == key && o.Date[at] <= s.Date[i] {
				if o.Label[at] != dataset.Unknown {
					gone = o.Label[at] == dataset.Churned
				}
				at++
			}
			if !gone {
				rows = append(rows, int32(i))
			}
		}
	}
	return rows
}
