package synth

import (
	"fmt"
	"math"
	"time"

	"holdfast/dataset/parquetio"
)

// Recount is a change of how a column is counted, on a day in the middle of the history: a
// new tool that sees half of the users, a support desk that counts every mail. The company
// is the same with and without it, and so is who leaves: the truth is a function of what the
// old counting would have recorded, so that whoever goes on reading the column as before is
// wrong from that day on. It is the drift that a monitor must find on the right day in the
// right column, and a refit must mend. The zero value is none.
type Recount struct {
	Column string    // a snapshot column that holds numbers
	By     float64   // what each value is multiplied by, above 0 and at most 100; whole numbers stay whole
	From   time.Time // the first day that is counted anew
}

// maxRecount bounds how much more a new count sees.
const maxRecount = 100

// check refuses what no count can become.
func (r Recount) check() error {
	if r == (Recount{}) {
		return nil
	}
	at, ok := columnOf(r.Column)
	switch {
	case !ok:
		return fmt.Errorf("synth: there is no column %q to recount; choose one that holds numbers, such as active_users", r.Column)
	case !countable(factors()[at].kind):
		return fmt.Errorf("synth: column %q holds no numbers that could be counted anew", r.Column)
	case !(r.By > 0 && r.By <= maxRecount):
		return fmt.Errorf("synth: a recount by %v; choose a number above 0, at most %d", r.By, maxRecount)
	case r.From.IsZero():
		return fmt.Errorf("synth: the recount of %q needs the day from which it counts", r.Column)
	}
	return nil
}

// countable says whether values of a kind are amounts of something.
func countable(kind parquetio.Kind) bool { return kind == parquetio.Int || kind == parquetio.Float }

// columnOf finds a factor column by its name.
func columnOf(name string) (column, bool) {
	for j, f := range factors() {
		if f.name == name {
			return column(j), true
		}
	}
	return 0, false
}

// recounter is a Recount made ready.
type recounter struct {
	column column
	whole  bool
	by     float64
	from   int32
}

// newRecounter prepares a Recount that has been checked; nil for none.
func newRecounter(r Recount) *recounter {
	at, ok := columnOf(r.Column)
	if !ok {
		return nil
	}
	return &recounter{column: at, whole: factors()[at].kind == parquetio.Int, by: r.By, from: dayOf(r.From.Date())}
}

// recount counts the values of one column anew, from its day on. Where nothing is recorded,
// nothing is.
func (r *recounter) recount(values []float64, days []int32, column int) {
	if r == nil || column != int(r.column) {
		return
	}
	for i, day := range days {
		if day < r.from {
			continue
		}
		values[i] *= r.by
		if r.whole {
			values[i] = math.Round(values[i])
		}
	}
}
