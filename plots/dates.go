package plots

import (
	"time"

	"gonum.org/v1/plot"

	"holdfast/dataset"
)

// calendar is a scale of days, in days since 1970. Its ticks are the first days of months, as
// many months apart as it takes for at most n of them; ISO days when the whole range
// is shorter than three months. It ends where the data does and not at a tick. Dates come from
// the data: one that is unknown, or of the year 9999, gives a useless scale and no endless loop.
func calendar(from, to dataset.Date, n int) scale {
	s := scale{min: float64(from), max: float64(to)}
	if int64(to)-int64(from) < 92 { // NoDate is so far away that int32 would overflow
		s.ticks = days(from, to, n)
		return s
	}
	for _, months := range []int{1, 2, 3, 6, 12, 24, 60, 120, 600, 1200, 12000} {
		if s.ticks = monthStarts(from, to, months); len(s.ticks) <= n {
			break
		}
	}
	return s
}

// monthStarts lists the firsts of every n-th month within a range, counted from year 0: every
// third month is January, April, July and October.
func monthStarts(from, to dataset.Date, n int) []plot.Tick {
	var ticks []plot.Tick
	year, month, _ := from.Civil()
	counted := 12*year + int(month) - 1
	for counted -= counted % n; ; counted += n {
		day := dataset.NewDate(counted/12, time.Month(counted%12+1), 1)
		if day > to {
			return ticks
		}
		if day >= from {
			ticks = append(ticks, plot.Tick{Value: float64(day), Label: monthName(day)})
		}
	}
}

// days lists at most n evenly spaced days of a range.
func days(from, to dataset.Date, n int) []plot.Tick {
	step := max(1, (to-from)/dataset.Date(n)+1)
	var ticks []plot.Tick
	for day := from; day <= to; day += step {
		ticks = append(ticks, plot.Tick{Value: float64(day), Label: day.String()})
	}
	return ticks
}

// monthName is "Apr 2025".
func monthName(d dataset.Date) string {
	year, month, _ := d.Civil()
	return time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Format("Jan 2006")
}
