package models

import "math"

// Descents lead many bootstrap draws down one ladder, each in time linear in the accounts rather
// than in the rows. However accounts are drawn, bands end near to where they end when everybody
// counts once. The rows that each account has above there, above the marks, are counted
// beforehand, and a draw walks from a mark to where its own band ends. Rows are whole numbers:
// the thresholds are those of [Ladder.Thresholds] to the bit. Any number of draws may be led
// down at once.
type Descents struct {
	ladder *Ladder
	marks  [2]int      // the rows behind red and behind yellow when everybody counts once
	rows   []rowsAbove // per account; nil for rules that count something else
}

// rowsAbove are how many rows of an account, or of a draw, lie above either mark, and all.
type rowsAbove struct{ red, yellow, all int32 }

// Descents prepares a ladder for draws.
func (l *Ladder) Descents() *Descents {
	l.climb()
	d := &Descents{ladder: l}
	if l.rules.Red.Share == 0 || l.rules.Yellow.Share == 0 {
		return d
	}
	_, low := l.ends(nil)
	red, at := l.descend(l.rules.Red, 0, 1, low, nil)
	_, end := l.descend(l.rules.Yellow, at, red, low, nil)
	d.marks, d.rows = [2]int{at, end}, make([]rowsAbove, l.accounts)
	for _, g := range l.account[:at] {
		d.rows[g].red++
	}
	for _, g := range l.account[:end] {
		d.rows[g].yellow++
	}
	for g, n := range l.rowsOf {
		d.rows[g].all = int32(n)
	}
	return d
}

// Thresholds are those of the ladder when account g counts count[g] times.
func (d *Descents) Thresholds(count []int32) (*Thresholds, error) {
	l := d.ladder
	if d.rows == nil {
		return l.Thresholds(count)
	}
	high, low := l.ends(count)
	if high == low {
		return nil, nil
	}
	aboveRed, aboveYellow, all := d.drawn(count)
	wanted := func(r BandRule) int64 { return int64(math.Ceil(r.Share * float64(all) * slack)) }
	t := &Thresholds{Red: low, Yellow: low, Hysteresis: l.rules.Hysteresis}
	want := wanted(l.rules.Red)
	if want > all {
		return t, nil
	}
	last, taken := l.reach(want, d.marks[0], aboveRed, count)
	t.Red = l.p[last]
	for last++; last < len(l.p) && l.p[last] == t.Red; last++ {
		taken += int64(count[l.account[last]])
	}
	if want = taken + wanted(l.rules.Yellow); want <= all {
		last, _ = l.reach(want, d.marks[1], aboveYellow, count)
		t.Yellow = l.p[last]
	}
	return t, nil
}

// drawn are the rows of a draw above the marks, and all. It is where draws spend their time.
func (d *Descents) drawn(count []int32) (red, yellow, all int64) {
	rows := d.rows[:len(count)]
	for g, n := range count {
		of, times := &rows[g], int64(n)
		red, yellow, all = red+times*int64(of.red), yellow+times*int64(of.yellow), all+times*int64(of.all)
	}
	return red, yellow, all
}

// reach is the row with which a draw has taken so many rows, at least one and no more than it
// has, from the top on, and how many it has taken then. The search begins behind the first i
// rows, of which the draw has so many.
func (l *Ladder) reach(want int64, i int, taken int64, count []int32) (row int, reached int64) {
	for ; taken < want; i++ {
		taken += int64(count[l.account[i]])
	}
	for {
		above := taken - int64(count[l.account[i-1]])
		if above < want {
			return i - 1, taken
		}
		i, taken = i-1, above
	}
}
