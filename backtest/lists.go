package backtest

import (
	"slices"

	"holdfast/backtest/metrics"
)

// lists are the call lists of a team: in every period the accounts, each once, by
// falling risk.
type lists struct {
	periods []period
	stakes  []stake // per account
	money   bool    // rows have a value
}

// stake is what can be on lists, of an account over all periods or of all of them: how
// often, how often as a churner, and the churned money.
type stake struct{ rows, churned, value float64 }

// period is the ranking of one period, its accounts numbered as in the sample.
type period struct {
	ranking *metrics.Ranking
	rows    []int32   // of the sample
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

// newLists ranks a sample by a score. An account counts once per period, at its first
// as-of date: that is when the team would have picked it up.
func newLists(s *sample, score []float64) *lists {
	return newListsOf(s, []*metrics.Ranking{metrics.NewRanking(score, s.churned, s.cluster)})[0]
}

// newListsOf are the lists of several rankings of a sample, which share what does not depend
// on the score.
func newListsOf(s *sample, rankings []*metrics.Ranking) []*lists {
	stakes, rows := stakesOf(s), firstRows(s)
	values := make([][]float64, len(rows))
	if s.value != nil {
		for k := range rows {
			values[k] = pick(s.value, rows[k])
		}
	}
	out := make([]*lists, len(rankings))
	for c, periods := range s.rankingsOf(rows, rankings) {
		out[c] = &lists{stakes: stakes, money: s.value != nil}
		for k, ranking := range periods {
			out[c].periods = append(out[c].periods, period{ranking, rows[k], values[k]})
		}
	}
	return out
}

// rankingsOf are those of parts of the rows, in which accounts keep their numbers, by ranking and
// part.
func (s *sample) rankingsOf(rows [][]int32, rankings []*metrics.Ranking) [][]*metrics.Ranking {
	parts := make([]metrics.Part, len(rows))
	for k, of := range rows {
		parts[k] = metrics.Part{Rows: of, Cluster: pick(s.cluster, of)}
	}
	return metrics.PartRankings(rankings, s.churned, parts)
}

// stakesOf adds up by account.
func stakesOf(s *sample) []stake {
	stakes := make([]stake, s.accounts)
	for i, g := range s.cluster {
		if !s.first[i] {
			continue
		}
		stakes[g].rows++
		if s.churned[i] {
			stakes[g].churned++
			if s.value != nil {
				stakes[g].value += s.value[i]
			}
		}
	}
	return stakes
}

// atCapacity adds up the lists of all periods, k accounts each. count holds the
// multiplicities of a bootstrap draw; nil counts every account once.
func (l *lists) atCapacity(count []int32, k int) caught {
	if count == nil {
		count = slices.Repeat([]int32{1}, len(l.stakes))
	}
	return l.top(count, k, l.all(count))
}

// all is the stake of all accounts.
func (l *lists) all(count []int32) (all stake) {
	for g, n := range count {
		w := l.stakes[g]
		all.rows += float64(n) * w.rows
		all.churned += float64(n) * w.churned
		all.value += float64(n) * w.value
	}
	return all
}

// top is atCapacity with the stake of all accounts at hand.
func (l *lists) top(count []int32, k int, all stake) caught {
	var total listTotal
	for _, p := range l.periods {
		total.add(p.ranking.Top(count, p.value, k))
	}
	return total.caught(all)
}

// tops are the lists of all periods at several lengths, which rise.
func (l *lists) tops(lengths []int) []listTotal {
	totals, once := make([]listTotal, len(lengths)), slices.Repeat([]int32{1}, len(l.stakes))
	for _, p := range l.periods {
		for i, top := range p.ranking.Tops(once, p.value, lengths) {
			totals[i].add(top)
		}
	}
	return totals
}

// listTotal is the lists of all periods together.
type listTotal metrics.List

// draw is what the lists hold in each replicate of a bootstrap.
func (l *lists) draw(draws *metrics.Draws, k int) (total [metrics.MaxDraws]listTotal) {
	for _, p := range l.periods {
		for r, top := range draws.Top(p.ranking, p.value, k) {
			total[r].add(top)
		}
	}
	return total
}

// add takes in the list of a period.
func (t *listTotal) add(top metrics.List) {
	t.Rows += top.Rows
	t.Churned += top.Churned
	t.Value += top.Value
}

// caught sets the lists beside the stake of all accounts.
func (t listTotal) caught(all stake) caught {
	c := caught{worked: t.Rows, precision: t.Churned / t.Rows, capture: t.Churned / all.churned,
		value: t.Value, valueShare: t.Value / all.value, missed: all.value - t.Value}
	c.lift = c.precision / (all.churned / all.rows)
	return c
}
