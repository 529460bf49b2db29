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
}

type period struct {
	ranking *metrics.Ranking
	account []int32 // of each row, in the numbering of the sample
	churned []bool
	value   []float64 // nil without money
}

// caught is what working the top of every list would have caught. Ties at the cut
// count by their expectation.
type caught struct {
	worked                   float64 // accounts
	precision, lift, capture float64
	value, valueShare        float64 // churned money on the lists, and its share of all
}

// newLists sorts each period once. An account counts once per period, at its first
// as-of date: that is when the team would have picked it up.
func newLists(s *sample, score []float64) *lists {
	byPeriod := make(map[int32][]int)
	var order []int32
	for i := range score {
		if !s.first[i] {
			continue
		}
		if byPeriod[s.period[i]] == nil {
			order = append(order, s.period[i])
		}
		byPeriod[s.period[i]] = append(byPeriod[s.period[i]], i)
	}
	slices.SortFunc(order, cmp.Compare[int32])
	l := &lists{}
	for _, k := range order {
		rows := byPeriod[k]
		p := period{account: pick(s.cluster, rows), churned: pick(s.churned, rows)}
		p.ranking = metrics.NewRanking(pick(score, rows), p.churned, nil)
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
	var c caught
	var hits, rows, churned, churnedValue float64
	for _, p := range l.periods {
		drawn := p.drawn(count)
		at := p.ranking.Capacity(drawn, p.value, k)
		if at.K < 1 {
			continue // nobody of this period was drawn
		}
		c.worked += float64(at.K)
		hits += at.Precision * float64(at.K)
		if p.value != nil {
			c.value += at.ValueCaptured
		}
		for i, n := range drawn {
			rows += float64(n)
			if p.churned[i] {
				churned += float64(n)
				if p.value != nil {
					churnedValue += float64(n) * p.value[i]
				}
			}
		}
	}
	c.precision, c.capture, c.valueShare = hits/c.worked, hits/churned, c.value/churnedValue
	c.lift = c.precision / (churned / rows)
	return c
}

// drawn is the multiplicity of each row of the period.
func (p *period) drawn(count []int32) []int32 {
	out := make([]int32, len(p.account))
	for i, g := range p.account {
		out[i] = 1
		if count != nil {
			out[i] = count[g]
		}
	}
	return out
}
