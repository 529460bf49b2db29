package backtest

import (
	"cmp"
	"slices"

	"holdfast/backtest/metrics"
)

// lists are the call lists of a team: in every period the accounts, each once, by
// falling risk.
type lists struct {
	periods []period

	// Per account, over all periods: how often it could be listed, and as a churner.
	rows, churned, value []float64
}

// period is the ranking of one period, its accounts numbered as in the sample.
type period struct {
	ranking *metrics.Ranking
	value   []float64 // nil without money
}

// caught is what working the top of every list would have caught. Ties at the cut
// count by their expectation.
type caught struct {
	worked                   float64 // accounts
	precision, lift, capture float64
	value, valueShare        float64 // churned money on the lists, and its share of all
	missed                   float64 // churned money that is not on the lists
}

// newLists sorts each period once. An account counts once per period, at its first
// as-of date: that is when the team would have picked it up.
func newLists(s *sample, score []float64) *lists {
	l := &lists{rows: make([]float64, s.accounts), churned: make([]float64, s.accounts), value: make([]float64, s.accounts)}
	byPeriod := make(map[int32][]int)
	for i, g := range s.cluster {
		if !s.first[i] {
			continue
		}
		byPeriod[s.period[i]] = append(byPeriod[s.period[i]], i)
		l.rows[g]++
		if s.churned[i] {
			l.churned[g]++
			if s.value != nil {
				l.value[g] += s.value[i]
			}
		}
	}
	order := make([]int32, 0, len(byPeriod))
	for k := range byPeriod {
		order = append(order, k)
	}
	slices.SortFunc(order, cmp.Compare[int32])
	for _, k := range order {
		rows := byPeriod[k]
		p := period{ranking: metrics.NewRanking(pick(score, rows), pick(s.churned, rows), pick(s.cluster, rows))}
		if s.value != nil {
			p.value = pick(s.value, rows)
		}
		l.periods = append(l.periods, p)
	}
	return l
}

// atCapacity adds up the lists of all periods, k accounts each. count holds the
// multiplicities of a bootstrap draw; nil counts every account once.
func (l *lists) atCapacity(count []int32, k int) caught {
	if count == nil {
		count = slices.Repeat([]int32{1}, len(l.rows))
	}
	var c caught
	var hits, rows, churned, value float64
	for _, p := range l.periods {
		top := p.ranking.Top(count, p.value, k)
		c.worked += top.Rows
		hits += top.Churned
		c.value += top.Value
	}
	for g, n := range count {
		rows += float64(n) * l.rows[g]
		churned += float64(n) * l.churned[g]
		value += float64(n) * l.value[g]
	}
	c.precision, c.capture, c.valueShare = hits/c.worked, hits/churned, c.value/value
	c.lift, c.missed = c.precision/(churned/rows), value-c.value
	return c
}
