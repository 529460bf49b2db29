// Package history answers: how did an account get here?
//
// Its functions turn one number per snapshot (logins, open tickets, whether a champion is
// there) into another that looks at the account's own past: the change over 90 days, the
// mean of a year, the days since the last escalation. Slices in, slices out; of files,
// columns and labels it knows nothing.
//
//  1. A Spec says what is followed (Of), how far back (OverDays) and what is made of it
//     (As).
//  2. Compute goes over the snapshots once, account by account (compute.go). Values
//     enter the window of the account at one end and leave it at the other.
//  3. Spec.at computes the function from the values in reach (series.go); the smallest
//     and the largest come from a queue that keeps only what can still become it
//     (extreme.go).
//
// # The functions
//
// Let t be the day of a snapshot, x its own value and w the window in days. The values in
// the window are those of the account's snapshots of the days in (t-w, t]: a value of
// exactly w days ago is outside, that of the day itself inside. Snapshots after t never
// count. Missing values are passed over as if their snapshots did not exist.
//
//	change      x - b, where b is the value about w days ago
//	pct_change  (x - b) / |b|; 0 if both are 0, missing if only b is
//	slope       least-squares slope of the values in the window, per 30 days;
//	            needs values of two days
//	mean        of the values in the window; one is enough
//	min, max    of the values in the window; one is enough
//	sum         of the values in the window; one is enough
//	days_since  t less the day of the last value in the window that is not 0;
//	            missing when there is none
//	age         days since the day that is the row's own value, 0 to w, missing outside;
//	            counted to the day on which the row was known, and of no other row
//
// Truths count as 1 and 0. What has no value is missing (NaN), and so is what has no
// finite one. change and pct_change speak of the day itself: where x is missing they are,
// too. The others do not need x.
//
// # About w days ago
//
// Snapshots are rarely exactly w days apart: three month ends are 89 to 92 days. The base
// b is therefore the value nearest to t-w, the older of two that are equally near. It
// may be half a window off and no more, so that it is between w/2 and 3w/2 days old. For
// month ends and w = 90 this is the value of three months before, in every month of every
// year:
//
//	31 May   t-w =  2 March     28 February, 2 days off   (and not 31 March, 29 off)
//	30 April t-w = 30 January   31 January,  1 day off    (and not 31 December, 30 off)
//
// The rule "the newest at or before t-w" would take three months in May and four in
// April. Where snapshots are missing the nearest one stands in for a gap shorter than
// half a window: with no snapshot on 31 January, 30 April is compared with 28 February,
// 61 days before. Longer gaps give a missing value rather than a change over another time
// than the name says. A window shorter than the distance of the snapshots has no base at
// all: over 14 days monthly snapshots do not change, they are unknown.
//
// # A worked example
//
// An account with a value on each of six days, one of them missing, and w = 90:
//
//	day        value  change  pct_change  slope   mean   min  max  sum  days_since
//	31 Jan        10       ?           ?      ?     10    10   10   10           0
//	28 Feb         0       ?           ? -10.71      5     0   10   10          28
//	31 Mar         ?       ?           ? -10.71      5     0   10   10          59
//	30 Apr        16       6         0.6   2.97   8.67     0   16   26           0
//	31 May        12      12           ?  -3.87     14    12   16   28           0
//	31 Oct        20       ?           ?      ?     20    20   20   20           0
//
// On 30 April the base is 31 January, 89 days before; the window (30 January, 30 April]
// holds 10, 0 and 16 on the days 0, 28 and 89 from the first. On 31 May the base is the 0
// of 28 February, 92 days before, and no fraction of nothing is 12. On 31 October the
// nearest value to 2 August is that of 31 May, 63 days off and too far.
//
// # Windows of a calendar
//
// (30 January, 30 April] holds four month ends, (2 March, 31 May] three. A mean, a
// smallest or a largest value hardly feel it, a sum does: over 75d any day of the month
// ends has the same three in its window. A sum or a mean of an account younger than the
// window is that of the past it has.
//
// # Late rows
//
// A row that was written late was not known on its day. With the days on which rows
// became known, a row sees what was known when it became known itself: rows recorded
// later do not exist for it, and of several versions of one day the last one recorded by
// then counts, also when it says that the value is missing. Windows are measured between
// the days the rows are of, never between the days on which they were written.
//
// # Beside pandas, Polars and SQL
//
// The window is that of pandas rolling("90D") and of Polars rolling with
// closed="right", and of SQL's RANGE BETWEEN INTERVAL '89' DAY PRECEDING AND CURRENT ROW;
// sum, mean, min and max are theirs, as is passing over missing values. What differs:
//
//   - diff, pct_change and LAG count rows, not days, and compare across gaps of any
//     length; change looks for a day.
//   - pct_change divides by |b| and not by b, so that more is positive also for amounts
//     below zero, and is missing instead of infinite for a base of 0.
//   - A rolling sum of pandas updates a running total, which carries the rounding of
//     values that left the window; here every window is summed anew, with compensation.
//     Equal windows give equal bits.
//
// # Bits
//
// The history of a row is a function of the values in its window, in the order of their
// days: it is the same bit for bit for an account alone and among millions, whatever came
// before the window, on any number of processors.
package history
