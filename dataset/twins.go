package dataset

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"math/bits"
	"slices"

	"holdfast/dataset/expr"
)

// One customer under two keys is in training and in test at once, and every interval
// is too narrow. Such twins have one history, but so have, by chance, accounts in which
// little happens: all who bought one thing on one day and never came back. So a history
// must change this often, in this many columns, and take this many steps from one
// snapshot to the next that nobody but its twins takes.
const (
	tellingChanges = 8
	tellingColumns = 3
	tellingSteps   = 3
)

// trace is what is left of an account's history: a hash of its values, and how much
// happened in it.
type trace struct {
	hash             uint64
	changes, columns int32 // values that differ from the one before; columns with such
}

// warnTwins finds accounts whose whole history, date by date and value by value, is that
// of another account. Histories are told apart by 64 bits: among a million accounts a
// pair that is none has a chance of 3 in 100 million.
func warnTwins(s *Snapshots, runs []span) []Warning {
	groups := s.alike(runs)
	if len(groups) == 0 {
		return nil
	}
	groups = s.withOwnSteps(groups, runs)
	accounts := 0
	for _, group := range groups {
		accounts += len(group)
	}
	if accounts == 0 {
		return nil
	}
	return []Warning{{Code: "identical_accounts", Where: s.Path, Message: fmt.Sprintf(
		"%d accounts have a history identical to that of another account, such as %s and %s; if they are one customer under two keys, keep one of them",
		accounts, Quote(s.Accounts[groups[0][0]]), Quote(s.Accounts[groups[0][1]]))}}
}

// alike returns the groups of accounts that have one eventful history, each group and
// the first of all groups in account order. Accounts that no other is like any more are
// left out column by column, first by how they ended, which is a value each: most data are through
// with it after two or three.
func (s *Snapshots) alike(runs []span) [][]int32 {
	traces := Room[trace](s.Table, len(s.Accounts))
	defer Vacate(s.Table, traces)
	alike := Room[int32](s.Table, len(traces)) // with another account, so far
	for account, run := range runs {
		alike[account] = int32(account)
		traces[account].hash = mix(mix(uint64(run.to-run.from), uint64(uint32(s.Date[run.from]))), uint64(uint32(s.Date[run.to-1])))
	}
	for _, c := range s.Table.columns {
		if alike = withCompany(alike, traces); len(alike) == 0 {
			return nil
		}
		last := Room[int32](s.Table, len(alike))
		for k, account := range alike {
			last[k] = runs[account].to - 1
		}
		for k, value := range wordsOf(c.gather(last)) {
			traces[alike[k]].hash = mix(traces[alike[k]].hash, value)
		}
	}
	for _, account := range alike {
		for _, date := range s.Date[runs[account].from:runs[account].to] {
			traces[account].hash = mix(traces[account].hash, uint64(uint32(date)))
		}
	}
	for _, c := range s.Table.columns {
		if alike = withCompany(alike, traces); len(alike) == 0 {
			return nil
		}
		for account, v := range ofAccounts(c, runs, alike) {
			traces[account].add(v)
		}
	}
	groups := slices.DeleteFunc(grouped(alike, traces), func(group []int32) bool {
		t := traces[group[0]]
		return t.changes < tellingChanges || t.columns < tellingColumns
	})
	slices.SortFunc(groups, func(a, b []int32) int { return cmp.Compare(a[0], b[0]) })
	return groups
}

// ofAccounts yields what a column holds of the given accounts, which rise. A stored column is
// read a block at a time.
func ofAccounts(c Column, runs []span, accounts []int32) iter.Seq2[int32, expr.Vector] {
	return func(yield func(int32, expr.Vector) bool) {
		var block expr.Vector
		from, to := int32(0), int32(0) // the rows in block
		for _, account := range accounts {
			run := runs[account]
			if run.to > to {
				from, to = run.from, max(run.to, min(run.from+storeBlock, int32(c.Len())))
				block = c.block(int(from), int(to))
			}
			some := block
			if block.Numbers != nil {
				some.Numbers = block.Numbers[run.from-from : run.to-from]
			}
			if block.Codes != nil {
				some.Codes = block.Codes[run.from-from : run.to-from]
			}
			if !yield(account, some) {
				return
			}
		}
	}
}

// grouped sorts accounts by their hash and returns those that share one with another.
func grouped(accounts []int32, traces []trace) [][]int32 {
	slices.SortFunc(accounts, func(a, b int32) int {
		return cmp.Or(cmp.Compare(traces[a].hash, traces[b].hash), cmp.Compare(a, b))
	})
	var groups [][]int32
	for from := 0; from < len(accounts); {
		to := from + 1
		for to < len(accounts) && traces[accounts[to]].hash == traces[accounts[from]].hash {
			to++
		}
		if to-from > 1 {
			groups = append(groups, accounts[from:to])
		}
		from = to
	}
	return groups
}

// withCompany leaves out accounts whose hash is that of no other, which most are after a
// column or two. The first bits of a hash choose a bit in two sets: an account has it, another
// has it too. A few stay by chance, no group is lost, and sorting is spared.
func withCompany(accounts []int32, traces []trace) []int32 {
	width := bits.Len(uint(8 * len(accounts)))
	once, twice := make([]uint64, 1<<width/64+1), make([]uint64, 1<<width/64+1)
	for _, a := range accounts {
		at := traces[a].hash >> (64 - width)
		bit := uint64(1) << (at & 63)
		twice[at/64] |= once[at/64] & bit
		once[at/64] |= bit
	}
	return slices.DeleteFunc(accounts, func(a int32) bool {
		at := traces[a].hash >> (64 - width)
		return twice[at/64]>>(at&63)&1 == 0
	})
}

// add adds the account's values of a column.
func (t *trace) add(v expr.Vector) {
	before, changes := uint64(0), int32(0)
	for i, now := range wordsOf(v) {
		if t.hash = mix(t.hash, now); i > 0 && now != before {
			changes++
		}
		before = now
	}
	if t.changes += changes; changes > 0 {
		t.columns++
	}
}

// wordsOf yields every value as 64 bits.
func wordsOf(v expr.Vector) iter.Seq2[int, uint64] {
	return func(yield func(int, uint64) bool) {
		for i, x := range v.Numbers {
			if !yield(i, valueBits(x)) {
				return
			}
		}
		for i, code := range v.Codes {
			if !yield(i, uint64(uint32(code))) {
				return
			}
		}
	}
}

// valueBits are the bits of a number, one pattern for every missing value.
func valueBits(x float64) uint64 {
	if x != x {
		x = math.NaN()
	}
	return math.Float64bits(x)
}

// withOwnSteps keeps the groups that take enough steps that nobody else takes. A step is
// a date and what changed on it, in all columns at once.
func (s *Snapshots) withOwnSteps(groups [][]int32, runs []span) [][]int32 {
	steps := s.steps()
	var asked []uint64 // the steps of the groups
	for _, group := range groups {
		run := runs[group[0]]
		asked = append(asked, steps[run.from+1:run.to]...)
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	taken := make([]int, len(asked)) // by how many accounts; an account takes a step once, for it holds the date
	for row, step := range steps {
		if row > 0 && s.Account[row] == s.Account[row-1] {
			if at, found := slices.BinarySearch(asked, step); found {
				taken[at]++
			}
		}
	}
	return slices.DeleteFunc(groups, func(group []int32) bool {
		own := 0
		run := runs[group[0]]
		for _, step := range steps[run.from+1 : run.to] {
			if at, _ := slices.BinarySearch(asked, step); taken[at] == len(group) {
				own++
			}
		}
		return own < tellingSteps
	})
}

// steps hashes for every row how it differs from the row before it. A number differs by
// an amount, so that what grows by a month in every account is one step of them all.
func (s *Snapshots) steps() []uint64 {
	steps := make([]uint64, len(s.Date))
	for row, date := range s.Date {
		steps[row] = mix(0, uint64(uint32(date)))
	}
	for _, c := range s.Table.columns {
		number := !c.isText()
		s.walk(c, func(row int, first bool, before, now uint64) {
			switch {
			case first:
			case number:
				change := math.Float64frombits(now) - math.Float64frombits(before)
				if change != change {
					steps[row] = mix(mix(steps[row], before), now) // from or to missing
					return
				}
				steps[row] = mix(steps[row], math.Float64bits(change))
			default:
				steps[row] = mix(mix(steps[row], before), now)
			}
		})
	}
	return steps
}

// walk calls do with every value of a column, as 64 bits, and the one before it of the
// same account; first says that there is none. before is then the last value of the account
// above, and means nothing.
func (s *Snapshots) walk(c Column, do func(row int, first bool, before, now uint64)) {
	row, before := 0, uint64(0)
	c.blocks(func(v expr.Vector) {
		for _, now := range wordsOf(v) {
			do(row, row == 0 || s.Account[row-1] != s.Account[row], before, now)
			row, before = row+1, now
		}
	})
}

// mix adds a value to a hash. The multiplication by an odd constant (2^64 over the golden
// ratio; Knuth, The Art of Computer Programming 3, section 6.4) spreads it upwards, the
// shift back down.
func mix(hash, value uint64) uint64 {
	hash = (hash ^ value) * 0x9E3779B97F4A7C15
	return hash ^ hash>>32
}
