package health

import (
	"holdfast/dataset"
)

// frame is what is the same for every factor: which snapshots count over time, and in
// which month and drift period each lies.
type frame struct {
	first, last dataset.Date
	calendar    calendar

	rows    []int32 // snapshots at risk: not on or after the churn of their account
	account []int32 // of those rows
	month   []int32 // of those rows: index of the report's months
	period  []int32 // of those rows: 0 reference, 1.. the quarters after it
	after   int     // snapshots not at risk

	quarters []dataset.Date // starts of the drift periods 1..
	from     dataset.Date   // of the reference
	until    dataset.Date   // the day after the reference
}

func newFrame(panel *dataset.Panel) *frame {
	s := panel.Snapshots
	f := &frame{}
	observed := panel.Examples.ObservedUntil
	f.first, f.last = extent(s.Date)
	firstOutcome, lastOutcome := extent(panel.Outcomes.Date)
	f.calendar = newCalendar(reach(min(f.first, firstOutcome), max(f.last, lastOutcome), observed))
	f.rows = atRisk(s, panel.Outcomes)
	f.after = len(s.Date) - len(f.rows)
	f.split(reach(f.first, f.last, observed))
	f.account, f.month, f.period = make([]int32, len(f.rows)), make([]int32, len(f.rows)), make([]int32, len(f.rows))
	for i, row := range f.rows {
		f.account[i] = s.Account[row]
		f.month[i] = f.calendar.month(s.Date[row])
		f.period[i] = f.periodOf(s.Date[row])
	}
	return f
}

// split makes the first half of the quarters the reference and each later quarter a
// period. One quarter alone has nothing to be compared with.
func (f *frame) split(first, last dataset.Date) {
	all := quartersBetween(first, last)
	half := (len(all) + 1) / 2
	f.from, f.until = all[0], all[len(all)-1].AddMonths(3)
	if half < len(all) {
		f.until, f.quarters = all[half], all[half:]
	}
}

// periodOf is the drift period of a day.
func (f *frame) periodOf(d dataset.Date) int32 {
	if d < f.until {
		return 0
	}
	return min(f.calendar.quartersApart(f.until, d)+1, int32(len(f.quarters)))
}

// atRisk lists the snapshots of accounts that had not churned by then, or had come
// back: what a departed account does says nothing about customers.
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
