package backtest

import (
	"holdfast/backtest/metrics"
	"holdfast/dataset/radix"
)

// field is a sample as all candidates see it: each score is sorted once, and the ranking and
// the call lists that come of it serve everything that is said of the sample.
type field struct {
	*sample
	score, eta [][]float64 // by candidate, of the rows of the sample
	rankings   []*metrics.Ranking
	lists      []*lists
	worth      []int32 // the rows by rising value; nil without money
}

// fieldOf ranks the rows of a sample by every candidate's score.
func (p *Predictions) fieldOf(s *sample) *field {
	f := &field{sample: s, score: pickAll(p.Score, s.rows), eta: pickAll(p.Eta, s.rows)}
	f.rankings = metrics.NewRankings(f.score, s.churned, s.cluster)
	f.lists = newListsOf(s, f.rankings)
	if s.value != nil {
		f.worth = radix.Rising(s.value, every[int32](len(s.value)))
	}
	return f
}

// within are the fields of parts of the rows, such as folds, whose accounts are numbered anew. They
// need no sort of their own, and have what pointMetrics asks for but log-odds and lists, which are
// made when their turn comes.
func (f *field) within(p *Predictions, rows [][]int32) []*field {
	out, parts := make([]*field, len(rows)), make([]metrics.Part, len(rows))
	_ = sideBySide(len(rows), func(k int) error { // no task fails
		if out[k] = new(field); len(rows[k]) == 0 {
			return nil
		}
		out[k].sample = p.take(rows[k])
		parts[k] = metrics.Part{Rows: rows[k], Cluster: out[k].cluster}
		return nil
	})
	for _, rankings := range metrics.PartRankings(f.rankings, f.churned, parts) {
		for k, ranking := range rankings {
			out[k].rankings = append(out[k].rankings, ranking)
		}
	}
	return out
}

// ranked is a sample as one candidate sees it: its rows with the highest score first. No
// metric depends on the order of rows, but nearly all sort them by score, and those that
// find them sorted have it done: one sort serves a score of metrics. A sample in this order
// is no longer one in time.
type ranked struct {
	*sample
	order      []int32 // the rows as numbered by the sample that was put in order
	score, eta []float64
	ranking    *metrics.Ranking
	lists      *lists // their rows are in the order of that sample, too

	// The same rows by falling log-odds: in an order of their own where candidates were calibrated
	// fold by fold.
	said     *sample
	place    []int32 // of them in the order of the score; nil: the same
	odds     []float64
	forecast *metrics.Forecast
}

// rankedBytes is what a candidate's view of a sample, and what is made of it, take a row: the sample in the order of the
// score with its ranking, the forecast, and the sums that lines are fitted to.
const rankedBytes = 90

// by is the field as candidate c sees it.
func (f *field) by(c int) ranked {
	order := f.rankings[c].Order()
	if f.worth != nil { // what is weighed by value then finds ties in the order that it wants, too
		order = f.rankings[c].OrderAlong(f.worth)
	}
	return f.inOrder(order, f.score[c], f.eta[c], f.rankings[c], f.lists[c])
}

// rankedBy puts the rows of a sample into the order of a score.
func (s *sample) rankedBy(score, eta []float64) ranked {
	ranking := metrics.NewRanking(score, s.churned, s.cluster)
	return s.inOrder(ranking.Order(), score, eta, ranking, newListsOf(s, []*metrics.Ranking{ranking})[0])
}

// inOrder puts the rows of a sample into the order of a ranking.
func (s *sample) inOrder(rows []int32, score, eta []float64, ranking *metrics.Ranking, l *lists) ranked {
	v := &sample{churned: pick(s.churned, rows), cluster: pick(s.cluster, rows), accounts: s.accounts,
		period: pick(s.period, rows), first: pick(s.first, rows)}
	if s.value != nil {
		v.value = pick(s.value, rows)
	}
	own := ranked{sample: v, order: rows, score: pick(score, rows), eta: pick(eta, rows), ranking: ranking.InOrder(v.cluster), lists: l}
	own.say()
	return own
}

// say puts the rows by log-odds. They come by score, nearly always in that order already.
func (own *ranked) say() {
	v := own.sample
	own.said, own.odds = v, own.eta
	if !metrics.IsOrdered(own.eta, v.churned) {
		order := metrics.Order(own.eta, v.churned)
		own.place, own.odds = order, pick(own.eta, order)
		own.said = &sample{churned: pick(v.churned, order), cluster: pick(v.cluster, order), accounts: v.accounts}
		if v.value != nil {
			own.said.value = pick(v.value, order)
		}
	}
	own.forecast = metrics.NewForecast(own.odds, own.said.churned)
}

// points is the field as candidate c sees it, as far as pointMetrics asks: its rows do not know
// their period and what they are worth.
func (f *field) points(c int) ranked {
	rows := f.rankings[c].Order()
	own := ranked{sample: &sample{churned: pick(f.churned, rows), cluster: pick(f.cluster, rows), accounts: f.accounts},
		eta: pick(f.eta[c], rows), ranking: f.rankings[c], lists: f.lists[c]}
	own.say()
	return own
}

// byScore puts numbers of the rows by falling log-odds into the order of the score.
func (s ranked) byScore(said []float64) []float64 {
	if s.place == nil {
		return said
	}
	out := make([]float64, len(said))
	for i, row := range s.place {
		out[row] = said[i]
	}
	return out
}
