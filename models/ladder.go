package models

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"

	"holdfast/dataset"
	"holdfast/dataset/radix"
)

// Ladder is the training rows by falling probability, on which rules are led down to where
// bands begin. It is sorted once, O(n) by radix, when somebody asks for more than ranks can tell
// (ladder_ranks.go), and serves any number of bootstrap draws, also at once: a draw is a count per
// account and reads the ladder only.
//
// Of ten rows with p = .9 .8 .7 .7 .6 .5 .4 .3 .2 .1, a red share of 0.2 begins at 0.8; one of
// 0.3 at 0.7 and takes four rows, since rows of one probability are in one band; and yellow of
// 0.2 is counted from there on, and begins at 0.5.
type Ladder struct {
	rules  BandRules
	train  dataset.View
	byRow  []float64 // probabilities in the order of the rows
	sorted sync.Once

	accounts int
	p        []float64 // falling
	account  []int32   // from 0 to accounts-1, in the order of the examples
	happened []bool
	first    []bool    // whether the row is the riskiest of its account in its period; nil unless Capacity is asked for
	value    []float64 // nil unless Value is asked for
	periods  float64   // that the days of the rows span, at least 1

	rowsOf  []float64 // per account
	valueOf []float64
}

// slack lets a share of 0.1 of ten rows be one row, whatever 0.1 is in binary.
const slack = 1 - 1e-12

// NewLadder is the ladder of training rows by their log-odds; rows without one have no rung. The event
// of the view is what Precision counts. eta has one number per row of the view. Errors are
// rules that contradict themselves, a rule by value without a value column, and rows none of
// which has a score.
func NewLadder(rules BandRules, eta []float64, train dataset.View) (*Ladder, error) {
	rules = rules.OrDefault()
	if err := rules.Check(); err != nil {
		return nil, err
	}
	if rules.NeedValue() && train.Examples.Value == nil {
		return nil, errors.New("bands by value need the money at stake; name its column in columns.value")
	}
	if !slices.ContainsFunc(eta, func(v float64) bool { return v == v }) {
		return nil, errors.New("no training row has a score, so bands have no thresholds")
	}
	l := &Ladder{rules: rules, train: train, byRow: dataset.Room[float64](train.Examples.Table, len(eta))}
	Probabilities(l.byRow, eta)
	return l, nil
}

// Accounts is the number of accounts of the rows, which a draw counts by number.
func (l *Ladder) Accounts() int {
	l.climb()
	return l.accounts
}

// climb sorts the rows, unless that was done.
func (l *Ladder) climb() {
	l.sorted.Do(func() {
		order := make([]int32, 0, len(l.byRow))
		for i, p := range l.byRow {
			if p == p {
				order = append(order, int32(i))
			}
		}
		order = radix.Falling(l.byRow, order)
		l.gather(order)
		if l.rules.Red.Capacity > 0 || l.rules.Yellow.Capacity > 0 {
			l.countPeriods(order, l.train)
		}
	})
}

// gather takes the rows in their order, and what each account has of them.
func (l *Ladder) gather(order []int32) {
	codes := codesOf(l.train)
	l.accounts = int(codes[len(codes)-1]>>1) + 1
	l.rowsOf, l.valueOf = make([]float64, l.accounts), make([]float64, l.accounts)
	l.p, l.account, l.happened = make([]float64, len(order)), make([]int32, len(order)), make([]bool, len(order))
	for k, i := range order {
		code := codes[i]
		l.p[k], l.account[k], l.happened[k] = l.byRow[i], int32(code>>1), code&1 == 1
		l.rowsOf[code>>1]++
	}
	if !l.rules.NeedValue() {
		return
	}
	l.value = make([]float64, len(order))
	for k, i := range order {
		v := max(0, l.train.Examples.Value[l.train.Rows[i]])
		if v != v {
			v = 0 // an account of unknown value adds no money
		}
		l.value[k] = v
		l.valueOf[l.account[k]] += v
	}
}

// codesOf are the accounts of the view, numbered from 0, with whether its event happened as the
// lowest bit: what is looked up in the order of probabilities is in one place. Rows are sorted
// by account.
func codesOf(train dataset.View) []uint32 {
	codes, number := make([]uint32, train.Len()), uint32(0)
	for i, row := range train.Rows {
		if i > 0 && train.Examples.Account[row] != train.Examples.Account[train.Rows[i-1]] {
			number++
		}
		codes[i] = number << 1
		if train.HappenedAt(row) {
			codes[i]++
		}
	}
	return codes
}

// countPeriods marks the riskiest row of every account in every period. Periods are counted
// back from the last day, so that the last one is whole.
func (l *Ladder) countPeriods(order []int32, train dataset.View) {
	asOf := train.Examples.AsOf
	from, to := asOf[train.Rows[order[0]]], asOf[train.Rows[order[0]]]
	for _, i := range order {
		from, to = min(from, asOf[train.Rows[i]]), max(to, asOf[train.Rows[i]])
	}
	l.periods = max(1, float64(to-from+1)/float64(l.rules.Period))
	type visit struct{ account, period int32 }
	seen := make(map[visit]bool, len(order))
	for k, i := range order {
		v := visit{l.account[k], int32(to-asOf[train.Rows[i]]) / int32(l.rules.Period)}
		l.first = append(l.first, !seen[v])
		seen[v] = true
	}
}

// Thresholds are where the bands begin when account g counts count[g] times, nil for once
// each. Where everybody has the same probability, there are none: nil without an error. The
// error is a yellow that would begin above red, which fixed probabilities can ask for.
func (l *Ladder) Thresholds(count []int32) (*Thresholds, error) {
	var red, yellow float64
	if count == nil && l.rules.Red.ranked() && l.rules.Yellow.ranked() {
		var level bool
		if red, yellow, level = l.byRank(); level {
			return nil, nil
		}
	} else {
		l.climb()
		high, low := l.ends(count)
		if high == low {
			return nil, nil
		}
		var at int
		red, at = l.descend(l.rules.Red, 0, 1, low, count)
		yellow, _ = l.descend(l.rules.Yellow, at, red, low, count)
	}
	if yellow > red {
		return nil, fmt.Errorf("yellow begins at a probability of %.3g, above red at %.3g; give red the higher one", yellow, red)
	}
	return &Thresholds{Red: red, Yellow: yellow, Hysteresis: l.rules.Hysteresis}, nil
}

// Warnings say which band is empty because no probability reaches its precision.
func (l *Ladder) Warnings(t *Thresholds) []dataset.Warning {
	if t == nil {
		return nil
	}
	var list []dataset.Warning
	empty := func(band Band, precision float64) {
		list = append(list, dataset.Warning{Code: "band_empty", Message: fmt.Sprintf(
			"no probability reaches a precision of %g on the training rows, so nobody is %s; ask for less", precision, band)})
	}
	if r := l.rules.Red; r.Precision > 0 && t.Red == 1 {
		empty(Red, r.Precision)
	}
	if r := l.rules.Yellow; r.Precision > 0 && t.Yellow == t.Red {
		empty(Yellow, r.Precision)
	}
	return list
}

// AtMost is the lowest probability from which on no more than the share of the rows lies,
// ties included (where Share of a BandRule takes at least its share, this takes at most):
// what a goal such as "less than 5 % at risk" asks for. It is 1 where the highest
// probability is already that of too many.
func (l *Ladder) AtMost(share float64) float64 {
	l.climb()
	threshold := 1.0
	for i := 0; i < len(l.p); {
		end := l.blockEnd(i)
		if float64(end)*slack > share*float64(len(l.p)) {
			break
		}
		threshold, i = l.p[i], end
	}
	return threshold
}

// ends are the highest and the lowest probability of the accounts that count; of none, those
// of one row.
func (l *Ladder) ends(count []int32) (high, low float64) {
	i, j := 0, len(l.p)-1
	for i < j && l.times(count, i) == 0 {
		i++
	}
	for i < j && l.times(count, j) == 0 {
		j--
	}
	return l.p[i], l.p[j]
}

// times is how often a row counts.
func (l *Ladder) times(count []int32, row int) float64 {
	if count == nil {
		return 1
	}
	return float64(count[l.account[row]])
}

// blockEnd is where the rows that are as probable as row i end.
func (l *Ladder) blockEnd(i int) int {
	p := l.p[i]
	for i < len(l.p) && l.p[i] == p {
		i++
	}
	return i
}

// descend goes down from a row until the rule has what it wants, and returns the lowest
// probability of the band and the row after it. A band that wants more than there is takes
// all that is left; none is from where the band above begins.
func (l *Ladder) descend(r BandRule, from int, above, lowest float64, count []int32) (threshold float64, at int) {
	switch {
	case r.Probability > 0:
		return r.Probability, sort.Search(len(l.p), func(i int) bool { return l.p[i] < r.Probability })
	case r.Precision > 0:
		return l.precise(r.Precision, from, above, count)
	}
	last := l.addDown(r, l.wanted(r, count)*slack, from, count)
	if last < 0 {
		return math.Min(above, lowest), len(l.p)
	}
	return l.p[last], l.blockEnd(last)
}

// addDown is the row with which the band has what it wants, -1 where there is less.
func (l *Ladder) addDown(r BandRule, want float64, from int, count []int32) int {
	taken := 0.0
	for i := from; i < len(l.p); i++ {
		if n := l.times(count, i); n > 0 {
			if taken += n * l.amount(r, i); taken >= want {
				return i
			}
		}
	}
	return -1
}

// wanted is how much of what it counts the rule asks for.
func (l *Ladder) wanted(r BandRule, count []int32) float64 {
	total, of, share := 0.0, l.rowsOf, r.Share
	switch {
	case r.Capacity > 0:
		return r.Capacity * l.periods
	case r.Value > 0:
		of, share = l.valueOf, r.Value
	}
	for g, n := range of {
		if count != nil {
			n *= float64(count[g])
		}
		total += n
	}
	return share * total
}

// amount is what a row adds to what the rule counts.
func (l *Ladder) amount(r BandRule, row int) float64 {
	switch {
	case r.Capacity > 0 && !l.first[row]:
		return 0
	case r.Value > 0:
		return l.value[row]
	}
	return 1
}

// precise is the lowest probability from which on the rows after from had the event often
// enough; above and from where no probability is. It looks at every probability and does not
// stop at the first that falls short: precision rises and falls on the way down.
func (l *Ladder) precise(precision float64, from int, above float64, count []int32) (threshold float64, at int) {
	threshold, at = above, from
	hits, rows := 0.0, 0.0
	for i := from; i < len(l.p); {
		p, before := l.p[i], rows
		for end := l.blockEnd(i); i < end; i++ {
			n := l.times(count, i)
			rows += n
			if l.happened[i] {
				hits += n
			}
		}
		if rows > before && hits >= precision*rows*slack {
			threshold, at = p, i
		}
	}
	return threshold, at
}
