package leaklab

import (
	"fmt"
	"strings"

	"holdfast/dataset"
	"holdfast/models"
)

// rewriting counts what later versions of a day changed in a column.
//
//	date     recorded   sentiment
//	31 May   31 May     4
//	31 May   9 Sep      0    after the churn of 2 September
//
// The label clock uses the first version at any date before 9 September. Had the second
// replaced it in the file, nobody could tell: that is what columns.recorded_at is for.
type rewriting struct {
	// rows hold another value than the version before them, of so many accounts.
	rows, accounts int

	// look are the first of these accounts.
	look []string
}

// rewrittenOf compares the versions of each day, which lie together, each with the one before
// it. Nothing was rewritten where no column says when rows were recorded.
func (l *lab) rewrittenOf(c *column) rewriting {
	var w rewriting
	if l.s.Known == nil {
		return w
	}
	last := int32(none)
	for _, row := range l.all[min(1, len(l.all)):] {
		a := l.s.Account[row]
		if a != l.s.Account[row-1] || l.s.Date[row] != l.s.Date[row-1] || c.same(row, row-1) {
			continue
		}
		w.rows++
		if a == last {
			continue
		}
		w.accounts, last = w.accounts+1, a
		if len(w.look) < shown {
			w.look = append(w.look, l.s.Accounts[a])
		}
	}
	return w
}

// lateWrites tells what was recorded after its day: the label clock does not use it
// before it was there, and without columns.recorded_at it would.
func (l *lab) lateWrites(exhibits []*exhibit) []Finding {
	if l.s.Known == nil {
		return nil
	}
	late, accounts, last := 0, []string(nil), int32(none)
	for row, known := range l.s.Known {
		if known <= l.s.Date[row] {
			continue
		}
		late++
		if a := l.s.Account[row]; a != last {
			accounts, last = append(accounts, l.s.Accounts[a]), a
		}
	}
	if late == 0 {
		return nil
	}
	share := float64(late) / float64(len(l.s.Known))
	f := Finding{Code: "late_values", Severity: Warn, Evidence: models.Stat(share), Measure: "share of the snapshots recorded after their date",
		Accounts: accounts[:min(len(accounts), shown)], Key: "columns.recorded_at (keep it)",
		Message: fmt.Sprintf("%.1f %% of the snapshots, of %d accounts, were recorded after their date; they are used from that day on and not before", 100*share, len(accounts))}
	var changed []string
	for _, x := range exhibits {
		if x.rewritten.rows > 0 {
			changed = append(changed, fmt.Sprintf("%s (%d rows, %d accounts)", dataset.Quote(x.factor.Source()), x.rewritten.rows, x.rewritten.accounts))
			f.Accounts = x.rewritten.look
		}
	}
	if len(changed) > 0 {
		f.Message += "; later versions change " + strings.Join(changed[:min(len(changed), 2*shown)], ", ")
		if more := len(changed) - 2*shown; more > 0 {
			f.Message += fmt.Sprintf(" and %d more", more)
		}
	}
	return []Finding{f}
}
