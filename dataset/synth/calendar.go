package synth

import "time"

const secondsPerDay = 24 * 60 * 60

// daysPerMonth and daysPerYear convert spans of days, never dates.
const (
	daysPerMonth = 30.4375
	daysPerYear  = 365.25
)

// dayOf counts a civil date in days since 1970-01-01, as Parquet DATE does.
// Days and months out of range roll over as in time.Date.
func dayOf(year int, month time.Month, day int) int32 {
	return int32(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// monthEnds lists the last days of the months from..to-1, counted from the
// month of start.
func monthEnds(start time.Time, from, to int) []int32 {
	ends := make([]int32, 0, to-from)
	for m := from; m < to; m++ {
		ends = append(ends, dayOf(start.Year(), start.Month()+time.Month(m+1), 0))
	}
	return ends
}

// addMonths moves a day by n months and stays within the month it reaches:
// 31 August plus six months is the last day of February.
func addMonths(day int32, n int) int32 {
	year, month, dom := time.Unix(int64(day)*secondsPerDay, 0).UTC().Date()
	last := dayOf(year, month+time.Month(n+1), 0)
	return min(dayOf(year, month+time.Month(n), dom), last)
}
