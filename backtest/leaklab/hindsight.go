package leaklab

import (
	"fmt"
	"math"

	"holdfast/dataset"
)

// extremes are the first, last, least and greatest value of each account: NaN where it has
// none. With them one column can be found in the future of another:
//
//	snapshot     policies   max_policies
//	2016-02-28   1          3
//	2017-02-28   3          3
//	2018-02-28   2          3
//
// The number of policies in 2016 says nothing of the three to come; the other column does,
// so it was not written in 2016. Only equality counts: a limit that usage grows into (seats
// bought, seats used) is above it more often than on it.
type extremes struct {
	first, last, least, most []float64 // of every stride-th account

	// fixed says that no account ever changes its value.
	fixed bool
}

// Limits of hindsight.
const (
	// hindsightAccounts is how many had a change ahead of them at their first snapshot.
	hindsightAccounts = 30

	// hindsightShare of these changes are foretold exactly.
	hindsightShare = 0.8

	// hindsightCommon bounds the share of the most frequent result: what nearly all come
	// to is foretold by any constant.
	hindsightCommon = 0.8

	// hindsightRoom is how many accounts are followed at most: what is noted of each has to
	// be kept until all factors are known.
	hindsightRoom = 1 << 15
)

// strideOf picks the accounts that are followed, evenly over the order of their keys: every
// so many-th.
func strideOf(accounts int) int { return max(1, (accounts+hindsightRoom-1)/hindsightRoom) }

// pastOf runs through the rows of each account once. Categories are left alone.
func (l *lab) pastOf(c *column) extremes {
	if c.text() {
		return extremes{}
	}
	stride := strideOf(len(l.s.Accounts))
	n := (len(l.s.Accounts) + stride - 1) / stride
	x := extremes{fixed: l.fixed(c)}
	for _, v := range []*[]float64{&x.first, &x.last, &x.least, &x.most} {
		*v = make([]float64, n)
		for a := range *v {
			(*v)[a] = math.NaN()
		}
	}
	for _, row := range l.all {
		v, a := c.values[row], int(l.s.Account[row])
		if v != v || a%stride != 0 {
			continue
		}
		a /= stride
		if x.first[a] != x.first[a] {
			x.first[a], x.least[a], x.most[a] = v, v, v
		}
		x.last[a], x.least[a], x.most[a] = v, min(x.least[a], v), max(x.most[a], v)
	}
	return x
}

// foresees finds fixed columns that hold from the first snapshot on what another column
// only becomes later: its last value, its least or its greatest.
func (l *lab) foresees(x *exhibit, others []*exhibit) (Finding, bool) {
	if !x.past.fixed {
		return Finding{}, false
	}
	for _, y := range others {
		if y == x || y.past.first == nil || y.past.fixed {
			continue
		}
		for _, future := range []struct {
			name   string
			values []float64
		}{{"last", y.past.last}, {"greatest", y.past.most}, {"least", y.past.least}} {
			if n, share, look := l.foretold(x.past.first, y.past.first, future.values); n >= hindsightAccounts && share >= hindsightShare {
				return x.finding("knows_later_value", Warn, share, "share of the changes foretold", look, fmt.Sprintf(
					"%s never changes and yet holds the %s value that %s reaches later, in %.0f %% of the %d accounts in which that changes: it was probably recorded at the end of the account; leave it out",
					dataset.Quote(x.factor.Source()), future.name, dataset.Quote(y.factor.Source()), 100*share, n)), true
			}
		}
	}
	return Finding{}, false
}

// foretold counts the accounts whose future differs from their first value, and of them
// the share in which the fixed column holds it, and names some. The three slices are by the
// accounts that are followed. Zero where most changes end on one value.
func (l *lab) foretold(fixed, first, future []float64) (changed int, share float64, look []string) {
	right := 0
	results := make(map[float64]int)
	for a, v := range future {
		if v != v || v == first[a] {
			continue
		}
		changed++
		results[v]++
		if fixed[a] == v {
			right++
			if len(look) < shown {
				look = append(look, l.s.Accounts[a*strideOf(len(l.s.Accounts))])
			}
		}
	}
	for _, n := range results {
		if float64(n) > hindsightCommon*float64(changed) {
			return 0, 0, nil
		}
	}
	return changed, float64(right) / float64(max(1, changed)), look
}
